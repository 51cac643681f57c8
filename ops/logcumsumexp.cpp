#include <nabla/op.hpp>

#include "kernels/reduce.hpp"
#include "kernels/scan.hpp"

namespace nabla {
namespace ops {

namespace {

/// e^(a − b), and 1 where both are the same infinity.
template <Value V>
V exp_of_difference(const V& a, const V& b) {
  return exp(where(equal(a, b), 0.0, a - b));
}

}  // namespace

Shape Logcumsumexp::infer(Shapes in) const {
  normalize_axis(info.name, axis, in[0]);
  return in[0];
}

void Logcumsumexp::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::map_rows<T>(
        in[0], normalize_axis(info.name, axis, out.shape()), out, [](const T* x, T* y, std::int64_t n) {
          // Σ e^x = e^top · total, top the largest so far.
          double top = -std::numeric_limits<double>::infinity(), total = 0;
          for (std::int64_t i = 0; i < n; ++i) {
            const double z = static_cast<double>(x[i]);
            if (z > top) {
              total = total * std::exp(top - z) + 1;
              top = z;
            } else if (std::isnan(z) || std::isfinite(z)) {
              total += std::exp(z - top);
            }
            y[i] = static_cast<T>(std::isnan(total) ? total : std::isfinite(top) ? top + std::log(total) : top);
          }
        });
  });
}

// ∂y_k/∂x_i = e^(x_i − y_k) = e^(x_i − y_i) e^(y_i − y_k) for i ≤ k. So with λ_i = Σ_{k ≥ i} ct_k e^(y_i − y_k), which
// is a linear recurrence with factors e^(y_i − y_{i+1}) ≤ 1, ∂C/∂x_i = e^(x_i − y_i) λ_i: no exponent is above 0.
template <Value V>
void Logcumsumexp::vjp(const Pullback<V>& p) const {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const V after = kernels::before(p.out, normalize_axis(info.name, axis, p.out.shape()), true, inf);
  const V lambda = linear_recurrence(exp_of_difference(p.out, after), p.ct, axis, true);
  p.grad[0] = exp_of_difference(p.in[0], p.out) * lambda;
}

std::vector<Sample> Logcumsumexp::samples() {
  return {{Logcumsumexp{}, {Shape{5}}},
          {Logcumsumexp{0}, {Shape{3, 2}}},
          {Logcumsumexp{1}, {Shape{2, 3, 2}}},
          {Logcumsumexp{}, {Shape{1}}},
          {Logcumsumexp{}, {OperandSpec({4}, 700, 800)}},
          {Logcumsumexp{0}, {Shape{0, 3}}}};
}

std::vector<BadCall> Logcumsumexp::bad_calls() {
  return {{Logcumsumexp{2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Logcumsumexp{}, {Shape{}}, Mistake::shape, "a scalar has no axes"},
          {Logcumsumexp{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Logcumsumexp>();

}  // namespace nabla
