// A fully connected layer.
#pragma once

#include <nabla/nn/initializer.hpp>
#include <nabla/nn/module.hpp>
#include <nabla/ops.hpp>

namespace nabla::nn {

struct LinearOptions {
  Initializer weight = glorot_uniform();
  Initializer bias = zeros();
  DType dtype = f32;
};

/// z = x Wᵀ + b: x [..., fan_in], W [fan_out, fan_in], b [fan_out], z [..., fan_out].
class Linear {
 public:
  /// @param name  of the layer; its parameters are name.weight and name.bias
  /// @throws ValueError unless fan_in and fan_out are 1 or more; DTypeError unless the dtype is floating
  Linear(std::int64_t fan_in, std::int64_t fan_out, Rng& rng, const LinearOptions& options = {},
         const std::string& name = "linear");

  Parameter weight;
  Parameter bias;

  std::int64_t fan_in() const { return weight.shape()[1]; }
  std::int64_t fan_out() const { return weight.shape()[0]; }

  template <Value V>
  V operator()(const V& x) const {
    const auto& w = operand(weight, x);  // recorded in this order
    const auto& b = operand(bias, x);
    return linear(x, w, b);
  }

  /// "Linear 64 → 30"
  std::string description() const;

  Parameters parameters() { return {&weight, &bias}; }
  ConstParameters parameters() const { return {&weight, &bias}; }
};

}  // namespace nabla::nn
