// Where a fused rule forms the gradient of an operand.
#pragma once

#include <nabla/op.hpp>

namespace nabla::kernels {

/// The place that the caller offers for the gradient of operand i; null where there is none. An operand may be its own
/// place, which is of no use as long as another gradient is to be formed that reads it.
inline Into* offered_place(const Pullback<Tensor>& p, std::size_t i, bool still_read) {
  if (p.into.empty() || !p.into[i].target) return nullptr;
  return p.into[i].target == &p.in[i] && still_read ? nullptr : &p.into[i];
}

/// Calls form(place, α, β), which is to set place ← β place + α ∂C/∂in[i] and with β = 0 must not read it, if the
/// gradient is wanted: the place is the one offered, or else a gradient of its own.
/// @param still_read  by a gradient that is formed later
template <class T, class Form>
void form_gradient(const Pullback<Tensor>& p, std::size_t i, bool still_read, Form form) {
  if (!p.needs[i]) return;
  if (Into* const into = offered_place(p, i, still_read)) {
    form(reinterpret_cast<T*>(into->target->mutable_bytes()), static_cast<T>(into->alpha), static_cast<T>(into->beta));
    into->target = nullptr;
  } else {
    p.grad[i] = Tensor::uninitialized_like(p.in[i]);
    form(reinterpret_cast<T*>(p.grad[i].new_data()), T{1}, T{0});
  }
}

}  // namespace nabla::kernels
