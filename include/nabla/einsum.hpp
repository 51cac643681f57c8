// Sums of products of tensors, written by their subscripts.
#pragma once

#include <concepts>
#include <initializer_list>
#include <nabla/var.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace nabla {

/// Einstein summation. einsum("ij,jk->ik", {a, b}) is Σ_j a[i, j] b[j, k]: a letter names an axis, axes of one letter
/// run together, and letters that the result does not have are summed over. A letter that stands twice by one operand
/// takes its diagonal; an ellipsis "..." stands for any number of axes, which broadcast. Without "->" the result has
/// the axes of the ellipses, then those of the letters that stand once, in alphabetical order. Axes of extent 1
/// stretch.
///
/// It is made of permute, reshape, sum and matmul, and recorded as such. Three operands and more are multiplied two by
/// two, the smallest product first.
/// @throws ValueError for an equation that cannot be read, or for another number of operands; ShapeError where the
///         operands do not fit it; DTypeError unless floating and equal
template <Value V>
V einsum(std::string_view equation, std::span<const V> operands);

template <Value V>
V einsum(std::string_view equation, const std::vector<V>& operands) {
  return einsum(equation, std::span<const V>(operands));
}
template <Value V>
V einsum(std::string_view equation, std::initializer_list<V> operands) {
  return einsum(equation, std::span<const V>(operands.begin(), operands.size()));
}
template <Value V, std::same_as<V>... Vs>
V einsum(std::string_view equation, const V& operand, const Vs&... others) {
  return einsum(equation, {operand, others...});
}

}  // namespace nabla
