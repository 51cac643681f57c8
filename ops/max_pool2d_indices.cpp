#include <nabla/op.hpp>

#include "kernels/pooling.hpp"

namespace nabla {
namespace ops {

Shape MaxPool2dIndices::infer(Shapes in) const {
  return kernels::Pooling(info.name, in[0], kernel, options.stride, options.padding).result();
}

DType MaxPool2dIndices::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return i64;
}

void MaxPool2dIndices::forward(Tensors in, Tensor& out) const {
  const Tensor x = in[0].contiguous();
  const kernels::Pooling pooling(info.name, x.shape(), kernel, options.stride, options.padding);
  std::int64_t* const to = out.mutable_data<std::int64_t>().data();
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* const from = x.strided_data<T>();
    pooling.for_each_window([&](const auto& window) { to[window.index] = window.first_largest(from); });
  });
}

std::vector<Sample> MaxPool2dIndices::samples() {
  return {{MaxPool2dIndices{2}, {Shape{1, 2, 4, 4}}},
          {MaxPool2dIndices{3, {.stride = {2, 1}, .padding = {1, 0}}}, {Shape{1, 1, 4, 4}}},
          {MaxPool2dIndices{2}, {Shape{0, 2, 4, 4}}}};
}

std::vector<BadCall> MaxPool2dIndices::bad_calls() {
  return {{MaxPool2dIndices{2}, {Shape{4, 4}}, Mistake::shape, "x has shape [4, 4]"},
          {MaxPool2dIndices{2, {.padding = 2}}, {Shape{1, 1, 4, 4}}, Mistake::value, "A padding of 2"},
          {MaxPool2dIndices{2}, {mask({1, 1, 4, 4})}, Mistake::dtype, "Operands of u8; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::MaxPool2dIndices>();

}  // namespace nabla
