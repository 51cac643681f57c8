// Elementwise operations made from one lambda: values and derivatives against closed forms, everything that an
// operation of the library can do, and what is refused.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nabla/elementwise.hpp>
#include <nabla/nabla.hpp>
#include <string>
#include <vector>

using namespace nabla;
using doctest::Approx;
using doctest::Contains;

namespace {

constexpr auto swish = elementwise("my_swish", [](auto x) { return x / (1 + exp(-x)); });
constexpr auto wave = elementwise("wave", [](auto x) { return sin(3 * x); });
constexpr auto leaky = elementwise("leaky", [](auto x) { return select(x > 0, x, 0.01 * x); });
constexpr auto product = elementwise("product", [](auto x, auto y) { return x * x * y * y * y; });
constexpr auto focal = elementwise("focal", [](auto p, auto y) {
  const auto q = y * p + (1 - y) * (1 - p);
  return -(1 - q) * (1 - q) * log(q);
});
constexpr auto three = elementwise("three", [](auto x, auto y, auto z) { return x * exp(y) + z * z * y; });
constexpr auto four = elementwise("four", [](auto w, auto x, auto y, auto z) { return w * x - y / (1 + z * z); });

/// A scaled power, as a factory of one's own would make it.
auto scaled_power(double scale, int power) {
  return elementwise("scaled_power", [scale, power](auto x) { return scale * pow(x, power); });
}

double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  REQUIRE(a.dtype() == b.dtype());
  return a.size() == 0 ? 0 : max(abs(a.to(f64) - b.to(f64))).item();
}

/// f(x) differentiated n times, element by element.
template <class F>
Tensor derivative(const F& f, const Tensor& x, int n) {
  Tape tape;
  const Var v = tape.variable(x);
  Var y = f(v);
  for (int i = 0; i < n; ++i) y = gradient_recorded(sum(y), {v})[v];
  return y.value();
}

/// A function of numbers on every element.
template <class F>
Tensor apply_each(const Tensor& x, F f) {
  Tensor y = zeros(x.shape());
  const Tensor dense = x.contiguous();
  std::ranges::transform(dense.data<double>(), y.mutable_data<double>().begin(), f);
  return y;
}

}  // namespace

TEST_SUITE("an operation from one lambda") {
  TEST_CASE("has the values of the lambda and exact derivatives up to the fourth") {
    const Tensor x = Rng(1).uniform({5, 37}, -4, 4);
    CHECK(largest_difference(swish(x), apply_each(x, [](double t) { return t / (1 + std::exp(-t)); })) < 1e-15);
    const auto s = [](double t) { return 1 / (1 + std::exp(-t)); };
    CHECK(largest_difference(derivative(swish, x, 1),
                             apply_each(x, [&](double t) { return s(t) * (1 + t * (1 - s(t))); })) < 2e-15);
    CHECK(largest_difference(derivative(swish, x, 2), apply_each(x, [&](double t) {
                               return s(t) * (1 - s(t)) * (2 + t * (1 - 2 * s(t)));
                             })) < 4e-15);
    for (int n = 0; n <= elementwise_order; ++n) {
      CAPTURE(n);
      const Tensor expected =
          apply_each(x, [&](double t) { return std::pow(3.0, n) * std::sin(3 * t + n * 1.57079632679489661923); });
      CHECK(largest_difference(derivative(wave, x, n), expected) < 1e-14 * std::pow(3.0, n));
    }
  }

  TEST_CASE("is as good in f32 as the precision allows") {
    const Tensor x = Rng(2).uniform({100}, -4, 4, f32);
    for (int n = 0; n <= 3; ++n)
      CHECK(largest_difference(derivative(swish, x, n), derivative(swish, x.to(f64), n).to(f32)) < 1e-5);
    CHECK(swish(x).dtype() == f32);
  }

  TEST_CASE("is one node of the tape, and its gradient needs no other") {
    Tape tape;
    const Var x = tape.variable(Tensor::from({2}, {1, 2}));
    const Var y = swish(swish(x));
    CHECK(tape.size() == 3);
    CHECK(tape.operation(y.id())->name == "my_swish");
    CHECK(tape.operation(y.id())->arity == 1);
    const Tensor g = gradient(sum(y), {x})[x];
    const Tensor inner = swish(x.value());
    CHECK(largest_difference(g, derivative(swish, inner, 1) * derivative(swish, x.value(), 1)) < 1e-15);
  }

  TEST_CASE("passes the checks of the library's own operations, with one to four operands") {
    for (const OpReport& report : {check_op(swish), check_op(wave), check_op(leaky), check_op(product), check_op(three),
                                   check_op(four), check_op(focal, 0.1, 0.9), check_op(scaled_power(0.5, 3)),
                                   check_op(focal, {{OperandSpec({4}, 0.1, 0.9), OperandSpec({3, 4}, 0.1, 0.9)}})}) {
      INFO(to_string(report));
      CHECK(report.passed());
    }
  }

  TEST_CASE("has mixed partial derivatives in any order of the operands") {
    Tape tape;
    const Var x = tape.variable(Tensor::from({2}, {1.5, -2})), y = tape.variable(Tensor::from({2}, {0.5, 3}));
    const Var z = sum(product(x, y));  // x² y³
    const auto by = [&](const Var& f, const Var& v) { return gradient_recorded(sum(f), {v})[v]; };
    const auto closed = [&](double c, int p, int q) {
      return apply_each(x.value(), [=](double t) { return c * std::pow(t, p); }) *
             apply_each(y.value(), [=](double t) { return std::pow(t, q); });
    };
    CHECK(largest_difference(by(z, x).value(), closed(2, 1, 3)) < 1e-13);
    CHECK(largest_difference(by(by(z, x), y).value(), closed(6, 1, 2)) < 1e-13);
    CHECK(largest_difference(by(by(z, y), x).value(), closed(6, 1, 2)) < 1e-13);
    CHECK(largest_difference(by(by(by(z, x), y), x).value(), closed(6, 0, 2)) < 1e-13);
    CHECK(largest_difference(by(by(by(by(z, x), y), x), y).value(), closed(12, 0, 1)) < 1e-13);
    CHECK(largest_difference(by(by(by(by(z, y), y), y), x).value(), closed(12, 1, 0)) < 1e-13);
  }

  TEST_CASE("broadcasts its operands, and takes numbers and Tensors beside Vars") {
    const Tensor x = Rng(3).uniform({2, 3}), y = Rng(4).uniform({3}), z = Rng(5).uniform({2, 1});
    CHECK(largest_difference(three(x, y, z), x * exp(y) + square(z) * y) < 1e-15);
    CHECK(largest_difference(three(x, 2, z), x * std::exp(2.0) + 2.0 * square(z)) < 1e-14);
    CHECK(largest_difference(three(1, 0.5f, z), std::exp(0.5) + 0.5 * square(z)) < 1e-15);
    Tape tape;
    const Var v = tape.variable(y);
    const Var w = three(x, v, 3.0);
    CHECK(largest_difference(w.value(), x * exp(y) + 9.0 * y) < 1e-14);
    CHECK(largest_difference(gradient(sum(w), {v})[v], sum(x, 0) * exp(y) + 18.0) < 1e-13);
    const Tensor sliced = Rng(6).uniform({4, 6}).sliced(1, 0, 6, 2);
    CHECK(largest_difference(swish(sliced.transposed()), swish(sliced.transposed().contiguous())) == 0);
    CHECK(swish(zeros({0, 3})).shape() == Shape{0, 3});
  }

  TEST_CASE("may capture numbers, and every object has its own") {
    const auto cube = scaled_power(2, 3), square_ = scaled_power(0.5, 2);
    const Tensor x = Tensor::from({3}, {-2, 0, 1.5});
    CHECK(largest_difference(cube(x), 2.0 * x * x * x) < 1e-14);
    CHECK(largest_difference(square_(x), 0.5 * x * x) < 1e-15);
    Tape tape;
    const Var v = tape.variable(x);
    const Var y = sum(cube(v) + square_(v));
    CHECK(largest_difference(gradient(y, {v})[v], 6.0 * x * x + x) < 1e-14);
    CHECK(largest_difference(derivative(cube, x, 2), 12.0 * x) < 1e-13);
    CHECK(largest_difference(derivative(square_, x, 2), ones({3})) < 1e-15);
    const float slope = 0.25f;
    const auto tilted = elementwise("tilted", [slope](auto a, auto b) { return select(a > b, a, slope * b); });
    CHECK(tilted(x, -1.0).at({0}) == -0.25);
    tape.clear();
    const Var u = tape.variable(x);
    CHECK(largest_difference(gradient(sum(tilted(0.5, u)), {u})[u], Tensor::from({3}, {0, 0, 0.25})) == 0);
  }

  TEST_CASE("takes the one-sided value of select at a kink, and the mean of both for max and min") {
    const Tensor x = Tensor::from({3}, {-2, 0, 3});
    CHECK(largest_difference(leaky(x), Tensor::from({3}, {-0.02, 0, 3})) == 0);
    CHECK(largest_difference(derivative(leaky, x, 1), Tensor::from({3}, {0.01, 0.01, 1})) == 0);
    const auto hinge = elementwise("hinge", [](auto t) { return max(t, 0); });
    CHECK(largest_difference(derivative(hinge, x, 1), Tensor::from({3}, {0, 0.5, 1})) == 0);
    const auto distance = elementwise("distance", [](auto a, auto b) { return abs(a - b); });
    Tape tape;
    const Var v = tape.variable(x);
    CHECK(largest_difference(gradient(sum(distance(v, 0)), {v})[v], Tensor::from({3}, {-1, 0, 1})) == 0);
  }

  TEST_CASE("has a gradient at its limit where an exponential in it overflows") {
    const Tensor x = Tensor::from({4}, {-1000, -710, 710, 1000});
    CHECK(largest_difference(derivative(swish, x, 1), Tensor::from({4}, {0, 0, 1, 1})) < 1e-300);
    CHECK(largest_difference(derivative(swish, x.to(f32), 1), Tensor::from({4}, {0, 0, 1, 1}).to(f32)) == 0);
    CHECK(largest_difference(derivative(swish, x, 2), zeros({4})) < 1e-300);
  }

  TEST_CASE("gives an element the same bits wherever it lies") {
    const auto check = [](auto f, const Tensor& x, const Tensor& y) {
      Tape tape;
      const auto values = [&](const Tensor& a, const Tensor& b) {
        tape.clear();
        const Var u = tape.variable(a), v = tape.variable(b);
        const Var z = f(u, v);
        const Gradients g = gradient(sum(z), {u, v});
        return std::array{z.value(), g[u], g[v]};
      };
      const auto together = values(x, y);
      for (std::int64_t i = 0; i < x.size(); ++i) {
        const auto alone = values(x.sliced(0, i, i + 1), y.sliced(0, i, i + 1));
        for (std::size_t k = 0; k < alone.size(); ++k) CHECK(alone[k].at({0}) == together[k].at({i}));
      }
    };
    for (DType dtype : {f32, f64}) {
      const Tensor x = Rng(7).uniform({37}, 0.1, 0.9, dtype), y = Rng(8).uniform({37}, 0, 1, dtype);
      check(focal, x, y);
      check(product, x, y);
    }
  }

  TEST_CASE("refuses a derivative beyond the fourth, and leaves the tape as it was") {
    Tape tape;
    const Var x = tape.variable(Tensor::from({2}, {1, 2}));
    Var y = swish(x);
    for (int i = 0; i < elementwise_order; ++i) y = gradient_recorded(sum(y), {x})[x];
    const Var last = sum(y);
    const std::size_t size = tape.size();
    const auto message =
        Contains("] A derivative of order 5 is asked for; functions made by elementwise() have those up to order 4");
    CHECK_THROWS_WITH_AS(gradient(last, {x}), message, ValueError);
    CHECK_THROWS_WITH_AS(gradient_recorded(last, {x}), Contains("[my_swish]"), ValueError);
    CHECK(tape.size() == size);
  }

  TEST_CASE("says its name in errors") {
    const Tensor x = zeros({2, 3});
    CHECK_THROWS_WITH_AS(product(x, zeros({4})), Contains("[product] Shapes [2, 3] and [4] do not broadcast"),
                         ShapeError);
    CHECK_THROWS_WITH_AS(product(x, x.to(f32)), Contains("[product] Operands of f64 and f32"), DTypeError);
    CHECK_THROWS_WITH_AS(swish(x.to(i64)), Contains("[my_swish] Operands of i64; it takes f32 and f64"), DTypeError);
    CHECK_THROWS_WITH_AS(swish(Tensor()), Contains("[my_swish]"), ValueError);
    Tape one, other;
    CHECK_THROWS_WITH_AS(product(one.constant(x), other.constant(x)), Contains("[product]"), TapeError);
  }

  TEST_CASE("has one name for one lambda") {
    constexpr auto f = [](auto x) { return x * x; };
    const Tensor x = Tensor::from({2}, {2, 3});
    const auto first = elementwise("first", f), again = elementwise("first", f), second = elementwise("second", f);
    CHECK(first(x).at({1}) == 9);
    CHECK(again(x).at({1}) == 9);
    CHECK_THROWS_WITH_AS(second(x), Contains("[second] The same lambda is called first already"), ValueError);
  }

  TEST_CASE("is an activation with a name") {
    const nn::Activation activation = swish;
    CHECK(activation.name() == "my_swish");
    nn::Mlp net({2, 8, 1}, {.hidden = swish, .output = nn::identity, .seed = 1, .dtype = f64});
    const Tensor x = Rng(2).normal({4, 2});
    CHECK(gradcheck([&](Var v) { return sum(net(v)); }, x).passed());
    Tape tape;
    CHECK(largest_difference(net(x), net(tape.constant(x)).value()) == 0);
  }

  TEST_CASE("is replayed with other values") {
    const auto cube = scaled_power(2, 3);
    Tape tape;
    const Var x = tape.variable(Tensor::from({2}, {1, 2}));
    const Var y = sum(swish(cube(x)));
    const Tensor other = Tensor::from({2}, {0.5, -1});
    tape.set(x, other);
    tape.replay();
    CHECK(y.value().item() == Approx(sum(swish(2.0 * other * other * other)).item()).epsilon(1e-15));
    CHECK(gradcheck([&](Var v) { return sum(swish(cube(v))); }, other).passed());
  }

  TEST_CASE("records again and again without new memory for its attributes, whatever their size") {
    const auto many =
        elementwise("many", [a = 1.0, b = 2.0, c = 3.0, d = 4.0](auto x) { return a + x * (b + x * (c + x * d)); });
    Tape tape;
    for (int i = 0; i < 3; ++i) {
      tape.clear();
      const Var x = tape.variable(Tensor::from({2}, {1, -1}));
      CHECK(largest_difference(gradient(sum(many(x)), {x})[x], Tensor::from({2}, {20, 8})) == 0);
    }
  }
}
