// Why backpropagation: (C(w + ε e_j) − C(w)) / ε needs a forward pass for every weight. One sweep gives all
// derivatives, for a few times the cost of one forward pass, however many weights there are.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nabla/nabla.hpp>

#include "claim.hpp"

using namespace nabla;

/// Seconds of f(), the least of several runs.
template <class F>
double seconds(int runs, F f) {
  double least = 1e9;
  for (int run = 0; run < runs; ++run) {
    const auto start = std::chrono::steady_clock::now();
    f();
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return least;
}

int main() {
  Rng rng(1);
  fmt::print("  weights   forward pass   all differences     one sweep   differences/sweep   largest error\n");
  double worst = 0, first_ratio = 0, ratio = 0, passes = 0;
  for (std::int64_t n : {4, 8, 16, 32, 64}) {
    nn::Mlp net({n, n, n, 1}, {.hidden = nn::sigmoid, .output = nn::sigmoid, .seed = 2, .dtype = f64});
    const Tensor x = rng.normal({n}), y = Tensor::from({1}, {0.25});
    const auto C = [&] { return quadratic_cost(net(x), y).item(); };
    const Parameters parameters = net.parameters();

    Tape tape;
    const auto sweep = [&] {
      tape.clear();
      return gradient(quadratic_cost(net(tape.constant(x)), tape.constant(y)), net.parameters());
    };

    const double epsilon = 1e-6;
    std::int64_t weights = 0;
    double error = 0;
    const auto differences = [&] {
      const Gradients exact = sweep();
      const double C0 = C();
      weights = 0;
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Tensor by_sweep = exact.at(i).contiguous();
        const std::span<double> w = parameters[i]->value.mutable_data<double>();
        for (std::size_t j = 0; j < w.size(); ++j, ++weights) {
          const double kept = w[j];
          w[j] = kept + epsilon;
          const double quotient = (C() - C0) / epsilon;
          w[j] = kept;
          error = std::max(error, std::abs(quotient - by_sweep.data<double>()[j]));
        }
      }
    };

    const double forward_time = seconds(50, C), sweep_time = seconds(50, sweep),
                 difference_time = seconds(1, differences);
    ratio = difference_time / sweep_time;
    if (first_ratio == 0) first_ratio = ratio;
    worst = std::max(worst, error);
    passes = sweep_time / forward_time;
    fmt::print("{:9} {:11.1f} µs {:14.1f} µs {:10.1f} µs {:19.0f} {:15.1e}\n", weights, 1e6 * forward_time,
               1e6 * difference_time, 1e6 * sweep_time, ratio, error);
  }
  claim("both give the same derivatives, as far as differences go", worst < 1e-6);
  claim("the more weights, the more differences lose", ratio > 10 * first_ratio);
  claim("a sweep, with the forward pass before it, costs a few forward passes", passes < 20);
  return claims_failed;
}
