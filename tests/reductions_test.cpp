// Reductions and running operations at their edges: zeros among factors, sums that would overflow, infinities, NaN.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nabla/nabla.hpp>
#include <vector>

#include "elements.hpp"

using namespace nabla;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
const double none = std::nan("");

using Values = std::vector<double>;
using Function = std::function<Var(Var)>;

Tensor vec(const Values& values) { return Tensor::copy_of({static_cast<std::int64_t>(values.size())}, values); }

double relative(double got, double expected) { return std::abs(got - expected) / std::abs(expected); }

/// The product over all elements but three, which may be the same one.
double product_without(const Values& x, std::size_t i, std::size_t k, std::size_t l) {
  double product = 1;
  for (std::size_t n = 0; n < x.size(); ++n)
    if (n != i && n != k && n != l) product *= x[n];
  return product;
}

Function sum_of_gradient(const Function& f) {
  return [f](Var x) { return sum(grad(f, x)); };
}

Var last(Var x) { return reshape(slice(x, 0, -1, x.shape()[0]), {}); }
Var first(Var x) { return reshape(slice(x, 0, 0, 1), {}); }

}  // namespace

TEST_CASE("products have their derivatives, to third order, with any number of zeros") {
  const Function products[] = {[](Var x) { return prod(x); }, [](Var x) { return last(cumprod(x)); },
                               [](Var x) { return first(cumprod(x, 0, true)); }};
  for (const Values& x : {Values{2, 3, -1, 4, 5}, Values{2, 0, -1, 4, 5}, Values{0, 3, -1, 0, 5}, Values{0, 0, 3, 0, 4},
                          Values{0, 0, 0, 0, 0}}) {
    for (const Function& f : products) {
      const Values g = elements<double>(grad(f, vec(x))), H = elements<double>(hessian(f, vec(x)));
      const Values third = elements<double>(grad(sum_of_gradient(sum_of_gradient(f)), vec(x)));
      for (std::size_t i = 0; i < 5; ++i) {
        double expected = 0;
        CHECK(g[i] == product_without(x, i, i, i));
        for (std::size_t k = 0; k < 5; ++k) {
          CHECK(H[5 * i + k] == (i == k ? 0 : product_without(x, i, k, k)));
          for (std::size_t l = 0; l < 5; ++l)
            if (i != k && k != l && l != i) expected += product_without(x, i, k, l);
        }
        CHECK(third[i] == expected);
      }
    }
  }
}

TEST_CASE("norms and deviations do not overflow or vanish on the way") {
  for (const double scale : {1e-300, 1e-160, 1.0, 1e160, 1e300}) {
    const Tensor x = vec({3 * scale, -4 * scale, 0});
    CHECK(relative(norm(x).item(), 5 * scale) < 1e-15);
    CHECK(relative(norm(x, 3).item(), std::cbrt(91.0) * scale) < 1e-14);
    CHECK(relative(norm(x, 1).item(), 7 * scale) < 1e-15);
    CHECK(relative(stddev(vec({scale, 3 * scale})).item(), std::sqrt(2.0) * scale) < 1e-15);
    const Values g = elements<double>(grad([](Var v) { return norm(v); }, x));
    CHECK(relative(g[0], 0.6) < 1e-15);
    CHECK(relative(g[1], -0.8) < 1e-15);
    CHECK(g[2] == 0);
  }
}

TEST_CASE("norms of every order, and their derivatives where there is a choice") {
  const Tensor x = vec({3, -4, 0, 4});
  CHECK(norm(x, 0).item() == 3);
  CHECK(norm(x, inf).item() == 4);
  CHECK(norm(x, -inf).item() == 0);
  CHECK(relative(norm(vec({1, 2}), -1).item(), 1 / 1.5) < 1e-15);
  CHECK(std::isnan(norm(vec({1, none, inf})).item()));
  CHECK(norm(vec({1, -inf})).item() == inf);
  CHECK(norm(zeros({0})).item() == 0);
  const auto slope = [](double p, const Values& at) {
    return elements<double>(grad([p](Var v) { return norm(v, p); }, vec(at)));
  };
  CHECK(slope(inf, {3, -4, 0, 4}) == Values{0, -0.5, 0, 0.5});
  CHECK(slope(1, {3, -4, 0, 4}) == Values{1, -1, 0, 1});
  CHECK(slope(0, {3, -4}) == Values{0, 0});
  for (const double p : {0.5, 1.0, 1.5, 2.0, 3.0, inf}) CHECK(slope(p, {0, 0}) == Values{0, 0});
  CHECK(elements<double>(hvp([](Var v) { return norm(v); }, vec({0, 0}), vec({1, 2}))) == Values{0, 0});
}

TEST_CASE("the variance of one value has no degree of freedom, and equal values have a slope of 0") {
  CHECK(std::isnan(var(vec({3})).item()));
  CHECK(var(vec({3}), {}, false, 0).item() == 0);
  CHECK(std::isnan(var(zeros({0}), {}, false, 0).item()));
  CHECK(var(vec({1e9 + 1, 1e9 + 2, 1e9 + 3})).item() == 1);
  CHECK(var(vec({1, 2, 4}).to(f32), {}, false, 0).dtype() == f32);
  CHECK(elements<double>(grad([](Var v) { return stddev(v); }, vec({2, 2, 2}))) == Values{0, 0, 0});
}

TEST_CASE("logcumsumexp goes through infinities, and far from 0") {
  const auto running = [](const Values& x) { return elements<double>(logcumsumexp(vec(x))); };
  CHECK(running({-inf, -inf, 2, -inf}) == Values{-inf, -inf, 2, 2});
  CHECK(running({1, inf, 2})[2] == inf);
  CHECK(std::isnan(running({1, none, inf})[2]));
  CHECK(relative(running({1000, 1000})[1], 1000 + std::log(2.0)) < 1e-15);
  CHECK(relative(running({-1000, -1000})[1], -1000 + std::log(2.0)) < 1e-15);
  const Values g = elements<double>(grad([](Var v) { return last(logcumsumexp(v)); }, vec({-inf, 5, 800, 800})));
  CHECK(g[0] == 0);
  CHECK(g[1] < 1e-300);
  CHECK(relative(g[2], 0.5) < 1e-12);  // x − y has lost digits there
  CHECK(elements<double>(grad([](Var v) { return sum(logcumsumexp(v)); }, vec({-inf, 0}))) == Values{1, 1});
}

TEST_CASE("where all is -inf, logsumexp has no derivative, and logcumsumexp that of each element alone") {
  const Values g = elements<double>(grad([](Var v) { return logsumexp(v); }, vec({-inf, -inf})));
  CHECK(std::isnan(g[0]));
  CHECK(std::isnan(g[1]));
  CHECK(elements<double>(grad([](Var v) { return logsumexp(v); }, vec({-inf, 5}))) == Values{0, 1});
  const auto last_slope = [](Var v) { return last(logcumsumexp(v)); };
  CHECK(elements<double>(grad(last_slope, vec({-inf, -inf}))) == Values{1, 1});
}

TEST_CASE("running sums and recurrences in both directions") {
  CHECK(elements<double>(cumsum(vec({1, 2, 3}))) == Values{1, 3, 6});
  CHECK(elements<double>(cumsum(vec({1, 2, 3}), 0, true)) == Values{6, 5, 3});
  CHECK(elements<double>(linear_recurrence(vec({9, 2, 3}), vec({1, 1, 1}))) == Values{1, 3, 10});
  CHECK(elements<double>(linear_recurrence(vec({2, 3, 9}), vec({1, 1, 1}), 0, true)) == Values{9, 4, 1});
}

TEST_CASE("sums down narrow columns hold every row, however many there are") {
  for (const std::int64_t columns : {2, 3, 5, 8})
    for (const std::int64_t rows : {64, 65, 66, 129, 1001}) {
      CAPTURE(columns);
      CAPTURE(rows);
      Tensor x = zeros({rows, columns});
      double count = 0;
      for (double& element : x.mutable_data<double>()) element = ++count;
      const Values sums = elements<double>(sum(x, 0));
      for (std::int64_t k = 0; k < columns; ++k) {
        const auto n = static_cast<double>(rows), width = static_cast<double>(columns);
        CHECK(sums[static_cast<std::size_t>(k)] == width * n * (n - 1) / 2 + n * static_cast<double>(k + 1));
      }
    }
}

TEST_CASE("sums over rows are right for any number of rows and columns") {
  Rng rng(6);
  for (const DType dtype : {f32, f64})
    for (const std::int64_t rows : {1, 2, 63, 64, 65, 130})
      for (std::int64_t width = 1; width <= 70; ++width) {
        const Tensor x = rng.integers({rows, width}, -100, 100).to(dtype), total = sum(x, 0);
        const Tensor expected = sum(x.transposed().contiguous(), 1);
        CHECK(identical(total, expected));  // of integers, so that no order rounds
      }
}

TEST_CASE("prod, min and max over no elements") {
  CHECK(prod(zeros({0})).item() == 1);
  CHECK(prod(zeros({2, 0}), 1).shape() == Shape{2});
  CHECK_THROWS_AS(min(zeros({0})), ShapeError);
  CHECK(std::isnan(min(vec({1, none, 2})).item()));
}
