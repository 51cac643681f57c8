#include <nabla/op.hpp>

#include "kernels/convolution.hpp"

namespace nabla {
namespace ops {

namespace {

kernels::Convolution convolution_of(const Conv2dTransposed& op, const Shape& y, const Shape& weight) {
  const Shape x{y[0], op.options.groups * weight[1], op.size.height, op.size.width};
  return {Conv2dTransposed::info.name, x, weight, op.options};
}

}  // namespace

Shape Conv2dTransposed::infer(Shapes in) const {
  const Shape &y = in[0], &weight = in[1];
  if (y.rank() != 4 || weight.rank() != 4)
    throw ShapeError(info.name, fmt::format("y has shape {}, the weight {}; they must be [samples, filters, height, "
                                            "width] and [filters, channels / groups, height, width]",
                                            y, weight));
  const kernels::Convolution convolution = convolution_of(*this, y, weight);
  convolution.require_result(info.name, y);
  return convolution.image();
}

void Conv2dTransposed::forward(Tensors in, Tensor& out) const {
  convolution_of(*this, in[0].shape(), in[1].shape()).transposed(in[0].contiguous(), in[1].contiguous(), out);
}

template <Value V>
void Conv2dTransposed::vjp(const Pullback<V>& p) const {
  const HeightWidth kernel{p.in[1].shape()[2], p.in[1].shape()[3]};
  if (p.needs[0]) p.grad[0] = conv2d(p.ct, p.in[1], options);
  if (p.needs[1]) p.grad[1] = conv2d_weight_gradient(p.ct, p.in[0], kernel, options);
}

std::vector<Sample> Conv2dTransposed::samples() {
  return {
      {Conv2dTransposed{{3, 3}}, {Shape{2, 2, 2, 2}, Shape{2, 1, 2, 2}}},
      {Conv2dTransposed{{4, 3}, {.stride = {2, 1}, .padding = {1, 0}}}, {Shape{1, 2, 2, 2}, Shape{2, 2, 3, 2}}},
      {Conv2dTransposed{{2, 3}, {.padding = 1, .dilation = 2, .groups = 2}}, {Shape{1, 4, 2, 3}, Shape{4, 1, 2, 2}}},
      {Conv2dTransposed{{2, 2}}, {Shape{2, 2, 2, 2}, Shape{2, 3, 1, 1}}},
      {Conv2dTransposed{{3, 3}}, {Shape{0, 2, 2, 2}, Shape{2, 1, 2, 2}}}};
}

std::vector<BadCall> Conv2dTransposed::bad_calls() {
  const Shape y{1, 2, 4, 4}, weight{2, 3, 2, 2};
  const Conv2dTransposed op{{5, 5}};
  return {{op, {y, Shape{2, 2}}, Mistake::shape, "y has shape [1, 2, 4, 4], the weight [2, 2]"},
          {op, {Shape{1, 2, 3, 4}, weight}, Mistake::shape, "y has shape [1, 2, 3, 4]; it must be [1, 2, 4, 4]"},
          {op, {Shape{1, 4, 4, 4}, weight}, Mistake::shape, "y has shape [1, 4, 4, 4]; it must be [1, 2, 4, 4]"},
          {op, {y, OperandSpec(weight, -1, 1, f32)}, Mistake::dtype, "Operands of f64 and f32"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Conv2dTransposed>();

}  // namespace nabla
