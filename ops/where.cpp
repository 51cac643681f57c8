#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

DType Where::infer_dtype(Tensors in) const {
  if (in[0].dtype() != u8)
    throw DTypeError(info.name, fmt::format("The condition is {}, not u8; compare first, as in x > 0", in[0].dtype()));
  if (in[1].dtype() != in[2].dtype())
    throw DTypeError(info.name,
                     fmt::format("The two values are {} and {}; both must have one dtype, convert with to({})",
                                 in[1].dtype(), in[2].dtype(), in[1].dtype()));
  return in[1].dtype();
}

constinit const Elementwise Where::elementwise =
    kernels::without_derivative<kernels::Same, kernels::Byte, kernels::Same, kernels::Same>(
        [](auto c, auto a, auto b) { return c ? a : b; });

template <Value V>
void Where::vjp(const Pullback<V>& p) const {
  if (p.needs[1]) p.grad[1] = sum_to(where(p.in[0], p.ct, 0.0), p.in[1].shape());
  if (p.needs[2]) p.grad[2] = sum_to(where(p.in[0], 0.0, p.ct), p.in[2].shape());
}

std::vector<Sample> Where::samples() {
  return {{Where{}, {mask({2, 3}), Shape{2, 3}, Shape{2, 3}}},
          {Where{}, {mask({3}), Shape{2, 3}, Shape{}}},
          {Where{}, {mask({2, 1}), Shape{}, Shape{3}}},
          {Where{}, {mask({0, 2}), Shape{0, 2}, Shape{2}}}};
}

std::vector<BadCall> Where::bad_calls() {
  const Shape x{2, 3};
  return {{Where{}, {x, x, x}, Mistake::dtype, "The condition is f64, not u8"},
          {Where{}, {mask(x), x, indices(x, 3)}, Mistake::dtype, "The two values are f64 and i64"},
          {Where{}, {mask({4}), x, x}, Mistake::shape, "Shapes [4] and [2, 3] do not broadcast"},
          {Where{}, {mask(x), x}, Mistake::value, "2 operands were given; it takes 3"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Where>();

}  // namespace nabla
