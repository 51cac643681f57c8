// Small data sets from formulas, to try networks on. The same seed gives the same set. N stands for independent draws
// from the standard normal distribution.
#pragma once

#include <cstdint>
#include <nabla/data/dataset.hpp>

namespace nabla::data {

struct PointOptions {
  std::int64_t samples = 200;
  double noise = 0.1;  ///< standard deviation, of each coordinate
  std::uint64_t seed = 0;
};

/// Exclusive or: sample i lies at the corner (a, b) = (0, 0), (0, 1), (1, 0), (1, 1), in turn, plus noise · N; its
/// class is a ⊕ b. Four samples without noise are the truth table. Inputs f32 [samples, 2], targets i64 [samples].
/// @throws ValueError unless samples ≥ 1 and noise ≥ 0, as the others do
Dataset xor_points(const PointOptions& options = {});

/// Two half circles that reach into each other: (cos t, sin t) for class 0 and (1 − cos t, ½ − sin t) for class 1, plus
/// noise · N, with t drawn uniformly from [0, π). The classes take turns. Inputs f32 [samples, 2], targets i64
/// [samples].
Dataset moons(const PointOptions& options = {});

struct SpiralOptions {
  std::int64_t samples = 300;
  std::int64_t classes = 3;
  double turns = 0.75;  ///< of an arm around the origin
  double noise = 0.02;  ///< standard deviation, of each coordinate
  std::uint64_t seed = 0;
};

/// One arm of a spiral for each class c: r (cos φ, sin φ) plus noise · N, where φ = 2π (turns · r + c / classes), and
/// r is drawn uniformly from [0, 1). The classes take turns. Inputs f32 [samples, 2], targets i64 [samples].
/// @throws ValueError also unless classes ≥ 1
Dataset spirals(const SpiralOptions& options = {});

struct RegressionOptions {
  std::int64_t samples = 200;
  std::int64_t inputs = 5;
  double noise = 0.1;  ///< standard deviation, of a target
  std::uint64_t seed = 0;
};

/// Samples of a linear function, and the function.
struct LinearProblem {
  Dataset dataset;  ///< inputs f32 [samples, inputs], targets f32 [samples, 1]
  Tensor weight;    ///< f64 [inputs]
  double bias;
};

/// y = w · x + b + noise · N, where all of x, w and b are drawn from N. @throws ValueError also unless inputs ≥ 1
LinearProblem linear_regression(const RegressionOptions& options = {});

/// y = 10 sin(π x₁ x₂) + 20 (x₃ − ½)² + 10 x₄ + 5 x₅ + noise · N, with x drawn uniformly from [0, 1); further inputs
/// have no influence. Friedman, *Multivariate adaptive regression splines*, Annals of Statistics 19, 1991,
/// where there are 10 inputs and the noise is 1. Inputs f32 [samples, inputs], targets f32 [samples, 1].
/// @throws ValueError also unless inputs ≥ 5
Dataset friedman_regression(const RegressionOptions& options = {});

}  // namespace nabla::data
