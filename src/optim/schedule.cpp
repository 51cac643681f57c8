#include <nabla/optim/schedule.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <numbers>
#include <string>
#include <string_view>

namespace nabla::optim {
namespace {

/// An option, and whether it is in its range.
struct Option {
  std::string_view name;
  double value;
  bool good;
};

Option rate(std::string_view name, double value) { return {name, value, value >= 0 && std::isfinite(value)}; }
Option above_zero(std::string_view name, double value) { return {name, value, value > 0 && std::isfinite(value)}; }
Option count(std::string_view name, std::int64_t value, std::int64_t least = 1) {
  return {name, static_cast<double>(value), value >= least};
}
/// Steps made so far.
Option made(std::int64_t step) { return count("step", step, 0); }

void check(std::string_view where, std::initializer_list<Option> options) {
  const auto bad = std::ranges::find(options, false, &Option::good);
  if (bad == options.end()) return;
  std::string values;
  for (const Option& o : options) values += fmt::format("{}{} {}", values.empty() ? "" : ", ", o.name, o.value);
  throw ValueError(where, fmt::format("{}; {} is out of its range", values, bad->name));
}

/// From a at x = 0 to b at x = 1, along half a wave of a cosine.
double along_cosine(double a, double b, double x) { return b + (a - b) / 2 * (1 + std::cos(std::numbers::pi * x)); }
double along_line(double a, double b, double x) { return a + (b - a) * x; }

double ratio(std::int64_t a, std::int64_t b) { return static_cast<double>(a) / static_cast<double>(b); }

}  // namespace

double StepDecay::operator()(std::int64_t step) const {
  check("step_decay",
        {rate("learning_rate", learning_rate), count("every", every), rate("factor", factor), made(step)});
  return learning_rate * std::pow(factor, static_cast<double>(step / every));
}

double MultiStepDecay::operator()(std::int64_t step) const {
  check("multi_step_decay", {rate("learning_rate", learning_rate), rate("factor", factor), made(step)});
  const auto reached = std::ranges::count_if(milestones, [&](std::int64_t milestone) { return milestone <= step; });
  return learning_rate * std::pow(factor, static_cast<double>(reached));
}

double ExponentialDecay::operator()(std::int64_t step) const {
  check("exponential_decay", {rate("learning_rate", learning_rate), rate("factor", factor), made(step)});
  return learning_rate * std::pow(factor, static_cast<double>(step));
}

double PolynomialDecay::operator()(std::int64_t step) const {
  check("polynomial_decay",
        {rate("learning_rate", learning_rate), count("steps", steps), rate("power", power), made(step)});
  return step >= steps ? 0 : learning_rate * std::pow(1 - ratio(step, steps), power);
}

double LinearRamp::operator()(std::int64_t step) const {
  check("linear_ramp", {rate("learning_rate", learning_rate), count("steps", steps), rate("start_factor", start_factor),
                        rate("end_factor", end_factor), made(step)});
  return learning_rate * (step >= steps ? end_factor : along_line(start_factor, end_factor, ratio(step, steps)));
}

double ConstantFactor::operator()(std::int64_t step) const {
  check("constant_factor",
        {rate("learning_rate", learning_rate), count("steps", steps, 0), rate("factor", factor), made(step)});
  return step < steps ? factor * learning_rate : learning_rate;
}

double CosineDecay::operator()(std::int64_t step) const {
  check("cosine_decay",
        {rate("learning_rate", learning_rate), count("steps", steps), rate("final_rate", final_rate), made(step)});
  return along_cosine(learning_rate, final_rate, ratio(step, steps));
}

double CosineRestarts::operator()(std::int64_t step) const {
  check("cosine_restarts", {rate("learning_rate", learning_rate), count("period", period),
                            count("multiplier", multiplier), rate("final_rate", final_rate), made(step)});
  double since = static_cast<double>(multiplier == 1 ? step % period : step), length = static_cast<double>(period);
  for (; since >= length; length *= static_cast<double>(multiplier)) since -= length;
  return along_cosine(learning_rate, final_rate, since / length);
}

double OneCycle::operator()(std::int64_t step) const {
  check("one_cycle", {rate("max_rate", max_rate),
                      count("steps", steps),
                      {"rise", rise, rise >= 0 && rise <= 1},
                      above_zero("initial_divisor", initial_divisor),
                      above_zero("final_divisor", final_divisor),
                      made(step)});
  const double first = max_rate / initial_divisor, last = first / final_divisor, t = static_cast<double>(step);
  const double end = static_cast<double>(steps) - 1, top = rise * static_cast<double>(steps) - 1;
  struct Point {
    double step, rate;
  };
  Point from = {0, first};
  for (const Point& to :
       {Point{top, max_rate}, Point{three_phases ? 2 * top : top, three_phases ? first : max_rate}, Point{end, last}}) {
    if (t <= to.step && to.step > from.step)
      return (linear ? along_line : along_cosine)(from.rate, to.rate, (t - from.step) / (to.step - from.step));
    from = to;
  }
  return last;
}

double Cyclic::operator()(std::int64_t step) const {
  check("cyclic", {rate("min_rate", min_rate), rate("max_rate", max_rate), count("steps_up", steps_up),
                   count("steps_down", steps_down), rate("factor_of_cycle", factor_of_cycle),
                   rate("factor_of_step", factor_of_step), made(step)});
  const std::int64_t length = steps_up + steps_down, cycle = step / length, since = step % length;
  const double height = since <= steps_up ? ratio(since, steps_up) : ratio(length - since, steps_down);
  return min_rate + (max_rate - min_rate) * height * std::pow(factor_of_cycle, static_cast<double>(cycle)) *
                        std::pow(factor_of_step, static_cast<double>(step));
}

Schedule warm_up(std::int64_t steps, Schedule then, double start_factor) {
  check("warm_up", {count("steps", steps), rate("start_factor", start_factor)});
  return [=](std::int64_t step) {
    if (step >= steps) return then(step - steps);
    return LinearRamp{.learning_rate = then(0), .steps = steps, .start_factor = start_factor}(step);
  };
}

double Plateau::operator()(double metric) {
  check("plateau", {rate("learning_rate", learning_rate),
                    {"factor", factor, factor >= 0 && factor < 1},
                    count("patience", patience, 0),
                    rate("threshold", threshold),
                    count("cooldown", cooldown, 0),
                    rate("min_rate", min_rate),
                    rate("least_change", least_change)});
  const double sign = larger_is_better ? 1 : -1;
  const double target = absolute ? best + sign * threshold : best * (1 + sign * threshold);
  const bool is_better = std::isnan(best) ? !std::isnan(metric) : sign * metric > sign * target;
  if (is_better) best = metric;
  calls_without_improvement = is_better ? 0 : calls_without_improvement + 1;
  if (calls_to_cool_down > 0) {
    --calls_to_cool_down;
    calls_without_improvement = 0;
  }
  if (calls_without_improvement > patience) {
    const double lowered = std::max(learning_rate * factor, min_rate);
    if (learning_rate - lowered > least_change) learning_rate = lowered;
    calls_to_cool_down = cooldown;
    calls_without_improvement = 0;
  }
  return learning_rate;
}

}  // namespace nabla::optim
