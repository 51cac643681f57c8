#include <nabla/optim/adagrad.hpp>

#include "rule.hpp"

namespace nabla::optim {

template <>
struct Rule<Adagrad> {
  static void check(const Adagrad& o) {
    check_hyper_parameters("adagrad", {{"learning_rate", o.learning_rate, Range::not_negative},
                                       {"learning_rate_decay", o.learning_rate_decay, Range::not_negative},
                                       {"weight_decay", o.weight_decay, Range::not_negative},
                                       {"initial_sum_of_squares", o.initial_sum_of_squares, Range::not_negative},
                                       {"eps", o.eps, Range::not_negative}});
  }
  static std::array<Remembered, 1> remembered(const Adagrad& o) {
    return {{{"sum_of_squares", true, o.initial_sum_of_squares}}};
  }

  Rule(const Adagrad& o, const ParameterState& state)
      : rate(o.learning_rate / (1 + static_cast<double>(state.steps - 1) * o.learning_rate_decay)),
        weight_decay(o.weight_decay),
        eps(o.eps) {}

  double rate, weight_decay, eps;

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void operator()(P& w, P g, P* state) const {
    P& s = state[0];
    if (weight_decay != 0) g += weight_decay * w;
    s += g * g;
    w -= rate * g / (simd::sqrt(s) + eps);
  }
};

template <>
struct Rule<Adadelta> {
  static void check(const Adadelta& o) {
    check_hyper_parameters("adadelta", {{"learning_rate", o.learning_rate, Range::not_negative},
                                        {"decay", o.decay, Range::below_one},
                                        {"weight_decay", o.weight_decay, Range::not_negative},
                                        {"eps", o.eps, Range::not_negative}});
  }
  static std::array<Remembered, 2> remembered(const Adadelta&) { return {{{"mean_square"}, {"mean_square_step"}}}; }

  Rule(const Adadelta& o, const ParameterState&)
      : rate(o.learning_rate), decay(o.decay), weight_decay(o.weight_decay), eps(o.eps) {}

  double rate, decay, weight_decay, eps;

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void operator()(P& w, P g, P* state) const {
    P &s = state[0], &u = state[1];
    if (weight_decay != 0) g += weight_decay * w;
    s = decay * s + (1 - decay) * g * g;
    const P step = simd::sqrt(u + eps) / simd::sqrt(s + eps) * g;
    u = decay * u + (1 - decay) * step * step;
    w -= rate * step;
  }
};

template <>
struct Rule<RMSprop> {
  static void check(const RMSprop& o) {
    check_hyper_parameters("rmsprop", {{"learning_rate", o.learning_rate, Range::not_negative},
                                       {"decay", o.decay, Range::below_one},
                                       {"momentum", o.momentum, Range::below_one},
                                       {"weight_decay", o.weight_decay, Range::not_negative},
                                       {"eps", o.eps, Range::not_negative}});
  }
  static std::array<Remembered, 3> remembered(const RMSprop& o) {
    return {{{"mean_square"}, {"velocity", o.momentum != 0}, {"mean", o.centered}}};
  }

  Rule(const RMSprop& o, const ParameterState&)
      : rate(o.learning_rate),
        decay(o.decay),
        momentum(o.momentum),
        weight_decay(o.weight_decay),
        eps(o.eps),
        centered(o.centered) {}

  double rate, decay, momentum, weight_decay, eps;
  bool centered;

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void operator()(P& w, P g, P* state) const {
    P &s = state[0], &v = state[1], &mean = state[2];
    if (weight_decay != 0) g += weight_decay * w;
    s = decay * s + (1 - decay) * g * g;
    P variance = s;
    if (centered) {
      mean = decay * mean + (1 - decay) * g;
      variance = simd::detail::at_least(s - mean * mean, 0);  // never below, but for rounding
    }
    const P step = g / (simd::sqrt(variance) + eps);
    if (momentum != 0) v = momentum * v + step;
    w -= rate * (momentum != 0 ? v : step);
  }
};

NABLA_DEFINE_OPTIMIZER(Adagrad)
NABLA_DEFINE_OPTIMIZER(Adadelta)
NABLA_DEFINE_OPTIMIZER(RMSprop)

}  // namespace nabla::optim
