// Chains of 1000 operations in f64, recorded and swept: on Nabla's tape, and on a bump arena without a library.
#pragma once

#include <nabla/nabla.hpp>

#include "bump_arena.hpp"

namespace bench {

constexpr int chain_length = 1000;

/// One operation of a chain, y ← f(y, w), on both tapes.
struct Add {
  static nabla::Var record(const nabla::Var& y, const nabla::Var& w) { return y + w; }
  static bump::Node* record(bump::Tape& tape, bump::Node* y, bump::Node* w) { return tape.add(y, w); }
};
struct Mul {
  static nabla::Var record(const nabla::Var& y, const nabla::Var& w) { return y * w; }
  static bump::Node* record(bump::Tape& tape, bump::Node* y, bump::Node* w) { return tape.mul(y, w); }
};
struct Sigmoid {
  static nabla::Var record(const nabla::Var& y, const nabla::Var&) { return sigmoid(y); }
  static bump::Node* record(bump::Tape& tape, bump::Node* y, bump::Node*) { return tape.sigmoid(y); }
};
struct Matmul {
  static nabla::Var record(const nabla::Var& y, const nabla::Var& w) { return matmul(y, w); }
  static bump::Node* record(bump::Tape& tape, bump::Node* y, bump::Node* w) { return tape.matmul(y, w); }
};

/// Record and reverse, on matrices [extent, extent].
template <class Op>
class Chain {
 public:
  explicit Chain(std::int64_t extent) : start_(nabla::full({extent, extent}, 0.9)) {}

  nabla::Gradients operator()() {
    tape_.clear();
    const nabla::Var x = tape_.variable(start_), w = tape_.variable(start_);
    nabla::Var y = x;
    for (int i = 0; i < chain_length; ++i) y = Op::record(y, w);
    return gradient(y, {x, w}, start_);
  }

 private:
  nabla::Tensor start_;
  nabla::Tape tape_;
};

/// The floor.
template <class Op>
class ArenaChain {
 public:
  explicit ArenaChain(std::int64_t extent) : extent_(extent) {}

  double operator()() {
    tape_.clear();
    bump::Node* const x = tape_.leaf(extent_, extent_, 0.9);
    bump::Node* const w = tape_.leaf(extent_, extent_, 0.9);
    bump::Node* y = x;
    for (int i = 0; i < chain_length; ++i) y = Op::record(tape_, y, w);
    tape_.reverse(y);
    return x->adjoint[0] + w->adjoint[0];
  }

 private:
  std::int64_t extent_;
  bump::Tape tape_;
};

}  // namespace bench
