#include <nabla/nn/convolution.hpp>
#include <nabla/ops.hpp>

#include "checked.hpp"

namespace nabla::nn {
namespace {

std::string text(HeightWidth extent) { return fmt::format("{} × {}", extent.height, extent.width); }

Tensor draw_filters(std::int64_t channels, std::int64_t filters, HeightWidth kernel, Rng& rng,
                    const Conv2dLayerOptions& o) {
  at_least_one("conv2d", "channels", channels);
  at_least_one("conv2d", "filters", filters);
  at_least_one("conv2d", "kernel height", kernel.height);
  at_least_one("conv2d", "kernel width", kernel.width);
  at_least_one("conv2d", "groups", o.groups);
  checked_dtype("conv2d", o.dtype);
  if (channels % o.groups != 0 || filters % o.groups != 0)
    throw ValueError("conv2d", fmt::format("{} channels and {} filters in {} groups; groups must divide both", channels,
                                           filters, o.groups));
  return o.weight({filters, channels / o.groups, kernel.height, kernel.width}, rng, o.dtype);
}

}  // namespace

Conv2d::Conv2d(std::int64_t channels, std::int64_t filters, HeightWidth kernel, Rng& rng, const Conv2dLayerOptions& o)
    : weight("conv2d.weight", draw_filters(channels, filters, kernel, rng, o)),
      bias("conv2d.bias", o.bias({filters}, rng, o.dtype)),
      options{.stride = o.stride, .padding = o.padding, .dilation = o.dilation, .groups = o.groups} {}

template <Value V>
V Conv2d::operator()(const V& x) const {
  return conv2d(x, operand(weight, x), operand(bias, x), options);
}
template Tensor Conv2d::operator()(const Tensor&) const;
template Var Conv2d::operator()(const Var&) const;

std::string Conv2d::description() const {
  const Shape& w = weight.shape();
  return fmt::format("Conv2d {} → {}, {}", w[1] * options.groups, w[0], text({w[2], w[3]}));
}

template <Value V>
V MaxPool2d::operator()(const V& x) const {
  return max_pool2d(x, kernel, options);
}
template Tensor MaxPool2d::operator()(const Tensor&) const;
template Var MaxPool2d::operator()(const Var&) const;

std::string MaxPool2d::description() const { return "MaxPool2d " + text(kernel); }

template <Value V>
V Flatten::operator()(const V& x) const {
  if (x.rank() == 0) throw ShapeError("flatten", "A scalar has no samples; give it a tensor [samples, ...]");
  const std::int64_t samples = x.shape()[0];
  return reshape(x, {samples, samples == 0 ? 0 : x.shape().elements() / samples});
}
template Tensor Flatten::operator()(const Tensor&) const;
template Var Flatten::operator()(const Var&) const;

}  // namespace nabla::nn
