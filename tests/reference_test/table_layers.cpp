// Layers: convolutions, pools, normalisations, attention, dropout.
#include "table.hpp"

namespace reference {

using namespace nabla;

namespace {

/// One number for both directions, or two.
HeightWidth height_width(const Call& c, std::string_view name, std::int64_t otherwise) {
  if (!c.attributes.has(name)) return otherwise;
  const std::vector<std::int64_t> extents = c.attributes.integers(name);
  return {extents.front(), extents.back()};
}

Outputs convolution_1d(const Call& c) {
  const Attributes& a = c.attributes;
  const Conv1dOptions options{.stride = a.integer("stride", 1),
                              .padding = a.integer("padding", 0),
                              .dilation = a.integer("dilation", 1),
                              .groups = a.integer("groups", 1)};
  return c.has("bias") ? conv1d(c[0], c[1], c["bias"], options) : conv1d(c[0], c[1], options);
}

Outputs convolution_2d(const Call& c) {
  const Conv2dOptions options{.stride = height_width(c, "stride", 1),
                              .padding = height_width(c, "padding", 0),
                              .dilation = height_width(c, "dilation", 1),
                              .groups = c.attributes.integer("groups", 1)};
  return c.has("bias") ? conv2d(c[0], c[1], c["bias"], options) : conv2d(c[0], c[1], options);
}

/// The running statistics of a batch carry no gradient.
Outputs batch_norm(const Call& c) {
  const BatchNormOptions options{.momentum = c.attributes.number("momentum", 0.1),
                                 .eps = c.attributes.number("eps", 1e-5)};
  const BatchNorm<Var> result = c.has("weight") ? batch_norm_train(c[0], c[1], c[2], c["weight"], c["bias"], options)
                                                : batch_norm_train(c[0], c[1], c[2], options);
  const auto constant = [](const Var& x) { return x.tape().constant(x.value()); };
  return std::vector<Var>{result.y, constant(result.running_mean), constant(result.running_var)};
}

}  // namespace

void add_layers(Table& table) {
  table["conv1d"] = convolution_1d;
  table["conv2d"] = convolution_2d;
  table["max_pool2d"] = [](const Call& c) {
    return max_pool2d(c[0], height_width(c, "kernel", 0),
                      {.stride = height_width(c, "stride", 0), .padding = height_width(c, "padding", 0)});
  };
  table["avg_pool2d"] = [](const Call& c) {
    return avg_pool2d(c[0], height_width(c, "kernel", 0),
                      {.stride = height_width(c, "stride", 0),
                       .padding = height_width(c, "padding", 0),
                       .count_include_pad = c.attributes.flag("count_include_pad", true)});
  };
  table["attention"] = [](const Call& c) {
    const AttentionOptions options{.causal = c.attributes.flag("causal", false)};
    return c.has("mask") ? attention(c[0], c[1], c[2], c["mask"], options) : attention(c[0], c[1], c[2], options);
  };
  table["dropout_mask"] = [](const Call& c) { return dropout_mask(c[0], c[1], c.attributes.number("p")); };
  table["layer_norm"] = [](const Call& c) {
    const Shape normalized(c.attributes.dims("normalized_shape"));
    const double eps = c.attributes.number("eps", 1e-5);
    return c.has("weight") ? layer_norm(c[0], normalized, c["weight"], c["bias"], eps)
                           : layer_norm(c[0], normalized, eps);
  };
  table["group_norm"] = [](const Call& c) {
    const std::int64_t groups = c.attributes.integer("groups");
    const double eps = c.attributes.number("eps", 1e-5);
    return c.has("weight") ? group_norm(c[0], groups, c["weight"], c["bias"], eps) : group_norm(c[0], groups, eps);
  };
  table["batch_norm_train"] = batch_norm;
  table["batch_norm_eval"] = [](const Call& c) {
    const double eps = c.attributes.number("eps", 1e-5);
    return c.has("weight") ? batch_norm_eval(c[0], c[1], c[2], c["weight"], c["bias"], eps)
                           : batch_norm_eval(c[0], c[1], c[2], eps);
  };
}

}  // namespace reference
