#include <nabla/op.hpp>

#include "kernels/picked.hpp"

namespace nabla {
namespace ops {

DType Embedding::infer_dtype(Tensors in) const {
  kernels::require_index(info.name, in[0]);
  if (!is_floating(in[1].dtype()))
    throw DTypeError(
        info.name, fmt::format("A weight of {}; it takes f32 and f64, convert with to(f32) or to(f64)", in[1].dtype()));
  return in[1].dtype();
}

Shape Embedding::infer(Shapes in) const {
  const Shape &index = in[0], &weight = in[1];
  if (weight.rank() != 2)
    throw ShapeError(info.name, fmt::format("The weight has shape {}; it must be [entries, width]", weight));
  if (padding_index && weight[0] == 0)
    throw ValueError(info.name, fmt::format("padding_index {} of 0 entries; leave it out", *padding_index));
  if (padding_index && (*padding_index < -weight[0] || *padding_index >= weight[0]))
    throw ValueError(info.name, fmt::format("padding_index {} of {} entries; it runs from {} to {}", *padding_index,
                                            weight[0], -weight[0], weight[0] - 1));
  Dims extents = index;
  extents.push_back(weight[1]);
  return Shape(extents);
}

void Embedding::forward(Tensors in, Tensor& out) const {
  const Tensor& weight = in[1];
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::Place<T> rows{out.mutable_data<T>().data(), contiguous_strides(weight.shape())};
    kernels::for_each_picked(info.name, in[0], weight.shape(), 0, rows, kernels::place_of<T>(weight),
                             [](T& picked, T element) { picked = element; });
  });
}

template <Value V>
void Embedding::vjp(const Pullback<V>& p) const {
  const Shape& weight = p.in[1].shape();
  const std::int64_t picks = p.in[0].shape().elements();
  V rows = reshape(p.ct, {picks, weight[1]});
  if (padding_index) {
    const std::int64_t row = *padding_index < 0 ? *padding_index + weight[0] : *padding_index;
    rows = where(equal(reshape(p.in[0], {picks, 1}), row), 0.0, rows);
  }
  p.grad[1] = index_add(constant_like(p.ct, zeros(weight, p.ct.dtype())), reshape(p.in[0], {picks}), rows);
}

// A row that is picked and has no gradient all the same is no matter for differences: here the padding is not picked.
std::vector<Sample> Embedding::samples() {
  return {{Embedding{}, {indices({5}, 3), Shape{3, 2}}},
          {Embedding{}, {indices({2, 4}, 3), Shape{3, 2}}},
          {Embedding{0}, {OperandSpec({6}, 1, 3, i64), Shape{3, 2}}},
          {Embedding{-1}, {indices({6}, 2), Shape{3, 2}}},
          {Embedding{}, {indices({}, 3), Shape{3, 2}}},
          {Embedding{0}, {indices({0}, 3), Shape{3, 2}}}};
}

std::vector<BadCall> Embedding::bad_calls() {
  const Shape weight{3, 2};
  const OperandSpec index = indices({4}, 3);
  return {{Embedding{}, {Shape{4}, weight}, Mistake::dtype, "The index is f64, not i64"},
          {Embedding{}, {index, indices(weight, 2)}, Mistake::dtype, "A weight of i64"},
          {Embedding{}, {index, Shape{3}}, Mistake::shape, "The weight has shape [3]; it must be [entries, width]"},
          {Embedding{3}, {index, weight}, Mistake::value, "padding_index 3 of 3 entries"},
          {Embedding{}, {OperandSpec({2}, 3, 4, i64), weight}, Mistake::value, "Index 3 is outside axis 0"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Embedding>();

}  // namespace nabla
