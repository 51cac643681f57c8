#include "rule.hpp"

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <set>
#include <string>

namespace nabla::optim {
namespace {

constexpr std::string_view steps = "steps";

std::string key(std::string_view kind, const Parameter& p) { return fmt::format("{}/{}", kind, p.name()); }

bool is_in(double x, Range range) { return x >= 0 && (range == Range::below_one ? x < 1 : std::isfinite(x)); }

void require_like(const char* where, const std::string& what, const Tensor& x, const Shape& shape, DType dtype,
                  std::string_view remedy) {
  if (x.shape() != shape)
    throw ShapeError(where, fmt::format("{} has shape {}, not {}; {}", what, x.shape(), shape, remedy));
  if (x.dtype() != dtype) throw DTypeError(where, fmt::format("{} is {}, not {}; {}", what, x.dtype(), dtype, remedy));
}

/// The entries of a saved state, each to be asked for once.
class Entries {
 public:
  explicit Entries(const NamedTensors& named) : named_(named) {}

  const Tensor* find(const std::string& name, const Shape& shape, DType dtype) {
    const auto found = named_.find(name);
    if (found == named_.end()) return nullptr;
    require_like("restore", fmt::format("'{}'", name), found->second, shape, dtype, "is it the state of another net?");
    used_.insert(name);
    return &found->second;
  }

  void require_all_used() const {
    for (const auto& [name, tensor] : named_)
      if (!used_.contains(name))
        throw ValueError("restore", fmt::format("'{}' belongs to none of the parameters, or is nothing that this "
                                                "optimiser remembers; give it the state of the same optimiser and net",
                                                name));
  }

 private:
  const NamedTensors& named_;
  std::set<std::string> used_;
};

void check_distinct_names(const char* where, std::span<const Parameter* const> parameters) {
  std::set<std::string_view> names;
  for (const Parameter* p : parameters)
    if (!names.insert(p->name()).second)
      throw ValueError(where, fmt::format("Two parameters have the name '{}'; give each its own", p->name()));
}

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
    const auto require = [](bool there, const std::string& name) {
      if (!there)
        throw ValueError("restore", fmt::format("'{}' is missing; give the whole state of the same optimiser", name));
    };
    const Tensor* const count = entries.find(key(steps, *p), {}, i64);
    const Tensor* const product = memory.product.empty() ? nullptr : entries.find(key(memory.product, *p), {}, f64);
    bool any = product != nullptr;
    for (std::size_t k = 0; k < memory.tensors.size(); ++k)
      if (const Tensor* x = entries.find(key(memory.tensors[k].name, *p), p->shape(), p->dtype())) {
        state.tensors[k] = x->contiguous();
        any = true;
      }
    if (!count) {
      require(!any, key(steps, *p));
      restored.erase(p->id());
      continue;
    }
    state.steps = static_cast<std::int64_t>(count->item());
    if (state.steps < 0)
      throw ValueError("restore",
                       fmt::format("'{}' is {}; a number of steps is not negative", key(steps, *p), state.steps));
    if (!memory.product.empty()) {
      require(product != nullptr, key(memory.product, *p));
      state.product = product->item();
    }
    for (std::size_t k = 0; k < memory.tensors.size(); ++k)
      require(!memory.tensors[k].used || state.tensors[k].defined(), key(memory.tensors[k].name, *p));
    restored[p->id()] = std::move(state);
  }
  entries.require_all_used();
  states = std::move(restored);
}

}  // namespace nabla::optim
