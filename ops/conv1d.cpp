#include <nabla/op.hpp>

#include "kernels/convolution.hpp"

namespace nabla {
namespace ops {

namespace {

/// A sequence is an image of height 1.
Shape as_image(const Shape& x) { return {x[0], x[1], 1, x[2]}; }

Conv2dOptions as_2d(const Conv1dOptions& o) {
  return {.stride = {1, o.stride}, .padding = {0, o.padding}, .dilation = {1, o.dilation}, .groups = o.groups};
}

}  // namespace

Shape Conv1d::infer(Shapes in) const {
  const Shape &x = in[0], &weight = in[1], &bias = in[2];
  if (x.rank() != 3 || weight.rank() != 3)
    throw ShapeError(info.name, fmt::format("x has shape {}, the weight {}; they must be [samples, channels, length] "
                                            "and [filters, channels / groups, kernel]",
                                            x, weight));
  const kernels::Convolution convolution(info.name, as_image(x), as_image(weight), as_2d(options));
  convolution.require_bias(info.name, bias);
  return {x[0], weight[0], convolution.columns};
}

void Conv1d::forward(Tensors in, Tensor& out) const {
  kernels::Convolution(info.name, as_image(in[0].shape()), as_image(in[1].shape()), as_2d(options))
      .forward(in[0].contiguous(), in[1].contiguous(), in[2].contiguous(), out);
}

template <Value V>
void Conv1d::vjp(const Pullback<V>& p) const {
  const V &x = p.in[0], &weight = p.in[1];
  const V ct = reshape(p.ct, as_image(p.ct.shape()));
  const HeightWidth size{1, x.shape()[2]}, kernel{1, weight.shape()[2]};
  if (p.needs[0]) {
    const V images = conv2d_transposed(ct, reshape(weight, as_image(weight.shape())), size, as_2d(options));
    p.grad[0] = reshape(images, x.shape());
  }
  if (p.needs[1]) {
    const V filters = conv2d_weight_gradient(reshape(x, as_image(x.shape())), ct, kernel, as_2d(options));
    p.grad[1] = reshape(filters, weight.shape());
  }
  if (p.needs[2]) p.grad[2] = sum_to(sum(p.ct, {0, 2}), p.in[2].shape());
}

std::vector<Sample> Conv1d::samples() {
  return {{Conv1d{}, {Shape{2, 2, 4}, Shape{3, 2, 2}, Shape{3}}},
          {Conv1d{{.stride = 2, .padding = 1}}, {Shape{1, 2, 5}, Shape{2, 2, 3}, Shape{2}}},
          {Conv1d{{.padding = 2, .dilation = 2, .groups = 2}}, {Shape{2, 2, 4}, Shape{4, 1, 3}, Shape{}}},
          {Conv1d{}, {Shape{0, 2, 4}, Shape{3, 2, 2}, Shape{3}}}};
}

std::vector<BadCall> Conv1d::bad_calls() {
  const Shape x{1, 4, 5}, weight{6, 4, 3}, bias{6};
  return {
      {Conv1d{}, {Shape{4, 5}, weight, bias}, Mistake::shape, "x has shape [4, 5], the weight [6, 4, 3]"},
      {Conv1d{{.groups = 2}}, {x, weight, bias}, Mistake::shape, "x has 4 channels, the weight 4 for each of 2 groups"},
      {Conv1d{}, {x, weight, Shape{5}}, Mistake::shape, "The bias has shape [5]; it must be [filters], [6]"},
      {Conv1d{{.padding = -1}}, {x, weight, bias}, Mistake::value, "A kernel of 3 with stride 1, padding -1"},
      {Conv1d{}, {x, indices(weight, 3), bias}, Mistake::dtype, "Operands of f64 and i64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Conv1d>();

}  // namespace nabla
