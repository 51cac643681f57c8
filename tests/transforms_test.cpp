// grad, vjp, jvp, jacobian, hessian, hvp against closed forms and against each other.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <functional>
#include <nabla/error.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/random.hpp>
#include <nabla/transforms.hpp>
#include <vector>

using namespace nabla;
using doctest::Approx;
using doctest::Contains;

namespace {

double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  return a.size() == 0 ? 0 : max(abs(a - b)).item();
}

/// A matrix of n × n entries, by entry(i, k).
template <class F>
Tensor matrix(std::int64_t n, F entry) {
  Tensor m = zeros({n, n});
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t k = 0; k < n; ++k) m.mutable_data<double>()[static_cast<std::size_t>(i * n + k)] = entry(i, k);
  return m;
}

const auto rosenbrock = [](Var x) {
  const Var a = slice(x, 0, 0, 1), b = slice(x, 0, 1, 2);
  return sum(square(1.0 - a) + 100.0 * square(b - square(a)));
};

/// Several arguments of different shapes, all coupled.
const auto coupled = [](Var x, Var y, Var s) { return sum(exp(s * x) * sum(y * x, 1)) + sum(square(y)) * s; };
const Tensor cx = Tensor::from({2}, {0.5, -0.3}), cy = Tensor::from({3, 2}, {1, 2, -1, 0.5, 0, 0.25}).sliced(0, 0, 2),
             cs = Tensor::scalar(0.7);

}  // namespace

TEST_CASE("grad and value_and_grad of one argument") {
  const Tensor x = Tensor::from({2}, {-1.2, 1});
  const auto [value, gradient] = value_and_grad(rosenbrock, x);
  CHECK(value.item() == Approx(24.2).epsilon(1e-14));
  CHECK(gradient.at({0}) == Approx(-215.6).epsilon(1e-14));
  CHECK(gradient.at({1}) == Approx(-88).epsilon(1e-14));
  CHECK(identical(grad(rosenbrock, x), gradient));
  CHECK(grad([](Var v) { return v; }, Tensor::scalar(3)).item() == 1);
  CHECK(grad([](Var v) { return sum(v); }, zeros({0, 2})).shape() == Shape{0, 2});
  CHECK(identical(grad([](Var v) { return v.tape().constant(1.0); }, x), zeros({2})));
}

TEST_CASE("grad and value_and_grad of several arguments") {
  const Tensor x = Tensor::from({2}, {1, 2}), y = Tensor::from({2}, {3, 5});
  const auto f = [](Var a, Var b) { return sum(a * a * b); };
  const auto [gx, gy] = grad(f, {x, y});
  CHECK(identical(gx, Tensor::from({2}, {6, 20})));
  CHECK(identical(gy, Tensor::from({2}, {1, 4})));
  const auto both = value_and_grad(f, {x, y});
  CHECK(both.value.item() == 23);
  CHECK(identical(both.gradient[1], gy));
  const auto [g1, g2, g3] = grad([](Var a, Var, Var c) { return sum(a) * c; }, {x, y, Tensor::scalar(4)});
  CHECK(identical(g1, full({2}, 4)));
  CHECK(identical(g2, zeros({2})));
  CHECK(g3.item() == 3);
}

TEST_CASE("vjp gives the cotangents for any shape of f") {
  const Tensor x = Tensor::from({3}, {1, 2, 3}), ct = Tensor::from({3}, {1, 10, 100});
  const auto [value, cotangent] = vjp([](Var v) { return square(v); }, x, ct);
  CHECK(identical(value, Tensor::from({3}, {1, 4, 9})));
  CHECK(identical(cotangent, Tensor::from({3}, {2, 40, 600})));
  const auto two = vjp([](Var a, Var b) { return a * b; }, {x, Tensor::scalar(2)}, ct);
  CHECK(identical(two.cotangent[0], 2.0 * ct));
  CHECK(two.cotangent[1].item() == 321);
}

TEST_CASE("jvp gives the derivative along a direction") {
  const Tensor x = Tensor::from({2}, {0.5, -1}), v = Tensor::from({2}, {2, 3});
  const auto [value, tangent] = jvp([](Var a) { return exp(a); }, x, v);
  CHECK(identical(value, exp(x)));
  CHECK(largest_difference(tangent, v * exp(x)) < 1e-15);
  const auto two = jvp([](Var a, Var b) { return a * b; }, {x, v}, {ones({2}), full({2}, 2)});
  CHECK(largest_difference(two.tangent, v + 2.0 * x) < 1e-15);
  CHECK(identical(jvp([](Var a) { return a; }, x, v).tangent, v));
  CHECK(identical(jvp([](Var a) { return sign(a); }, x, v).tangent, zeros({2})));
  CHECK(jvp([](Var a) { return sum(a * a); }, x, v).tangent.item() == Approx(-4));
}

TEST_CASE("jacobian has the shape of f followed by that of x") {
  const Tensor z = Tensor::from({3}, {0.1, -0.4, 0.8}), s = softmax(z);
  const Tensor expected =
      matrix(3, [&](std::int64_t i, std::int64_t k) { return s.at({i}) * ((i == k ? 1.0 : 0.0) - s.at({k})); });
  CHECK(largest_difference(jacobian([](Var v) { return softmax(v); }, z), expected) < 1e-16);

  const Tensor a = Rng(1).uniform({2, 3}), b = Rng(2).uniform({3, 4});
  const auto [ja, jb] = jacobian([](Var p, Var q) { return matmul(p, q); }, {a, b});
  CHECK(ja.shape() == Shape{2, 4, 2, 3});
  CHECK(jb.shape() == Shape{2, 4, 3, 4});
  CHECK(ja.at({1, 2, 1, 0}) == b.at({0, 2}));
  CHECK(ja.at({1, 2, 0, 0}) == 0);
  CHECK(jb.at({1, 2, 0, 2}) == a.at({1, 0}));
  CHECK(jb.at({1, 2, 0, 1}) == 0);

  CHECK(identical(jacobian([](Var v) { return v; }, z), eye(3)));
  CHECK(identical(jacobian([](Var v) { return v.tape().constant(ones({2})); }, z), zeros({2, 3})));
  CHECK(jacobian([](Var v) { return slice(v, 0, 0, 0); }, z).shape() == Shape{0, 3});
  CHECK(jacobian([](Var v) { return sum(v); }, z).shape() == Shape{3});
  CHECK(jacobian([](Var v) { return v * 2.0; }, zeros({0})).shape() == Shape{0, 0});
}

TEST_CASE("jacobian at kinks and ties takes the derivative that the operation states") {
  const auto of = [](auto f, std::initializer_list<double> x) {
    return jacobian(f, Tensor::from({static_cast<std::int64_t>(x.size())}, x));
  };
  CHECK(identical(of([](Var v) { return relu(v); }, {-1, 0, 2}),
                  matrix(3, [](auto i, auto k) { return i == k && i == 2 ? 1.0 : 0.0; })));
  CHECK(largest_difference(of([](Var v) { return abs(v); }, {-1, 0}), Tensor::from({2, 2}, {-1, 0, 0, 0})) == 0);
  CHECK(identical(of([](Var v) { return max(v); }, {3, 1, 3, 3}), Tensor::from({4}, {1. / 3, 0, 1. / 3, 1. / 3})));
  CHECK(identical(of([](Var v) { return maximum(v, 1.0); }, {0, 1}), Tensor::from({2, 2}, {0, 0, 0, 0.5})));
  CHECK(identical(of([](Var v) { return minimum(v, 1.0); }, {0, 1}), Tensor::from({2, 2}, {1, 0, 0, 0.5})));
  CHECK(identical(of(
                      [](Var v) {
                        return gather(v, Tensor::from({3}, {1, 1, 0}, i64));
                      },
                      {5, 6}),
                  Tensor::from({3, 2}, {0, 1, 0, 1, 1, 0})));
}

TEST_CASE("hessian of a quadratic form is its symmetric matrix") {
  const Tensor a = Rng(3).uniform({4, 4}), x = Rng(4).uniform({4});
  const Tensor h = hessian([&](Var v) { return matmul(v, matmul(a, v)); }, x);
  CHECK(largest_difference(h, a + transpose(a)) < 1e-15);
  const Tensor r = hessian(rosenbrock, Tensor::from({2}, {-1.2, 1}));
  CHECK(r.at({0, 0}) == Approx(1330).epsilon(1e-14));
  CHECK(r.at({0, 1}) == Approx(480).epsilon(1e-14));
  CHECK(r.at({1, 0}) == Approx(480).epsilon(1e-14));
  CHECK(r.at({1, 1}) == Approx(200).epsilon(1e-14));
  CHECK(identical(hessian([](Var v) { return sum(v); }, x), zeros({4, 4})));
}

TEST_CASE("hessian of several arguments has a block for each pair, symmetric across the diagonal") {
  const auto h = hessian(coupled, {cx, cy, cs});
  const Tensor* const args[] = {&cx, &cy, &cs};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 3; ++k) {
      Dims extents = args[i]->shape();
      for (const std::int64_t extent : args[k]->shape()) extents.push_back(extent);
      CHECK(h[i][k].shape() == extents);
      const Tensor block = h[i][k].reshaped({args[i]->size(), args[k]->size()});
      CHECK(largest_difference(block, transpose(h[k][i].reshaped({args[k]->size(), args[i]->size()}))) < 1e-14);
    }
  // ∂²f/∂s² = Σ x² e^(sx) Σ_k y_k x_k
  double second = 0;
  for (std::int64_t i = 0; i < 2; ++i)
    second += cx.at({i}) * cx.at({i}) * std::exp(0.7 * cx.at({i})) *
              (cy.at({i, 0}) * cx.at({0}) + cy.at({i, 1}) * cx.at({1}));
  CHECK(h[2][2].item() == Approx(second).epsilon(1e-14));
}

TEST_CASE("hvp is the Hessian times v, jvp the Jacobian times v, vjp its transpose") {
  const Tensor vx = Tensor::from({2}, {1, -2}), vy = Tensor::from({2, 2}, {0.5, 1, 2, -1}), vs = Tensor::scalar(3);
  const std::array<Tensor, 3> v = {vx, vy, vs};
  const auto flat = [](const Tensor& t) { return t.reshaped({t.size()}); };

  const auto h = hessian(coupled, {cx, cy, cs});
  const auto product = hvp(coupled, {cx, cy, cs}, {vx, vy, vs});
  for (std::size_t i = 0; i < 3; ++i) {
    Tensor expected = zeros({product[i].size()});
    for (std::size_t k = 0; k < 3; ++k)
      expected = expected + matmul(h[i][k].reshaped({product[i].size(), v[k].size()}), flat(v[k]));
    CHECK(largest_difference(flat(product[i]), expected) < 1e-13);
  }

  const auto f = [](Var x, Var y, Var s) { return tanh(matmul(y, x) * s) + x; };
  const auto j = jacobian(f, {cx, cy, cs});
  const Tensor ct = Tensor::from({2}, {0.3, -2});
  const auto transposed = vjp(f, {cx, cy, cs}, ct).cotangent;
  Tensor along = zeros({2});
  for (std::size_t i = 0; i < 3; ++i) {
    const Tensor block = j[i].reshaped({2, v[i].size()});
    along = along + matmul(block, flat(v[i]));
    CHECK(largest_difference(flat(transposed[i]), matmul(ct, block)) < 1e-15);
  }
  CHECK(largest_difference(jvp(f, {cx, cy, cs}, {vx, vy, vs}).tangent, along) < 1e-14);
  CHECK(largest_difference(hvp(rosenbrock, Tensor::from({2}, {-1.2, 1}), Tensor::from({2}, {1, 0})),
                           Tensor::from({2}, {1330, 480})) < 1e-11);
}

TEST_CASE("grad may be taken of grad, to any depth and of what surrounds it") {
  const auto f = [](Var x) { return sin(x) * x; };
  const auto first = [&](Var x) { return grad(f, x); };
  const auto second = [&](Var x) { return grad(first, x); };
  const Tensor x = Tensor::scalar(1.3);
  CHECK(grad(f, x).item() == Approx(std::cos(1.3) * 1.3 + std::sin(1.3)).epsilon(1e-14));
  CHECK(grad(first, x).item() == Approx(2 * std::cos(1.3) - 1.3 * std::sin(1.3)).epsilon(1e-14));
  CHECK(grad(second, x).item() == Approx(-3 * std::sin(1.3) - 1.3 * std::cos(1.3)).epsilon(1e-14));
  // The inner function sees x from outside: d/dx [x · d/dy (x y²)] at y = x is d/dx 2x³.
  const auto outer = [](Var v) { return v * grad([&](Var y) { return v * square(y); }, v * 1.0); };
  CHECK(grad(outer, x).item() == Approx(6 * 1.3 * 1.3).epsilon(1e-14));
  CHECK(jacobian([](Var v) { return grad([](Var y) { return sum(y * y * y); }, v); }, Tensor::from({2}, {1, 2}))
            .at({1, 1}) == 12);
}

TEST_CASE("f32 arguments give f32 derivatives") {
  const Tensor x = Tensor::from({2}, {0.5, 1.5}, f32);
  const auto f = [](Var v) { return sum(exp(v) * 0.1); };
  CHECK(grad(f, x).dtype() == f32);
  CHECK(grad(f, x).at({1}) == Approx(0.1 * std::exp(1.5)).epsilon(1e-6));
  CHECK(jacobian([](Var v) { return v * v; }, x).dtype() == f32);
  CHECK(hessian(f, x).dtype() == f32);
  CHECK(hvp(f, x, ones({2}, f32)).dtype() == f32);
  CHECK(jvp(f, x, ones({2}, f32)).tangent.dtype() == f32);
  CHECK(vjp([](Var v) { return v * 2.0; }, x, ones({2}, f32)).cotangent.dtype() == f32);
}

TEST_CASE("wrong uses of the transforms are refused") {
  const Tensor x = ones({2});
  const auto vector = [](Var v) { return v * 2.0; };
  const auto scalar = [](Var v) { return sum(v * v); };
  struct {
    std::function<void()> call;
    const char* text;
  } const shape_errors[] = {
      {[&] { grad(vector, x); }, "[gradient] f has shape [2], not one element"},
      {[&] { value_and_grad(vector, x); }, "f has shape [2], not one element"},
      {[&] { hessian(vector, x); }, "f has shape [2], not one element"},
      {[&] { hvp(vector, x, x); }, "f has shape [2], not one element"},
      {[&] { vjp(vector, x, ones({3})); }, "The seed has shape [3], f has [2]"},
      {[&] { jvp(vector, x, ones({3})); }, "[jvp] A direction of shape [3] for an x of shape [2]; they must be equal"},
      {[&] { jvp(scalar, x, Tensor::scalar(1)); }, "[jvp] A direction of shape [] for an x of shape [2]"},
      {[&] {
         hvp(scalar, x, ones({2, 1}));
       },
       "[hvp] A direction of shape [2, 1] for an x of shape [2]"},
      {[&] {
         jacobian([](Var v) { return reshape(v, {1, 1, 1, 1, 2}); }, ones({1, 1, 1, 2}));
       },
       "at most 8"},
  };
  for (const auto& e : shape_errors) CHECK_THROWS_WITH_AS(e.call(), Contains(e.text), ShapeError);
  struct {
    std::function<void()> call;
    const char* text;
  } const dtype_errors[] = {
      {[&] { jvp(vector, x, ones({2}, f32)); }, "[jvp] A direction of f32 for an x of f64; convert it with to(f64)"},
      {[&] { hvp(scalar, x, ones({2}, i64)); }, "[hvp] A direction of i64 for an x of f64"},
      {[&] { vjp(vector, x, ones({2}, f32)); }, "The seed is f32, f is f64"},
      {[&] { grad(scalar, zeros({2}, i64)); }, "A derivative with respect to i64 values does not exist"},
      {[&] { jacobian([](Var v) { return v > 0.0; }, x); }, "only f32 and f64 results have derivatives"},
  };
  for (const auto& e : dtype_errors) CHECK_THROWS_WITH_AS(e.call(), Contains(e.text), DTypeError);
  Tape other;
  const Var elsewhere = other.variable(1.0);
  CHECK_THROWS_AS(grad([&](Var) { return elsewhere; }, x), TapeError);
  CHECK_THROWS_AS(grad([&](Var v) { return v * elsewhere; }, Tensor::scalar(1)), TapeError);
  CHECK_THROWS_AS(grad(scalar, Tensor()), ValueError);
  CHECK_THROWS_AS(jvp([](Var v) { return v; }, Tensor::scalar(1), Tensor()), Error);
}
