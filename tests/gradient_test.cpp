// The reverse sweep: what gradient() and gradient_recorded() give, refuse, and leave alone.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nabla/error.hpp>
#include <nabla/gradcheck.hpp>
#include <nabla/gradient.hpp>
#include <nabla/op.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/random.hpp>
#include <string>
#include <vector>

using namespace nabla;
using doctest::Approx;
using doctest::Contains;

namespace {

/// a b, noting every call of its rule and what was wanted.
struct Spy {
  static constexpr OpInfo info{.name = "spy", .arity = 2, .formula = "a b"};
  static inline std::vector<std::vector<bool>> calls;

  void forward(Tensors in, Tensor& out) const { out = in[0] * in[1]; }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    calls.emplace_back(p.needs.begin(), p.needs.end());
    if (p.needs[0]) p.grad[0] = p.ct * p.in[1];
    if (p.needs[1]) p.grad[1] = p.ct * p.in[0];
  }
};

/// x, with a rule that gives what it is told to.
struct Identity {
  static constexpr OpInfo info{.name = "identity", .arity = 1, .formula = "x"};
  enum { scalar_cotangent, other_dtype, throws, nothing } mistake;

  void forward(Tensors in, Tensor& out) const { out = in[0]; }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    if (mistake == scalar_cotangent) p.grad[0] = sum(p.ct);
    if (mistake == other_dtype) p.grad[0] = constant_like(p.ct, full(p.in[0].shape(), 1, f32));
    if (mistake == throws) throw ValueError(info.name, "no rule today");
  }
};

/// A copy with storage of its own.
Tensor deep_copy(const Tensor& x) {
  Tensor copy = x;
  return visit(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const Tensor holder = copy;  // so that writing detaches
    static_cast<void>(copy.mutable_data<T>());
    return copy;
  });
}

/// Everything recorded, bit for bit.
std::vector<Tensor> values_of(const Tape& tape) {
  std::vector<Tensor> all;
  for (NodeId id = 0; id < tape.size(); ++id) all.push_back(deep_copy(tape.value(id)));
  return all;
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), identical);
}

std::vector<Tensor> values_of(const Gradients& g) {
  std::vector<Tensor> all;
  for (std::size_t i = 0; i < g.size(); ++i) all.push_back(g.at(i));
  return all;
}

/// A graph of 3 × 3 matrices, drawn from a seed: fans, views, broadcasts and operations whose rules hand on their
/// cotangent as it is. The result depends on all variables, and no derivative is anywhere near infinite.
Var random_graph(std::span<const Var> leaves, std::uint64_t seed, std::vector<Var>& nodes) {
  Rng rng(seed);
  nodes.assign(leaves.begin(), leaves.end());
  for (int i = 0; i < 25; ++i) {
    const auto pick = [&] {
      return nodes[static_cast<std::size_t>(rng.integers({}, 0, static_cast<std::int64_t>(nodes.size())).item())];
    };
    const Var a = pick(), b = pick();
    const auto make = [&]() -> Var {
      switch (static_cast<int>(rng.integers({}, 0, 13).item())) {
        case 0:
          return a + b;
        case 1:
          return a - b;
        case 2:
          return tanh(a * b);
        case 3:
          return -a;
        case 4:
          return transpose(a);
        case 5:
          return reshape(reshape(a, {9}), {3, 3});
        case 6:
          return concat({slice(a, 0, 1, 3), slice(b, 0, 0, 1)});
        case 7:
          return concat({slice(a, 1, 0, 3, 2), slice(b, 1, 1, 2)}, 1);
        case 8:
          return expand(sum(a, 0), {3, 3}) * 0.3;
        case 9:
          return a + sum(b, 1, true) * 0.3;
        case 10:
          return a + a;
        case 11:
          return tanh(matmul(a, transpose(b)));
        default:
          return where(b > 0.1, a, b);
      }
    };
    nodes.push_back(make());
  }
  Var all = sum(nodes[0]);
  for (std::size_t i = 1; i < nodes.size(); ++i) all = all + mean(sin(nodes[i]));
  return all;
}

std::vector<Tensor> random_leaves() {
  Rng rng(5);
  return {rng.uniform({3, 3}, -1, 1), rng.uniform({3, 3}, -1, 1), rng.uniform({3, 3}, -1, 1)};
}

}  // namespace

TEST_CASE("a product adds to an adjoint that two operands share without changing the other one's") {
  Tape tape;
  const Tensor c = Tensor::from({2, 2}, {1, 2, 3, 4}), w = Tensor::from({2, 2}, {5, 6, 7, 8});
  const Var a = tape.variable(ones({2, 2})), b = tape.variable(ones({2, 2}));
  const Var p = matmul(a, tape.constant(c));  // passed last by the sweep
  const Var y = sum((a + b) * tape.constant(w)) + sum(p);
  const Gradients g = gradient(y, {a, b});
  CHECK(identical(g[b], w));
  CHECK(identical(g[a], Tensor::from({2, 2}, {8, 13, 10, 15})));
}

TEST_CASE("the sweep gives delta at every layer, and the weights' gradients from it") {
  Tape tape;
  const Tensor x = Tensor::from({2, 2}, {1, 2, 3, 4}), target = Tensor::from({2, 1}, {0, 1});
  const Var w = tape.variable(Tensor::from({1, 2}, {0.5, -0.25})), b = tape.variable(Tensor::from({1}, {0.1}));
  const Var z = linear(x, w, b), a = sigmoid(z), cost = sigmoid_cross_entropy(z, target);
  const Gradients g = gradient(cost, {z, w, b});
  for (std::int64_t sample = 0; sample < 2; ++sample)
    CHECK(g[z].at({sample, 0}) == Approx((a.value().at({sample, 0}) - target.at({sample, 0})) / 2).epsilon(1e-14));
  const double d0 = g[z].at({0, 0}), d1 = g[z].at({1, 0});
  CHECK(g[w].at({0, 0}) == Approx(d0 * 1 + d1 * 3).epsilon(1e-14));
  CHECK(g[w].at({0, 1}) == Approx(d0 * 2 + d1 * 4).epsilon(1e-14));
  CHECK(g[b].at({0}) == Approx(d0 + d1).epsilon(1e-14));
}

TEST_CASE("what f does not depend on has a gradient of zeros") {
  Tape tape;
  const Var x = tape.variable(full({2}, 3)), unused = tape.variable(zeros({4, 5}, f32));
  const Var f = sum(square(x)), later = exp(x), blocked = sum(sign(x) * 1.0 + one_hot(full({2}, 1, i64), 2) * 2.0);
  const Gradients g = gradient(f, {x, unused, later});
  CHECK(identical(g[x], full({2}, 6)));
  CHECK(identical(g[unused], zeros({4, 5}, f32)));
  CHECK(identical(g[later], zeros({2})));
  CHECK(identical(gradient(blocked, {x})[x], zeros({2})));
  CHECK(identical(gradient_recorded(f, {unused})[unused].value(), zeros({4, 5}, f32)));
  CHECK(identical(gradient_recorded(f, {later})[later].value(), zeros({2})));
}

TEST_CASE("the gradient with respect to f itself is the seed, and entries may be repeated") {
  Tape tape;
  const Var x = tape.variable(Tensor::from({2}, {1, 2})), f = square(x);
  const Tensor seed = Tensor::from({2}, {10, 100});
  const Gradients g = gradient(f, {f, x, f, x}, seed);
  REQUIRE(g.size() == 4);
  for (const std::size_t i : {0U, 2U}) CHECK(identical(g.at(i), seed));
  for (const std::size_t i : {1U, 3U}) CHECK(identical(g.at(i), Tensor::from({2}, {20, 400})));
  CHECK(identical(g[f], seed));
  const Var s = tape.constant(seed);
  const RecordedGradients r = gradient_recorded(f, {f, x, f}, s);
  CHECK(r[f] == s);
  CHECK(identical(r[x].value(), g[x]));
  CHECK(identical(gradient(x, {x}, seed)[x], seed));
  const Var y = tape.variable(2.0);
  CHECK(gradient(y, {y})[y].item() == 1);
}

TEST_CASE("the sweep continues past an intermediate value that was asked for") {
  Tape tape;
  const Var x = tape.variable(3.0), y = square(x), z = y * y + y;  // z = x^4 + x^2
  const Gradients g = gradient(z, {x, y, z});
  CHECK(g[y].item() == 2 * 9 + 1);
  CHECK(g[x].item() == 4 * 27 + 2 * 3);
  CHECK(g[z].item() == 1);
  CHECK(gradient(z, {y})[y].item() == 19);
}

TEST_CASE("seeds weigh the elements of f") {
  Tape tape;
  const Var x = tape.variable(Tensor::from({2, 2}, {1, 2, 3, 4})), f = square(x);
  const Tensor seed = Tensor::from({2, 2}, {1, 0, -1, 0.5});
  CHECK(identical(gradient(f, {x}, seed)[x], Tensor::from({2, 2}, {2, 0, -6, 4})));
  CHECK(identical(gradient(f, {x}, seed.transposed())[x], Tensor::from({2, 2}, {2, -4, 0, 4})));  // a strided seed
  CHECK(identical(gradient(f, {x}, Tensor::scalar(1).expanded({2, 2}))[x], 2.0 * x.value()));
}

TEST_CASE("wrong calls are refused with what is wrong") {
  Tape tape;
  const Var x = tape.variable(full({2}, 1)), f = square(x), index = tape.constant(zeros({2}, i64));
  const Var single = tape.variable(full({2}, 1, f32));
  const auto refuse = [&]<class E>(std::type_identity<E>, const std::function<void()>& call, const char* text) {
    const std::size_t size = tape.size();
    CHECK_THROWS_WITH_AS(call(), text, E);
    CHECK(tape.size() == size);
  };
  const std::type_identity<ShapeError> shape;
  const std::type_identity<DTypeError> dtype;
  const char* const no_seed =
      "[gradient] f has shape [2], not one element; reduce it, by sum() for example, or pass a seed of that shape";
  refuse(
      shape, [&] { gradient(f, {x}); }, no_seed);
  refuse(
      shape, [&] { gradient_recorded(f, {x}); }, no_seed);
  refuse(
      shape,
      [&] {
        gradient(f, {x}, ones({2, 1}));
      },
      "[gradient] The seed has shape [2, 1], f has [2]; they must be equal");
  refuse(
      shape, [&] { gradient(f, {x}, Tensor::scalar(1)); },
      "[gradient] The seed has shape [], f has [2]; they must be equal");
  refuse(
      dtype, [&] { gradient(f, {x}, ones({2}, f32)); },
      "[gradient] The seed is f32, f is f64; convert the seed with to(f64)");
  refuse(
      dtype, [&] { gradient_recorded(f, {x}, single); },
      "[gradient] The seed is f32, f is f64; convert the seed with to(f64)");
  refuse(
      dtype, [&] { gradient(index, {x}, zeros({2}, i64)); },
      "[gradient] f is i64; only f32 and f64 results have derivatives");
  refuse(
      dtype,
      [&] {
        gradient(f, {x, index}, ones({2}));
      },
      "[gradient] An x is i64; only f32 and f64 values have derivatives");
}

TEST_CASE("a gradient that was not asked for is refused by name") {
  Tape tape;
  const Var x = tape.variable(1.0), y = tape.variable(2.0);
  const Parameter w("w", full({}, 3)), v("v", full({}, 4));
  const Var f = x * y * tape.parameter(w);
  const Gradients g = gradient(f, {x});
  CHECK_THROWS_WITH_AS(g[y],
                       "[gradient] No gradient with respect to node 1 was asked for; name it in the call of gradient()",
                       ValueError);
  CHECK_THROWS_WITH_AS(g[w], Contains("parameter 'w' was asked for"), ValueError);
  const std::vector<const Parameter*> parameters = {&v, &w};
  const Gradients of_parameters = gradient(f, parameters);
  CHECK(of_parameters[w].item() == 2);
  CHECK(identical(of_parameters[v], zeros({})));  // not used on the tape
  CHECK(of_parameters[tape.parameter(w)].item() == 2);
  CHECK_THROWS_AS(of_parameters[x], ValueError);
  CHECK_THROWS_AS(of_parameters[Var()], ValueError);
  CHECK(gradient_recorded(f, parameters)[w].value().item() == 2);
}

TEST_CASE("gradients are values: they outlive the tape") {
  Tensor held;
  {
    Tape tape;
    const Var x = tape.variable(full({3}, 2));
    const Gradients g = gradient(sum(square(x)), {x});
    tape.clear();
    held = g[x];
  }
  CHECK(identical(held, full({3}, 4)));
}

TEST_CASE("the elements of a gradient can be read, whatever rule it came from") {
  Tape tape;
  const Var x = tape.variable(Rng(1).uniform({3, 4}));
  const std::pair<std::string, Var> functions[] = {{"sum", sum(x)},
                                                   {"transpose", sum(transpose(x) * Rng(2).uniform({4, 3}))},
                                                   {"expand", sum(expand(x, {2, 3, 4}))},
                                                   {"matmul", sum(matmul(x, ones({4, 2})))}};
  for (const auto& function : functions) {
    CAPTURE(function.first);
    const Tensor g = gradient(function.second, {x})[x];
    CHECK(g.is_contiguous());
    CHECK_NOTHROW(static_cast<void>(g.data<double>()));
  }
}

TEST_CASE("nothing held before or after a sweep is changed by another") {
  const std::vector<Tensor> leaves = random_leaves();
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    Tape tape;
    std::vector<Var> vars, nodes;
    for (const Tensor& x : leaves) vars.push_back(tape.variable(x));
    const Var f = random_graph(vars, seed, nodes);

    const std::vector<Tensor> before = values_of(tape);
    const Gradients first = gradient(f, nodes);  // with respect to every node: all cotangents are held
    const std::vector<Tensor> held = values_of(first);
    std::vector<Tensor> copies;
    for (const Tensor& x : held) copies.push_back(deep_copy(x));

    const Tensor weight = Tensor::scalar(1.0);
    const Gradients second = gradient(f, nodes, weight);
    CHECK(same(values_of(tape), before));
    CHECK(same(values_of(second), copies));
    CHECK(same(held, copies));
    CHECK(identical(weight, Tensor::scalar(1.0)));

    const RecordedGradients recorded = gradient_recorded(f, nodes);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      CHECK(max(abs(recorded.at(i).value() - copies[i])).item() <= 1e-13 * max(abs(copies[i])).item());  // tanh rounds
      const Tensor alone = gradient(f, {nodes[i]})[nodes[i]];
      CHECK(identical(alone, copies[i]));  // whatever else is wanted
    }
    CHECK(same(held, copies));
  }
}

TEST_CASE("a tape that has been used gives the bits that a new one gives, and takes none back") {
  const std::vector<Tensor> leaves = random_leaves();
  Tape used;
  std::vector<Tensor> held, expected;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto run = [&](Tape& tape, std::vector<Tensor>& results) {
      std::vector<Var> vars, nodes;
      for (const Tensor& x : leaves) vars.push_back(tape.variable(x));
      const Var f = random_graph(vars, seed, nodes);
      const Gradients g = gradient(f, nodes);
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        results.push_back(nodes[i].value());
        results.push_back(g.at(i));
      }
    };
    if (seed % 3 == 0) used.clear();
    const Tape::Mark mark = used.mark();
    run(used, held);
    if (seed % 3 == 1) used.rewind(mark);
    Tape fresh;
    run(fresh, expected);
  }
  used.clear();
  CHECK(same(held, expected));
}

TEST_CASE("random graphs have the gradients that differences give") {
  const std::vector<Tensor> leaves = random_leaves();
  double worst = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    std::vector<Var> nodes;
    const auto f = [&](std::span<const Var> vars) { return random_graph(vars, seed, nodes); };
    const GradcheckReport report = gradcheck(f, leaves, {.second_order = seed < 2});
    CHECK_MESSAGE(report.passed(), to_string(report));
    worst = std::max(worst, report.largest_difference());
  }
  CHECK(worst > 0);
}

TEST_CASE("a seed that is reused keeps its elements") {
  Tape tape;
  const Var x = tape.variable(full({3}, 2)), f = x + x + (x + x);  // rules that hand their cotangent on
  const Tensor seed = Tensor::from({3}, {1, 2, 3});
  const Tensor copy = deep_copy(seed);
  const Gradients g = gradient(f, {f, x}, seed);
  CHECK(identical(g[x], Tensor::from({3}, {4, 8, 12})));
  CHECK(identical(g[f], copy));
  CHECK(identical(seed, copy));
}

TEST_CASE("rules are called once a node, and only for what is wanted") {
  Tape tape;
  const Var x = tape.constant(full({2}, 2)), w1 = tape.variable(full({2}, 3)), w2 = tape.variable(full({2}, 5));
  const Var h = apply(Spy{}, x, w1), y = apply(Spy{}, h, w2), aside = apply(Spy{}, w1, w2);
  const Var f = sum(y + y);
  const auto calls = [&](std::initializer_list<Var> wrt) {
    Spy::calls.clear();
    gradient(f, wrt);
    return Spy::calls;
  };
  using Masks = std::vector<std::vector<bool>>;
  CHECK(calls({w1, w2}) == Masks{{true, true}, {false, true}});  // ∂C/∂x of the first layer is not computed
  CHECK(calls({w2}) == Masks{{false, true}});                    // and the layers below are not even visited
  CHECK(calls({w1}) == Masks{{true, false}, {false, true}});
  CHECK(calls({h}) == Masks{{true, false}});
  CHECK(calls({y}) == Masks{});
  CHECK(calls({aside}) == Masks{});
  CHECK(calls({x}) == Masks{{true, false}, {true, false}});  // a constant may be asked for as well
  CHECK(calls({}) == Masks{});
}

TEST_CASE("a rule that leaves a wanted cotangent out means zero") {
  Tape tape;
  const Var x = tape.variable(full({2}, 1));
  CHECK(identical(gradient(sum(apply(Identity{Identity::nothing}, x)), {x})[x], zeros({2})));
  CHECK(identical(gradient(sum(apply(Identity{Identity::nothing}, x) * x), {x})[x], ones({2})));
}

TEST_CASE("a rule that gives a cotangent of the wrong shape or dtype is named") {
  Tape tape;
  const Var x = tape.variable(full({2}, 1));
  const Var shape = sum(apply(Identity{Identity::scalar_cotangent}, x));
  const char* const text =
      "[identity] The rule gave operand 0 of shape [2] a cotangent of shape []; they must be equal";
  CHECK_THROWS_WITH_AS(gradient(shape, {x}), text, ShapeError);
  CHECK_THROWS_WITH_AS(gradient_recorded(shape, {x}), text, ShapeError);
  const Var dtype = sum(apply(Identity{Identity::other_dtype}, x));
  CHECK_THROWS_WITH_AS(gradient(dtype, {x}), Contains("[identity]"), DTypeError);
  CHECK_THROWS_WITH_AS(gradient_recorded(dtype, {x}), Contains("[identity]"), DTypeError);
}

TEST_CASE("a recorded sweep that fails leaves the tape as it was") {
  Tape tape;
  const Var x = tape.variable(full({2}, 1)), f = sum(exp(square(apply(Identity{Identity::throws}, x))));
  const std::size_t size = tape.size();
  CHECK_THROWS_WITH_AS(gradient(f, {x}), "[identity] no rule today", ValueError);
  CHECK_THROWS_WITH_AS(gradient_recorded(f, {x}), "[identity] no rule today", ValueError);
  CHECK(tape.size() == size);
}

TEST_CASE("derivatives of order three and four are those of the closed forms") {
  struct {
    std::string name;
    std::function<Var(const Var&)> f;
    std::function<double(double, int)> derivative;  // of order 1 to 4
  } const functions[] = {
      {"exp", [](const Var& x) { return exp(x); }, [](double x, int) { return std::exp(x); }},
      {"sin", [](const Var& x) { return sin(x); },
       [](double x, int order) {
         const double cycle[] = {std::sin(x), std::cos(x), -std::sin(x), -std::cos(x)};
         return cycle[order % 4];
       }},
      {"x^5", [](const Var& x) { return x * x * x * x * x; },
       [](double x, int order) {
         const double factors[] = {1, 5, 20, 60, 120};
         return factors[order] * std::pow(x, 5 - order);
       }},
      {"tanh", [](const Var& x) { return tanh(x); },
       [](double x, int order) {
         const double t = std::tanh(x), s = 1 - t * t;
         const double forms[] = {t, s, -2 * t * s, s * (6 * t * t - 2), s * t * (16 - 24 * t * t)};
         return forms[order];
       }},
      {"1/x", [](const Var& x) { return 1.0 / x; },
       [](double x, int order) {
         const double factors[] = {1, -1, 2, -6, 24};
         return factors[order] / std::pow(x, order + 1);
       }},
      {"x ln x", [](const Var& x) { return x * log(x); },
       [](double x, int order) {
         const double forms[] = {0, std::log(x) + 1, 1 / x, -1 / (x * x), 2 / (x * x * x)};
         return forms[order];
       }},
      {"sigmoid", [](const Var& x) { return sigmoid(x); },
       [](double x, int order) {
         const double s = 1 / (1 + std::exp(-x)), d = s * (1 - s);
         const double forms[] = {s, d, d * (1 - 2 * s), d * (1 - 6 * d), d * (1 - 2 * s) * (1 - 12 * d)};
         return forms[order];
       }},
  };
  for (const auto& function : functions)
    for (const double point : {0.3, 0.9, 2.0}) {
      Tape tape;
      const Var x = tape.variable(Tensor::from({2}, {point, point / 2}));
      Var y = function.f(x);
      for (int order = 1; order <= 4; ++order) {
        y = gradient_recorded(sum(y), {x})[x];
        CAPTURE(function.name);
        CAPTURE(point);
        CAPTURE(order);
        CHECK(y.value().at({0}) == Approx(function.derivative(point, order)).epsilon(1e-12));
        CHECK(y.value().at({1}) == Approx(function.derivative(point / 2, order)).epsilon(1e-12));
      }
      CHECK(gradient(sum(y), {x})[x].defined());  // and computed, the fifth
    }
}

TEST_CASE("recorded gradients with a Var as seed are linear in it") {
  Tape tape;
  const Var x = tape.variable(Tensor::from({2}, {1, 2})), u = tape.variable(Tensor::from({2}, {3, 4}));
  const Var g = gradient_recorded(exp(x), {x}, u)[x];  // u e^x
  const Gradients second = gradient(sum(g * Tensor::from({2}, {1, 10})), {u, x});
  CHECK(second[u].at({1}) == Approx(10 * std::exp(2)));
  CHECK(second[x].at({1}) == Approx(40 * std::exp(2)));
}

TEST_CASE("a variable that is named twice gets its gradient twice, and the next sweep is not disturbed") {
  Tape tape;
  const Var x = tape.variable(Tensor::from({2}, {2, 3})), y = tape.variable(Tensor::from({2}, {5, 7})),
            unused = tape.variable(1.0);
  const Var f = sum(x * x * y);
  const std::vector<Var> wrt = {x, unused, y, x, unused};
  for (int sweep = 0; sweep < 2; ++sweep) {
    const Gradients g = gradient(f, wrt);
    for (const std::size_t i : {0u, 3u}) CHECK(identical(g.at(i), Tensor::from({2}, {20, 42})));
    CHECK(identical(g.at(2), Tensor::from({2}, {4, 9})));
    for (const std::size_t i : {1u, 4u}) CHECK(g.at(i).item() == 0);
  }
  const RecordedGradients recorded = gradient_recorded(f, wrt);
  CHECK(identical(recorded.at(3).value(), Tensor::from({2}, {20, 42})));
}
