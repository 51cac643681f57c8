#include <nabla/op.hpp>

#include "kernels/reduce.hpp"

namespace nabla {
namespace ops {

Shape Sum::infer(Shapes in) const { return ReducedAxes(info.name, axes, in[0]).result(in[0], keep); }

DType Sum::infer_dtype(Tensors in) const { return in[0].dtype() == u8 ? i64 : in[0].dtype(); }

void Sum::forward(Tensors in, Tensor& out) const {
  kernels::sum(in[0].to(out.dtype()), ReducedAxes(info.name, axes, in[0].shape()), out);
}

template <Value V>
void Sum::vjp(const Pullback<V>& p) const {
  const Shape& shape = p.in[0].shape();
  const Shape kept = ReducedAxes(info.name, axes, shape).result(shape, true);
  p.grad[0] = expand(reshape(p.ct, kept), shape);
}

/// Dense, since what comes before is faster for it.
void Sum::vjp_fused(const Pullback<Tensor>& p) const {
  if (p.ct.size() != 1) {
    vjp(p);
    p.grad[0] = p.grad[0].contiguous();
    return;
  }
  p.grad[0] = Tensor::uninitialized_like(p.in[0]);
  visit_floating(p.out.dtype(), [&]<class T>(std::type_identity<T>) {
    std::fill_n(reinterpret_cast<T*>(p.grad[0].new_data()), p.grad[0].size(), *p.ct.strided_data<T>());
  });
}

std::vector<Sample> Sum::samples() {
  return {{Sum{}, {Shape{2, 3}}},          {Sum{0}, {Shape{2, 3}}},    {Sum{-1, true}, {Shape{2, 3}}},
          {Sum{{0, 2}}, {Shape{2, 3, 2}}}, {Sum{1}, {Shape{2, 3, 2}}}, {Sum{}, {Shape{}}},
          {Sum{0}, {Shape{0, 2}}},         {Sum{1}, {Shape{0, 2}}},    {Sum{0}, {Shape{600, 2}}}};
}

std::vector<BadCall> Sum::bad_calls() {
  return {{Sum{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
          {Sum{{0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
          {Sum{0}, {Shape{}}, Mistake::shape, "There is no axis 0 in shape []; a scalar has no axes"},
          {Sum{}, {Shape{2}, Shape{2}}, Mistake::value, "2 operands were given; it takes 1"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Sum>();

}  // namespace nabla
