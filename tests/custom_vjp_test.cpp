// Rules of one's own: values, derivatives of both orders, and what is refused.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <nabla/custom_vjp.hpp>
#include <nabla/nabla.hpp>
#include <string>
#include <tuple>
#include <vector>

using namespace nabla;
using doctest::Contains;

namespace {

constexpr auto log_sum_exp = custom_vjp(
    "log_sum_exp", [](const auto& x) { return log(sum(exp(x))); },
    [](const auto& ct, const auto& x, const auto& y) { return ct * exp(x - y); });

/// With a rule that only computes.
constexpr auto cubes = custom_vjp(
    "cubes", [](const Tensor& x) { return x * x * x; },
    [](const Tensor& ct, const Tensor& x, const Tensor&) { return 3.0 * ct * square(x); });

/// x Wᵀ, and the gradients of both.
constexpr auto project = custom_vjp(
    "project", [](const auto& x, const auto& W) { return matmul(x, transpose(W)); },
    [](const auto& ct, const auto& x, const auto& W, const auto&) {
      return std::tuple(matmul(ct, W), matmul(transpose(ct), x));
    });

double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  return a.size() == 0 ? 0 : max(abs(a - b)).item();
}

}  // namespace

TEST_SUITE("a rule of one's own") {
  TEST_CASE("computes on Tensors, and is one node on the tape") {
    const Tensor x = Rng(1).uniform({2, 3}, -2, 2);
    CHECK(log_sum_exp(x).item() == doctest::Approx(logsumexp(reshape(x, {6}), 0).item()).epsilon(1e-15));
    Tape tape;
    const Var v = tape.variable(x);
    const Var y = log_sum_exp(v);
    CHECK(tape.size() == 2);
    CHECK(tape.operation(y.id())->name == "log_sum_exp");
    CHECK(largest_difference(gradient(y, {v})[v], exp(x) / sum(exp(x))) < 1e-15);
  }

  TEST_CASE("has derivatives of any order when it is written in operations") {
    const Tensor x = Rng(2).uniform({4}, -2, 2);
    CHECK(gradcheck([](Var v) { return sum(log_sum_exp(v)); }, x).passed());
    const Tensor H = hessian([](Var v) { return log_sum_exp(v); }, x);
    CHECK(largest_difference(H, hessian([](Var v) { return logsumexp(v, 0); }, x)) < 1e-15);
    const Tensor X = Rng(3).uniform({5, 3}), W = Rng(4).uniform({2, 3});
    CHECK(gradcheck([](Var a, Var b) { return sum(square(project(a, b))); }, {X, W}).passed());
  }

  TEST_CASE("gives first derivatives alone when it takes Tensors, and says so where more are asked for") {
    const Tensor x = Tensor::from({3}, {1, -2, 3});
    CHECK(largest_difference(grad([](Var v) { return sum(cubes(v)); }, x), 3.0 * square(x)) == 0);
    Tape tape;
    const Var v = tape.variable(x);
    const Var y = sum(cubes(v));
    const std::size_t size = tape.size();
    CHECK_THROWS_WITH_AS(gradient_recorded(y, {v}), Contains("[cubes] The gradient is to be recorded"), ValueError);
    CHECK(tape.size() == size);
    CHECK_THROWS_AS(hvp([](Var u) { return sum(cubes(u)); }, x, x), ValueError);
  }

  TEST_CASE("is what counts, not the derivative of the forward function") {
    const auto straight_through =
        custom_vjp([](const auto& x) { return sign(x); }, [](const auto& ct, const auto&, const auto&) { return ct; });
    const Tensor x = Tensor::from({3}, {1, -2, 3});
    CHECK(largest_difference(grad([&](Var v) { return sum(straight_through(v) * v); }, x), x + sign(x)) == 0);
  }

  TEST_CASE("may capture constants, take numbers, and leave operands without a gradient") {
    const double scale = 3;
    const auto scaled = custom_vjp(
        "scaled", [scale](const auto& x, const auto& s) { return scale * x * s; },
        [scale](const auto& ct, const auto&, const auto& s, const auto&) {
          return std::tuple(scale * ct * s, Tensor());
        });
    const Tensor x = Tensor::from({2}, {1, 2});
    CHECK(scaled(x, 2).at({1}) == 12);
    Tape tape;
    const Var v = tape.variable(x), s = tape.variable(2.0);
    const auto [by_x, by_s] = [&] {
      const Gradients g = gradient(sum(scaled(v, s)), {v, s});
      return std::pair(g[v], g[s]);
    }();
    CHECK(largest_difference(by_x, full({2}, 6)) == 0);
    CHECK(by_s.item() == 0);
    CHECK(largest_difference(gradient_recorded(sum(scaled(v, 2.0)), {v})[v].value(), full({2}, 6)) == 0);
  }

  TEST_CASE("may give its cotangents in an array, and take integers as they are") {
    const auto pick = custom_vjp(
        "pick", [](const Tensor& x, const Tensor& indices) { return gather(x, indices, 0); },
        [](const Tensor& ct, const Tensor& x, const Tensor& indices, const Tensor&) {
          return std::array{scatter_add(zeros(x.shape()), indices, ct, 0), Tensor()};
        });
    const Tensor x = Tensor::from({3}, {1, 2, 3}), indices = Tensor::from({2}, {2, 2}, i64);
    Tape tape;
    const Var v = tape.variable(x);
    const Var y = pick(v, indices);
    CHECK(largest_difference(y.value(), Tensor::from({2}, {3, 3})) == 0);
    CHECK(largest_difference(gradient(sum(y), {v})[v], Tensor::from({3}, {0, 0, 2})) == 0);
  }

  TEST_CASE("is replayed with other values") {
    Tape tape;
    const Var x = tape.variable(Tensor::from({2}, {1, 2}));
    const Var y = log_sum_exp(x);
    const Tensor other = Tensor::from({2}, {0.5, -1});
    tape.set(x, other);
    tape.replay();
    CHECK(largest_difference(y.value(), log_sum_exp(other)) == 0);
    CHECK(largest_difference(gradient(y, {x})[x], exp(other) / sum(exp(other))) < 1e-15);
  }

  TEST_CASE("is held to the shapes and dtypes of the operands") {
    const auto wrong = custom_vjp(
        "wrong", [](const auto& x) { return 2.0 * x; },
        [](const auto& ct, const auto&, const auto&) { return sum(ct); });
    const auto empty = custom_vjp(
        "empty", [](const Tensor&) { return Tensor(); },
        [](const Tensor& ct, const Tensor&, const Tensor&) { return ct; });
    Tape tape;
    const Var v = tape.variable(zeros({3}));
    CHECK_THROWS_WITH_AS(gradient(sum(wrong(v)), {v}),
                         Contains("[wrong] The rule gave operand 0 of shape [3] a cotangent of shape []"), ShapeError);
    const std::size_t size = tape.size();
    CHECK_THROWS_WITH_AS(empty(v), Contains("[empty] The forward function gave an empty Tensor"), ValueError);
    CHECK_THROWS_WITH_AS(project(v, v), Contains("[transpose]"), ShapeError);
    CHECK(tape.size() == size);
  }
}
