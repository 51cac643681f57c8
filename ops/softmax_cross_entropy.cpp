#include <nabla/loops.hpp>
#include <nabla/op.hpp>
#include <numeric>

#include "kernels/classes.hpp"
#include "kernels/cost.hpp"

namespace nabla {
namespace ops {

namespace {

/// Probabilities as they are, class indices as one-hot rows.
template <Value V>
V as_distribution(const V& y, const Shape& logits, DType dtype) {
  return y.dtype() == i64 ? one_hot(y, logits.back(), dtype) : y;
}

}  // namespace

DType SoftmaxCrossEntropy::infer_dtype(Tensors in) const {
  if (in[1].dtype() != i64) return detail::common_dtype(info, in);
  if (!is_floating(in[0].dtype()))
    throw DTypeError(info.name,
                     fmt::format("Logits of {}; it takes f32 and f64, convert with to(f32) or to(f64)", in[0].dtype()));
  return in[0].dtype();
}

Shape SoftmaxCrossEntropy::infer(Shapes in) const {
  const Shape &z = in[0], &y = in[1];
  if (z.rank() == 0 || z.back() == 0)
    throw ShapeError(info.name, fmt::format("Logits of shape {}; they must be [samples, classes] or [classes]", z));
  const Shape samples(std::span(z.begin(), z.rank() - 1));
  if (y != z && y != samples)
    throw ShapeError(info.name,
                     fmt::format("The logits have shape {}, y has {}; give class indices of shape {} or probabilities "
                                 "of shape {}",
                                 z, y, samples, z));
  return {};
}

void SoftmaxCrossEntropy::forward(Tensors in, Tensor& out) const {
  const Tensor z = in[0].contiguous(), y = in[1].contiguous();
  const bool by_index = y.dtype() == i64;
  if (by_index != (y.shape() != z.shape()))
    throw DTypeError(info.name,
                     fmt::format("y of {} has shape {} beside logits of shape {}; class indices are i64 with one axis "
                                 "less than the logits, probabilities are floating",
                                 y.dtype(), y.shape(), z.shape()));
  const std::int64_t classes = z.shape().back();
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* logits = z.strided_data<T>();
    const std::int64_t rows = z.size() / classes;
    // ln Σ e^(x − top) of all samples at once
    PooledVector<T> tops(static_cast<std::size_t>(rows)), logs(tops.size());
    kernels::exponential_rows<T>().sums(rows, classes, logits, tops.data(), logs.data());
    const void* const in_place[] = {logs.data()};
    Log1p::elementwise.forward_loop(z.dtype())(nullptr, rows, logs.data(), in_place);

    const auto term = [&](std::int64_t row, const T* x) {
      const auto i = static_cast<std::size_t>(row);
      const kernels::Surprise<T> surprise(x, tops[i], logs[i]);
      if (by_index) {
        const std::int64_t k = y.data<std::int64_t>()[i];
        kernels::require_class(info.name, k, classes);
        return surprise[k];
      }
      const T* target = y.data<T>().data() + row * classes;
      T sum{};
      for (std::int64_t k = 0; k < classes; ++k)
        if (target[k] != 0) sum += target[k] * surprise[k];
      return sum;
    };
    double total = 0;
    for (std::int64_t row = 0; row < rows; ++row) total += static_cast<double>(term(row, logits + row * classes));
    out.mutable_data<T>()[0] = static_cast<T>(total / kernels::samples_of(z.shape()));
  });
}

template <Value V>
void SoftmaxCrossEntropy::vjp(const Pullback<V>& p) const {
  if (!p.needs[0] && !p.needs[1]) return;
  const V& z = p.in[0];
  const V y = as_distribution(p.in[1], z.shape(), z.dtype());
  const double m = kernels::samples_of(z.shape());
  if (p.needs[0]) p.grad[0] = p.ct * ((softmax(z) * sum(y, -1, true) - y) / m);
  if (p.needs[1]) p.grad[1] = p.ct * (-log_softmax(z) / m);
}

void SoftmaxCrossEntropy::vjp_fused(const Pullback<Tensor>& p) const {
  const bool composed[] = {false, p.needs[1]};
  vjp(Pullback<Tensor>{p.in, p.out, p.ct, composed, p.grad});
  if (!p.needs[0]) return;
  const Tensor z = p.in[0].contiguous(), y = p.in[1].contiguous();
  const std::int64_t classes = z.shape().back();
  p.grad[0] = Tensor::uninitialized_like(z);
  visit_floating(z.dtype(), [&]<class T>(std::type_identity<T>) {
    const T u = *p.ct.strided_data<T>(), share = static_cast<T>(1 / kernels::samples_of(z.shape()));
    T* const gradient = reinterpret_cast<T*>(p.grad[0].new_data());
    const std::int64_t rows = z.size() / classes;
    PooledVector<T> tops(static_cast<std::size_t>(rows)), others(tops.size());
    kernels::exponential_rows<T>().sums(rows, classes, z.strided_data<T>(), tops.data(), others.data());
    for (std::int64_t row = 0; row < rows; ++row) {
      const T* const x = z.strided_data<T>() + row * classes;
      T* const delta = gradient + row * classes;
      const kernels::Exponentials<T> sum{tops[static_cast<std::size_t>(row)], others[static_cast<std::size_t>(row)]};
      if (y.dtype() == i64) {
        kernels::exponential_rows<T>().map(classes, x, sum.top, share * sum.inverse(), delta);
        delta[y.strided_data<std::int64_t>()[row]] -= share;
      } else {
        const T* const target = y.strided_data<T>() + row * classes;
        const T total = std::accumulate(target, target + classes, T{});
        kernels::exponential_rows<T>().map(classes, x, sum.top, share * total * sum.inverse(), delta);
        for (std::int64_t k = 0; k < classes; ++k) delta[k] -= share * target[k];
      }
    }
    for (std::int64_t i = 0; u != 1 && i < z.size(); ++i) gradient[i] *= u;
  });
}

std::vector<Sample> SoftmaxCrossEntropy::samples() {
  return {{SoftmaxCrossEntropy{}, {Shape{4, 3}, indices({4}, 3)}},
          {SoftmaxCrossEntropy{}, {Shape{4, 3}, distribution({4, 3})}},
          {SoftmaxCrossEntropy{}, {Shape{4, 3}, OperandSpec({4, 3}, 0, 1)}},
          {SoftmaxCrossEntropy{}, {Shape{3}, indices({}, 3)}},
          {SoftmaxCrossEntropy{}, {Shape{3}, distribution({3})}}};
}

std::vector<BadCall> SoftmaxCrossEntropy::bad_calls() {
  const Shape z{4, 3};
  return {{SoftmaxCrossEntropy{},
           {z, indices({3}, 3)},
           Mistake::shape,
           "The logits have shape [4, 3], y has [3]; give class indices of shape [4] or probabilities of shape [4, 3]"},
          {SoftmaxCrossEntropy{}, {z, OperandSpec({4}, 3, 4, i64)}, Mistake::value, "Class 3 of 3 classes"},
          {SoftmaxCrossEntropy{}, {z, Shape{4}}, Mistake::dtype, "class indices are i64"},
          {SoftmaxCrossEntropy{}, {z, OperandSpec(z, 0, 1, f32)}, Mistake::dtype, "Operands of f64 and f32"},
          {SoftmaxCrossEntropy{}, {indices(z, 3), indices({4}, 3)}, Mistake::dtype, "Logits of i64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::SoftmaxCrossEntropy>();

}  // namespace nabla
