// Dual numbers over packs: the derivatives of every function up to the third, at kinks, at poles and where numbers end.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <nabla/simd/dual_math.hpp>

namespace {

using namespace nabla;
using simd::Level;
using P = simd::Pack<double, Level::plain>;

constexpr double inf = std::numeric_limits<double>::infinity();

struct EveryTime {
  bool is_by(int, std::size_t) const { return true; }
};

/// The derivative of order n at x.
template <int n, class F>
[[gnu::noinline]] double derivative(F f, double x) {
  return simd::innermost_tangent(simd::Nested<P, n>(f(simd::nest<n>(P(x), EveryTime{}, 0)))).v[0];
}

/// Both partial derivatives of f(x, y).
struct Partials {
  double by_x, by_y;
  friend bool operator==(const Partials&, const Partials&) = default;
};
template <class F>
[[gnu::noinline]] Partials partials(F f, double x, double y) {
  using X = simd::Dual<P, 2>;
  using D = X::D;
  const D d = X(f(X(P(x), simd::unit<D, 0>()), X(P(y), simd::unit<D, 1>()))).d;
  return {simd::tangent<0>(d).v[0], simd::tangent<1>(d).v[0]};
}

double difference(double a, double b) { return std::abs(a - b) / std::max(1.0, std::abs(b)); }

/// The derivatives of f are those of df, of one order less.
template <class F, class G>
void check(F f, G df, std::initializer_list<double> points) {
  for (double x : points) {
    CAPTURE(x);
    CHECK(difference(derivative<1>(f, x), derivative<0>(df, x)) < 4e-15);
    CHECK(difference(derivative<2>(f, x), derivative<1>(df, x)) < 4e-14);
    CHECK(difference(derivative<3>(f, x), derivative<2>(df, x)) < 4e-13);
  }
}
#define CHECK_DERIVATIVE(f, df, ...) \
  check([](auto x) { return f; }, []([[maybe_unused]] auto x) { return df; }, {__VA_ARGS__})

}  // namespace

TEST_CASE("exponentials and logarithms have their derivatives") {
  CHECK_DERIVATIVE(exp(x), exp(x), -3, 0, 1.5);
  CHECK_DERIVATIVE(exp2(x), 0.69314718055994530942 * exp2(x), -3, 0, 1.5);
  CHECK_DERIVATIVE(expm1(x), exp(x), -30, -1e-9, 0, 1.5);
  CHECK_DERIVATIVE(log(x), 1 / x, 0.2, 1, 7);
  CHECK_DERIVATIVE(log2(x), 1.4426950408889634074 / x, 0.2, 1, 7);
  CHECK_DERIVATIVE(log10(x), 0.43429448190325182765 / x, 0.2, 1, 7);
  CHECK_DERIVATIVE(log1p(x), 1 / (1 + x), -0.5, 1e-9, 7);
  CHECK_DERIVATIVE(logaddexp(x, 0), sigmoid(x), -5, 0, 2);
  CHECK_DERIVATIVE(logaddexp(2 * x, -x), 3 * sigmoid(3 * x) - 1, -5, 0, 2);
}

TEST_CASE("circular and hyperbolic functions have their derivatives") {
  CHECK_DERIVATIVE(sin(x), cos(x), -2, 0, 30);
  CHECK_DERIVATIVE(cos(x), -sin(x), -2, 0, 30);
  CHECK_DERIVATIVE(tan(x), 1 / (cos(x) * cos(x)), -1, 0, 0.7);
  CHECK_DERIVATIVE(asin(x), pow(1 - x * x, -0.5), -0.9, 0, 0.3);
  CHECK_DERIVATIVE(acos(x), -1 / sqrt(1 - x * x), -0.9, 0, 0.3);
  CHECK_DERIVATIVE(atan(x), 1 / (1 + square(x)), -2, 0, 5);
  CHECK_DERIVATIVE(atan2(x, 2), 2 / (4 + x * x), -2, 0, 5);
  CHECK_DERIVATIVE(atan2(3, x), -3 / (9 + x * x), -2, 0, 5);
  CHECK_DERIVATIVE(sinh(x), cosh(x), -2, 0, 3);
  CHECK_DERIVATIVE(cosh(x), sinh(x), -2, 0, 3);
  CHECK_DERIVATIVE(tanh(x), 1 - square(tanh(x)), -2, 0, 3);
  CHECK_DERIVATIVE(asinh(x), 1 / sqrt(1 + x * x), -2, 0, 3);
  CHECK_DERIVATIVE(acosh(x), 1 / sqrt(x * x - 1), 1.5, 3);
  CHECK_DERIVATIVE(atanh(x), 1 / (1 - x * x), -0.8, 0, 0.3);
}

TEST_CASE("the error function, the normal distribution and activations have their derivatives") {
  CHECK_DERIVATIVE(erf(x), 1.1283791670955125739 * exp(-x * x), -2, 0, 1);
  CHECK_DERIVATIVE(erfc(x), -1.1283791670955125739 * exp(-x * x), -2, 0, 5);
  CHECK_DERIVATIVE(normal_cdf(x), normal_pdf(x), -2, 0, 5);
  CHECK_DERIVATIVE(normal_pdf(x), -x * normal_pdf(x), -2, 0, 5);
  CHECK_DERIVATIVE(sigmoid(x), sigmoid(x) * sigmoid(-x), -40, -2, 0, 3, 40);
  CHECK_DERIVATIVE(logistic_density(x), logistic_density(x) * (sigmoid(-x) - sigmoid(x)), -4, 0, 3);
  CHECK_DERIVATIVE(softplus(x), sigmoid(x), -40, -2, 0, 3);
  CHECK_DERIVATIVE(mish(x), tanh(softplus(x)) + x * (1 - square(tanh(softplus(x)))) * sigmoid(x), -2, 0, 3);
  CHECK_DERIVATIVE(tanhshrink(x), square(tanh(x)), -2, 0, 3);
  CHECK_DERIVATIVE(gelu_tanh(x),
                   sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x)) +
                       x * logistic_density(1.5957691216057308 * (x + 0.044715 * x * x * x)) * 1.5957691216057308 *
                           (1 + 0.134145 * x * x),
                   -2, 0, 3);
}

TEST_CASE("powers, quotients and products have their derivatives") {
  CHECK_DERIVATIVE(sqrt(x), 0.5 / sqrt(x), 0.1, 1, 9);
  CHECK_DERIVATIVE(x * x * x - 2 * x + 1, 3 * x * x - 2, -2, 0, 3);
  CHECK_DERIVATIVE((x + 1) / (x * x + 2), (2 - 2 * x - x * x) / square(x * x + 2), -2, 0, 3);
  CHECK_DERIVATIVE(x / 4, 0 * x + 0.25, -2, 0, 3);
  CHECK_DERIVATIVE(pow(x, 5), 5 * x * x * x * x, -2, 0, 3);
  CHECK_DERIVATIVE(pow(x, 2), 2 * x, -2, 0, 3);
  CHECK_DERIVATIVE(pow(x, 1), 1, -2, 0, 3);
  CHECK_DERIVATIVE(pow(x, 0), 0, -2, 0, 3);
  CHECK_DERIVATIVE(pow(x, -1), -1 / (x * x), -2, 3);
  CHECK_DERIVATIVE(pow(x, 2.5), 2.5 * x * sqrt(x), 0.2, 3);
  CHECK_DERIVATIVE(pow(2, x), 0.69314718055994530942 * exp2(x), -2, 0, 3);
  CHECK_DERIVATIVE(pow(x, x), pow(x, x) * (log(x) + 1), 0.3, 2);
  CHECK_DERIVATIVE(hypot(x, 2), x / sqrt(x * x + 4), -2, 0, 3);
  CHECK_DERIVATIVE(hypot(x, 2 * x + 1), (5 * x + 2) / sqrt(5 * x * x + 4 * x + 1), -2, 0, 3);
}

TEST_CASE("at a kink the derivatives are those of the operations") {
  CHECK(derivative<1>([](auto x) { return abs(x); }, 0) == 0);
  CHECK(derivative<1>([](auto x) { return abs(x); }, -3) == -1);
  CHECK(derivative<2>([](auto x) { return abs(x) * x; }, -3) == -2);
  CHECK(derivative<1>([](auto x) { return max(x, 0); }, 0) == 0.5);
  CHECK(derivative<1>([](auto x) { return min(2, x); }, 2) == 0.5);
  CHECK(derivative<1>([](auto x) { return max(x, -x); }, 0) == 0);
  CHECK(derivative<1>([](auto x) { return relu(x); }, 0) == 0);
  CHECK(derivative<1>([](auto x) { return clamp(x, 0, 1); }, 1) == 1);
  CHECK(derivative<1>([](auto x) { return clamp(x, 0, 1); }, 1.5) == 0);
  CHECK(derivative<1>([](auto x) { return select(x > 0, x, 0.01 * x); }, 0) == 0.01);
  CHECK(derivative<1>([](auto x) { return x * (floor(x) + ceil(x) + round(x) + trunc(x) + sign(x)); }, 2.25) == 10);
  CHECK(partials([](auto x, auto y) { return max(x, y) + min(2 * x, y); }, 1, 1) == Partials{0.5, 1.5});
}

TEST_CASE("derivatives are infinite where the function is that steep, but only by what it depends on") {
  CHECK(derivative<1>([](auto x) { return sqrt(x); }, 0) == inf);
  CHECK(derivative<1>([](auto x) { return log(x); }, 0) == inf);
  CHECK(derivative<1>([](auto x) { return 1 / x; }, 0) == -inf);
  CHECK(derivative<1>([](auto x) { return asin(x); }, 1) == inf);
  CHECK(derivative<1>([](auto x) { return pow(x, 0.5); }, 0) == inf);
  CHECK(partials([](auto x, auto y) { return x + sqrt(y); }, 3, 0) == Partials{1, inf});
  CHECK(partials([](auto x, auto y) { return 2 * x + log(y); }, 3, 0) == Partials{2, inf});
  CHECK(partials([](auto x, auto y) { return pow(x, y); }, -2, 3).by_x == 12);
  CHECK(partials([](auto x, auto y) { return pow(x, y); }, 0, 2) == Partials{0, 0});
  CHECK(partials([](auto x, auto y) { return pow(x, y); }, 0, 0) == Partials{0, 0});
}

TEST_CASE("an exponential that is too large for a number leaves a quotient's derivative at its limit") {
  const auto swish = [](auto x) { return x / (1 + exp(-x)); };
  CHECK(derivative<1>(swish, -1000) == 0);
  CHECK(derivative<2>(swish, -1000) == 0);
  CHECK(derivative<1>(swish, 1000) == 1);
  CHECK(derivative<1>([](auto x) { return 1 / (1 + exp(x)); }, 1000) == 0);
  CHECK(derivative<1>([](auto x) { return (1 - x) / (2 + exp(x)); }, 1000) == 0);
}

TEST_CASE("small derivatives keep their digits") {
  CHECK(derivative<1>([](auto x) { return sigmoid(x); }, 50) == doctest::Approx(std::exp(-50.0)).epsilon(1e-14));
  CHECK(derivative<1>([](auto x) { return tanh(x); }, 30) == doctest::Approx(4 * std::exp(-60.0)).epsilon(1e-14));
  CHECK(derivative<1>([](auto x) { return expm1(x); }, -50) == doctest::Approx(std::exp(-50.0)).epsilon(1e-14));
  CHECK(derivative<1>([](auto x) { return acosh(x); }, 1 + 0x1p-40) ==
        doctest::Approx(std::sqrt(0x1p39) * (1 - 0x1p-42)).epsilon(1e-14));
}

TEST_CASE("constants made on the way have no derivative") {
  CHECK(derivative<2>([](auto x) { return select(x > 0, 3, 1) * x * x; }, 2) == 6);
  CHECK(derivative<1>([](auto) { return 3.0; }, 2) == 0);
  CHECK(derivative<1>([](auto x) { return select(x > 0, 3, 1); }, 2) == 0);
  CHECK(derivative<2>(
            [](auto x) {
              auto y = x;
              y += 1;
              y *= x;
              y /= 2;
              y -= x * x * x;
              return y;
            },
            2) == -11);
}
