#include <nabla/op.hpp>

#include "kernels/normalization.hpp"

namespace nabla {
namespace ops {

namespace {

kernels::Normalization normalization(const LayerNorm& op, const Shape& x) {
  return kernels::Normalization::of_last_axes(op.info.name, x, op.normalized_shape, op.eps);
}

}  // namespace

Shape LayerNorm::infer(Shapes in) const {
  normalization(*this, in[0]).require_weights(info.name, normalized_shape, in[1], in[2]);
  return in[0];
}

void LayerNorm::forward(Tensors in, Tensor& out) const {
  normalization(*this, out.shape()).forward(in[0].contiguous(), in[1], in[2], out);
}

template <Value V>
void LayerNorm::vjp(const Pullback<V>& p) const {
  kernels::pull_normalized(p, normalization(*this, p.in[0].shape()));
}

void LayerNorm::vjp_fused(const Pullback<Tensor>& p) const { normalization(*this, p.in[0].shape()).pull(p); }

std::vector<Sample> LayerNorm::samples() {
  return {{LayerNorm{{4}}, {Shape{2, 3, 4}, Shape{4}, Shape{4}}},
          {LayerNorm{{3, 4}, 0.1}, {Shape{2, 3, 4}, Shape{3, 4}, Shape{3, 4}}},
          {LayerNorm{{3}}, {Shape{2, 3}, Shape{}, Shape{}}},
          {LayerNorm{{5}}, {Shape{5}, Shape{5}, Shape{}}},
          {LayerNorm{{2}}, {Shape{0, 2}, Shape{2}, Shape{2}}}};
}

std::vector<BadCall> LayerNorm::bad_calls() {
  const Shape x{2, 3}, w{3};
  return {
      {LayerNorm{{2}}, {x, Shape{2}, Shape{2}}, Mistake::shape, "x has shape [2, 3], normalized_shape is [2]"},
      {LayerNorm{}, {x, w, w}, Mistake::shape, "normalized_shape is []; it must be the last extents of x"},
      {LayerNorm{{3}}, {x, w, Shape{2}}, Mistake::shape, "The weight has shape [3], the bias [2]; both must be [3]"},
      {LayerNorm{{3}, -1}, {x, w, w}, Mistake::value, "eps is -1; it must lie between 0 and inf"},
      {LayerNorm{{3}}, {x, w, OperandSpec(w, -1, 1, f32)}, Mistake::dtype, "Operands of f64 and f32"}};
}

}  // namespace ops

template const OpTable& op_table<ops::LayerNorm>();

}  // namespace nabla
