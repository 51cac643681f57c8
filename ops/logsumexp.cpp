#include <limits>
#include <nabla/op.hpp>

namespace nabla {
namespace ops {

Shape Logsumexp::infer(Shapes in) const { return ReducedAxes(info.name, axes, in[0]).result(in[0], keep); }

// ln Σ e^x = t + ln Σ e^(x − t) with t the largest x, so that nothing overflows; an infinite t needs no help.
void Logsumexp::forward(Tensors in, Tensor& out) const {
  const Tensor& x = in[0];
  if (x.size() == 0) {  // nothing has a largest element
    out = full(out.shape(), -std::numeric_limits<double>::infinity(), out.dtype());
    return;
  }
  const Tensor largest = max(x, axes, /*keep=*/true);
  const Tensor top = where(less(abs(largest), std::numeric_limits<double>::infinity()), largest, 0.0);
  out = log(sum(exp(x - top), axes, keep)) + reshape(top, out.shape());
}

template <Value V>
void Logsumexp::vjp(const Pullback<V>& p) const {
  const Shape& shape = p.in[0].shape();
  const Shape kept = ReducedAxes(info.name, axes, shape).result(shape, true);
  p.grad[0] = reshape(p.ct, kept) * exp(p.in[0] - reshape(p.out, kept));
}

std::vector<Sample> Logsumexp::samples() {
  return {{Logsumexp{}, {Shape{2, 3}}},          {Logsumexp{0}, {Shape{2, 3}}},    {Logsumexp{-1, true}, {Shape{2, 3}}},
          {Logsumexp{{0, 2}}, {Shape{2, 3, 2}}}, {Logsumexp{1}, {Shape{2, 3, 2}}}, {Logsumexp{}, {Shape{}}},
          {Logsumexp{1}, {Shape{0, 2}}}};
}

std::vector<BadCall> Logsumexp::bad_calls() {
  return {
      {Logsumexp{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
      {Logsumexp{{0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
      {Logsumexp{0}, {Shape{}}, Mistake::shape, "There is no axis 0 in shape []; a scalar has no axes"},
      {Logsumexp{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Logsumexp>();

}  // namespace nabla
