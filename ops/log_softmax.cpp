#include <nabla/op.hpp>

#include "kernels/exponential_rows.hpp"
#include "kernels/reduce.hpp"

namespace nabla {
namespace ops {

Shape LogSoftmax::infer(Shapes in) const {
  normalize_axis(info.name, axis, in[0]);
  return in[0];
}

void LogSoftmax::forward(Tensors in, Tensor& out) const {
  const std::size_t along = normalize_axis(info.name, axis, out.shape());
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::map_rows<T>(in[0], along, out, [](const T* x, T* y, std::int64_t n) {
      const kernels::Exponentials<T> sum = kernels::exponentials(x, n);
      const T top = sum.top, log_total = sum.log();
      for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] - top) - log_total;
    });
  });
}

template <Value V>
void LogSoftmax::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct - exp(p.out) * sum(p.ct, axis, true);
}

std::vector<Sample> LogSoftmax::samples() {
  return {{LogSoftmax{}, {Shape{2, 3}}},
          {LogSoftmax{0}, {Shape{3, 2}}},
          {LogSoftmax{1}, {Shape{2, 3, 2}}},
          {LogSoftmax{}, {Shape{1}}},
          {LogSoftmax{}, {Shape{2, 0}}}};
}

std::vector<BadCall> LogSoftmax::bad_calls() {
  return {
      {LogSoftmax{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
      {LogSoftmax{}, {Shape{}}, Mistake::shape, "a scalar has no axes"},
      {LogSoftmax{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::LogSoftmax>();

}  // namespace nabla
