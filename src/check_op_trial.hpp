// A call of an operation on which it is checked.
#pragma once

#include <cstdint>
#include <nabla/check_op.hpp>
#include <nabla/tape.hpp>
#include <string>
#include <vector>

namespace nabla::checking {

using Operands = std::vector<Tensor>;

/// Operands as they are asked for; the same ones from the same seed.
Operands draw(const std::vector<OperandSpec>& specs, std::uint64_t seed);
/// "(f64 [2, 3], i64 [])"
std::string describe(const std::vector<OperandSpec>& specs);

/// A sample with its operands drawn, and what the operation makes of them.
struct Trial {
  const Sample& sample;
  Operands operands;
  Tensor result;
  Tensor ct;                        // a cotangent for the result, drawn at random
  std::vector<std::size_t> active;  // operands with a derivative

  Trial(const Sample& s, std::uint64_t seed);

  bool differentiable() const { return !active.empty(); }

  /// The operands as nodes: those with a derivative as variables.
  PooledVector<Var> record(Tape& tape, const Operands& values) const;
  PooledVector<Var> active_of(const PooledVector<Var>& vars) const;
  /// The gradients of ⟨ct, result⟩ with respect to the active operands.
  Operands gradients(const Operands& values, const Tensor& seed) const;
  /// What a rule fills in when the gradients of these operands are wanted.
  Operands call_rule(void (*rule)(const void*, const Pullback<Tensor>&), const std::vector<std::size_t>& wanted) const;
};

}  // namespace nabla::checking
