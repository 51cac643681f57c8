// Layers: convolutions, pools, normalisations, attention.
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
}

}  // namespace reference
