#include <nabla/op.hpp>

#include "kernels/pooling.hpp"

namespace nabla {
namespace ops {

Shape MaxPool2d::infer(Shapes in) const {
  return kernels::Pooling(info.name, in[0], kernel, options.stride, options.padding).result();
}

void MaxPool2d::forward(Tensors in, Tensor& out) const {
  const Tensor x = in[0].contiguous();
  const kernels::Pooling pooling(info.name, x.shape(), kernel, options.stride, options.padding);
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* const from = x.strided_data<T>();
    T* const to = out.mutable_data<T>().data();
    pooling.for_each_window(
        [&](const auto& window) { to[window.index] = from[window.plane + window.first_largest(from)]; });
  });
}

template <Value V>
void MaxPool2d::vjp(const Pullback<V>& p) const {
  const Shape& shape = p.in[0].shape();
  const Dims planes{shape[0] * shape[1], shape[2] * shape[3]};
  const Dims windows{planes[0], p.ct.shape()[2] * p.ct.shape()[3]};
  const V at = reshape(max_pool2d_indices(p.in[0], kernel, options), windows);
  const V nothing = constant_like(p.ct, zeros(Shape(planes), p.ct.dtype()));
  p.grad[0] = reshape(scatter_add(nothing, at, reshape(p.ct, windows), 1), shape);
}

std::vector<Sample> MaxPool2d::samples() {
  return {{MaxPool2d{2}, {Shape{1, 2, 4, 4}}},
          {MaxPool2d{{3, 2}, {.stride = 1}}, {Shape{2, 1, 4, 3}}},
          {MaxPool2d{2, {.padding = 1}}, {Shape{1, 2, 4, 3}}},
          {MaxPool2d{3, {.stride = {2, 1}, .padding = {1, 0}}}, {Shape{1, 1, 4, 4}}},
          {MaxPool2d{2}, {Shape{0, 2, 4, 4}}}};
}

std::vector<BadCall> MaxPool2d::bad_calls() {
  return {{MaxPool2d{2},
           {Shape{4, 4}},
           Mistake::shape,
           "x has shape [4, 4]; it must be [samples, channels, height, width]"},
          {MaxPool2d{5}, {Shape{1, 1, 4, 6}}, Mistake::shape, "A window of 5 on an extent of 4"},
          {MaxPool2d{2, {.padding = 2}}, {Shape{1, 1, 4, 4}}, Mistake::value, "A padding of 2 for a kernel of 2"},
          {MaxPool2d{0}, {Shape{1, 1, 4, 4}}, Mistake::value, "A kernel of 0"},
          {MaxPool2d{2}, {indices({1, 1, 4, 4}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::MaxPool2d>();

}  // namespace nabla
