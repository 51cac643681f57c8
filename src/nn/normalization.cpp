#include <nabla/error.hpp>
#include <nabla/nn/normalization.hpp>
#include <nabla/ops.hpp>

#include "checked.hpp"

namespace nabla::nn {

LayerNorm::LayerNorm(const Shape& shape, double epsilon, DType dtype)
    : weight("layer_norm.weight", ones(shape, checked_dtype("layer_norm", dtype))),
      bias("layer_norm.bias", nabla::zeros(shape, dtype)),
      eps(epsilon) {}

template <Value V>
V LayerNorm::operator()(const V& x) const {
  return layer_norm(x, weight.shape(), operand(weight, x), operand(bias, x), eps);
}
template Tensor LayerNorm::operator()(const Tensor&) const;
template Var LayerNorm::operator()(const Var&) const;

std::string LayerNorm::description() const { return fmt::format("LayerNorm {}", weight.shape()); }

BatchNorm::BatchNorm(std::int64_t channels, const BatchNormOptions& o, DType dtype)
    : weight("batch_norm.weight",
             ones({at_least_one("batch_norm", "channels", channels)}, checked_dtype("batch_norm", dtype))),
      bias("batch_norm.bias", nabla::zeros({channels}, dtype)),
      running_mean("batch_norm.running_mean", nabla::zeros({channels}, dtype)),
      running_var("batch_norm.running_var", ones({channels}, dtype)),
      options(o) {}

template <Value V>
V BatchNorm::operator()(const V& x) const {
  return batch_norm_eval(x, operand(running_mean, x), operand(running_var, x), operand(weight, x), operand(bias, x),
                         options.eps);
}
template Tensor BatchNorm::operator()(const Tensor&) const;
template Var BatchNorm::operator()(const Var&) const;

namespace {

const Tensor& value_of(const Tensor& x) { return x; }
const Tensor& value_of(const Var& x) { return x.value(); }

}  // namespace

template <Value V>
V BatchNorm::operator()(const V& x, const Training&) {
  const auto [y, mean, variance] = batch_norm_train(x, operand(running_mean, x), operand(running_var, x),
                                                    operand(weight, x), operand(bias, x), options);
  running_mean.value = value_of(mean);
  running_var.value = value_of(variance);
  return y;
}
template Tensor BatchNorm::operator()(const Tensor&, const Training&);
template Var BatchNorm::operator()(const Var&, const Training&);

std::string BatchNorm::description() const { return fmt::format("BatchNorm {}", weight.shape()[0]); }

}  // namespace nabla::nn
