#include <nabla/error.hpp>
#include <nabla/optim/sgd.hpp>

#include "rule.hpp"

namespace nabla::optim {

template <>
struct Rule<Sgd> {
  static void check(const Sgd& o) {
    check_hyper_parameters("sgd", {{"learning_rate", o.learning_rate, Range::not_negative},
                                   {"momentum", o.momentum, Range::below_one},
                                   {"dampening", o.dampening, Range::below_one},
                                   {"weight_decay", o.weight_decay, Range::not_negative}});
    if (o.nesterov && (o.momentum == 0 || o.dampening != 0))
      throw ValueError("sgd", fmt::format("nesterov with momentum {} and dampening {}; it needs a momentum above 0 and "
                                          "no dampening",
                                          o.momentum, o.dampening));
  }
  static std::array<Remembered, 1> remembered(const Sgd& o) { return {{{"velocity", o.momentum != 0}}}; }

  Rule(const Sgd& o, const ParameterState& state)
      : rate(o.learning_rate * (state.steps > 1 ? 1 - o.dampening : 1)),
        momentum(o.momentum),
        weight_decay(o.weight_decay),
        nesterov(o.nesterov) {}

  double rate, momentum, weight_decay;
  bool nesterov;

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void operator()(P& w, P g, P* state) const {
    P& v = state[0];
    if (weight_decay != 0) g += weight_decay * w;
    if (momentum == 0) {
      w -= rate * g;
      return;
    }
    v = momentum * v - rate * g;
    w += nesterov ? momentum * v - rate * g : v;
  }
};

template <>
struct Rule<CrowleySgd> {
  static void check(const CrowleySgd& o) {
    check_hyper_parameters("crowley_sgd", {{"learning_rate", o.learning_rate, Range::not_negative},
                                           {"momentum", o.momentum, Range::below_one}});
  }
  static std::array<Remembered, 0> remembered(const CrowleySgd&) { return {}; }

  Rule(const CrowleySgd& o, const ParameterState&) : rate(o.learning_rate), momentum(o.momentum) {}

  double rate, momentum;

  template <simd::AnyPack P>
  NABLA_SIMD_INLINE void operator()(P& w, P g, P*) const {
    w = w - rate * g + momentum * w;
  }
};

namespace {

/// Without weight decay and Nesterov, a product may add to the weight or to its velocity.
class SgdUpdate final : public RuleUpdate<Sgd> {
 public:
  using RuleUpdate::RuleUpdate;

  Into fold(Parameter& w) override {
    if (optimizer_.weight_decay != 0 || optimizer_.nesterov) return {};
    if (optimizer_.momentum == 0) return {&w.value, -optimizer_.learning_rate, 1};
    ParameterState& state = optimizer_.states[w.id()];
    begin(state, w, Rule<Sgd>::remembered(optimizer_));
    const double fresh = state.steps > 0 ? 1 - optimizer_.dampening : 1;
    return {&state.tensors[0], -optimizer_.learning_rate * fresh, optimizer_.momentum};
  }

  /// The velocity is up to date; without momentum, the weight is.
  void folded(Parameter& w) override {
    if (optimizer_.momentum == 0) return;
    ParameterState& state = optimizer_.states[w.id()];
    ++state.steps;
    visit_floating(w.dtype(), [&]<class T>(std::type_identity<T>) {
      const std::span<T> to = w.value.mutable_data<T>();
      const std::span<const T> v = state.tensors[0].data<T>();
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += v[i];
    });
  }
};

}  // namespace

template <>
struct Consuming<Sgd> {
  using type = SgdUpdate;
};

NABLA_DEFINE_OPTIMIZER(Sgd)
NABLA_DEFINE_OPTIMIZER(CrowleySgd)

}  // namespace nabla::optim
