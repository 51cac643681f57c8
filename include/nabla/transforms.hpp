// Derivatives of functions: a function of Vars in, a function of Tensors out. Each call records on a tape of its own.
//
// f takes one Var, or as many as there are tensors in braces: grad(f, x), grad(f, {x, y}). With several, the result is
// a std::array with one part for each argument.
#pragma once

#include <array>
#include <cstddef>
#include <nabla/gradient.hpp>
#include <type_traits>
#include <utility>

namespace nabla {

template <class G>
struct ValueAndGrad {
  Tensor value;
  G gradient;
};
struct ValueAndTangent {
  Tensor value;
  Tensor tangent;
};
template <class G>
struct ValueAndCotangent {
  Tensor value;
  G cotangent;
};

namespace detail {

template <std::size_t N>
std::array<Var, N> variables(Tape& tape, const Tensor (&xs)[N]) {
  std::array<Var, N> vars;
  for (std::size_t i = 0; i < N; ++i) vars[i] = tape.variable(xs[i]);
  return vars;
}

template <class F, std::size_t N>
Var call_with(F& f, const std::array<Var, N>& xs) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    static_assert(std::is_convertible_v<decltype(f(xs[i]...)), Var>,
                  "The function must take Vars, one for each tensor, and return a Var");
    return Var(f(xs[i]...));
  }
  (std::make_index_sequence<N>());
}

template <std::size_t N>
std::array<Tensor, N> values(const Gradients& gradients) {
  std::array<Tensor, N> all;
  for (std::size_t i = 0; i < N; ++i) all[i] = gradients.at(i);
  return all;
}

/// ∂y/∂x for each x, of the shape of y followed by that of x: one sweep for each element of y.
PooledVector<Tensor> jacobians_of(const Var& y, std::span<const Var> xs);
Tensor jacobian_of(const Var& y, const Var& x);
Tensor tangent_of(const Var& y, std::span<const Var> xs, std::span<const Tensor> directions);

}  // namespace detail

/// f(xs) and ∂f/∂xs for a scalar f. @throws ShapeError when f is not a scalar
template <class F, std::size_t N>
ValueAndGrad<std::array<Tensor, N>> value_and_grad(F&& f, const Tensor (&xs)[N]) {
  Tape tape;
  const std::array<Var, N> vars = detail::variables(tape, xs);
  const Var y = detail::call_with(f, vars);
  return {y.value(), detail::values<N>(gradient(y, std::span<const Var>(vars)))};
}
template <class F>
ValueAndGrad<Tensor> value_and_grad(F&& f, const Tensor& x) {
  const Tensor xs[] = {x};
  auto [value, gradient] = value_and_grad(f, xs);
  return {std::move(value), std::move(gradient[0])};
}

/// ∂f/∂xs for a scalar f.
template <class F, std::size_t N>
std::array<Tensor, N> grad(F&& f, const Tensor (&xs)[N]) {
  return value_and_grad(f, xs).gradient;
}
template <class F>
Tensor grad(F&& f, const Tensor& x) {
  return value_and_grad(f, x).gradient;
}
/// The same inside another function that is being recorded: a Var that can be differentiated again.
template <class F>
Var grad(F&& f, const Var& x) {
  return gradient_recorded(f(x), {x})[x];
}

/// f(xs) and ctᵀ J: the cotangents of xs, from one of f; ct has the shape of f. @throws ShapeError
template <class F, std::size_t N>
ValueAndCotangent<std::array<Tensor, N>> vjp(F&& f, const Tensor (&xs)[N], const Tensor& ct) {
  Tape tape;
  const std::array<Var, N> vars = detail::variables(tape, xs);
  const Var y = detail::call_with(f, vars);
  return {y.value(), detail::values<N>(gradient(y, std::span<const Var>(vars), ct))};
}
template <class F>
ValueAndCotangent<Tensor> vjp(F&& f, const Tensor& x, const Tensor& ct) {
  const Tensor xs[] = {x};
  auto [value, cotangent] = vjp(f, xs, ct);
  return {std::move(value), std::move(cotangent[0])};
}

/// f(xs) and J v: the derivative of f along the direction vs, one of the shape of each x. It is the transpose of the
/// reverse rules: u ↦ uᵀ J is linear, and its derivative with respect to u along v is J v. @throws ShapeError
template <class F, std::size_t N>
ValueAndTangent jvp(F&& f, const Tensor (&xs)[N], const Tensor (&vs)[N]) {
  Tape tape;
  const std::array<Var, N> vars = detail::variables(tape, xs);
  const Var y = detail::call_with(f, vars);
  return {y.value(), detail::tangent_of(y, vars, vs)};
}
template <class F>
ValueAndTangent jvp(F&& f, const Tensor& x, const Tensor& v) {
  const Tensor xs[] = {x}, vs[] = {v};
  return jvp(f, xs, vs);
}

/// ∂f/∂xs for an f of any shape: each of the shape of f followed by the shape of its x. One sweep for each element of
/// f.
template <class F, std::size_t N>
std::array<Tensor, N> jacobian(F&& f, const Tensor (&xs)[N]) {
  Tape tape;
  const std::array<Var, N> vars = detail::variables(tape, xs);
  const Var y = detail::call_with(f, vars);
  PooledVector<Tensor> jacobians = detail::jacobians_of(y, vars);
  std::array<Tensor, N> all;
  std::move(jacobians.begin(), jacobians.end(), all.begin());
  return all;
}
template <class F>
Tensor jacobian(F&& f, const Tensor& x) {
  const Tensor xs[] = {x};
  return std::move(jacobian(f, xs)[0]);
}

/// Second derivatives of a scalar f: part [i][k] is ∂²f/∂xᵢ∂xₖ, of the shape of xᵢ followed by that of xₖ.
template <class F, std::size_t N>
std::array<std::array<Tensor, N>, N> hessian(F&& f, const Tensor (&xs)[N]) {
  Tape tape;
  const std::array<Var, N> vars = detail::variables(tape, xs);
  const RecordedGradients g = gradient_recorded(detail::call_with(f, vars), std::span<const Var>(vars));
  std::array<std::array<Tensor, N>, N> all;
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t k = 0; k < N; ++k) all[i][k] = detail::jacobian_of(g.at(i), vars[k]);
  return all;
}
template <class F>
Tensor hessian(F&& f, const Tensor& x) {
  const Tensor xs[] = {x};
  return std::move(hessian(f, xs)[0][0]);
}

/// H v on a tape, for a recorded f of one element: the derivative of ∂f/∂x along the directions, for each x in wrt. Two
/// sweeps: the first is recorded, the second starts from the gradients with the directions for cotangents. The tape is
/// then as it was before, and of the gradients no more is evaluated than the products need.
/// @throws ShapeError when f has more than one element, or a direction another shape than its x
/// @throws DTypeError when f, an x or a direction is not floating
/// @throws ValueError unless there is a direction for each x
/// @throws TapeError for stale handles
Gradients hvp(const Var& f, std::span<const Var> wrt, std::span<const Tensor> directions);
Gradients hvp(const Var& f, std::span<const Parameter* const> parameters, std::span<const Tensor> directions);

/// H v for a scalar f, without the Hessian H: the gradient of ⟨∂f/∂xs, vs⟩. @throws ShapeError
template <class F, std::size_t N>
std::array<Tensor, N> hvp(F&& f, const Tensor (&xs)[N], const Tensor (&vs)[N]) {
  Tape tape;
  const std::array<Var, N> vars = detail::variables(tape, xs);
  return detail::values<N>(hvp(detail::call_with(f, vars), std::span<const Var>(vars), vs));
}
template <class F>
Tensor hvp(F&& f, const Tensor& x, const Tensor& v) {
  const Tensor xs[] = {x}, vs[] = {v};
  return std::move(hvp(f, xs, vs)[0]);
}

}  // namespace nabla
