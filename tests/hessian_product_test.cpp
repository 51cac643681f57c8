// Gradients of several functions by one sweep, and Hessian products on a tape: values that nobody needs are not
// evaluated.
#include <doctest/doctest.h>

#include <cmath>
#include <nabla/nabla.hpp>
#include <nabla/op.hpp>

using namespace nabla;
using doctest::Contains;

namespace {

double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  return a.size() == 0 ? 0 : max(abs(a - b)).item();
}

/// What hvp() spares: ⟨∂f/∂x, v⟩ is recorded and differentiated.
template <class X>
PooledVector<Tensor> by_inner_product(const Var& f, std::span<const X> wrt, std::span<const Tensor> directions) {
  const RecordedGradients g = gradient_recorded(f, wrt);
  Var along = sum(g.at(0) * directions[0]);
  for (std::size_t i = 1; i < wrt.size(); ++i) along = along + sum(g.at(i) * directions[i]);
  const Gradients second = gradient(along, wrt);
  PooledVector<Tensor> products;
  for (std::size_t i = 0; i < wrt.size(); ++i) products.push_back(second.at(i));
  return products;
}

/// x y, with a rule that looks at the cotangent it is given and at a product that it records itself.
struct Watched {
  static constexpr OpInfo info{.name = "watched", .arity = 2, .formula = "x y"};
  static inline double seen = 0;

  Shape infer(Shapes in) const { return {in[0][0], in[1][1]}; }
  void forward(Tensors in, Tensor& out) const { out = matmul(in[0], in[1]); }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    if (p.needs[0]) p.grad[0] = matmul(p.ct, transpose(p.in[1]));
    if (p.needs[1]) p.grad[1] = matmul(transpose(p.in[0]), p.ct);
    if constexpr (std::same_as<V, Var>)
      if (p.needs[0]) seen = sum(p.grad[0].value()).item() + sum(p.ct.value()).item();
  }
};

/// a b, whose rule forms the gradient of b first, where it is offered a place.
struct Backwards {
  static constexpr OpInfo info{.name = "backwards", .arity = 2, .formula = "a b"};

  void forward(Tensors in, Tensor& out) const { out = in[0] * in[1]; }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    for (std::size_t i = 0; i < 2; ++i)
      if (p.needs[i]) p.grad[i] = p.ct * p.in[1 - i];
  }
  void vjp_fused(const Pullback<Tensor>& p) const {
    vjp(p);
    for (std::size_t i = 2; i-- > 0;) {
      if (!p.needs[i] || p.into.empty() || !p.into[i].target) continue;
      Tensor& place = *p.into[i].target;
      const Tensor added = p.into[i].alpha * p.grad[i];
      place = p.into[i].beta == 0 ? added : p.into[i].beta * place + added;
      p.into[i].target = nullptr;
      p.grad[i] = Tensor();
    }
  }
};

/// The sum over rows; counts how often it is evaluated.
struct Counted {
  static constexpr OpInfo info{.name = "counted", .arity = 1, .formula = "sum x", .rule_reads_result = false};
  static inline int evaluated = 0;

  Shape infer(Shapes in) const { return {in[0][1]}; }
  void forward(Tensors in, Tensor& out) const { ++evaluated, out = sum(in[0], 0); }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    p.grad[0] = expand(p.ct, p.in[0].shape());
  }
};

/// x + b for every row, whose rule forms the gradient of b by an operation that need not be evaluated. It may do more.
struct Shifted {
  static constexpr OpInfo info{.name = "shifted", .arity = 2, .formula = "x + b"};
  enum Also { nothing, rewinds, clears, differentiates, looks } also = nothing;

  void forward(Tensors in, Tensor& out) const { out = in[0] + in[1]; }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    if (p.needs[0]) p.grad[0] = p.ct;
    if constexpr (std::same_as<V, Var>) {
      Tape& tape = p.ct.tape();
      if (also == rewinds) {
        const Var turned = transpose(p.ct);
        const Tape::Mark mark = tape.mark();
        matmul(turned, p.in[0]);
        tape.rewind(mark);
        p.grad[0] = p.ct * tape.constant(ones({1}));  // where the product was
      }
      if (also == clears) tape.clear();
      if (also == differentiates) {
        const Var inner[] = {p.in[0]};
        const Tensor v[] = {ones(p.in[0].shape())};
        const Var c = sum(square(matmul(transpose(p.in[0]), tape.constant(p.ct.value()))));
        CHECK(largest_difference(hvp(c, inner, v)[p.in[0]], by_inner_product(c, std::span<const Var>(inner), v)[0]) <
              1e-12);
      }
    }
    if (p.needs[1]) p.grad[1] = apply(Counted{}, p.ct);
    if constexpr (std::same_as<V, Var>)
      if (also == looks) CHECK(largest_difference(p.ct.tape().value(p.grad[1].id()), sum(p.ct.value(), 0)) == 0);
  }
};

}  // namespace

TEST_SUITE("hessian product") {
  TEST_CASE("the gradient of several functions is the sum of cotangents times their derivatives") {
    Rng rng(1);
    Tape tape;
    const Var x = tape.variable(rng.normal({3, 2})), w = tape.variable(rng.normal({2, 2})),
              c = tape.constant(x.value());
    const Var fs[] = {tanh(matmul(x, w)), square(x), c * 2.0, w};
    const Tensor seeds[] = {rng.normal({3, 2}), rng.normal({3, 2}), rng.normal({3, 2}), rng.normal({2, 2})};
    const Var wrt[] = {x, w};
    const Gradients together = gradient(fs, wrt, seeds);
    for (const Var& v : wrt) {
      Tensor sum = zeros(v.shape());
      for (std::size_t i = 0; i < 4; ++i) sum = sum + gradient(fs[i], {v}, seeds[i])[v];
      CHECK(largest_difference(together[v], sum) < 1e-14);
    }
    const Var same[] = {fs[1], fs[1]};
    const Tensor twice[] = {seeds[0], seeds[1]};
    CHECK(largest_difference(gradient(same, wrt, twice)[x], 2.0 * x.value() * (seeds[0] + seeds[1])) < 1e-14);
    CHECK(identical(twice[0], seeds[0]));
  }

  TEST_CASE("it can be recorded, with cotangents that are recorded, too") {
    Tape tape;
    const Var x = tape.variable(3.0), u = tape.variable(5.0), one = tape.constant(1.0);
    const Var fs[] = {x * x, x * x * x}, seeds[] = {u, one}, wrt[] = {x};
    const RecordedGradients g = gradient_recorded(fs, wrt, seeds);
    CHECK(g[x].value().item() == 2 * 3 * 5 + 3 * 9);
    CHECK(gradient(g[x], {u})[u].item() == 6);
  }

  TEST_CASE("each function has one cotangent, and there is one function at least") {
    Tape tape;
    const Var x = tape.variable(3.0);
    const Var fs[] = {x * x, x + 1.0}, wrt[] = {x};
    const Tensor seeds[] = {ones({})};
    CHECK_THROWS_WITH_AS(gradient(fs, wrt, seeds),
                         "[gradient] 2 functions and 1 seeds; give one function or more, and a seed for each",
                         ValueError);
    CHECK_THROWS_WITH_AS(gradient(std::span<const Var>(), wrt, std::span<const Tensor>()),
                         Contains("0 functions and 0 seeds"), ValueError);
    const Tensor wrong[] = {ones({}), ones({2})};
    CHECK_THROWS_AS(gradient(fs, wrt, wrong), ShapeError);
  }

  TEST_CASE(
      "a Hessian product on a tape is the derivative of the gradient along a direction, and leaves nothing behind") {
    Rng rng(2);
    nn::Mlp net({3, 4, 4, 2}, {.hidden = nn::tanh, .seed = 5});
    Tape tape;
    const Var loss =
        quadratic_cost(net(tape.constant(rng.normal({6, 3}, 0, 1, f32))), tape.constant(rng.normal({6, 2}, 0, 1, f32)));
    const Parameter unused("unused", ones({2}, f32));
    ConstParameters parameters = std::as_const(net).parameters();
    PooledVector<Tensor> directions;
    for (const Parameter* p : parameters) directions.push_back(rng.normal(p->shape(), 0, 1, f32));

    const std::size_t before = tape.size();
    const std::span<const Parameter* const> all(parameters);
    const Gradients products = hvp(loss, all, directions);
    CHECK(tape.size() == before);
    CHECK(loss.value().size() == 1);  // no handle is stale
    const PooledVector<Tensor> expected = by_inner_product(loss, all, directions);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(largest_difference(products.at(i), expected[i]) < 1e-6);

    parameters.push_back(&unused);
    directions.push_back(ones({2}, f32));
    CHECK(identical(hvp(loss, std::span<const Parameter* const>(parameters), directions)[unused], zeros({2}, f32)));
  }

  TEST_CASE("a rule that looks at values within a Hessian product sees them, evaluated or not") {
    Rng rng(3);
    Tape tape;
    const Var x = tape.variable(rng.normal({2, 3})), w = tape.variable(rng.normal({3, 2}));
    const Var f = sum(sin(apply(Watched{}, matmul(x, w), tape.constant(rng.normal({2, 2})))));
    const Var g = sum(sin(apply(Watched{}, x, w)));
    const Var wrt[] = {x, w};
    const Tensor directions[] = {rng.normal({2, 3}), rng.normal({3, 2})};
    for (const Var& y : {f, g}) {
      const PooledVector<Tensor> expected = by_inner_product(y, std::span<const Var>(wrt), directions);
      const double seen = Watched::seen;
      Watched::seen = 0;
      const Gradients products = hvp(y, wrt, directions);
      if (y == g) CHECK(Watched::seen == doctest::Approx(seen));
      for (std::size_t i = 0; i < 2; ++i) CHECK(largest_difference(products.at(i), expected[i]) < 1e-13);
    }
  }

  TEST_CASE("a sum that is recorded within a Hessian product is evaluated when an operation takes it") {
    Rng rng(5);
    Tape tape;
    const Var x = tape.variable(rng.normal({3, 4}));
    const Var f = sum(square(softmax(x))), wrt[] = {x};
    const Tensor directions[] = {rng.normal({3, 4})};
    CHECK(largest_difference(hvp(f, wrt, directions)[x],
                             by_inner_product(f, std::span<const Var>(wrt), directions)[0]) < 1e-15);
  }

  TEST_CASE("a gradient that nobody looks at is not evaluated, whatever else a rule does") {
    Rng rng(7);
    Tape tape;
    const Var x = tape.variable(rng.normal({3, 2})), b = tape.variable(rng.normal({2}));
    const Var wrt[] = {x, b};
    const Tensor directions[] = {rng.normal({3, 2}), rng.normal({2})};
    for (const Shifted::Also also : {Shifted::nothing, Shifted::rewinds, Shifted::differentiates, Shifted::looks}) {
      CAPTURE(static_cast<int>(also));
      const Var f = sum(exp(apply(Shifted{also}, x, b)));
      Counted::evaluated = 0;
      const Gradients products = hvp(f, wrt, directions);
      CHECK(Counted::evaluated == (also == Shifted::looks ? 2 : 1));  // once by the second sweep
      const PooledVector<Tensor> expected = by_inner_product(f, std::span<const Var>(wrt), directions);
      CHECK(Counted::evaluated == (also == Shifted::looks ? 4 : 3));  // and by the first one, here
      for (std::size_t i = 0; i < 2; ++i) CHECK(largest_difference(products.at(i), expected[i]) < 1e-13);
    }
    const Var f = sum(exp(apply(Shifted{Shifted::clears}, x, b)));
    CHECK_THROWS_AS(hvp(f, wrt, directions), TapeError);
    CHECK(tape.size() < 100);  // it can be used again
    CHECK(tape.variable(1.0).value().item() == 1);
  }

  TEST_CASE("an operand that stands in two places gets both gradients, in whatever order a rule forms them") {
    Tape tape;
    const Var x = tape.variable(full({2}, 3));
    Var y = x;
    for (int i = 0; i < 3; ++i) y = apply(Backwards{}, y, y);  // x^8, and buffers of its shape wait in the sweep
    for (int again = 0; again < 2; ++again)
      CHECK(largest_difference(gradient(sum(y), {x})[x], full({2}, 8 * std::pow(3, 7))) < 1e-9);
  }

  TEST_CASE("a tape counts its variables and parameters") {
    Tape tape;
    const Parameter w("w", ones({2}));
    tape.constant(1.0);
    tape.variable(1.0);
    const Tape::Mark mark = tape.mark();
    tape.parameter(w);
    tape.variable(2.0);
    tape.constant(1.0);
    CHECK(tape.sources() == 3);
    tape.rewind(mark);
    CHECK(tape.sources() == 1);
    tape.clear();
    CHECK(tape.sources() == 0);
  }

  TEST_CASE("directions must be like what they are directions of") {
    Tape tape;
    const Var x = tape.variable(ones({2}));
    const Var f = sum(square(x)), wrt[] = {x};
    const Tensor short_one[] = {ones({1})}, two[] = {ones({2}), ones({2})}, single[] = {ones({2}, f32)}, none[1];
    CHECK_THROWS_WITH_AS(hvp(f, wrt, short_one), Contains("[hvp] A direction of shape [1] for an x of shape [2]"),
                         ShapeError);
    CHECK_THROWS_WITH_AS(hvp(f, wrt, two), Contains("[hvp] 2 directions for 1 values of x"), ValueError);
    CHECK_THROWS_AS(hvp(f, wrt, single), DTypeError);
    CHECK_THROWS_AS(hvp(f, wrt, none), ValueError);
    CHECK_THROWS_AS(hvp(square(x), wrt, std::span<const Tensor>(two, 1)), ShapeError);
    CHECK(identical(hvp(f, wrt, std::span<const Tensor>(two, 1))[x], full({2}, 2)));
  }

  TEST_CASE("a sweep to all variables and one to each of them give the same bits") {
    Rng rng(4);
    for (int trial = 0; trial < 50; ++trial) {
      Tape tape;
      PooledVector<Var> nodes, variables;
      for (int i = 0; i < 3; ++i) variables.push_back(tape.variable(rng.uniform({3}, 0.5, 1)));
      nodes = variables;
      for (int i = 0; i < 2; ++i) nodes.push_back(tape.constant(rng.uniform({3}, 0.5, 1)));
      const auto any = [&] { return nodes[static_cast<std::size_t>(rng.integers({}, 0, std::ssize(nodes)).item())]; };
      for (int i = 0; i < 12; ++i) {
        const Var a = any(), b = any();
        switch (static_cast<int>(rng.integers({}, 0, 4).item())) {
          case 0:
            nodes.push_back(tanh(a) * b);
            break;
          case 1:
            nodes.push_back(a - step(a) * b);
            break;
          case 2:
            nodes.push_back(a * sum(b));
            break;
          default:
            nodes.push_back(a / (b * b + 1.0));
        }
      }
      const Var f = sum(nodes.back());
      const Gradients all = gradient(f, variables);
      for (std::size_t i = 0; i < variables.size(); ++i)
        CHECK(identical(all.at(i), gradient(f, {variables[i]})[variables[i]]));
      const Var again[] = {variables[0], variables[1], variables[0]};  // as many as there are variables, but not all
      const Gradients some = gradient(f, again);
      CHECK(identical(some.at(1), all.at(1)));
      CHECK(identical(some.at(2), all.at(0)));
    }
  }
}
