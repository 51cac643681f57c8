#include <nabla/op.hpp>

#include "kernels/indexed.hpp"

namespace nabla {
namespace ops {

DType OneHot::infer_dtype(Tensors in) const {
  kernels::require_index(info.name, in[0]);
  return dtype;
}

Shape OneHot::infer(Shapes in) const {
  if (classes < 0) throw ValueError(info.name, fmt::format("{} classes; their number is 0 or more", classes));
  Dims extents = in[0];
  extents.push_back(classes);
  return Shape(extents);
}

void OneHot::forward(Tensors in, Tensor& out) const {
  const Tensor index = in[0].contiguous();
  visit(dtype, [&]<class T>(std::type_identity<T>) {
    const std::span<T> to = out.mutable_data<T>();
    std::fill(to.begin(), to.end(), T{});
    std::int64_t row = 0;
    for (const std::int64_t k : index.data<std::int64_t>()) {
      kernels::require_class(info.name, k, classes);
      to[static_cast<std::size_t>(row++ * classes + k)] = 1;
    }
  });
}

std::vector<Sample> OneHot::samples() {
  return {{OneHot{3}, {indices({4}, 3)}}, {OneHot{2, f32}, {indices({2, 2}, 2)}}, {OneHot{3}, {indices({0}, 3)}}};
}

std::vector<BadCall> OneHot::bad_calls() {
  return {{OneHot{3}, {Shape{2}}, Mistake::dtype, "The index is f64, not i64"},
          {OneHot{3}, {OperandSpec({2}, 3, 4, i64)}, Mistake::value, "Class 3 of 3 classes"},
          {OneHot{3}, {OperandSpec({2}, -1, 0, i64)}, Mistake::value, "Class -1 of 3 classes"},
          {OneHot{-1}, {indices({2}, 3)}, Mistake::value, "-1 classes; their number is 0 or more"}};
}

}  // namespace ops

template const OpTable& op_table<ops::OneHot>();

}  // namespace nabla
