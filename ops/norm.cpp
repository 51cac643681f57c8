#include <nabla/op.hpp>

#include "kernels/choice.hpp"
#include "kernels/norm.hpp"

namespace nabla {
namespace ops {

namespace {

template <class T>
T norm_of(const T* x, std::int64_t n, double p) {
  const auto value = [x](std::int64_t i) { return static_cast<double>(x[i]); };
  if (p == 0) return static_cast<T>(n - std::count(x, x + n, T{0}));
  if (std::isfinite(p)) return static_cast<T>(kernels::p_norm(n, p, value));
  T best = n == 0 ? (p > 0 ? T{0} : std::numeric_limits<T>::infinity()) : std::abs(x[0]);
  for (std::int64_t i = 0; i < n && !std::isnan(best); ++i) {
    const T magnitude = std::abs(x[i]);
    if (std::isnan(magnitude) || (p > 0 ? magnitude > best : magnitude < best)) best = magnitude;
  }
  return best;
}

}  // namespace

Shape Norm::infer(Shapes in) const {
  if (std::isnan(p)) throw ValueError(info.name, "p is NaN; take a number, or infinity");
  return ReducedAxes(info.name, axes, in[0]).result(in[0], keep);
}

void Norm::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::Rows rows(in[0], ReducedAxes(info.name, axes, in[0].shape()));
    kernels::reduce_rows<T>(rows, out, [&](const T* x, std::int64_t n) { return norm_of(x, n, p); });
  });
}

// ∂y/∂x_i = sign(x_i) (|x_i| / y)^(p − 1).
template <Value V>
void Norm::vjp(const Pullback<V>& pullback) const {
  if (p == 0) return;  // constant but for jumps
  const V& x = pullback.in[0];
  const Shape kept = ReducedAxes(info.name, axes, x.shape()).result(x.shape(), true);
  const V ct = reshape(pullback.ct, kept), y = reshape(pullback.out, kept);
  V& gradient = pullback.grad[0];
  if (p == 1) {
    gradient = ct * sign(x);
  } else if (p == 2) {
    gradient = ct * kernels::over_length(x, y);
  } else if (std::isinf(p)) {
    gradient = kernels::share_among_chosen(abs(x), pullback.out, pullback.ct, axes) * sign(x);
  } else {
    const V ratio = kernels::over_length(abs(x), y), absent = equal(ratio, 0.0);
    const V power = exp((p - 1) * log(where(absent, 1.0, ratio)));
    gradient = ct * where(absent, 0.0, sign(x) * power);
  }
}

std::vector<Sample> Norm::samples() {
  constexpr double inf = std::numeric_limits<double>::infinity();
  return {{Norm{}, {Shape{2, 3}}},
          {Norm{2, 0}, {Shape{2, 3}}},
          {Norm{1, -1, true}, {positive({2, 3})}},
          {Norm{1, 0}, {OperandSpec({3, 2}, -2.5, -0.3)}},
          {Norm{1.5, {0, 2}}, {positive({2, 3, 2})}},
          {Norm{3, 1}, {Shape{2, 3, 2}}},
          {Norm{4}, {OperandSpec({4}, -2.5, -0.3)}},
          {Norm{0.5}, {positive({4})}},
          {Norm{-1, 1}, {positive({2, 3})}},
          {Norm{0, 1}, {positive({2, 3})}},
          {Norm{inf, 1}, {Shape{2, 3}}},
          {Norm{-inf}, {positive({5})}},
          {Norm{}, {positive({})}},
          {Norm{2, 1}, {Shape{0, 2}}}};
}

std::vector<BadCall> Norm::bad_calls() {
  return {{Norm{2, 5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
          {Norm{2, {0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
          {Norm{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"},
          {Norm{std::numeric_limits<double>::quiet_NaN()}, {Shape{2}}, Mistake::value, "p is NaN"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Norm>();

}  // namespace nabla
