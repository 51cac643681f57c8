#include <nabla/op.hpp>

#include "kernels/reduce.hpp"
#include "kernels/scan.hpp"

namespace nabla {
namespace ops {

Shape Prod::infer(Shapes in) const { return ReducedAxes(info.name, axes, in[0]).result(in[0], keep); }

void Prod::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::Rows rows(in[0], ReducedAxes(info.name, axes, in[0].shape()));
    kernels::reduce_rows<T>(rows, out, [](const T* x, std::int64_t n) {
      T product{1};
      for (std::int64_t i = 0; i < n; ++i) product *= x[i];
      return product;
    });
  });
}

// ∂y/∂x_i = Π_{k ≠ i} x_k: the running product up to i, times that from the other end. Nothing is divided by x.
template <Value V>
void Prod::vjp(const Pullback<V>& p) const {
  const Shape& shape = p.in[0].shape();
  const ReducedAxes reduced(info.name, axes, shape);
  const Dims order = kernels::kept_then_reduced(shape, reduced);
  const std::int64_t count = p.out.shape().elements(), length = kernels::reduced_length(shape, reduced);
  const V permuted = permute(p.in[0], order), rows = reshape(permuted, {count, length});
  const V others = kernels::before(cumprod(rows, 1), 1, false, 1) * kernels::before(cumprod(rows, 1, true), 1, true, 1);
  const V gradient = reshape(others * reshape(p.ct, {count, 1}), permuted.shape());
  p.grad[0] = permute(gradient, kernels::inverse(order));
}

std::vector<Sample> Prod::samples() {
  return {{Prod{}, {Shape{2, 3}}},
          {Prod{0}, {Shape{2, 3}}},
          {Prod{-1, true}, {Shape{2, 3}}},
          {Prod{{0, 2}}, {Shape{2, 3, 2}}},
          {Prod{1}, {Shape{2, 3, 2}}},
          {Prod{}, {Shape{}}},
          {Prod{}, {OperandSpec({3}, 0, 0)}},
          {Prod{0}, {Shape{0, 2}}},
          {Prod{1}, {Shape{0, 2}}}};
}

std::vector<BadCall> Prod::bad_calls() {
  return {{Prod{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
          {Prod{{0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
          {Prod{0}, {Shape{}}, Mistake::shape, "There is no axis 0 in shape []; a scalar has no axes"},
          {Prod{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Prod>();

}  // namespace nabla
