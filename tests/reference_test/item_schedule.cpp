// Learning-rate schedules.
#include <nabla/nabla.hpp>

#include "run_item.hpp"

namespace reference {

using namespace nabla;

namespace {

optim::Schedule one_cycle(HyperParameters& hyper) {
  hyper.ignore("cycle_momentum");  // of the momentum, which is not part of the rate
  hyper.ignore("base_momentum");
  hyper.ignore("max_momentum");
  return optim::OneCycle{.max_rate = hyper.number("max_lr"),
                         .steps = hyper.has("total_steps") ? hyper.integer("total_steps")
                                                           : hyper.integer("epochs") * hyper.integer("steps_per_epoch"),
                         .rise = hyper.number("pct_start", 0.3),
                         .initial_divisor = hyper.number("div_factor", 25),
                         .final_divisor = hyper.number("final_div_factor", 1e4),
                         .linear = hyper.text("anneal_strategy", "cos") == "linear",
                         .three_phases = hyper.flag("three_phase", false)};
}

optim::Schedule cyclic(HyperParameters& hyper) {
  hyper.ignore("cycle_momentum");
  hyper.ignore("base_momentum");
  hyper.ignore("max_momentum");
  const std::string mode = hyper.text("mode", "triangular");
  const double gamma = hyper.number("gamma", 1);
  if (mode != "triangular" && mode != "triangular2" && mode != "exp_range")
    throw Unknown(fmt::format("the mode '{}' is unknown", mode));
  const std::int64_t up = hyper.integer("step_size_up", 2000);
  return optim::Cyclic{.min_rate = hyper.number("base_lr"),
                       .max_rate = hyper.number("max_lr"),
                       .steps_up = up,
                       .steps_down = hyper.integer("step_size_down", up),
                       .factor_of_cycle = mode == "triangular2" ? 0.5 : 1,
                       .factor_of_step = mode == "exp_range" ? gamma : 1};
}

optim::Plateau plateau(double rate, HyperParameters& hyper) {
  return {.learning_rate = rate,
          .factor = hyper.number("factor", 0.1),
          .patience = hyper.integer("patience", 10),
          .threshold = hyper.number("threshold", 1e-4),
          .absolute = hyper.text("threshold_mode", "rel") == "abs",
          .larger_is_better = hyper.text("mode", "min") == "max",
          .cooldown = hyper.integer("cooldown", 0),
          .min_rate = hyper.number("min_lr", 0),
          .least_change = hyper.number("eps", 1e-8)};
}

/// The schedule of that name in PyTorch.
optim::Schedule schedule_named(const std::string& name, double rate, HyperParameters& hyper) {
  if (name == "step")
    return optim::StepDecay{
        .learning_rate = rate, .every = hyper.integer("step_size"), .factor = hyper.number("gamma", 0.1)};
  if (name == "multistep")
    return optim::MultiStepDecay{
        .learning_rate = rate, .milestones = hyper.integers("milestones"), .factor = hyper.number("gamma", 0.1)};
  if (name == "exponential") return optim::ExponentialDecay{.learning_rate = rate, .factor = hyper.number("gamma")};
  if (name == "polynomial")
    return optim::PolynomialDecay{
        .learning_rate = rate, .steps = hyper.integer("total_iters", 5), .power = hyper.number("power", 1)};
  if (name == "linear")
    return optim::LinearRamp{.learning_rate = rate,
                             .steps = hyper.integer("total_iters", 5),
                             .start_factor = hyper.number("start_factor", 1.0 / 3),
                             .end_factor = hyper.number("end_factor", 1)};
  if (name == "constant")
    return optim::ConstantFactor{
        .learning_rate = rate, .steps = hyper.integer("total_iters", 5), .factor = hyper.number("factor", 1.0 / 3)};
  if (name == "cosine")
    return optim::CosineDecay{
        .learning_rate = rate, .steps = hyper.integer("T_max"), .final_rate = hyper.number("eta_min", 0)};
  if (name == "cosine_restarts")
    return optim::CosineRestarts{.learning_rate = rate,
                                 .period = hyper.integer("T_0"),
                                 .multiplier = hyper.integer("T_mult", 1),
                                 .final_rate = hyper.number("eta_min", 0)};
  if (name == "onecycle") return one_cycle(hyper);
  if (name == "cyclic") return cyclic(hyper);
  throw Unknown(fmt::format("the schedule '{}' is unknown", name));
}

}  // namespace

void run_schedule(const Item& item, Comparison& comparison) {
  HyperParameters hyper(item.attributes.group("hyper"));
  const std::string name = item.attributes.text("schedule");
  const double rate = item.attributes.number("base_lr");
  const std::int64_t steps = item["lr"].size();
  Tensor rates = Tensor::uninitialized({steps});
  if (name == "plateau") {
    optim::Plateau schedule = plateau(rate, hyper);
    rates.mutable_data<double>()[0] = rate;
    for (std::size_t k = 1; k < static_cast<std::size_t>(steps); ++k)
      rates.mutable_data<double>()[k] = schedule(item["metric"].data<double>()[k - 1]);
  } else {
    const optim::Schedule schedule = schedule_named(name, rate, hyper);
    for (std::int64_t k = 0; k < steps; ++k) rates.mutable_data<double>()[static_cast<std::size_t>(k)] = schedule(k);
  }
  hyper.require_all_known();
  comparison.values("the rates", rates, item["lr"]);
}

}  // namespace reference
