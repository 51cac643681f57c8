// What the operations share that choose the largest or the smallest among elements.
#pragma once

#include <nabla/error.hpp>
#include <nabla/op.hpp>

#include "reduce.hpp"

namespace nabla::kernels {

/// The shape of the choice, `what` of the elements over the axes; there must be at least one to choose from.
inline Shape choice_shape(std::string_view where, std::string_view what, const Axes& axes, bool keep, const Shape& x) {
  const Shape result = ReducedAxes(where, axes, x).result(x, keep);
  if (x.elements() == 0 && result.elements() > 0)
    throw ShapeError(where, fmt::format("There is no {} element among none, in shape {} over axes {}; give it "
                                        "elements, or other axes",
                                        what, x, axes.all ? "all" : to_string(axes.list)));
  return result;
}

/// The cotangent of a choice over the axes, for the elements that are equal to it, or the NaNs if it is
/// one: ties share evenly.
template <Value V>
V share_among_chosen(const V& x, const V& choice, const V& ct, const Axes& axes) {
  const Shape kept = ReducedAxes("ties", axes, x.shape()).result(x.shape(), true);
  const V y = reshape(choice, kept);
  const V chosen = where(equal(y, y), equal(x, y), not_equal(x, x));  // a NaN is chosen, but equals nothing
  const V count = sum(where(chosen, constant_like(ct, Tensor::scalar(1, ct.dtype())), 0.0), axes, true);
  return where(chosen, reshape(ct, kept) / count, 0.0);
}

/// The index of the first element that `better` prefers to all others; a NaN wins.
template <class T, class Better>
std::int64_t first_choice(const T* x, std::int64_t n, Better better) {
  std::int64_t best = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    if (x[i] != x[i]) return i;
    if (better(x[i], x[best])) best = i;
  }
  return best;
}

/// Such indices along an axis.
template <class Better>
void choose_indices(const Tensor& x, const ReducedAxes& axis, Tensor& out, Better better) {
  const Rows rows(x, axis);
  std::int64_t* const to = out.mutable_data<std::int64_t>().data();
  visit(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* row = rows.matrix.data<T>().data();
    for (std::int64_t r = 0; r < rows.count; ++r, row += rows.length) to[r] = first_choice(row, rows.length, better);
  });
}

}  // namespace nabla::kernels
