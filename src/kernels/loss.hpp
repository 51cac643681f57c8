// Losses of single entries: elementwise operations on operands of one shape, brought together by reduced(). Unequal
// shapes are refused, for [n] beside [n, 1] would broadcast to losses that nobody meant.
//
// Most are a function φ of one number: of the residual a − y, or of the margin y a, for outputs a and targets y.
#pragma once

#include <limits>

#include "elementwise.hpp"

namespace nabla::kernels {

/// That of all operands. @throws ShapeError unless they have one
Shape loss_shape(std::string_view where, Shapes in);

/// The samples in several shapes; those they come in do not matter.
std::vector<Sample> loss_samples(const std::vector<Sample>& samples);
std::vector<BadCall> loss_bad_calls(const AnyOp& op);

/// φ(a − y), from φ and φ', which are functions of the operation and of packs.
template <class Op, class Phi, class Slope>
constexpr Elementwise of_residual(Phi, Slope) {
  return floating<Op>([](const Op& op, auto a, auto y) { return Phi{}(op, a - y); },
                      [](const Op& op, auto u, auto a, auto y, auto) { return u * Slope{}(op, a - y); },
                      [](const Op& op, auto u, auto a, auto y, auto) { return -(u * Slope{}(op, a - y)); });
}

/// Its reverse rule: `pulled` is the cotangent of a − y.
template <Value V>
void pull_residual(const Pullback<V>& p, const V& pulled) {
  if (p.needs[0]) p.grad[0] = pulled;
  if (p.needs[1]) p.grad[1] = -pulled;
}

/// φ(y a), from φ and φ'.
template <class Op, class Phi, class Slope>
constexpr Elementwise of_margin(Phi, Slope) {
  return floating<Op>([](const Op& op, auto a, auto y) { return Phi{}(op, y * a); },
                      [](const Op& op, auto u, auto a, auto y, auto) { return u * Slope{}(op, y * a) * y; },
                      [](const Op& op, auto u, auto a, auto y, auto) { return u * Slope{}(op, y * a) * a; });
}

/// Its reverse rule: `pulled` is the cotangent of y a.
template <Value V>
void pull_margin(const Pullback<V>& p, const V& pulled) {
  if (p.needs[0]) p.grad[0] = pulled * p.in[1];
  if (p.needs[1]) p.grad[1] = pulled * p.in[0];
}

/// The derivative of |d|: the sign of d, and NaN of NaN.
template <Value V>
V slope_of_magnitude(const V& d) {
  return where(equal(d, d), sign(d), std::numeric_limits<double>::quiet_NaN());
}

}  // namespace nabla::kernels
