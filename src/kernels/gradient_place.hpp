// Where a fused rule forms the gradient of an operand.
#pragma once

#include <nabla/op.hpp>

namespace nabla::kernels {

/// Calls form(place, α, β), which is to set place ← β place + α ∂C/∂in[i] and with β = 0 must not read it, if the
/// gradient is wanted: the place is the one that the caller offers, or else a gradient of its own.
template <class T, class Form>
void form_gradient(const Pullback<Tensor>& p, std::size_t i, Form form) {
  if (!p.needs[i]) return;
  Into* const into = p.into.empty() || !p.into[i].target ? nullptr : &p.into[i];
  Tensor& place = into ? *into->target : p.grad[i];
  if (!into) place = Tensor::uninitialized_like(p.in[i]);
  form(reinterpret_cast<T*>(place.mutable_bytes()), into ? static_cast<T>(into->alpha) : T{1},
       into ? static_cast<T>(into->beta) : T{0});
  if (into) into->target = nullptr;
}

}  // namespace nabla::kernels
