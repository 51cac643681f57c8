#include <cmath>
#include <nabla/error.hpp>
#include <nabla/optim/sgd.hpp>

namespace nabla::optim {
namespace {

void check(const Sgd& sgd, std::span<Parameter* const> parameters, const Gradients& gradients) {
  if (!(sgd.learning_rate > 0) || !std::isfinite(sgd.learning_rate) || !(sgd.momentum >= 0 && sgd.momentum < 1))
    throw ValueError("sgd",
                     fmt::format("learning_rate {}, momentum {}; the rate must be positive and finite, the momentum in "
                                 "[0, 1)",
                                 sgd.learning_rate, sgd.momentum));
  for (const Parameter* p : parameters) {
    const Tensor& g = gradients[*p];
    if (g.shape() != p->shape())
      throw ShapeError(
          "sgd", fmt::format("The gradient of '{}' has shape {}, the parameter {}; the parameter was replaced after "
                             "it was recorded, record again",
                             p->name(), g.shape(), p->shape()));
    if (g.dtype() != p->dtype())
      throw DTypeError(
          "sgd", fmt::format("The gradient of '{}' is {}, the parameter {}; the parameter was replaced after it was "
                             "recorded, record again",
                             p->name(), g.dtype(), p->dtype()));
  }
}

}  // namespace

void Sgd::step(std::span<Parameter* const> parameters, const Gradients& gradients) {
  check(*this, parameters, gradients);
  for (Parameter* p : parameters) {
    const Tensor gradient = gradients[*p].contiguous();
    Tensor& weight = p->value;
    // The tape may still hold the old value: then the new one is written beside it, and nothing is copied first.
    const Tensor held = weight.is_writable() ? Tensor() : weight.contiguous();
    if (held.defined()) weight = Tensor::uninitialized(held.shape(), held.dtype());
    visit_floating(weight.dtype(), [&]<class T>(std::type_identity<T>) {
      const T rate = static_cast<T>(learning_rate), mu = static_cast<T>(momentum);
      const std::span<T> to = weight.mutable_data<T>();
      const T* w = held.defined() ? held.data<T>().data() : to.data();
      const T* g = gradient.data<T>().data();
      if (momentum == 0) {
        for (std::size_t i = 0; i < to.size(); ++i) to[i] = w[i] - rate * g[i];
        return;
      }
      const auto [place, is_new] = velocity.try_emplace(p->id());
      if (is_new) place->second = zeros(weight.shape(), weight.dtype());
      const std::span<T> v = place->second.mutable_data<T>();
      for (std::size_t i = 0; i < to.size(); ++i) {
        v[i] = mu * v[i] - rate * g[i];
        to[i] = w[i] + v[i];
      }
    });
  }
}

}  // namespace nabla::optim
