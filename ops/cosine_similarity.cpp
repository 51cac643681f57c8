#include <algorithm>
#include <cmath>
#include <nabla/op.hpp>
#include <nabla/option.hpp>

#include "kernels/reduce.hpp"

namespace nabla {
namespace ops {

Shape CosineSimilarity::infer(Shapes in) const {
  detail::checked(info.name, "eps", eps, 0);
  const Shape both = broadcast(info.name, in[0], in[1]);
  return ReducedAxes(info.name, axis, both).result(both, false);
}

void CosineSimilarity::forward(Tensors in, Tensor& out) const {
  const Shape both = broadcast(info.name, in[0].shape(), in[1].shape());
  const ReducedAxes along(info.name, axis, both);
  const kernels::Rows a(in[0].expanded(both), along), b(in[1].expanded(both), along);
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T *x = a.matrix.strided_data<T>(), *y = b.matrix.strided_data<T>();
    for (T& cosine : out.mutable_data<T>()) {
      double product = 0, xx = 0, yy = 0;
      for (std::int64_t i = 0; i < a.length; ++i) {
        const auto u = static_cast<double>(x[i]), v = static_cast<double>(y[i]);
        product += u * v, xx += u * u, yy += v * v;
      }
      cosine = static_cast<T>(product / std::max(std::sqrt(xx) * std::sqrt(yy), eps));
      x += a.length, y += a.length;
    }
  });
}

// With c = a·b / (|a| |b|): ∂c/∂a = b / (|a| |b|) − c a / |a|².
template <Value V>
void CosineSimilarity::vjp(const Pullback<V>& p) const {
  const Shape both = broadcast(info.name, p.in[0].shape(), p.in[1].shape());
  const Shape kept = ReducedAxes(info.name, axis, both).result(both, true);
  const V x[] = {expand(p.in[0], both), expand(p.in[1], both)};
  const V squares[] = {sum(square(x[0]), axis, true), sum(square(x[1]), axis, true)};
  // Lengths of 1 stand in for those below ε: the derivatives of √ at 0 are not finite.
  const V short_ones = sqrt(squares[0]) * sqrt(squares[1]) <= eps;
  const V safe[] = {where(short_ones, 1.0, squares[0]), where(short_ones, 1.0, squares[1])};
  const V lengths = where(short_ones, eps, sqrt(safe[0]) * sqrt(safe[1]));
  const V cosine = where(short_ones, 0.0, reshape(p.out, kept)), ct = reshape(p.ct, kept);
  for (const std::size_t i : {0u, 1u})
    if (p.needs[i]) p.grad[i] = sum_to(ct * (x[1 - i] / lengths - cosine / safe[i] * x[i]), p.in[i].shape());
}

std::vector<Sample> CosineSimilarity::samples() {
  return {{CosineSimilarity{}, {Shape{2, 3}, Shape{2, 3}}},       {CosineSimilarity{0}, {Shape{3}, Shape{3}}},
          {CosineSimilarity{-1}, {Shape{2, 2, 3}, Shape{2, 3}}},  {CosineSimilarity{0}, {Shape{3, 2}, Shape{3, 1}}},
          {CosineSimilarity{1, 100}, {Shape{2, 3}, Shape{2, 3}}}, {CosineSimilarity{}, {Shape{0, 3}, Shape{0, 3}}}};
}

std::vector<BadCall> CosineSimilarity::bad_calls() {
  const Shape x{2, 3};
  return {{CosineSimilarity{}, {x, Shape{4}}, Mistake::shape, "Shapes [2, 3] and [4] do not broadcast"},
          {CosineSimilarity{2}, {x, x}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {CosineSimilarity{1, -1}, {x, x}, Mistake::value, "eps is -1"},
          {CosineSimilarity{}, {x, indices(x, 2)}, Mistake::dtype, "Operands of f64 and i64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::CosineSimilarity>();

}  // namespace nabla
