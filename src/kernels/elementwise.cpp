#include "elementwise.hpp"

#include "nest.hpp"

namespace nabla::kernels {
namespace {

const std::byte* at(const Tensor& x, std::int64_t offset) {
  return x.strided_data<std::byte>() + offset * static_cast<std::int64_t>(size_of(x.dtype()));
}

/// Walks N operands and the dense result together: visit(n, offset of the result, pointers, steps).
template <std::size_t N, class Visit>
void walk(Tensors in, const Tensor& result, Visit visit) {
  const Shape& shape = result.shape();
  std::array<Dims, N + 1> strides;
  strides[N] = contiguous_strides(shape);
  for (std::size_t k = 0; k < N; ++k) strides[k] = broadcast_strides(in[k].shape(), in[k].strides(), shape);
  Nest<N + 1>(shape, strides).run([&](const auto& offset, std::int64_t n, const auto& step) {
    const void* pointers[N];
    for (std::size_t k = 0; k < N; ++k) pointers[k] = at(in[k], offset[k]);
    visit(n, offset[N], pointers, step.data());
  });
}

template <class Visit>
void walk(Tensors in, const Tensor& result, Visit visit) {
  switch (in.size()) {
    case 1:
      return walk<1>(in, result, visit);
    case 2:
      return walk<2>(in, result, visit);
    case 3:
      return walk<3>(in, result, visit);
    default:
      return walk<4>(in, result, visit);
  }
}

}  // namespace
}  // namespace nabla::kernels

namespace nabla::detail {

using namespace kernels;

void elementwise_forward(const Elementwise& e, Tensors in, Tensor& out) {
  const ForwardLoop loop = e.forward_loop(in[in.size() - 1].dtype());
  std::byte* const y = out.new_data();
  if (all_dense(in, out.shape())) [[likely]] {
    const void* pointers[most_operands];
    for (std::size_t k = 0; k < in.size(); ++k) pointers[k] = at(in[k], 0);
    return loop(out.size(), y, pointers, dense_steps);
  }
  const auto bytes = static_cast<std::int64_t>(size_of(out.dtype()));
  walk(in, out, [&](std::int64_t n, std::int64_t offset, const void* const* pointers, const std::int64_t* step) {
    loop(n, y + offset * bytes, pointers, step);
  });
}

bool elementwise_reverse(const Elementwise& e, const Pullback<Tensor>& p) {
  const ReverseLoop loop = e.reverse_loop(p.out.dtype());
  if (!loop) return false;
  const Tensor ct = p.ct.contiguous(), out = p.out.contiguous();
  Tensor full[most_operands];  // ∂C/∂x_k before it is summed to the shape of x_k
  for (std::size_t k = 0; k < p.in.size(); ++k)
    if (p.needs[k]) full[k] = Tensor::uninitialized(out.shape(), out.dtype());
  const auto bytes = static_cast<std::int64_t>(size_of(out.dtype()));
  walk(p.in, out, [&](std::int64_t n, std::int64_t offset, const void* const* pointers, const std::int64_t* step) {
    void* grad[most_operands] = {};
    constexpr bool add[most_operands] = {};
    for (std::size_t k = 0; k < p.in.size(); ++k)
      if (p.needs[k]) grad[k] = full[k].new_data() + offset * bytes;
    loop(n, at(ct, offset), at(out, offset), pointers, step, grad, add);
  });
  for (std::size_t k = 0; k < p.in.size(); ++k)
    if (p.needs[k]) p.grad[k] = sum_to(full[k], p.in[k].shape());
  return true;
}

}  // namespace nabla::detail
