// The reverse sweep: from one recorded result back to everything it depends on.
#pragma once

#include <initializer_list>
#include <nabla/parameter.hpp>
#include <nabla/tape.hpp>
#include <span>

namespace nabla {

/// ∂f/∂x for every x that was asked for, each of the shape of its x. V is Tensor, or Var where the sweep was recorded.
template <Value V>
class GradientsOf {
 public:
  /// @throws ValueError when no gradient with respect to x was asked for
  const V& operator[](const Var& x) const;
  const V& operator[](const Parameter& parameter) const;

  std::size_t size() const { return entries_.size(); }
  /// The i-th one, in the order in which they were asked for; to be replaced by one of its shape and dtype, too.
  const V& at(std::size_t i) const { return entries_[i].value; }
  V& at(std::size_t i) { return entries_[i].value; }

  struct Entry {
    Var x;                    // empty for a parameter that is not on the tape
    Parameter::Id parameter;  // 0 for a Var
    V value;
  };
  explicit GradientsOf(PooledVector<Entry> entries) : entries_(std::move(entries)) {}

 private:
  PooledVector<Entry> entries_;
};

using Gradients = GradientsOf<Tensor>;
using RecordedGradients = GradientsOf<Var>;

/// ∂f/∂x for each x in wrt, by one reverse sweep. `seed` is the cotangent of f, of its shape; a scalar f needs none.
/// What f does not depend on has a gradient of zeros. Any recorded value may stand in wrt, not only leaves: with z_l
/// there, the sweep gives δ_l = ∂C/∂z_l.
/// @throws ShapeError when f has more than one element and no seed is given, or the seed has another shape;
///         DTypeError when f, the seed or an x is not floating; TapeError for stale handles and for other tapes
Gradients gradient(const Var& f, std::span<const Var> wrt, const Tensor& seed = {});
Gradients gradient(const Var& f, std::initializer_list<Var> wrt, const Tensor& seed = {});
/// Of several functions at once, by one sweep: Σ seeds[i] · ∂fs[i]/∂x, the product of cotangents with the Jacobian.
/// With fs = ∂C/∂x recorded and directions v for seeds, it is the product of the Hessian with v.
/// @throws ValueError unless there are as many seeds as functions, and one at least
Gradients gradient(std::span<const Var> fs, std::span<const Var> wrt, std::span<const Tensor> seeds);
Gradients gradient(std::span<const Var> fs, std::span<const Parameter* const> parameters,
                   std::span<const Tensor> seeds);
/// With respect to the parameters of a net; one that was not used on the tape has a gradient of zeros.
Gradients gradient(const Var& f, std::span<const Parameter* const> parameters, const Tensor& seed = {});

/// The same sweep, recorded on the tape, so that the gradients can be differentiated again. The seed may be a Var.
RecordedGradients gradient_recorded(const Var& f, std::span<const Var> wrt, const Var& seed = {});
RecordedGradients gradient_recorded(const Var& f, std::initializer_list<Var> wrt, const Var& seed = {});
RecordedGradients gradient_recorded(std::span<const Var> fs, std::span<const Var> wrt, std::span<const Var> seeds);
RecordedGradients gradient_recorded(const Var& f, std::span<const Parameter* const> parameters, const Var& seed = {});

}  // namespace nabla
