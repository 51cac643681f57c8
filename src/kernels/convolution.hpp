// Convolutions as matrix products. For each sample and group, the windows become columns (im2col), and the filters are
// the rows of a matrix [filters, elements of a window]; so y = W · columns(x), and what is linear in one of the three
// is a product of the other two.
#pragma once

#include <nabla/tensor.hpp>

#include "window.hpp"

namespace nabla::kernels {

struct Convolution {
  /// From the shapes of x [samples, channels, height, width] and of the weight [filters, channels / groups, kernel
  /// height, kernel width]. @throws ShapeError, ValueError, naming `where`
  Convolution(std::string_view where, const Shape& x, const Shape& weight, const Conv2dOptions& options);

  Shape image() const { return {samples, groups * channels, height.extent, width.extent}; }
  Shape result() const { return {samples, groups * filters, rows, columns}; }
  /// @throws ShapeError unless y has the shape of the result; unless there is one number a filter, or one for all
  void require_result(std::string_view where, const Shape& y) const;
  void require_bias(std::string_view where, const Shape& bias) const;

  /// y = W · columns(x) + bias; the bias is one number a filter, or one for all.
  void forward(const Tensor& x, const Tensor& weight, const Tensor& bias, Tensor& y) const;
  /// x = columnsᵀ(Wᵀ · y), the transpose in x: every element is added to where it came from.
  void transposed(const Tensor& y, const Tensor& weight, Tensor& x) const;
  /// W = Σ y · columns(x)ᵀ over the samples, the transpose in W.
  void weight_gradient(const Tensor& x, const Tensor& y, Tensor& weight) const;

  std::int64_t samples, groups;
  std::int64_t channels, filters;  ///< of one group
  WindowAxis height, width;
  std::int64_t rows, columns;  ///< of y
};

}  // namespace nabla::kernels
