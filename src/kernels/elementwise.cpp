#include "elementwise.hpp"

#include <algorithm>

#include "nest.hpp"
#include "parallel.hpp"

namespace nabla::kernels {
namespace {

const std::byte* at(const Tensor& x, std::int64_t offset) {
  return x.strided_data<std::byte>() + offset * static_cast<std::int64_t>(size_of(x.dtype()));
}

/// The loops take elements that lie densely. Others are gathered first, so many at a time; the blocks of four operands
/// stay in L1.
constexpr std::int64_t block = 512;

/// Dense elements that one thread takes at a time, once there are twice as many: a transfer of 2^16 f32 costs more than
/// waking the other thread.
constexpr std::int64_t share = 1 << 16;

template <class Word>
void gather(void* to, const void* from, std::int64_t step, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) static_cast<Word*>(to)[i] = static_cast<const Word*>(from)[i * step];
}

void gather(void* to, const Tensor& x, std::int64_t offset, std::int64_t step, std::int64_t n) {
  switch (size_of(x.dtype())) {
    case 8:
      return gather<std::uint64_t>(to, at(x, offset), step, n);
    case 4:
      return gather<std::uint32_t>(to, at(x, offset), step, n);
    default:
      return gather<std::uint8_t>(to, at(x, offset), step, n);
  }
}

/// Walks N operands, broadcast to the shape of the dense result: visit(n, offset in the result, where n elements of
/// each operand lie densely), with room for one pointer more.
template <std::size_t N, class Visit>
void walk(Tensors in, const Tensor& result, Visit visit) {
  const Shape& shape = result.shape();
  std::array<Dims, N + 1> strides;
  strides[N] = contiguous_strides(shape);
  for (std::size_t k = 0; k < N; ++k) strides[k] = broadcast_strides(in[k].shape(), in[k].strides(), shape);

  alignas(buffer_alignment) std::byte gathered[N][block * sizeof(double)];
  Nest<N + 1>(shape, strides).run([&](const auto& offset, std::int64_t n, const auto& step) {
    bool dense = true;
    for (std::size_t k = 0; k < N; ++k) dense &= step[k] == 1;
    if (dense && n >= 2 * share) {
      const std::int64_t shares = (n + share - 1) / share;
      return parallel_for(shares, [&](std::int64_t s) {
        const std::int64_t begin = block_begin(n, shares, block, s);
        const void* pointers[N + 1];
        for (std::size_t k = 0; k < N; ++k) pointers[k] = at(in[k], offset[k] + begin);
        visit(block_begin(n, shares, block, s + 1) - begin, offset[N] + begin, pointers);
      });
    }
    const std::int64_t most = dense ? n : block;
    for (std::int64_t i = 0; i < n; i += most) {
      const std::int64_t count = std::min(most, n - i);
      const void* pointers[N + 1];
      for (std::size_t k = 0; k < N; ++k) {
        const std::int64_t at_i = offset[k] + i * step[k];
        pointers[k] = step[k] == 1 ? static_cast<const void*>(at(in[k], at_i)) : gathered[k];
        const bool repeats = step[k] == 0 && i > 0;  // one element, as in the block before
        if (step[k] != 1 && !repeats) gather(gathered[k], in[k], at_i, step[k], count);
      }
      visit(count, offset[N] + i, pointers);
    }
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

void elementwise_forward(const Elementwise& e, const void* op, Tensors in, Tensor& out) {
  const ForwardLoop loop = e.forward_loop(in[in.size() - 1].dtype());
  std::byte* const y = out.new_data();
  const auto bytes = static_cast<std::int64_t>(size_of(out.dtype()));
  walk(in, out, [&](std::int64_t n, std::int64_t offset, const void* const* pointers) {
    loop(op, n, y + offset * bytes, pointers);
  });
}

bool elementwise_reverse(const Elementwise& e, const void* op, const Pullback<Tensor>& p) {
  const ReverseLoop loop = e.reverse_loop(p.out.dtype());
  if (!loop) return false;
  const Tensor ct = p.ct.contiguous(), out = p.out.contiguous();
  Tensor full[most_operands];  // ∂C/∂x_k before it is summed to the shape of x_k
  for (std::size_t k = 0; k < p.in.size(); ++k)
    if (p.needs[k]) full[k] = Tensor::uninitialized(out.shape(), out.dtype());
  const auto bytes = static_cast<std::int64_t>(size_of(out.dtype()));
  walk(p.in, out, [&](std::int64_t n, std::int64_t offset, const void** pointers) {
    pointers[p.in.size()] = at(out, offset);
    void* grad[most_operands] = {};
    constexpr bool add[most_operands] = {};
    for (std::size_t k = 0; k < p.in.size(); ++k)
      if (p.needs[k]) grad[k] = full[k].new_data() + offset * bytes;
    loop(op, n, at(ct, offset), pointers, grad, add);
  });
  for (std::size_t k = 0; k < p.in.size(); ++k)
    if (p.needs[k]) p.grad[k] = sum_to(full[k], p.in[k].shape());
  return true;
}

}  // namespace nabla::detail
