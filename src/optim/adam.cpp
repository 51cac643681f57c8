#include <nabla/optim/adam.hpp>

#include <cmath>

#include "rule.hpp"

namespace nabla::optim {
namespace {

void check_adam(std::string_view name, const auto& o) {
  check_hyper_parameters(name, {{"learning_rate", o.learning_rate, Range::not_negative},
                                {"beta1", o.beta1, Range::below_one},
                                {"beta2", o.beta2, Range::below_one},
                                {"eps", o.eps, Range::not_negative},
                                {"weight_decay", o.weight_decay, Range::not_negative}});
}

/// β₁, β₂, and the running means.
struct Moments {
  Moments(const auto& o, const ParameterState& state)
      : beta1(o.beta1),
        beta2(o.beta2),
        eps(o.eps),
        weight_decay(o.weight_decay),
        t(static_cast<double>(state.steps)),
        correction1(1 - std::pow(beta1, t)),
        correction2(1 - std::pow(beta2, t)) {}

  double beta1, beta2, eps, weight_decay, t;
  double correction1, correction2;  // 1 − β₁ᵗ, 1 − β₂ᵗ

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void mean(P& m, P g) const {
    m = beta1 * m + (1 - beta1) * g;
  }
  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void mean_square(P& v, P g) const {
    v = beta2 * v + (1 - beta2) * g * g;
  }
};

struct AdamRule : Moments {
  static std::array<Remembered, 3> remembered(const auto& o) {
    return {{{"first_moment"}, {"second_moment"}, {"largest_second_moment", o.amsgrad}}};
  }

  AdamRule(const auto& o, const ParameterState& state, bool is_decoupled)
      : Moments(o, state),
        rate(o.learning_rate / correction1),
        root(std::sqrt(correction2)),
        kept(1 - o.learning_rate * weight_decay),
        amsgrad(o.amsgrad),
        decoupled(is_decoupled) {}

  double rate, root, kept;
  bool amsgrad, decoupled;

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void operator()(P& w, P g, P* state) const {
    P &m = state[0], &v = state[1], &largest = state[2];
    if (decoupled)
      w = kept * w;
    else if (weight_decay != 0)
      g += weight_decay * w;
    mean(m, g);
    mean_square(v, g);
    if (amsgrad) largest = simd::select(v > largest, v, largest);
    w -= rate * m / (simd::sqrt(amsgrad ? largest : v) / root + eps);
  }
};

}  // namespace

template <>
struct Rule<Adam> : AdamRule {
  static void check(const Adam& o) { check_adam("adam", o); }
  Rule(const Adam& o, const ParameterState& state) : AdamRule(o, state, false) {}
};

template <>
struct Rule<AdamW> : AdamRule {
  static void check(const AdamW& o) { check_adam("adamw", o); }
  Rule(const AdamW& o, const ParameterState& state) : AdamRule(o, state, true) {}
};

template <>
struct Rule<Adamax> : Moments {
  static void check(const Adamax& o) { check_adam("adamax", o); }
  static std::array<Remembered, 2> remembered(const Adamax&) { return {{{"first_moment"}, {"largest_gradient"}}}; }

  Rule(const Adamax& o, const ParameterState& state) : Moments(o, state), rate(o.learning_rate / correction1) {}

  double rate;

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void operator()(P& w, P g, P* state) const {
    P &m = state[0], &u = state[1];
    if (weight_decay != 0) g += weight_decay * w;
    mean(m, g);
    const P size = simd::abs(g) + eps, before = beta2 * u;
    u = simd::select(before > size, before, size);
    w -= rate * m / u;
  }
};

template <>
struct Rule<NAdam> : Moments {
  static constexpr std::string_view product = "momentum_product";
  static void check(const NAdam& o) {
    check_hyper_parameters("nadam", {{"learning_rate", o.learning_rate, Range::not_negative},
                                     {"beta1", o.beta1, Range::below_one},
                                     {"beta2", o.beta2, Range::below_one},
                                     {"eps", o.eps, Range::not_negative},
                                     {"weight_decay", o.weight_decay, Range::not_negative},
                                     {"momentum_decay", o.momentum_decay, Range::not_negative}});
  }
  static std::array<Remembered, 2> remembered(const NAdam&) { return {{{"first_moment"}, {"second_moment"}}}; }

  Rule(const NAdam& o, ParameterState& state) : Moments(o, state) {
    const auto momentum = [&](double step) { return beta1 * (1 - 0.5 * std::pow(0.96, step * o.momentum_decay)); };
    const double now = momentum(t), next = momentum(t + 1);
    state.product *= now;
    root = std::sqrt(correction2);
    rate_of_mean = o.learning_rate * next / (1 - state.product * next * (o.as_pytorch_1 ? now : 1));
    rate_of_gradient = o.learning_rate * (1 - now) / (1 - state.product);
  }

  double root, rate_of_mean, rate_of_gradient;

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void operator()(P& w, P g, P* state) const {
    P &m = state[0], &v = state[1];
    if (weight_decay != 0) g += weight_decay * w;
    mean(m, g);
    mean_square(v, g);
    w -= (rate_of_mean * m + rate_of_gradient * g) / (simd::sqrt(v) / root + eps);
  }
};

template <>
struct Rule<RAdam> : Moments {
  static void check(const RAdam& o) { check_adam("radam", o); }
  static std::array<Remembered, 2> remembered(const RAdam&) { return {{{"first_moment"}, {"second_moment"}}}; }

  Rule(const RAdam& o, const ParameterState& state) : Moments(o, state), rate(o.learning_rate / correction1) {
    const double last = 2 / (1 - beta2) - 1, rho = last - 2 * t * std::pow(beta2, t) / correction2;
    adaptive = rho > 5;
    if (adaptive) rate *= std::sqrt(correction2 * (rho - 4) * (rho - 2) * last / ((last - 4) * (last - 2) * rho));
  }

  double rate;
  bool adaptive;

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void operator()(P& w, P g, P* state) const {
    P &m = state[0], &v = state[1];
    if (weight_decay != 0) g += weight_decay * w;
    mean(m, g);
    mean_square(v, g);
    w -= adaptive ? rate * m / (simd::sqrt(v) + eps) : rate * m;
  }
};

NABLA_DEFINE_OPTIMIZER(Adam)
NABLA_DEFINE_OPTIMIZER(AdamW)
NABLA_DEFINE_OPTIMIZER(Adamax)
NABLA_DEFINE_OPTIMIZER(NAdam)
NABLA_DEFINE_OPTIMIZER(RAdam)

}  // namespace nabla::optim
