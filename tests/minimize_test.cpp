// Lbfgs and LevenbergMarquardt: what they find, where they stop, what they remember and what they refuse. How exactly
// they find minima of real problems is the matter of least_squares_test.cpp.
#include <doctest/doctest.h>

#include <cmath>
#include <nabla/nabla.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "elements.hpp"
#include "small_training.hpp"

using namespace nabla;
using namespace nabla::test;
using doctest::Contains;
using optim::Lbfgs;
using optim::LevenbergMarquardt;
using optim::Minimum;
using optim::Stop;

namespace {

/// 10 (xᵢ₊₁ − xᵢ²) and 1 − xᵢ for i < n − 1: the residuals of Rosenbrock's function and of its longer kin.
Var rosenbrock_residuals(Var x) {
  const std::int64_t n = x.shape()[0];
  const Var left = slice(x, 0, 0, n - 1), right = slice(x, 0, 1, n);
  return concat({10.0 * (right - square(left)), 1.0 - left}, 0);
}
Var rosenbrock(Var x) { return sum(square(rosenbrock_residuals(x))); }

const Tensor rosenbrock_start = Tensor::from({2}, {-1.2, 1});

double distance_from_ones(const Tensor& x) {
  double largest = 0;
  for (const double t : elements<double>(x.to(f64))) largest = std::max(largest, std::abs(t - 1));
  return largest;
}

}  // namespace

TEST_CASE("Rosenbrock's minimum is found to 1e-10 by both") {
  const Minimum lbfgs = optim::minimize(rosenbrock, rosenbrock_start);
  const Minimum marquardt = optim::levenberg_marquardt(rosenbrock_residuals, rosenbrock_start);
  fmt::print("Rosenbrock, L-BFGS: {}, |x - 1| {:.1e}\n", lbfgs, distance_from_ones(lbfgs.x));
  fmt::print("Rosenbrock, Levenberg-Marquardt: {}, |x - 1| {:.1e}\n", marquardt, distance_from_ones(marquardt.x));
  for (const Minimum& m : {lbfgs, marquardt}) {
    CHECK(m.value <= 1e-10);
    CHECK(distance_from_ones(m.x) <= 1e-10);
    CHECK(m.iterations < 50);
    CHECK(m.evaluations < 80);
  }
}

TEST_CASE("the last digits of a minimum come from the gradient, where f is flat to rounding") {
  const Minimum m = optim::minimize([](Var x) { return rosenbrock(x) + 1e8; }, rosenbrock_start);
  CHECK(distance_from_ones(m.x) <= 1e-10);
  // The same of residuals that cannot be made small.
  const Minimum of_squares = optim::levenberg_marquardt(
      [](Var x) {
        return concat({rosenbrock_residuals(x), x.tape().constant(full({1}, 1e4))}, 0);
      },
      rosenbrock_start);
  CHECK(distance_from_ones(of_squares.x) <= 1e-10);
}

TEST_CASE("L-BFGS minimises over more unknowns than it has pairs") {
  for (const std::int64_t history : {1, 3, 20}) {
    const Minimum m = optim::minimize(rosenbrock, full({60}, -0.5), {.history = history, .max_iterations = 5000});
    CAPTURE(fmt::format("{}: {}", history, m));
    CHECK(distance_from_ones(m.x) <= 1e-9);
  }
}

TEST_CASE("Levenberg–Marquardt does not depend on the units of the parameters") {
  const Tensor units = Tensor::from({2}, {1024, 1.0 / 4096});
  const Minimum plain = optim::levenberg_marquardt(rosenbrock_residuals, rosenbrock_start);
  const Minimum scaled = optim::levenberg_marquardt([&](Var u) { return rosenbrock_residuals(u * units); },
                                                    rosenbrock_start / units, {.max_iterations = 12});
  const Minimum cut = optim::levenberg_marquardt(rosenbrock_residuals, rosenbrock_start, {.max_iterations = 12});
  CHECK(identical(scaled.x * units, cut.x));
  CHECK(scaled.value == cut.value);
  CHECK(cut.value > plain.value);
}

TEST_CASE("L-BFGS learns the units of its parameters, here from 0.1 to 10") {
  constexpr std::int64_t n = 20;
  const Tensor units = exp(std::log(10.0) * (arange(0, n) * (2.0 / (n - 1)) - 1.0));
  const auto f = [&](Var x) {
    const Var y = x * units, apart = slice(y, 0, 1, n) - slice(y, 0, 0, n - 1);
    return sum(square(y - 1.0)) + sum(square(square(apart)));
  };
  const Minimum found = optim::minimize(f, zeros({n}));
  CAPTURE(fmt::format("{}", found));
  CHECK(distance_from_ones(found.x * units) < 1e-13);
  CHECK(found.evaluations < 150);  // 90; without a diagonal 261
}

TEST_CASE("linear least squares are solved with as many residuals as unknowns, more, and fewer") {
  Rng rng(5);
  for (const std::int64_t rows : {3, 7, 2}) {
    const Tensor a = rng.normal({rows, 3}), b = rng.normal({rows});
    const auto residuals = [&](Var x) { return matmul(a, x) - b; };
    const Minimum m = optim::levenberg_marquardt(residuals, zeros({3}));
    CHECK(m.gradient_norm < 1e-14);
    CHECK(distance_from_ones(matmul(transpose(a), matmul(a, m.x) - b) + 1.0) < 1e-14);
    if (rows <= 3) CHECK(m.value < 1e-28);
  }
}

TEST_CASE("a step to where f is not finite is taken back") {
  int refused = 0;
  const auto counted = [&](Var y) {
    if (!std::isfinite(sum(y.value()).item())) ++refused;
    return y;
  };
  // The Gauss–Newton step for ln x leads from 5 to below 0.
  const Minimum squares = optim::levenberg_marquardt([&](Var x) { return counted(log(x)); }, Tensor::from({1}, {5}));
  CHECK(distance_from_ones(squares.x) < 1e-15);
  CHECK(refused > 0);
  refused = 0;
  // From so near to 0, the first steps are too long.
  const Minimum m = optim::minimize([&](Var x) { return counted(sum(x - log(x))); }, Tensor::from({2}, {300, 1e-3}));
  CHECK(distance_from_ones(m.x) < 1e-14);
  CHECK(refused > 0);
  // √ is finite at 0, and its derivative is not.
  const auto root = [](Var x) { return sqrt(x) - 1e-3; };
  CHECK(optim::levenberg_marquardt(root, Tensor::from({1}, {0.25})).x.item() == doctest::Approx(1e-6));
}

TEST_CASE("a minimisation tells why it ended") {
  const auto bowl = [](Var x) { return sum(square(x - 3.0)) + sum(square(square(x))); };
  const Tensor start = Tensor::from({2}, {1, -2});
  const Minimum gradient = optim::minimize(bowl, start, {.gradient_tolerance = 1e-3});
  CHECK(gradient.reason == Stop::gradient);
  CHECK(gradient.gradient_norm <= 1e-3);
  CHECK(optim::minimize(bowl, start, {.change_tolerance = 1e-3}).reason == Stop::change);
  CHECK(optim::minimize(bowl, start, {.max_iterations = 2}).reason == Stop::iterations);
  CHECK(optim::minimize(bowl, start, {.max_iterations = 2}).iterations == 2);
  const Minimum nothing = optim::minimize(bowl, start, {.max_iterations = 0});
  CHECK(identical(nothing.x, start));
  CHECK(nothing.value == 46);
  CHECK(nothing.evaluations == 1);

  const auto residuals = [](Var x) { return concat({x - 3.0, square(x)}, 0); };
  const auto end_of = [&](const LevenbergMarquardt& method) {
    return optim::levenberg_marquardt(residuals, start, method).reason;
  };
  CHECK(end_of({.gradient_tolerance = 1e-3}) == Stop::gradient);
  CHECK(end_of({.change_tolerance = 1e-3}) == Stop::change);
  CHECK(end_of({.max_iterations = 2}) == Stop::iterations);
  CHECK(end_of({}) == Stop::rounding);

  // f falls towards x = 1, and is higher below.
  const auto cliff = [](Var x) { return sum(where(x < 1.0, x + 10.0, x)); };
  const Minimum stuck = optim::minimize([&](Var x) { return cliff(x); }, Tensor::from({1}, {2}));
  CHECK(stuck.reason == Stop::stuck);
  CHECK(stuck.x.item() == doctest::Approx(1).epsilon(1e-6));
  CHECK(optim::levenberg_marquardt(cliff, Tensor::from({1}, {2})).reason == Stop::stuck);

  // f falls for ever: as steeply as before, more steeply, or to −∞ at a point.
  for (const DType dtype : {f64, f32}) {
    const Minimum line = optim::minimize([](Var x) { return sum(x); }, full({2}, 1, dtype));
    CAPTURE(fmt::format("{}", line));
    CHECK(line.reason == Stop::unbounded);
    CHECK(optim::minimize([](Var x) { return -sum(square(x)); }, full({2}, 1, dtype)).reason == Stop::unbounded);
  }
  CHECK(optim::minimize([](Var x) { return sum(log(relu(x))); }, Tensor::from({1}, {2})).reason == Stop::unbounded);
  // It falls for ever, but less and less.
  CHECK(optim::minimize([](Var x) { return sum(exp(-x)); }, zeros({1})).reason != Stop::unbounded);
  CHECK(fmt::format("{}", Stop::unbounded) == "unbounded");

  CHECK(fmt::format("{}", Minimum{{}, 0.5, 3e-17, 12, 15, Stop::rounding}) ==
        "f = 0.5, gradient 3.0e-17, 12 iterations, 15 evaluations, rounding");
}

TEST_CASE("Levenberg–Marquardt comes to an end where the solution is 0") {
  const auto residuals = [](Var b) { return concat({exp(b) - 1.0, 0.5 * b}, 0); };  // e^b − 1 is 0 from 1e-16 on
  for (const DType dtype : {f64, f32}) {
    const Minimum m = optim::levenberg_marquardt(residuals, full({1}, 0.3, dtype));
    CAPTURE(fmt::format("{}", m));
    CHECK(m.reason == Stop::rounding);
    CHECK(m.iterations < 250);
    CHECK(std::abs(m.x.item()) < (dtype == f64 ? 1e-30 : 1e-13));
  }
  // A solution far smaller than the start still has all its digits.
  const Minimum small = optim::levenberg_marquardt([](Var b) { return b / 1.380649e-23 - 1.0; }, ones({1}));
  CAPTURE(fmt::format("{}", small));
  CHECK(std::abs(small.x.item() / 1.380649e-23 - 1) < 1e-15);
}

TEST_CASE("the residuals of a net are made small by Levenberg–Marquardt, and its loss by L-BFGS, in f64 and f32") {
  for (const DType dtype : {f64, f32}) {
    const Task t = noise(2, 1, dtype);
    nn::Mlp a = tanh_net({2, 5, 1}, nn::identity, dtype), b = a;
    const Minimum squares = LevenbergMarquardt{}.minimize(a, [&](Tape& tape) { return a(tape.constant(t.x)) - t.y; });
    CAPTURE(fmt::format("{}", squares));
    CHECK(squares.value < (dtype == f64 ? 1e-25 : 1e-10));  // 21 weights for 9 samples
    CHECK(!squares.x.defined());

    Lbfgs lbfgs{.max_iterations = 300, .max_evaluations = 40};
    const Minimum loss = lbfgs.minimize(b, [&](Tape& tape) { return quadratic_cost(b(tape.constant(t.x)), t.y); });
    CAPTURE(fmt::format("{}", loss));
    CHECK(loss.value < (dtype == f64 ? 1e-12 : 1e-6));
    CHECK(b.parameters()[0]->dtype() == dtype);
    CHECK(quadratic_cost(b(t.x), t.y).item() == loss.value);
  }
}

TEST_CASE("L-BFGS comes to an end in f32 where the loss is nothing but rounding errors") {
  const data::Dataset digits = data::digits();
  nn::Mlp net({64, 30, 10}, {.hidden = nn::sigmoid, .output = nn::identity, .seed = 4});
  Lbfgs lbfgs{.max_iterations = 300, .max_evaluations = 40};
  const Minimum m = lbfgs.minimize(net, [&](Tape& tape) {
    return softmax_cross_entropy(net(tape.constant(digits.inputs)), tape.constant(digits.targets));
  });
  CAPTURE(fmt::format("{}", m));
  CHECK(m.reason == Stop::rounding);
  CHECK(m.value < 1e-8);
}

TEST_CASE("a parameter that the loss does not depend on stays as it is") {
  Parameter used("used", Tensor::from({2}, {1, 2})), unused("unused", Tensor::from({1}, {5}));
  const Parameters parameters{&used, &unused};
  const auto residuals = [&](Tape& tape) { return square(tape.parameter(used)) - 4.0; };
  CHECK(LevenbergMarquardt{}.minimize(parameters, residuals).value < 1e-28);
  CHECK(unused.value.item() == 5);
  used.value = Tensor::from({2}, {1, 3});
  CHECK(Lbfgs{}.minimize(parameters, [&](Tape& tape) { return sum(square(residuals(tape))); }).value < 1e-28);
  CHECK(unused.value.item() == 5);
}

TEST_CASE("iterations of L-BFGS go on where the last ones ended, also from a saved state") {
  const Task t = noise(2, 1, f64);
  nn::Mlp whole = tanh_net({2, 5, 1}, nn::identity, f64), parts = whole;
  const auto loss_of = [&](const nn::Mlp& net) {
    return [&](Tape& tape) { return quadratic_cost(net(tape.constant(t.x)), t.y); };
  };
  Lbfgs first{.history = 6, .max_iterations = 12};
  first.minimize(whole, loss_of(whole));

  Lbfgs second{.history = 6, .max_iterations = 5};
  second.minimize(parts, loss_of(parts));
  CHECK(second.step(parts, loss_of(parts)).iterations == 1);
  const NamedTensors state = second.state(std::as_const(parts).parameters());
  CHECK(state.size() == 8);
  CHECK(state.at("gradient_changes/net.0.weight").shape() == Shape{6, 5, 2});

  Lbfgs third{.history = 6, .max_iterations = 6};
  third.restore(std::as_const(parts).parameters(), state);
  third.minimize(parts, loss_of(parts));
  CHECK(same(values_of(parts), values_of(whole)));

  third.restore(std::as_const(parts).parameters(), {});
  CHECK(third.pairs.empty());
}

TEST_CASE("a state that does not fit is refused, and L-BFGS stays as it was") {
  Parameter p("p", Tensor::from({2}, {1, 2})), q("q", Tensor::from({3}, {3, 4, 5})), other("p", ones({2}));
  const Parameters parameters{&p, &q};
  Lbfgs lbfgs{.max_iterations = 3};
  lbfgs.minimize(parameters, [&](Tape& tape) { return sum(cosh(tape.parameter(p))) + sum(cosh(tape.parameter(q))); });
  const NamedTensors good = lbfgs.state(parameters);
  REQUIRE(good.at("parameter_changes/q").shape() == Shape{3, 3});
  Lbfgs fresh;
  const auto refused = [&]<class E>(std::type_identity<E>, const char* text, auto change) {
    NamedTensors bad = good;
    change(bad);
    CHECK_THROWS_WITH_AS(fresh.restore(parameters, bad), Contains(text), E);
    CHECK(fresh.pairs.empty());
  };
  using std::type_identity;
  refused(type_identity<ValueError>{}, "'gradient_changes/q' is missing",
          [](auto& s) { s.erase("gradient_changes/q"); });
  refused(type_identity<ValueError>{}, "'parameter_changes/p' is missing",
          [](auto& s) { s.erase("parameter_changes/p"); });
  refused(type_identity<ValueError>{}, "'steps/q' belongs to none", [](auto& s) { s["steps/q"] = ones({3}); });
  refused(type_identity<ShapeError>{}, "'gradient_changes/q' has shape [2, 3], not [3, 3]", [](auto& s) {
    s["gradient_changes/q"] = ones({2, 3});
  });
  refused(type_identity<ShapeError>{}, "'parameter_changes/p' has shape [], not [0, 2]",
          [](auto& s) { s["parameter_changes/p"] = Tensor::scalar(3); });
  refused(type_identity<DTypeError>{}, "'parameter_changes/q' is f32, not f64", [](auto& s) {
    s["parameter_changes/q"] = ones({3, 3}, f32);
  });
  refused(type_identity<ValueError>{}, "where a minimum is sought it is positive", [](auto& s) {
    s["parameter_changes/p"] = s["parameter_changes/q"] = zeros({3, 2}), s["parameter_changes/q"] = zeros({3, 3});
  });
  CHECK_THROWS_WITH_AS(fresh.restore(Parameters{&p, &other}, good), Contains("Two parameters have the name 'p'"),
                       ValueError);
  CHECK_THROWS_WITH_AS(lbfgs.state(Parameters{&q}), Contains("[state] The pairs are those of other parameters"),
                       ValueError);
  CHECK_THROWS_WITH_AS(lbfgs.step(Parameters{&q}, [&](Tape& tape) { return sum(tape.parameter(q)); }),
                       Contains("[lbfgs] The pairs are those of other parameters"), ValueError);
  q.value = ones({4});
  CHECK_THROWS_WITH_AS(lbfgs.step(parameters, [&](Tape& tape) { return sum(tape.parameter(q)); }),
                       Contains("A part of a pair has shape [5], not [6]"), ShapeError);
}

TEST_CASE("what cannot be minimised is refused") {
  const Tensor x = Tensor::from({2}, {1, 2});
  const auto f = [](Var v) { return sum(square(v)); };
  CHECK_THROWS_WITH_AS(optim::minimize(f, x, {.history = 0}), Contains("[lbfgs] history 0, gradient_tolerance 0,"),
                       ValueError);
  CHECK_THROWS_AS(optim::minimize(f, x, {.gradient_tolerance = -1}), ValueError);
  CHECK_THROWS_AS(optim::minimize(f, x, {.change_tolerance = NAN}), ValueError);
  CHECK_THROWS_AS(optim::minimize(f, x, {.max_iterations = -1}), ValueError);
  CHECK_THROWS_AS(optim::minimize(f, x, {.c1 = 0.9, .c2 = 0.1}), ValueError);
  CHECK_THROWS_AS(optim::minimize(f, x, {.max_evaluations = 0}), ValueError);
  CHECK_THROWS_AS(optim::minimize(f, zeros({0})), ValueError);
  CHECK_THROWS_AS(optim::minimize(f, Tensor()), ValueError);
  CHECK_THROWS_AS(optim::minimize(f, ones({2}, i64)), DTypeError);
  CHECK_THROWS_WITH_AS(optim::minimize([](Var v) { return v; }, x), Contains("[lbfgs] The loss has shape [2], not one"),
                       ShapeError);
  CHECK_THROWS_AS(optim::minimize([](Var v) { return sum(v > 0.0); }, x), DTypeError);
  CHECK_THROWS_WITH_AS(optim::minimize([](Var v) { return sum(log(v - 1.5)); }, x), Contains("The loss is nan at the"),
                       ValueError);
  CHECK_THROWS_WITH_AS(optim::minimize([](Var v) { return sum(sqrt(v - 1.0)); }, x),
                       Contains("The loss is 1 at the start, and 1 of 2 derivatives are finite"), ValueError);

  const auto r = [](Var v) { return v * 2.0; };
  CHECK_THROWS_WITH_AS(optim::levenberg_marquardt(r, x, {.damping = 0}),
                       Contains("[levenberg_marquardt] gradient_tolerance 0, change_tolerance 0,"), ValueError);
  CHECK_THROWS_AS(optim::levenberg_marquardt(r, x, {.max_iterations = -1}), ValueError);
  CHECK_THROWS_AS(optim::levenberg_marquardt(r, ones({2}, u8)), DTypeError);
  CHECK_THROWS_AS(optim::levenberg_marquardt([](Var v) { return v > 0.0; }, x), DTypeError);
  CHECK_THROWS_WITH_AS(optim::levenberg_marquardt([](Var v) { return slice(v, 0, 0, 0); }, x),
                       Contains("The residuals have shape [0]"), ValueError);
  CHECK_THROWS_WITH_AS(optim::levenberg_marquardt([](Var v) { return log(v - 1.5); }, x),
                       Contains("At the start, 1 of 2 residuals and 4 of 4 derivatives are finite"), ValueError);
  CHECK_THROWS_AS(optim::levenberg_marquardt([](Var v) { return 1e200 * v; }, x), ValueError);
  std::int64_t calls = 0;
  CHECK_THROWS_WITH_AS(optim::levenberg_marquardt([&](Var v) { return slice(v, 0, 0, calls++ == 0 ? 2 : 1); }, x),
                       Contains("There were 2 residuals, and now there are 1"), ShapeError);

  Tape elsewhere;
  const Var far_away = elsewhere.variable(1.0);
  Parameter p("p", x);
  CHECK_THROWS_WITH_AS(Lbfgs{}.minimize(Parameters{&p}, [&](Tape&) { return far_away; }),
                       Contains("[lbfgs] The function has recorded on another tape"), TapeError);
  CHECK_THROWS_WITH_AS(Lbfgs{}.minimize(Parameters{&p, &p}, [&](Tape& tape) { return f(tape.parameter(p)); }),
                       Contains("Parameter 'p' is given twice"), ValueError);
  CHECK_THROWS_AS(LevenbergMarquardt{}.minimize(Parameters{}, [&](Tape& tape) { return tape.parameter(p); }),
                  ValueError);
}

TEST_CASE("after an exception of the function, parameters and pairs are as before") {
  Parameter p("p", Tensor::from({2}, {-1.2, 1}));
  const Tensor before = p.value;
  Lbfgs lbfgs{.max_iterations = 2};
  lbfgs.minimize(Parameters{&p}, [&](Tape& tape) { return rosenbrock(tape.parameter(p)); });
  const Tensor between = p.value;
  int calls = 0;
  const auto fails = [&](Tape& tape) -> Var {
    if (++calls == 8) throw std::runtime_error("enough");
    return rosenbrock_residuals(tape.parameter(p));
  };
  lbfgs.max_iterations = 100;
  CHECK_THROWS_AS(lbfgs.minimize(Parameters{&p}, [&](Tape& tape) { return sum(square(fails(tape))); }),
                  std::runtime_error);
  CHECK(identical(p.value, between));
  CHECK(lbfgs.pairs.size() == 2);
  p.value = before;
  calls = 0;
  CHECK_THROWS_AS(LevenbergMarquardt{}.minimize(Parameters{&p}, fails), std::runtime_error);
  CHECK(identical(p.value, before));
}

TEST_CASE("the same minimisation has the same bits, for any number of threads") {
  const Minimum one = optim::minimize(rosenbrock, full({60}, -0.5));
  set_threads(3);
  const Minimum three = optim::minimize(rosenbrock, full({60}, -0.5));
  set_threads(1);
  CHECK(identical(one.x, three.x));
}
