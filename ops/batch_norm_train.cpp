#include <nabla/op.hpp>

#include "kernels/normalization.hpp"

namespace nabla {
namespace ops {

namespace {

kernels::Normalization normalization(const BatchNormTrain& op, const Shape& x) {
  return kernels::Normalization::of_channels(op.info.name, x, op.eps);
}

}  // namespace

Shape BatchNormTrain::infer(Shapes in) const {
  normalization(*this, in[0]).require_weights(info.name, Shape{in[0][1]}, in[1], in[2]);
  return in[0];
}

void BatchNormTrain::forward(Tensors in, Tensor& out) const {
  normalization(*this, out.shape()).forward(in[0].contiguous(), in[1], in[2], out);
}

template <Value V>
void BatchNormTrain::vjp(const Pullback<V>& p) const {
  kernels::pull_normalized(p, normalization(*this, p.in[0].shape()));
}

void BatchNormTrain::vjp_fused(const Pullback<Tensor>& p) const { normalization(*this, p.in[0].shape()).pull(p); }

std::vector<Sample> BatchNormTrain::samples() {
  return {{BatchNormTrain{}, {Shape{3, 2, 2}, Shape{2}, Shape{2}}},
          {BatchNormTrain{0.1}, {Shape{4, 3}, Shape{3}, Shape{3}}},
          {BatchNormTrain{}, {Shape{2, 2, 2, 2}, Shape{}, Shape{}}},
          {BatchNormTrain{}, {Shape{4, 2}, Shape{}, Shape{2}}},
          {BatchNormTrain{}, {Shape{1, 2, 3}, Shape{2}, Shape{2}}}};
}

std::vector<BadCall> BatchNormTrain::bad_calls() {
  const Shape x{2, 4, 3}, w{4};
  return {{BatchNormTrain{}, {Shape{4}, w, w}, Mistake::shape, "x has shape [4]; it must be [samples, channels, ...]"},
          {BatchNormTrain{}, {x, w, Shape{3}}, Mistake::shape, "The weight has shape [4], the bias [3]"},
          {BatchNormTrain{-1}, {x, w, w}, Mistake::value, "eps is -1"},
          {BatchNormTrain{}, {x, w, indices(w, 2)}, Mistake::dtype, "Operands of f64 and i64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::BatchNormTrain>();

}  // namespace nabla
