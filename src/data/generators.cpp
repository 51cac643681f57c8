#include <fmt/core.h>

#include <array>
#include <cmath>
#include <nabla/data/generators.hpp>
#include <nabla/error.hpp>
#include <nabla/random.hpp>
#include <numbers>
#include <span>
#include <string_view>

namespace nabla::data {
namespace {

using std::numbers::pi;

void require(std::string_view where, std::string_view option, std::int64_t value, std::int64_t least) {
  if (value < least) throw ValueError(where, fmt::format("{} is {}; take {} or more", option, value, least));
}

void require_noise(std::string_view where, double noise) {
  if (!(noise >= 0 && std::isfinite(noise)))
    throw ValueError(where, fmt::format("noise is {}; give a standard deviation, 0 or more", noise));
}

using Point = std::array<double, 2>;

/// Sample i is of class i modulo `classes`, at place(class, i) plus noise.
template <class Place>
Dataset points(std::int64_t samples, std::int64_t classes, double noise, Rng& rng, Place place) {
  const Tensor shifts = rng.normal({samples, 2}, 0, noise);
  const double* shift = shifts.data<double>().data();
  Tensor inputs = Tensor::uninitialized({samples, 2}, f32), targets = Tensor::uninitialized({samples}, i64);
  float* input = inputs.mutable_data<float>().data();
  std::int64_t* target = targets.mutable_data<std::int64_t>().data();
  for (std::int64_t i = 0; i < samples; ++i) {
    target[i] = i % classes;
    for (const double coordinate : place(target[i], i)) *input++ = static_cast<float>(coordinate + *shift++);
  }
  return {inputs, targets};
}

}  // namespace

Dataset xor_points(const PointOptions& options) {
  require("xor_points", "samples", options.samples, 1);
  require_noise("xor_points", options.noise);
  Rng rng(options.seed);
  const auto corner = [](std::int64_t i) { return Point{static_cast<double>(i / 2 % 2), static_cast<double>(i % 2)}; };
  Dataset set = points(options.samples, 4, options.noise, rng, [&](std::int64_t c, std::int64_t) { return corner(c); });
  for (std::int64_t& target : set.targets.mutable_data<std::int64_t>()) target = target / 2 ^ target % 2;
  return set;
}

Dataset moons(const PointOptions& options) {
  require("moons", "samples", options.samples, 1);
  require_noise("moons", options.noise);
  Rng rng(options.seed);
  const Tensor angles = rng.uniform({options.samples}, 0, pi);
  const auto angle = angles.data<double>();
  return points(options.samples, 2, options.noise, rng, [&](std::int64_t c, std::int64_t i) {
    const double t = angle[static_cast<std::size_t>(i)];
    return c == 0 ? Point{std::cos(t), std::sin(t)} : Point{1 - std::cos(t), 0.5 - std::sin(t)};
  });
}

Dataset spirals(const SpiralOptions& options) {
  require("spirals", "samples", options.samples, 1);
  require("spirals", "classes", options.classes, 1);
  require_noise("spirals", options.noise);
  Rng rng(options.seed);
  const Tensor radii = rng.uniform({options.samples});
  const auto radius = radii.data<double>();
  return points(options.samples, options.classes, options.noise, rng, [&](std::int64_t c, std::int64_t i) {
    const double r = radius[static_cast<std::size_t>(i)];
    const double angle = 2 * pi * (options.turns * r + static_cast<double>(c) / static_cast<double>(options.classes));
    return Point{r * std::cos(angle), r * std::sin(angle)};
  });
}

namespace {

/// Targets are f of the rows of x [samples, inputs], plus noise.
template <class F>
Dataset regression(const Tensor& x, double noise, Rng& rng, F f) {
  const std::int64_t samples = x.shape()[0];
  const auto width = static_cast<std::size_t>(x.shape()[1]);
  const Tensor errors = rng.normal({samples}, 0, noise);
  Tensor targets = Tensor::uninitialized({samples, 1}, f32);
  for (std::size_t i = 0; i < static_cast<std::size_t>(samples); ++i)
    targets.mutable_data<float>()[i] =
        static_cast<float>(f(x.data<double>().subspan(i * width, width)) + errors.data<double>()[i]);
  return {x.to(f32), targets};
}

}  // namespace

LinearProblem linear_regression(const RegressionOptions& options) {
  require("linear_regression", "samples", options.samples, 1);
  require("linear_regression", "inputs", options.inputs, 1);
  require_noise("linear_regression", options.noise);
  Rng rng(options.seed);
  const Tensor weight = rng.normal({options.inputs});
  const double bias = rng.normal({}).item();
  const Tensor x = rng.normal({options.samples, options.inputs});
  Dataset dataset = regression(x, options.noise, rng, [&](std::span<const double> row) {
    double y = bias;
    for (std::size_t k = 0; k < row.size(); ++k) y += weight.data<double>()[k] * row[k];
    return y;
  });
  return {std::move(dataset), weight, bias};
}

Dataset friedman_regression(const RegressionOptions& options) {
  require("friedman_regression", "samples", options.samples, 1);
  require("friedman_regression", "inputs", options.inputs, 5);
  require_noise("friedman_regression", options.noise);
  Rng rng(options.seed);
  const Tensor x = rng.uniform({options.samples, options.inputs});
  return regression(x, options.noise, rng, [](std::span<const double> row) {
    const double from_half = row[2] - 0.5;
    return 10 * std::sin(pi * row[0] * row[1]) + 20 * from_half * from_half + 10 * row[3] + 5 * row[4];
  });
}

}  // namespace nabla::data
