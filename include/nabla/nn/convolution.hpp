// Layers over images [samples, channels, height, width].
#pragma once

#include <nabla/nn/initializer.hpp>
#include <nabla/nn/module.hpp>
#include <nabla/spatial.hpp>

namespace nabla::nn {

struct Conv2dLayerOptions {
  HeightWidth stride = 1;
  HeightWidth padding = 0;
  HeightWidth dilation = 1;
  std::int64_t groups = 1;
  Initializer weight = glorot_uniform();  ///< drawn as [filters, channels / groups · kernel height · kernel width]
  Initializer bias = zeros();             ///< drawn as [filters, 1]
  DType dtype = f32;
};

/// Filters that slide over an image: weight [filters, channels / groups, kernel height, kernel width], bias [filters].
/// See nabla::conv2d.
class Conv2d {
 public:
  /// @throws ValueError unless channels, filters, kernel and groups are 1 or more, and groups divide both channels and
  ///         filters; DTypeError unless the dtype is floating
  Conv2d(std::int64_t channels, std::int64_t filters, HeightWidth kernel, Rng& rng,
         const Conv2dLayerOptions& options = {});

  Parameter weight;
  Parameter bias;
  Conv2dOptions options;

  template <Value V>
  V operator()(const V& x) const;

  std::string description() const;
  Parameters parameters() { return {&weight, &bias}; }
  ConstParameters parameters() const { return {&weight, &bias}; }
};

/// The largest element of each window. See nabla::max_pool2d.
struct MaxPool2d {
  HeightWidth kernel;
  MaxPool2dOptions options = {};

  template <Value V>
  V operator()(const V& x) const;

  std::string description() const;
};

/// [samples, ...] to [samples, n]: each sample becomes a row.
struct Flatten {
  /// @throws ShapeError for a scalar
  template <Value V>
  V operator()(const V& x) const;

  std::string description() const { return "Flatten"; }
};

}  // namespace nabla::nn
