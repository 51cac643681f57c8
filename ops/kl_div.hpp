#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct KlDiv {
  static constexpr OpInfo info{.name = "kl_div",
                               .arity = 2,
                               .formula = "y (ln y - a), for log-probabilities a",
                               .derivative = "a: -u y; y: u (ln y + 1 - a)",
                               .convention = "0 where y is 0",
                               .source = "Kullback and Leibler 1951"};
  static const Elementwise elementwise;
  bool log_target = false;

  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

struct KlDivOptions {
  bool log_target = false;  ///< y is given by its logarithm, too
  Reduction reduction = Reduction::mean;
};

/// The terms y (ln y − a) of the Kullback-Leibler divergence of targets y from log-probabilities a, as log_softmax
/// gives them; 0 where y is 0. With log_target, e^y (y − a). Reduction::batchmean gives the divergence itself, a mean
/// over samples. a and y have one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> kl_div(const A& a, const Y& y, const KlDivOptions& options = {}) {
  return reduced(apply(ops::KlDiv{options.log_target}, a, y), options.reduction);
}

}  // namespace nabla
