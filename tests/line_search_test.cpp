// What the minimisers stand on: a search along a line, and differences of f where it is flat to rounding.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../src/optim/flatness.hpp"
#include "../src/optim/line_search.hpp"

using namespace nabla::optim;

namespace {

Trial search(double (*f)(double), double (*slope)(double), double first, std::int64_t max_evaluations = 40) {
  const auto phi = [&](double step) { return Trial{step, f(step) - f(0), slope(step)}; };
  return wolfe_search(phi, slope(0), first,
                      {.c1 = 1e-4, .c2 = 0.5, .resolution = 1e-12, .max_evaluations = max_evaluations});
}

double parabola(double t) { return t * t - t; }  // least at 1/2
double parabola_slope(double t) { return 2 * t - 1; }

}  // namespace

TEST_CASE("a step along a line ends where the slope is small, whether the first one was too short or too long") {
  for (const double first : {1e-6, 0.01, 0.4, 0.9, 0.99, 3.0, 1e6}) {
    CAPTURE(first);
    const Trial found = search(parabola, parabola_slope, first);
    CHECK(found.rise <= -1e-4 * found.step);
    CHECK(std::abs(found.slope) <= 0.5);
  }
  const Trial falling = search([](double t) { return -t; }, [](double) { return -1.0; }, 1, 5);
  CHECK(falling.step > 100);  // no step has a small slope; the longest that was tried
  CHECK(falling.rise == -falling.step);
  const Trial rising =
      search([](double t) { return t == 0 ? 0.0 : 1.0; }, [](double t) { return t == 0 ? -1.0 : 1.0; }, 1);
  CHECK(rising.step == 0);
}

TEST_CASE("where f is flat, the trapezoid rule tells its rise from the slopes, and else the values do") {
  const Flatness flatness(std::numeric_limits<double>::epsilon());
  CHECK(flatness.is_flat(1, 1 + 1e-11));
  CHECK_FALSE(flatness.is_flat(1, 1 + 1e-10));
  CHECK(flatness.rise({.value_before = 1, .value_after = 1, .slope_before = -1, .slope_after = 0.5}) == -0.25);
  CHECK(flatness.rise({.value_before = 1, .value_after = 3, .slope_before = -1, .slope_after = 0.5}) == 2);
}

TEST_CASE("nothing is left to gain after twenty flat steps whose predicted gain does not halve") {
  const auto steps_until_end = [](auto value, auto gain) {
    Stagnation stagnation{Flatness(std::numeric_limits<double>::epsilon())};
    int steps = 1;
    while (steps < 100 && !stagnation.after(value(steps), gain(steps))) ++steps;
    return steps;
  };
  const auto constant = [](int) { return 1.0; };
  const auto falling = [](int step) { return 1.0 / step; };
  const auto halving = [](int step) { return std::pow(0.4, step); };
  CHECK(steps_until_end(constant, constant) == 21);
  CHECK(steps_until_end(falling, constant) == 100);
  CHECK(steps_until_end(constant, halving) == 100);
}
