#include <nabla/op.hpp>

#include "kernels/scan.hpp"

namespace nabla {
namespace ops {

Shape Cumsum::infer(Shapes in) const {
  normalize_axis(info.name, axis, in[0]);
  return in[0];
}

void Cumsum::forward(Tensors in, Tensor& out) const {
  kernels::running(in[0], normalize_axis(info.name, axis, out.shape()), backwards, out,
                   [](auto y, auto x) { return y + x; });
}

template <Value V>
void Cumsum::vjp(const Pullback<V>& p) const {
  p.grad[0] = cumsum(p.ct, axis, !backwards);
}

std::vector<Sample> Cumsum::samples() {
  return {{Cumsum{}, {Shape{5}}}, {Cumsum{0}, {Shape{3, 2}}}, {Cumsum{1, true}, {Shape{2, 3, 2}}},
          {Cumsum{}, {Shape{1}}}, {Cumsum{0}, {Shape{0, 3}}}, {Cumsum{-1, true}, {Shape{2, 0}}}};
}

std::vector<BadCall> Cumsum::bad_calls() {
  return {{Cumsum{2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Cumsum{}, {Shape{}}, Mistake::shape, "a scalar has no axes"},
          {Cumsum{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Cumsum>();

}  // namespace nabla
