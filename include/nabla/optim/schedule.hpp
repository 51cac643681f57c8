// Learning rates that change as the training goes on.
//
// A schedule is any function of a number of steps, made so far, that gives the rate of the next one:
//
//     optim::CosineDecay schedule{.learning_rate = 0.1, .steps = 1000};
//     for (std::int64_t step = 0; step < 1000; ++step) {
//       sgd.learning_rate = schedule(step);
//       …
//
// What a step is (a batch, an epoch) is up to the caller. η is the learning rate to begin with. All throw a ValueError
// for options out of range, or a negative number of steps.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace nabla::optim {

using Schedule = std::function<double(std::int64_t step)>;

/// η γ^⌊t/every⌋
struct StepDecay {
  double learning_rate = 0.1;
  std::int64_t every = 1;  ///< 1 or more
  double factor = 0.1;     ///< γ, 0 or more

  double operator()(std::int64_t step) const;
};

/// η γ^k, where k of the milestones have been reached.
struct MultiStepDecay {
  double learning_rate = 0.1;
  std::vector<std::int64_t> milestones = {};  ///< in any order; one that is there twice counts twice
  double factor = 0.1;                        ///< γ, 0 or more

  double operator()(std::int64_t step) const;
};

/// η γᵗ
struct ExponentialDecay {
  double learning_rate = 0.1;
  double factor = 0.99;  ///< γ, 0 or more

  double operator()(std::int64_t step) const;
};

/// η (1 − t/T)^power, and 0 from t = T on.
struct PolynomialDecay {
  double learning_rate = 0.1;
  std::int64_t steps = 100;  ///< T, 1 or more
  double power = 1;          ///< 0 or more

  double operator()(std::int64_t step) const;
};

/// The straight line from a η to b η over T steps, and b η from there on: a warm-up where a is small and b is 1.
struct LinearRamp {
  double learning_rate = 0.1;
  std::int64_t steps = 5;     ///< T, 1 or more
  double start_factor = 0.1;  ///< a, 0 or more
  double end_factor = 1;      ///< b, 0 or more

  double operator()(std::int64_t step) const;
};

/// a η for T steps, η from there on.
struct ConstantFactor {
  double learning_rate = 0.1;
  std::int64_t steps = 5;  ///< T, 0 or more
  double factor = 0.1;     ///< a, 0 or more

  double operator()(std::int64_t step) const;
};

/// η' + ½ (η − η') (1 + cos(π t/T)), which is η' at t = T; beyond, it rises again.
struct CosineDecay {
  double learning_rate = 0.1;
  std::int64_t steps = 100;  ///< T, 1 or more
  double final_rate = 0;     ///< η', 0 or more

  double operator()(std::int64_t step) const;
};

/// The same, which begins anew after T steps, then after T m more, T m², … (Loshchilov and Hutter 2017, SGDR).
struct CosineRestarts {
  double learning_rate = 0.1;
  std::int64_t period = 10;     ///< T, 1 or more
  std::int64_t multiplier = 1;  ///< m, 1 or more
  double final_rate = 0;        ///< η', 0 or more

  double operator()(std::int64_t step) const;
};

/// Up to a large rate and down again, far below the first one (Smith and Topin 2018). Of the steps 0 … T − 1, the first
/// is made with `max_rate / initial_divisor`, that at `rise` T − 1 with `max_rate`, the last, and all after it, with
/// the first rate divided by `final_divisor`.
struct OneCycle {
  double max_rate = 0.1;
  std::int64_t steps = 100;     ///< T, 1 or more
  double rise = 0.3;            ///< the part of the steps in which the rate goes up, in [0, 1]
  double initial_divisor = 25;  ///< above 0
  double final_divisor = 1e4;   ///< above 0
  bool linear = false;          ///< along straight lines, not half waves of a cosine
  bool three_phases = false;    ///< as fast down to the first rate as it went up, and only then further

  double operator()(std::int64_t step) const;
};

/// Up and down along straight lines, again and again (Smith 2017).
struct Cyclic {
  double min_rate = 1e-3;
  double max_rate = 0.1;
  std::int64_t steps_up = 2000;    ///< 1 or more
  std::int64_t steps_down = 2000;  ///< 1 or more
  double factor_of_cycle = 1;      ///< by which the height changes with every cycle; ½ is "triangular2"
  double factor_of_step = 1;       ///< and with every step; "exp_range"

  double operator()(std::int64_t step) const;
};

/// Warm-up: for so many steps from start_factor · then(0) straight to then(0), after which `then` begins.
Schedule warm_up(std::int64_t steps, Schedule then, double start_factor = 0);

/// Lowers the rate where a metric gets no better: after more than `patience` calls in a row without improvement the
/// rate is multiplied by `factor`. Called with the metric, after an epoch for example, it gives the rate to go on with.
struct Plateau {
  double learning_rate = 0.1;     ///< the present one
  double factor = 0.1;            ///< in [0, 1)
  std::int64_t patience = 10;     ///< 0 or more
  double threshold = 1e-4;        ///< by which part of the best value a better one must be better; 0 or more
  bool absolute = false;          ///< the threshold is a difference
  bool larger_is_better = false;  ///< as of an accuracy
  std::int64_t cooldown = 0;      ///< calls that are not counted after the rate was lowered; 0 or more
  double min_rate = 0;            ///< 0 or more
  double least_change = 1e-8;     ///< the rate stays where it would change by no more

  std::int64_t calls_without_improvement = 0;
  std::int64_t calls_to_cool_down = 0;
  double best = std::numeric_limits<double>::quiet_NaN();  ///< NaN before the first call

  double operator()(double metric);
};

}  // namespace nabla::optim
