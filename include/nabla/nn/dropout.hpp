// What training draws at random: dropout, and stochastic neurons.
#pragma once

#include <nabla/nn/training.hpp>
#include <nabla/ops/bernoulli.hpp>
#include <string>

namespace nabla::nn {

/// In training, each element becomes 0 with this probability p, and the others are divided by 1 − p, so that the
/// expectation stays; else nothing happens (N. Srivastava and others, Dropout, 2014).
struct Dropout {
  double probability;

  /// @throws ValueError unless 0 ≤ p ≤ 1
  explicit Dropout(double p = 0.5);

  template <Value V>
  V operator()(const V& x) const {
    return x;
  }
  template <Value V>
  V operator()(const V& x, const Training& training) const;

  std::string description() const;
};

/// Stochastic binary neurons: in training, each output is 1 with the probability x, which an activation before gives,
/// else 0; else the output is its expectation, x itself.
struct StochasticBinary {
  Estimator estimator = Estimator::straight_through;

  template <Value V>
  V operator()(const V& x) const {
    return x;
  }
  /// @throws ValueError unless 0 ≤ x ≤ 1
  template <Value V>
  V operator()(const V& x, const Training& training) const;

  std::string description() const { return "StochasticBinary"; }
};

}  // namespace nabla::nn
