#include <nabla/op.hpp>

#include "kernels/scan.hpp"

namespace nabla {
namespace ops {

Shape LinearRecurrence::infer(Shapes in) const {
  normalize_axis(info.name, axis, in[0]);
  if (in[0] != in[1])
    throw ShapeError(info.name, fmt::format("a has shape {}, b has {}; they must be equal", in[0], in[1]));
  return in[0];
}

void LinearRecurrence::forward(Tensors in, Tensor& out) const {
  const Tensor factors = in[0].contiguous(), terms = in[1].contiguous();
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T *a = factors.data<T>().data(), *b = terms.data<T>().data();
    T* y = out.mutable_data<T>().data();
    kernels::scan(
        out.shape(), normalize_axis(info.name, axis, out.shape()), backwards, [&](std::int64_t i) { y[i] = b[i]; },
        [&](std::int64_t i, std::int64_t before) { y[i] = a[i] * y[before] + b[i]; });
  });
}

// λ_k = ct_k + a_{k+1} λ_{k+1} is the cotangent of y_k, with all that comes of it; so ∂C/∂b_k = λ_k, ∂C/∂a_k = λ_k
// y_{k−1}.
template <Value V>
void LinearRecurrence::vjp(const Pullback<V>& p) const {
  const std::size_t along = normalize_axis(info.name, axis, p.out.shape());
  const V lambda = linear_recurrence(kernels::before(p.in[0], along, !backwards, 0), p.ct, axis, !backwards);
  if (p.needs[0]) p.grad[0] = lambda * kernels::before(p.out, along, backwards, 0);
  if (p.needs[1]) p.grad[1] = lambda;
}

std::vector<Sample> LinearRecurrence::samples() {
  return {{LinearRecurrence{}, {Shape{5}, Shape{5}}},
          {LinearRecurrence{0}, {Shape{3, 2}, Shape{3, 2}}},
          {LinearRecurrence{1, true}, {Shape{2, 3, 2}, Shape{2, 3, 2}}},
          {LinearRecurrence{}, {Shape{1}, Shape{1}}},
          {LinearRecurrence{0}, {Shape{0, 3}, Shape{0, 3}}}};
}

std::vector<BadCall> LinearRecurrence::bad_calls() {
  const Shape x{2, 3};
  return {{LinearRecurrence{}, {x, Shape{3}}, Mistake::shape, "a has shape [2, 3], b has [3]; they must be equal"},
          {LinearRecurrence{2}, {x, x}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {LinearRecurrence{}, {Shape{}, Shape{}}, Mistake::shape, "a scalar has no axes"},
          {LinearRecurrence{}, {x, indices(x, 3)}, Mistake::dtype, "Operands of f64 and i64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::LinearRecurrence>();

}  // namespace nabla
