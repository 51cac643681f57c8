#include <cmath>
#include <nabla/error.hpp>
#include <nabla/optim/sgd.hpp>

namespace nabla::optim {
namespace {

void check(const Sgd& sgd) {
  if (!(sgd.learning_rate > 0) || !std::isfinite(sgd.learning_rate) || !(sgd.momentum >= 0 && sgd.momentum < 1))
    throw ValueError("sgd",
                     fmt::format("learning_rate {}, momentum {}; the rate must be positive and finite, the momentum in "
                                 "[0, 1)",
                                 sgd.learning_rate, sgd.momentum));
}

void check(std::span<Parameter* const> parameters, const Gradients& gradients) {
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

class SgdUpdate final : public Update {
 public:
  explicit SgdUpdate(Sgd& sgd) : sgd_(sgd) {}

  void take(Parameter& w, const Tensor& gradient) override {
    Tensor& weight = w.value;
    // If anybody else holds the old value, the new one is written beside it, and nothing is copied first.
    const Tensor held = weight.is_writable() ? Tensor() : weight.contiguous();
    if (held.defined()) weight = Tensor::uninitialized(held.shape(), held.dtype());
    visit_floating(weight.dtype(), [&]<class T>(std::type_identity<T>) {
      const T rate = static_cast<T>(sgd_.learning_rate), mu = static_cast<T>(sgd_.momentum);
      const std::span<T> to = weight.mutable_data<T>();
      const T* from = held.defined() ? held.data<T>().data() : to.data();
      const T* g = gradient.data<T>().data();
      if (sgd_.momentum == 0) {
        for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i] - rate * g[i];
        return;
      }
      const std::span<T> v = velocity(w).mutable_data<T>();
      for (std::size_t i = 0; i < to.size(); ++i) {
        v[i] = mu * v[i] - rate * g[i];
        to[i] = from[i] + v[i];
      }
    });
  }

  Into fold(Parameter& w) override {
    if (sgd_.momentum != 0) return {&velocity(w), -sgd_.learning_rate, sgd_.momentum};
    return {&w.value, -sgd_.learning_rate, 1};
  }

  /// The velocity is up to date; without momentum, the weight is.
  void folded(Parameter& w) override {
    if (sgd_.momentum == 0) return;
    visit_floating(w.dtype(), [&]<class T>(std::type_identity<T>) {
      const std::span<T> to = w.value.mutable_data<T>();
      const std::span<const T> v = velocity(w).template data<T>();
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += v[i];
    });
  }

 private:
  Tensor& velocity(const Parameter& w) {
    const auto [place, is_new] = sgd_.velocity.try_emplace(w.id());
    if (is_new) place->second = zeros(w.shape(), w.dtype());
    return place->second;
  }

  Sgd& sgd_;
};

}  // namespace

void Sgd::step(std::span<Parameter* const> parameters, const Gradients& gradients) {
  check(*this);
  check(parameters, gradients);
  SgdUpdate update(*this);
  for (Parameter* p : parameters) update.take(*p, gradients[*p].contiguous());
}

void Sgd::step(std::span<Parameter* const> parameters, const Var& loss) {
  check(*this);
  SgdUpdate update(*this);
  consume(loss, parameters, update);
}

}  // namespace nabla::optim
