// Schedules, and bounds for gradients: what the corpus of reference values does not ask (see reference_test).
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nabla/nabla.hpp>
#include <utility>
#include <vector>

#include "elements.hpp"

using namespace nabla;
using doctest::Approx;
using doctest::Contains;

TEST_CASE("schedules say what is out of range") {
  CHECK_THROWS_WITH_AS((optim::StepDecay{.every = 0}(3)),
                       Contains("[step_decay] learning_rate 0.1, every 0, factor 0.1, step 3; every is out of"),
                       ValueError);
  CHECK_THROWS_WITH_AS(optim::CosineDecay{}(-1), Contains("step -1; step is out of its range"), ValueError);
  CHECK_THROWS_AS((optim::OneCycle{.rise = 1.5}(0)), ValueError);
  CHECK_THROWS_AS((optim::Cyclic{.steps_up = 0}(0)), ValueError);
  CHECK_THROWS_AS((optim::CosineRestarts{.multiplier = 0}(0)), ValueError);
  CHECK_THROWS_AS((optim::Plateau{.factor = 1}(0.5)), ValueError);
  CHECK_THROWS_AS(optim::warm_up(0, optim::CosineDecay{}), ValueError);
}

TEST_CASE("schedules reach their corners exactly") {
  const optim::CosineDecay cosine{.learning_rate = 0.5, .steps = 8, .final_rate = 0.125};
  CHECK(cosine(0) == 0.5);
  CHECK(cosine(4) == Approx(0.3125));
  CHECK(cosine(8) == 0.125);
  CHECK(cosine(16) == 0.5);
  const optim::Cyclic cyclic{.min_rate = 1, .max_rate = 3, .steps_up = 2, .steps_down = 4};
  for (const auto& [step, rate] :
       std::vector<std::pair<std::int64_t, double>>{{0, 1}, {1, 2}, {2, 3}, {3, 2.5}, {5, 1.5}, {6, 1}, {8, 3}})
    CHECK(cyclic(step) == rate);
  const optim::CosineRestarts restarts{.learning_rate = 0.5, .period = 2, .multiplier = 2};
  for (const std::int64_t start : {0, 2, 6, 14}) CHECK(restarts(start) == 0.5);
  CHECK(restarts(13) < 0.02);
  CHECK(std::isfinite(restarts(std::numeric_limits<std::int64_t>::max())));
  CHECK(optim::PolynomialDecay{.learning_rate = 1, .steps = 4, .power = 2}(1) == 0.5625);
  CHECK(optim::PolynomialDecay{.steps = 4}(9) == 0);
}

TEST_CASE("one cycle goes up, down, and stays") {
  for (const bool three_phases : {false, true})
    for (const bool linear : {false, true}) {
      const optim::OneCycle cycle{
          .max_rate = 1, .steps = 101, .rise = 0.4, .linear = linear, .three_phases = three_phases};
      CHECK(cycle(0) == Approx(0.04));
      CHECK(cycle(39) < 1);
      CHECK(cycle(40) > 0.98);
      CHECK(cycle(100) == Approx(4e-6));
      CHECK(cycle(1000) == Approx(4e-6));
      CHECK((cycle(80) < 0.05) == three_phases);
    }
}

TEST_CASE("a warm-up leads to where another schedule begins") {
  const optim::Schedule schedule = optim::warm_up(4, optim::ExponentialDecay{.learning_rate = 0.5, .factor = 0.5}, 0.5);
  CHECK(schedule(0) == 0.25);
  CHECK(schedule(2) == 0.375);
  CHECK(schedule(4) == 0.5);
  CHECK(schedule(6) == 0.125);
}

TEST_CASE("a rate of 0, which schedules reach, leaves weights where they are") {
  Parameter p("p", ones({2}));
  Tape tape;
  optim::Adam adam{.learning_rate = 0};
  adam.step(Parameters{&p}, sum(tape.parameter(p)));
  CHECK(elements<double>(p.value) == std::vector<double>{1, 1});
}

TEST_CASE("a plateau counts a NaN as no improvement") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  optim::Plateau plateau{.learning_rate = 1, .factor = 0.5, .patience = 1};
  CHECK(plateau(nan) == 1);
  CHECK(plateau(nan) == 0.5);
  CHECK(plateau(3) == 0.5);
  CHECK(plateau.best == 3);
  optim::Plateau accuracy{.learning_rate = 1, .factor = 0.5, .patience = 0, .larger_is_better = true};
  CHECK(accuracy(0.5) == 1);
  CHECK(accuracy(0.6) == 1);
  CHECK(accuracy(0.6) == 0.5);
}

TEST_CASE("gradients are bounded by their norm or one by one, and what others hold stays") {
  Tape tape;
  const Var x = tape.variable(zeros({2})), y = tape.variable(0.0);
  const auto gradients = [&] { return gradient(sum(x * Tensor::from({2}, {3, -12})) + 4.0 * y, {x, y}); };
  Gradients g = gradients();
  const Tensor before = g[x];
  CHECK(optim::clip_norm(g, 6.5) == Approx(13));
  CHECK(elements<double>(g[x])[1] == Approx(-6));
  CHECK(g[y].item() == Approx(2));
  CHECK(elements<double>(before)[1] == -12);
  CHECK(optim::clip_norm(g, 100) == Approx(6.5));

  g = gradients();
  CHECK(optim::clip_norm(g, 1e300, std::numeric_limits<double>::infinity()) == 12);
  optim::clip_value(g, 3.5);
  CHECK(elements<double>(g[x]) == std::vector<double>{3, -3.5});
  CHECK(g[y].item() == 3.5);

  CHECK_THROWS_WITH_AS(optim::clip_norm(g, 0), Contains("[clip_norm] max_norm 0, p 2"), ValueError);
  CHECK_THROWS_WITH_AS(optim::clip_norm(g, 1, 0.5), Contains("p 0.5"), ValueError);
  CHECK_THROWS_WITH_AS(optim::clip_value(g, -1), Contains("[clip_value] bound -1"), ValueError);
}
