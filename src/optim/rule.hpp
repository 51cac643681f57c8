// Optimisers as formulas: all of an optimiser O but its Rule<O>, which says what happens to one weight.
#pragma once

#include <nabla/optim/optimizer.hpp>
#include <nabla/simd/math.hpp>
#include <span>
#include <string_view>

#include "kernels/row_loops.hpp"
#include "kernels/shares.hpp"

#define NABLA_SIMD_LOOPS "optim/update.inc"
#include "every_level.inc"

namespace nabla::optim {

/// What of a weight an optimiser remembers.
struct Remembered {
  std::string_view name;
  bool used = true;  ///< with these hyper-parameters
  double initially = 0;
};
/// All of it, and what becomes of ParameterState::product, if anything.
struct Memory {
  std::span<const Remembered> tensors;
  std::string_view product = {};

  bool empty() const;
};

enum class Range { not_negative, below_one /* [0, 1) */ };
struct HyperParameter {
  std::string_view name;
  double value;
  Range range;
};

/// Numbers that are the same for all weights of a parameter in one step, made from the optimiser and the state of the
/// parameter, whose `steps` counts this one already:
///
///     static void check(const O&)          refuses hyper-parameters that are out of range
///     static … remembered(const O&)        an array of Remembered
///     Rule(const O&, ParameterState&)
///     void operator()(P& w, P g, P* state) const
///
/// The last is the formula, for a pack of weights, their gradients, and what is remembered of them.
template <class O>
struct Rule;

/// @throws ValueError, with all of them, when one is not finite or out of its range
void check_hyper_parameters(std::string_view optimizer, std::initializer_list<HyperParameter> all);

void check_gradients(std::span<Parameter* const> parameters, const Gradients& gradients);
void check_states(const ParameterStates& states, std::span<Parameter* const> parameters);
NamedTensors named_state(const ParameterStates& states, std::span<const Parameter* const> parameters,
                         const Memory& memory);
void restore_state(ParameterStates& states, std::span<const Parameter* const> parameters, const NamedTensors& named,
                   const Memory& memory);
/// Room for what is not there yet.
void begin(ParameterState& state, const Parameter& w, std::span<const Remembered> remembered);

template <class R, class T>
constexpr auto update_loop() {
  if (simd::level() == simd::Level::avx512) return simd::avx512::update<R, T>;
  if (simd::level() == simd::Level::avx2) return simd::avx2::update<R, T>;
  return simd::plain::update<R, T>;
}

/// w and the state, by the rule.
template <class R>
void update(const R& rule, Parameter& w, const Tensor& gradient, ParameterState& state,
            std::span<const Remembered> remembered) {
  Tensor& weight = w.value;
  // If anybody else holds the old value, the new one is written beside it, and nothing is copied first.
  const Tensor held = weight.is_writable() ? Tensor() : weight.contiguous();
  if (held.defined()) weight = Tensor::uninitialized(held.shape(), held.dtype());
  visit_floating(weight.dtype(), [&]<class T>(std::type_identity<T>) {
    T* const to = weight.mutable_data<T>().data();
    const T* const from = held.defined() ? held.data<T>().data() : to;
    const T* const g = gradient.data<T>().data();
    T* kept[3] = {};
    for (std::size_t k = 0; k < remembered.size(); ++k)
      if (remembered[k].used) kept[k] = state.tensors[k].mutable_data<T>().data();
    kernels::in_shares(weight.size(), [&](std::int64_t i, std::int64_t n) {
      T* here[3] = {};
      for (std::size_t k = 0; k < 3; ++k)
        if (kept[k]) here[k] = kept[k] + i;
      update_loop<R, T>()(rule, n, to + i, from + i, g + i, here);
    });
  });
}

template <class O>
class RuleUpdate : public Update {
 public:
  explicit RuleUpdate(O& optimizer) : optimizer_(optimizer) {}

  void take(Parameter& w, const Tensor& gradient) override {
    const auto remembered = Rule<O>::remembered(optimizer_);
    ParameterState none, &state = Memory{remembered}.empty() ? none : optimizer_.states[w.id()];
    begin(state, w, remembered);
    ++state.steps;
    update(Rule<O>(optimizer_, state), w, gradient, state, remembered);
  }

 protected:
  O& optimizer_;
};

/// How O updates in a consuming sweep.
template <class O>
struct Consuming {
  using type = RuleUpdate<O>;
};

template <class O>
void step(O& optimizer, std::span<Parameter* const> parameters, const Gradients& gradients) {
  Rule<O>::check(optimizer);
  check_gradients(parameters, gradients);
  check_states(optimizer.states, parameters);
  RuleUpdate<O> update(optimizer);
  for (Parameter* p : parameters) update.take(*p, gradients[*p].contiguous());
}

template <class O>
void step(O& optimizer, std::span<Parameter* const> parameters, const Var& loss) {
  Rule<O>::check(optimizer);
  check_states(optimizer.states, parameters);
  typename Consuming<O>::type update(optimizer);
  consume(loss, parameters, update);
}

template <class O, class F>
auto with_memory(const O& optimizer, F f) {
  const auto remembered = Rule<O>::remembered(optimizer);
  Memory memory{remembered};
  if constexpr (requires { Rule<O>::product; }) memory.product = Rule<O>::product;
  return f(memory);
}

}  // namespace nabla::optim

/// The members of an optimiser, NABLA_OPTIMIZER_MEMBERS, once its Rule is known.
#define NABLA_DEFINE_OPTIMIZER(O)                                                                                 \
  void O::step(std::span<Parameter* const> parameters, const Gradients& gradients) {                              \
    optim::step(*this, parameters, gradients);                                                                    \
  }                                                                                                               \
  void O::step(std::span<Parameter* const> parameters, const Var& loss) { optim::step(*this, parameters, loss); } \
  NamedTensors O::state(std::span<const Parameter* const> parameters) const {                                     \
    return with_memory(*this, [&](const Memory& memory) { return named_state(states, parameters, memory); });     \
  }                                                                                                               \
  void O::restore(std::span<const Parameter* const> parameters, const NamedTensors& named) {                      \
    with_memory(*this, [&](const Memory& memory) { restore_state(states, parameters, named, memory); });          \
  }
