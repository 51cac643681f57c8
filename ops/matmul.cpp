#include <nabla/op.hpp>

#include "kernels/gemm.hpp"
#include "kernels/gradient_place.hpp"
#include "kernels/nest.hpp"

namespace nabla {
namespace ops {

namespace {

/// A vector on the left becomes a row, on the right a column.
Shape as_row(const Shape& a) { return a.rank() == 1 ? Shape{1, a[0]} : a; }
Shape as_column(const Shape& b) { return b.rank() == 1 ? Shape{b[0], 1} : b; }

Shape batch_of(const Shape& shape) { return Shape(std::span(shape.begin(), shape.rank() - 2)); }

Shape matrix_shape(const Shape& batch, std::int64_t rows, std::int64_t columns) {
  Dims extents = batch;
  extents.push_back(rows);
  extents.push_back(columns);
  return Shape(extents);
}

/// The result for operands of two axes or more.
Shape product_shape(const Shape& a, const Shape& b) {
  const Shape batch = broadcast(ops::Matmul::info.name, batch_of(a), batch_of(b));
  return matrix_shape(batch, a[a.rank() - 2], b.back());
}

/// Strides of the batch axes, broadcast to `batch`.
Dims batch_strides(const Tensor& x, const Shape& batch) {
  const Dims strides = x.strides();
  return kernels::broadcast_strides(batch_of(x.shape()), Dims(std::span(strides.begin(), strides.size() - 2)), batch);
}

template <class T>
void products(const Tensor& a, const Tensor& b, T* out, const Shape& shape) {
  const Shape batch = batch_of(shape);
  const std::int64_t m = shape[shape.rank() - 2], n = shape.back();
  Dims each = contiguous_strides(batch);
  for (std::int64_t& stride : each) stride *= m * n;
  kernels::Nest<3>(batch, {each, batch_strides(a, batch), batch_strides(b, batch)})
      .run([&](const auto& at, std::int64_t count, const auto& step) {
        for (std::int64_t i = 0; i < count; ++i)
          kernels::gemm(T{1}, kernels::last_two_axes<T>(a, at[1] + i * step[1]),
                        kernels::last_two_axes<T>(b, at[2] + i * step[2]), T{0},
                        kernels::Matrix<T>{out + at[0] + i * step[0], m, n, n, 1});
      });
}

bool is_transposed(const Tensor& x) {
  if (x.is_contiguous()) return false;
  const Dims strides = x.strides();
  return strides[0] == 1 && strides[1] == x.shape()[0];
}

bool are_matrices(const Shape& a, const Shape& b) { return a.rank() == 2 && b.rank() == 2; }

}  // namespace

Shape Matmul::infer(Shapes in) const {
  if (are_matrices(in[0], in[1]) && in[0][1] == in[1][0]) {
    if (in[1][0] == in[1][1]) return in[0];  // a copy costs less than a new shape
    return {in[0][0], in[1][1]};
  }
  if (in[0].rank() == 0 || in[1].rank() == 0)
    throw ShapeError(info.name, fmt::format("A scalar among {} and {}; use * to scale", in[0], in[1]));
  const Shape a = as_row(in[0]), b = as_column(in[1]);
  if (a.back() != b[b.rank() - 2])
    throw ShapeError(info.name,
                     fmt::format("Inner dimensions differ: {} times {}; the columns of the left ({}) must equal the "
                                 "rows of the right ({})",
                                 in[0], in[1], a.back(), b[b.rank() - 2]));
  Dims result = product_shape(a, b);
  if (in[1].rank() == 1) result.erase(result.size() - 1);
  if (in[0].rank() == 1) result.erase(result.size() - (in[1].rank() == 1 ? 1 : 2));
  return Shape(result);
}

void Matmul::forward(Tensors in, Tensor& out) const {
  if (are_matrices(in[0].shape(), in[1].shape()))
    return visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::Copies copies;
      kernels::gemm(T{1}, kernels::as_matrix<T>(in[0], copies), kernels::as_matrix<T>(in[1], copies), T{0},
                    kernels::dense<T>(out));
    });
  const Tensor a = kernels::gemm_ready(in[0].reshaped(as_row(in[0].shape())));
  const Tensor b = kernels::gemm_ready(in[1].reshaped(as_column(in[1].shape())));
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    products(a, b, out.mutable_data<T>().data(), product_shape(a.shape(), b.shape()));
  });
}

template <Value V>
void Matmul::vjp(const Pullback<V>& p) const {
  const Shape row = as_row(p.in[0].shape()), column = as_column(p.in[1].shape());
  const V ct = reshape(p.ct, product_shape(row, column));
  if (p.needs[0]) p.grad[0] = reshape(sum_to(matmul(ct, transpose(reshape(p.in[1], column))), row), p.in[0].shape());
  if (p.needs[1]) p.grad[1] = reshape(sum_to(matmul(transpose(reshape(p.in[0], row)), ct), column), p.in[1].shape());
}

void Matmul::vjp_fused(const Pullback<Tensor>& p) const {
  if (!are_matrices(p.in[0].shape(), p.in[1].shape())) return vjp(p);
  visit_floating(p.out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::Copies copies;
    const auto product = [&](std::size_t i, bool still_read, const auto& left, const auto& right) {
      if (is_transposed(p.in[i]) && !kernels::offered_place(p, i, still_read)) {
        // a gradient that lies as the view does is dense for what it is a view of
        Tensor dense = Tensor::uninitialized(Shape{right.columns, left.rows}, p.out.dtype());
        kernels::gemm(T{1}, right.transposed(), left.transposed(), T{0}, kernels::dense<T>(dense));
        p.grad[i] = dense.transposed();
      } else {
        kernels::form_gradient<T>(p, i, still_read, [&](T* to, T alpha, T beta) {
          kernels::gemm(alpha, left, right, beta, kernels::Matrix<T>{to, left.rows, right.columns, right.columns, 1});
        });
      }
    };
    const auto ct = kernels::as_matrix<T>(p.ct, copies);
    if (p.needs[0]) product(0, p.needs[1], ct, kernels::as_matrix<T>(p.in[1], copies).transposed());
    if (p.needs[1]) product(1, false, kernels::as_matrix<T>(p.in[0], copies).transposed(), ct);
  });
}

std::vector<Sample> Matmul::samples() {
  return {{Matmul{}, {Shape{2, 3}, Shape{3, 4}}},       {Matmul{}, {Shape{3}, Shape{3}}},
          {Matmul{}, {Shape{3}, Shape{3, 2}}},          {Matmul{}, {Shape{2, 3}, Shape{3}}},
          {Matmul{}, {Shape{2, 2, 3}, Shape{2, 3, 2}}}, {Matmul{}, {Shape{2, 1, 2, 3}, Shape{2, 3, 1}}},
          {Matmul{}, {Shape{2, 2, 2}, Shape{2}}},       {Matmul{}, {Shape{2, 0}, Shape{0, 3}}},
          {Matmul{}, {Shape{0, 2}, Shape{2, 3}}}};
}

std::vector<BadCall> Matmul::bad_calls() {
  return {{Matmul{},
           {Shape{32, 784}, Shape{512, 10}},
           Mistake::shape,
           "Inner dimensions differ: [32, 784] times [512, 10]; the columns of the left (784) must equal the rows of "
           "the right "
           "(512)"},
          {Matmul{}, {Shape{}, Shape{2, 2}}, Mistake::shape, "A scalar among [] and [2, 2]; use * to scale"},
          {Matmul{}, {Shape{2, 2, 3}, Shape{3, 3, 2}}, Mistake::shape, "Shapes [2] and [3] do not broadcast"},
          {Matmul{}, {Shape{2, 2}, indices({2, 2}, 3)}, Mistake::dtype, "Operands of f64 and i64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Matmul>();

}  // namespace nabla
