#include <nabla/op.hpp>

#include "kernels/exponential_rows.hpp"
#include "kernels/reduce.hpp"

namespace nabla {
namespace ops {

Shape Softmax::infer(Shapes in) const {
  normalize_axis(info.name, axis, in[0]);
  return in[0];
}

void Softmax::forward(Tensors in, Tensor& out) const {
  const std::size_t along = normalize_axis(info.name, axis, out.shape());
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::map_rows<T>(in[0], along, out, [](const T* x, T* y, std::int64_t n) {
      const kernels::Exponentials<T> sum = kernels::exponentials(x, n);
      kernels::exponential_rows<T>().map(n, x, sum.top, sum.inverse(), y);
    });
  });
}

template <Value V>
void Softmax::vjp(const Pullback<V>& p) const {
  // Jᵀ ct = y (ct − Σ ct y), and J takes constants to 0: centred twice, ct keeps its digits where a y is almost 1.
  const V centred = p.ct - sum(p.ct * p.out, axis, true);
  p.grad[0] = p.out * (centred - sum(centred * p.out, axis, true));
}

std::vector<Sample> Softmax::samples() {
  return {{Softmax{}, {Shape{2, 3}}},
          {Softmax{0}, {Shape{3, 2}}},
          {Softmax{1}, {Shape{2, 3, 2}}},
          {Softmax{}, {Shape{1}}},
          {Softmax{}, {Shape{2, 0}}}};
}

std::vector<BadCall> Softmax::bad_calls() {
  return {{Softmax{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
          {Softmax{}, {Shape{}}, Mistake::shape, "a scalar has no axes"},
          {Softmax{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Softmax>();

}  // namespace nabla
