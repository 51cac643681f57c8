#include <nabla/op.hpp>

#include "kernels/normalization.hpp"

namespace nabla {
namespace ops {

namespace {

kernels::Normalization normalization(const GroupNorm& op, const Shape& x) {
  return kernels::Normalization::of_channel_groups(op.info.name, x, op.groups, op.eps);
}

}  // namespace

Shape GroupNorm::infer(Shapes in) const {
  normalization(*this, in[0]).require_weights(info.name, Shape{in[0][1]}, in[1], in[2]);
  return in[0];
}

void GroupNorm::forward(Tensors in, Tensor& out) const {
  normalization(*this, out.shape()).forward(in[0].contiguous(), in[1], in[2], out);
}

template <Value V>
void GroupNorm::vjp(const Pullback<V>& p) const {
  kernels::pull_normalized(p, normalization(*this, p.in[0].shape()));
}

void GroupNorm::vjp_fused(const Pullback<Tensor>& p) const { normalization(*this, p.in[0].shape()).pull(p); }

std::vector<Sample> GroupNorm::samples() {
  return {{GroupNorm{2}, {Shape{2, 4, 3}, Shape{4}, Shape{4}}},
          {GroupNorm{1, 0.1}, {Shape{2, 2, 2, 2}, Shape{2}, Shape{2}}},
          {GroupNorm{3}, {Shape{2, 6}, Shape{6}, Shape{6}}},
          {GroupNorm{2}, {Shape{1, 2, 3}, Shape{}, Shape{2}}},
          {GroupNorm{2}, {Shape{1, 2, 3}, Shape{}, Shape{}}},
          {GroupNorm{2}, {Shape{0, 4, 2}, Shape{4}, Shape{4}}}};
}

std::vector<BadCall> GroupNorm::bad_calls() {
  const Shape x{2, 4, 3}, w{4};
  return {{GroupNorm{3}, {x, w, w}, Mistake::value, "3 groups of 4 channels; take a divisor of them"},
          {GroupNorm{2}, {Shape{4}, w, w}, Mistake::shape, "x has shape [4]; it must be [samples, channels, ...]"},
          {GroupNorm{2}, {x, w, Shape{3}}, Mistake::shape, "The weight has shape [4], the bias [3]; both must be [4]"},
          {GroupNorm{2}, {x, w, indices(w, 2)}, Mistake::dtype, "Operands of f64 and i64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::GroupNorm>();

}  // namespace nabla
