#include "rule.hpp"

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <string>

#include "named_state.hpp"

namespace nabla::optim {
namespace {

constexpr std::string_view steps = "steps";

bool is_in(double x, Range range) { return x >= 0 && (range == Range::below_one ? x < 1 : std::isfinite(x)); }

}  // namespace

bool Memory::empty() const { return std::ranges::none_of(tensors, &Remembered::used); }

void check_hyper_parameters(std::string_view optimizer, std::initializer_list<HyperParameter> all) {
  for (const HyperParameter& bad : all) {
    if (is_in(bad.value, bad.range)) continue;
    std::string values;
    for (const HyperParameter& h : all) values += fmt::format("{}{} {}", values.empty() ? "" : ", ", h.name, h.value);
    throw ValueError(optimizer, fmt::format("{}; {} must be {}", values, bad.name,
                                            bad.range == Range::below_one ? "in [0, 1)" : "finite and not negative"));
  }
}

void check_gradients(std::span<Parameter* const> parameters, const Gradients& gradients) {
  for (const Parameter* p : parameters)
    if (const Tensor& g = gradients[*p]; g.shape() != p->shape() || g.dtype() != p->dtype())
      require_like("step", fmt::format("The gradient of '{}'", p->name()), g, p->shape(), p->dtype(),
                   "the parameter was replaced after it was recorded, record again");
}

void check_states(const ParameterStates& states, std::span<Parameter* const> parameters) {
  if (states.empty()) return;
  for (const Parameter* p : parameters) {
    const auto found = states.find(p->id());
    if (found == states.end()) continue;
    for (const Tensor& x : found->second.tensors)
      if (x.defined() && (x.shape() != p->shape() || x.dtype() != p->dtype()))
        require_like("step", fmt::format("What is remembered of '{}'", p->name()), x, p->shape(), p->dtype(),
                     "the parameter was replaced, erase its id from `states` for a new beginning");
  }
}

void begin(ParameterState& state, const Parameter& w, std::span<const Remembered> remembered) {
  for (std::size_t k = 0; k < remembered.size(); ++k)
    if (remembered[k].used && !state.tensors[k].defined())
      state.tensors[k] = Tensor::full(w.shape(), remembered[k].initially, w.dtype());
}

NamedTensors named_state(const ParameterStates& states, std::span<const Parameter* const> parameters,
                         const Memory& memory) {
  check_distinct_names("state", parameters);
  NamedTensors named;
  for (const Parameter* p : parameters) {
    const auto found = states.find(p->id());
    if (found == states.end()) continue;
    const ParameterState& state = found->second;
    named[key(steps, *p)] = Tensor::scalar(static_cast<double>(state.steps), i64);
    if (!memory.product.empty()) named[key(memory.product, *p)] = Tensor::scalar(state.product, f64);
    for (std::size_t k = 0; k < memory.tensors.size(); ++k)
      if (state.tensors[k].defined()) named[key(memory.tensors[k].name, *p)] = state.tensors[k];
  }
  return named;
}

void restore_state(ParameterStates& states, std::span<const Parameter* const> parameters, const NamedTensors& named,
                   const Memory& memory) {
  check_distinct_names("restore", parameters);
  Entries entries(named);
  ParameterStates restored = states;
  for (const Parameter* p : parameters) {
    ParameterState state;
    const Tensor* const count = entries.find(key(steps, *p), {}, i64);
    const Tensor* const product = memory.product.empty() ? nullptr : entries.find(key(memory.product, *p), {}, f64);
    bool any = product != nullptr;
    for (std::size_t k = 0; k < memory.tensors.size(); ++k)
      if (const Tensor* x = entries.find(key(memory.tensors[k].name, *p), p->shape(), p->dtype())) {
        state.tensors[k] = x->contiguous();
        any = true;
      }
    if (!count) {
      require_entry(!any, key(steps, *p));
      restored.erase(p->id());
      continue;
    }
    state.steps = static_cast<std::int64_t>(count->item());
    if (state.steps < 0)
      throw ValueError("restore",
                       fmt::format("'{}' is {}; a number of steps is not negative", key(steps, *p), state.steps));
    if (!memory.product.empty()) {
      require_entry(product != nullptr, key(memory.product, *p));
      state.product = product->item();
    }
    for (std::size_t k = 0; k < memory.tensors.size(); ++k)
      require_entry(!memory.tensors[k].used || state.tensors[k].defined(), key(memory.tensors[k].name, *p));
    restored[p->id()] = std::move(state);
  }
  entries.require_all_used();
  states = std::move(restored);
}

}  // namespace nabla::optim
