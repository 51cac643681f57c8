#include <algorithm>
#include <nabla/op.hpp>

#include "kernels/pooling.hpp"

namespace nabla {
namespace ops {

Shape AvgPool2dTransposed::infer(Shapes in) const {
  const Shape& y = in[0];
  if (y.rank() != 4)
    throw ShapeError(info.name, fmt::format("y has shape {}; it must be [samples, channels, height, width]", y));
  const Shape x{y[0], y[1], size.height, size.width};
  const Shape pooled = kernels::Pooling(info.name, x, kernel, options.stride, options.padding).result();
  if (y != pooled)
    throw ShapeError(info.name,
                     fmt::format("y has shape {}; it must be {}, what avg_pool2d makes of {}", y, pooled, x));
  return x;
}

void AvgPool2dTransposed::forward(Tensors in, Tensor& out) const {
  const Tensor y = in[0].contiguous();
  const kernels::Pooling pooling(info.name, out.shape(), kernel, options.stride, options.padding);
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* const from = y.strided_data<T>();
    const std::span<T> to = out.mutable_data<T>();
    std::fill(to.begin(), to.end(), T{});
    pooling.for_each_window([&](const auto& window) {
      const auto n = static_cast<T>(options.count_include_pad ? pooling.window() : window.size());
      const T part = from[window.index] / n;
      window.each([&](std::int64_t at) { to[static_cast<std::size_t>(window.plane + at)] += part; });
    });
  });
}

template <Value V>
void AvgPool2dTransposed::vjp(const Pullback<V>& p) const {
  p.grad[0] = avg_pool2d(p.ct, kernel, options);
}

std::vector<Sample> AvgPool2dTransposed::samples() {
  return {
      {AvgPool2dTransposed{{4, 5}, 2}, {Shape{1, 2, 2, 2}}},
      {AvgPool2dTransposed{{4, 3}, 3, {.stride = {2, 1}, .padding = 1}}, {Shape{1, 2, 2, 3}}},
      {AvgPool2dTransposed{{4, 4}, 3, {.stride = 2, .padding = 1, .count_include_pad = false}}, {Shape{2, 1, 2, 2}}},
      {AvgPool2dTransposed{{4, 4}, 2}, {Shape{0, 2, 2, 2}}}};
}

std::vector<BadCall> AvgPool2dTransposed::bad_calls() {
  const AvgPool2dTransposed op{{4, 4}, 2};
  return {{op, {Shape{2, 2}}, Mistake::shape, "y has shape [2, 2]; it must be [samples, channels, height, width]"},
          {op, {Shape{1, 1, 3, 2}}, Mistake::shape, "y has shape [1, 1, 3, 2]; it must be [1, 1, 2, 2], what"},
          {op, {mask({1, 1, 2, 2})}, Mistake::dtype, "Operands of u8; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::AvgPool2dTransposed>();

}  // namespace nabla
