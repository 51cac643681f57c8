#include <cmath>
#include <nabla/op.hpp>

#include "kernels/normalization.hpp"
#include "kernels/normalization_rows.hpp"

namespace nabla {
namespace ops {

Shape BatchNormEval::infer(Shapes in) const {
  const auto channels = kernels::Normalization::of_channels(info.name, in[0], eps);
  const Shape one_each{channels.groups};
  for (const Shape& running : {in[1], in[2]})
    if (running != one_each)
      throw ShapeError(info.name,
                       fmt::format("The running mean has shape {}, the variance {}; both must be [channels], "
                                   "{}",
                                   in[1], in[2], one_each));
  channels.require_weights(info.name, one_each, in[3], in[4]);
  return in[0];
}

void BatchNormEval::forward(Tensors in, Tensor& out) const {
  const auto c = kernels::Normalization::of_channels(info.name, in[0].shape(), eps);
  const Tensor x = in[0].contiguous();
  Tensor each[4];  // mean, variance, weight and bias of each channel
  for (std::size_t i = 0; i < 4; ++i) each[i] = in[i + 1].expanded({c.groups}).contiguous();
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T *const mean = each[0].strided_data<T>(), *const variance = each[1].strided_data<T>();
    const T *const weight = each[2].strided_data<T>(), *const bias = each[3].strided_data<T>();
    PooledVector<T> scales(static_cast<std::size_t>(c.groups));
    T* const scale = scales.data();
    for (std::int64_t k = 0; k < c.groups; ++k) scale[k] = weight[k] / std::sqrt(variance[k] + static_cast<T>(eps));

    const auto& rows = kernels::normalization_rows<T>();
    const T* from = x.strided_data<T>();
    T* to = out.mutable_data<T>().data();
    for (std::int64_t n = 0; n < c.outer; ++n) {
      if (c.inner == 1) {
        for (std::int64_t k = 0; k < c.groups; ++k) to[k] = (from[k] - mean[k]) * scale[k] + bias[k];
        from += c.groups, to += c.groups;
        continue;
      }
      for (std::int64_t k = 0; k < c.groups; ++k, from += c.inner, to += c.inner)
        rows.scale(c.inner, from, mean[k], scale[k], bias[k], to);
    }
  });
}

template <Value V>
void BatchNormEval::vjp(const Pullback<V>& p) const {
  const Dims beside = kernels::Normalization::of_channels(info.name, p.in[0].shape(), eps).beside;
  const auto of = [&](std::size_t i) { return p.in[i].rank() == 0 ? p.in[i] : reshape(p.in[i], beside); };
  const auto sum_for = [&](std::size_t i, const V& ct) {
    const Shape& shape = p.in[i].shape();
    return reshape(sum_to(ct, shape.rank() == 0 ? shape : Shape(beside)), shape);
  };
  const V residual = p.in[0] - of(1), spread = of(2) + eps, weight = of(3);
  const V scale = 1.0 / sqrt(spread);
  if (p.needs[0]) p.grad[0] = p.ct * (weight * scale);
  if (p.needs[1]) p.grad[1] = sum_for(1, -p.ct * (weight * scale));
  if (p.needs[2]) p.grad[2] = sum_for(2, p.ct * residual * (-0.5 * weight * scale / spread));
  if (p.needs[3]) p.grad[3] = sum_for(3, p.ct * (residual * scale));
  if (p.needs[4]) p.grad[4] = sum_for(4, p.ct);
}

std::vector<Sample> BatchNormEval::samples() {
  const OperandSpec variance = positive({2}, 0.5, 2);
  return {{BatchNormEval{}, {Shape{3, 2, 2}, Shape{2}, variance, Shape{2}, Shape{2}}},
          {BatchNormEval{0.1}, {Shape{4, 2}, Shape{2}, variance, Shape{2}, Shape{2}}},
          {BatchNormEval{}, {Shape{1, 2, 2, 2}, Shape{2}, variance, Shape{}, Shape{}}},
          {BatchNormEval{}, {Shape{0, 2}, Shape{2}, variance, Shape{2}, Shape{2}}}};
}

std::vector<BadCall> BatchNormEval::bad_calls() {
  const Shape x{2, 4, 3}, w{4};
  const BatchNormEval op;
  return {{op, {Shape{4}, w, w, w, w}, Mistake::shape, "x has shape [4]; it must be [samples, channels, ...]"},
          {op, {x, w, Shape{3}, w, w}, Mistake::shape, "The running mean has shape [4], the variance [3]"},
          {op, {x, w, w, w, Shape{3}}, Mistake::shape, "The weight has shape [4], the bias [3]"},
          {op, {x, w, w}, Mistake::value, "3 operands were given; it takes 5"},
          {op, {x, w, w, w, indices(w, 2)}, Mistake::dtype, "Operands of f64 and i64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::BatchNormEval>();

}  // namespace nabla
