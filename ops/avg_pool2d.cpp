#include <nabla/op.hpp>

#include "kernels/pooling.hpp"

namespace nabla {
namespace ops {

Shape AvgPool2d::infer(Shapes in) const {
  return kernels::Pooling(info.name, in[0], kernel, options.stride, options.padding).result();
}

void AvgPool2d::forward(Tensors in, Tensor& out) const {
  const Tensor x = in[0].contiguous();
  const kernels::Pooling pooling(info.name, x.shape(), kernel, options.stride, options.padding);
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* const from = x.strided_data<T>();
    T* const to = out.mutable_data<T>().data();
    pooling.for_each_window([&](const auto& window) {
      T total{};
      window.each([&](std::int64_t at) { total += from[window.plane + at]; });
      to[window.index] = total / static_cast<T>(options.count_include_pad ? pooling.window() : window.size());
    });
  });
}

template <Value V>
void AvgPool2d::vjp(const Pullback<V>& p) const {
  p.grad[0] = avg_pool2d_transposed(p.ct, {p.in[0].shape()[2], p.in[0].shape()[3]}, kernel, options);
}

std::vector<Sample> AvgPool2d::samples() {
  return {{AvgPool2d{2}, {Shape{1, 2, 4, 4}}},
          {AvgPool2d{{3, 2}, {.stride = 1}}, {Shape{2, 1, 4, 3}}},
          {AvgPool2d{3, {.stride = {2, 1}, .padding = 1}}, {Shape{1, 2, 4, 3}}},
          {AvgPool2d{3, {.stride = 2, .padding = {1, 0}, .count_include_pad = false}}, {Shape{1, 1, 4, 4}}},
          {AvgPool2d{2}, {Shape{0, 2, 4, 4}}}};
}

std::vector<BadCall> AvgPool2d::bad_calls() {
  return {{AvgPool2d{2},
           {Shape{4, 4}},
           Mistake::shape,
           "x has shape [4, 4]; it must be [samples, channels, height, width]"},
          {AvgPool2d{5}, {Shape{1, 1, 4, 6}}, Mistake::shape, "A window of 5 on an extent of 4"},
          {AvgPool2d{2, {.padding = 2}}, {Shape{1, 1, 4, 4}}, Mistake::value, "A padding of 2 for a kernel of 2"},
          {AvgPool2d{2}, {indices({1, 1, 4, 4}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::AvgPool2d>();

}  // namespace nabla
