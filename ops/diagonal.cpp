#include <nabla/op.hpp>

#include "kernels/reduce.hpp"

namespace nabla {
namespace ops {

namespace {

/// In a row-major matrix with n columns the diagonal is every (n + 1)-th element.
struct Steps {
  Dims order;              // of the axes: the matrix's become the last two
  Dims matrices;           // the extents in that order
  Dims rows_joined;        // the same with each matrix as one row
  std::int64_t start = 0;  // start:stop:step of the diagonal in that row
  std::int64_t stop = 0;
  std::int64_t step = 1;

  Steps(const Diagonal& op, const Shape& shape) {
    const std::size_t row = normalize_axis(op.info.name, op.axis0, shape);
    const std::size_t column = normalize_axis(op.info.name, op.axis1, shape);
    if (row == column)
      throw ShapeError(op.info.name, fmt::format("Axes {} and {} of shape {} are the same; a diagonal runs through two",
                                                 op.axis0, op.axis1, shape));
    for (std::size_t i = 0; i < shape.rank(); ++i)
      if (i != row && i != column) order.push_back(static_cast<std::int64_t>(i));
    order.push_back(static_cast<std::int64_t>(row));
    order.push_back(static_cast<std::int64_t>(column));
    for (const std::int64_t axis : order) matrices.push_back(shape[static_cast<std::size_t>(axis)]);

    const std::int64_t m = shape[row], n = shape[column];
    rows_joined = matrices;
    rows_joined.erase(rows_joined.size() - 1);
    rows_joined[rows_joined.size() - 1] = m * n;
    const std::int64_t length = op.offset >= 0 ? std::min(m, n - op.offset) : std::min(m + op.offset, n);
    if (length <= 0) return;
    step = n + 1;
    start = op.offset >= 0 ? op.offset : -op.offset * n;
    stop = start + (length - 1) * step + 1;
  }
};

}  // namespace

void Diagonal::forward(Tensors in, Tensor& out) const {
  const Steps s(*this, in[0].shape());
  out = in[0].permuted(s.order).reshaped(s.rows_joined).sliced(-1, s.start, s.stop, s.step);
}

template <Value V>
void Diagonal::vjp(const Pullback<V>& p) const {
  const Steps s(*this, p.in[0].shape());
  const V matrices = reshape(unslice(p.ct, Shape(s.rows_joined), -1, s.start, s.stop, s.step), s.matrices);
  p.grad[0] = permute(matrices, kernels::inverse(s.order));
}

std::vector<Sample> Diagonal::samples() {
  return {{Diagonal{}, {Shape{3, 3}}},           {Diagonal{1}, {Shape{3, 5}}},
          {Diagonal{-1}, {Shape{5, 3}}},         {Diagonal{0, 0, 2}, {Shape{2, 3, 2}}},
          {Diagonal{1, 2, 0}, {Shape{3, 2, 2}}}, {Diagonal{4}, {Shape{2, 3}}},
          {Diagonal{-2}, {Shape{2, 3}}},         {Diagonal{}, {Shape{0, 2}}}};
}

std::vector<BadCall> Diagonal::bad_calls() {
  return {{Diagonal{}, {Shape{3}}, Mistake::shape, "There is no axis -2 in shape [3]"},
          {Diagonal{0, 1, -1}, {Shape{2, 3}}, Mistake::shape, "Axes 1 and -1 of shape [2, 3] are the same"},
          {Diagonal{}, {Shape{}}, Mistake::shape, "a scalar has no axes"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Diagonal>();

}  // namespace nabla
