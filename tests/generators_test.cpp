#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nabla/data.hpp>
#include <nabla/error.hpp>
#include <numbers>
#include <vector>

#include "temporary_folder.hpp"

using namespace nabla;
using nabla::test::complaint;
using std::numbers::pi;

namespace {

/// The distance of a point from the nearest one of a curve, looked for among 10,000.
double distance(double x, double y, const std::function<std::pair<double, double>(double)>& curve) {
  double least = std::numeric_limits<double>::infinity();
  for (int k = 0; k <= 10000; ++k) {
    const auto [u, v] = curve(k / 10000.);
    least = std::min(least, std::hypot(x - u, y - v));
  }
  return least;
}

/// How far the samples are from the curves of their classes: root of the mean square.
double spread(const data::Dataset& set,
              const std::function<std::pair<double, double>(std::int64_t c, double s)>& curve_of_class) {
  double sum = 0;
  for (std::int64_t i = 0; i < set.size(); ++i) {
    const auto c = static_cast<std::int64_t>(set.targets.at({i}));
    const double d =
        distance(set.inputs.at({i, 0}), set.inputs.at({i, 1}), [&](double s) { return curve_of_class(c, s); });
    sum += d * d;
  }
  return std::sqrt(sum / static_cast<double>(set.size()));
}

std::vector<std::int64_t> counts(const data::Dataset& set) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(set.classes()));
  for (const std::int64_t c : set.targets.data<std::int64_t>()) ++counts[static_cast<std::size_t>(c)];
  return counts;
}

}  // namespace

TEST_CASE("exclusive or without noise is its truth table") {
  const data::Dataset table = data::xor_points({.samples = 4, .noise = 0});
  CHECK(identical(table.inputs, Tensor::from({4, 2}, {0, 0, 0, 1, 1, 0, 1, 1}, f32)));
  CHECK(identical(table.targets, Tensor::from({4}, {0, 1, 1, 0}, i64)));
  const data::Dataset cloud = data::xor_points({.samples = 1000, .noise = 0.1, .seed = 3});
  int within = 0;
  for (std::int64_t i = 0; i < 1000; ++i) {
    const bool a = cloud.inputs.at({i, 0}) > 0.5, b = cloud.inputs.at({i, 1}) > 0.5;
    within += (a != b) == (cloud.targets.at({i}) == 1);
  }
  CHECK(within == 1000);  // five standard deviations lead to the next corner
}

TEST_CASE("moons lie on their half circles, as far as noise lets them") {
  const auto moon = [](std::int64_t c, double s) {
    const double t = pi * s;
    return c == 0 ? std::pair(std::cos(t), std::sin(t)) : std::pair(1 - std::cos(t), 0.5 - std::sin(t));
  };
  CHECK(spread(data::moons({.samples = 101, .noise = 0}), moon) < 1e-3);
  CHECK(spread(data::moons({.samples = 401, .noise = 0.05}), moon) == doctest::Approx(0.05).epsilon(0.15));
  CHECK(counts(data::moons({.samples = 101})) == std::vector<std::int64_t>{51, 50});
}

TEST_CASE("spirals lie on their arms, as far as noise lets them") {
  for (const std::int64_t classes : {1, 2, 5}) {
    const auto arm = [&](std::int64_t c, double r) {
      const double angle = 2 * pi * (0.75 * r + static_cast<double>(c) / static_cast<double>(classes));
      return std::pair(r * std::cos(angle), r * std::sin(angle));
    };
    CHECK(spread(data::spirals({.samples = 100, .classes = classes, .noise = 0}), arm) < 1e-3);
    CHECK(spread(data::spirals({.samples = 400, .classes = classes}), arm) == doctest::Approx(0.02).epsilon(0.2));
    CHECK(counts(data::spirals({.samples = 100, .classes = classes})) ==
          std::vector<std::int64_t>(static_cast<std::size_t>(classes), 100 / classes));
  }
}

TEST_CASE("regression targets are the function of the inputs, and noise of the size asked for") {
  for (const double noise : {0., 0.5}) {
    const data::LinearProblem linear = data::linear_regression({.samples = 2000, .inputs = 3, .noise = noise});
    const data::Dataset friedman = data::friedman_regression({.samples = 2000, .inputs = 7, .noise = noise});
    double of_linear = 0, of_friedman = 0;
    for (std::int64_t i = 0; i < 2000; ++i) {
      const auto x = [&](std::int64_t k) { return friedman.inputs.at({i, k}); };
      double y = linear.bias;
      for (std::int64_t k = 0; k < 3; ++k) y += linear.weight.at({k}) * linear.dataset.inputs.at({i, k});
      of_linear += std::pow(linear.dataset.targets.at({i, 0}) - y, 2) / 2000;
      y = 10 * std::sin(pi * x(0) * x(1)) + 20 * std::pow(x(2) - 0.5, 2) + 10 * x(3) + 5 * x(4);
      of_friedman += std::pow(friedman.targets.at({i, 0}) - y, 2) / 2000;
      CHECK((x(6) >= 0 && x(6) <= 1));
    }
    CHECK(std::sqrt(of_linear) == doctest::Approx(noise).epsilon(0.05));
    CHECK(std::sqrt(of_friedman) == doctest::Approx(noise).epsilon(0.05));
  }
}

TEST_CASE("a seed decides all of a generated set") {
  const auto inputs = [](std::uint64_t seed) {
    return std::vector<Tensor>{data::xor_points({.seed = seed}).inputs, data::moons({.seed = seed}).inputs,
                               data::spirals({.seed = seed}).inputs,
                               data::linear_regression({.seed = seed}).dataset.inputs,
                               data::friedman_regression({.seed = seed}).inputs};
  };
  const std::vector<Tensor> one = inputs(1), again = inputs(1), other = inputs(2);
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(identical(one[i], again[i]));
    CHECK(!identical(one[i], other[i]));
    CHECK(one[i].dtype() == f32);
  }
}

TEST_CASE("generators refuse what makes no set") {
  CHECK(complaint<ValueError>([] { data::xor_points({.samples = 0}); }) == "[xor_points] samples is 0; take 1 or more");
  CHECK(complaint<ValueError>([] { data::spirals({.classes = 0}); }) == "[spirals] classes is 0; take 1 or more");
  CHECK(complaint<ValueError>([] { data::friedman_regression({.inputs = 4}); }) ==
        "[friedman_regression] inputs is 4; take 5 or more");
  for (const double bad : {-0.1, std::numeric_limits<double>::quiet_NaN()})
    CHECK(complaint<ValueError>([&] { data::moons({.noise = bad}); }) ==
          fmt::format("[moons] noise is {}; give a standard deviation, 0 or more", bad));
}

TEST_CASE("the irises are those of Fisher's paper") {
  const data::Dataset iris = data::iris();
  CHECK(iris.inputs.shape() == Shape{150, 4});
  CHECK(iris.inputs.shares_storage_with(data::iris().inputs));
  CHECK(counts(iris) == std::vector<std::int64_t>{50, 50, 50});
  CHECK(identical(iris.inputs.sliced(0, 0, 1), Tensor::from({1, 4}, {5.1f, 3.5f, 1.4f, 0.2f}, f32)));
  // The two flowers in which the copy at UCI differs, and the sums that R's iris has.
  CHECK(identical(iris.inputs.sliced(0, 34, 35), Tensor::from({1, 4}, {4.9f, 3.1f, 1.5f, 0.2f}, f32)));
  CHECK(identical(iris.inputs.sliced(0, 37, 38), Tensor::from({1, 4}, {4.9f, 3.6f, 1.4f, 0.1f}, f32)));
  for (std::int64_t k = 0; k < 4; ++k) {
    double sum = 0;
    for (std::int64_t i = 0; i < 150; ++i) sum += iris.inputs.at({i, k});
    CHECK(sum == doctest::Approx(std::vector{876.5, 458.6, 563.7, 179.9}[static_cast<std::size_t>(k)]).epsilon(1e-7));
  }
}
