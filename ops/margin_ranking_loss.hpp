#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct MarginRankingLoss {
  static constexpr OpInfo info{.name = "margin_ranking_loss",
                               .arity = 3,
                               .formula = "max(0, margin - y (x1 - x2))",
                               .derivative = "x1: -u y; x2: u y; y: -u (x1 - x2); where the loss is above 0",
                               .convention = "0 at the corner"};
  static const Elementwise elementwise;
  double margin = 0;

  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

struct MarginRankingLossOptions {
  double margin = 0;
  Reduction reduction = Reduction::mean;
};

/// max(0, margin − y (x₁ − x₂)): whether scores x₁ and x₂ are in the right order, which is x₁ > x₂ for y = 1 and x₁ <
/// x₂ for y = −1. The derivative at the corner is taken as 0. All three have one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value B, Value Y>
Result<A, B, Y> margin_ranking_loss(const A& x1, const B& x2, const Y& y,
                                    const MarginRankingLossOptions& options = {}) {
  return reduced(apply(ops::MarginRankingLoss{options.margin}, x1, x2, y), options.reduction);
}

}  // namespace nabla
