// Loops over many elements, shared by the threads of set_threads.
#pragma once

#include <algorithm>

#include "kernels/elementwise.hpp"
#include "parallel.hpp"

namespace nabla::kernels {

/// Elements that one thread takes at a time, once there are twice as many: a transfer of 2^16 f32 costs more than
/// waking another thread.
inline constexpr std::int64_t share = 1 << 16;

/// work(begin, n) over all elements, in shares that begin at multiples of 512.
template <class Work>
void in_shares(std::int64_t n, Work work) {
  if (n < 2 * share) return work(std::int64_t{0}, n);
  const std::int64_t shares = (n + share - 1) / share;
  parallel_for(shares, [&](std::int64_t s) {
    const std::int64_t begin = block_begin(n, shares, 512, s);
    work(begin, block_begin(n, shares, 512, s + 1) - begin);
  });
}

// One thread after another takes a share.
void run_forward_in_shares(ForwardLoop loop, const void* op, std::int64_t n, DType dtype, void* y,
                           std::span<const void* const> in);
void run_reverse_in_shares(ReverseLoop loop, const void* op, std::int64_t n, DType dtype, const void* ct,
                           std::span<const void* const> in, void* const* grad, const bool* add);

/// The loop over n elements of a dtype.
[[gnu::always_inline]] inline void run_forward(ForwardLoop loop, const void* op, std::int64_t n, DType dtype, void* y,
                                               std::span<const void* const> in) {
  if (n < 2 * share) [[likely]]
    return loop(op, n, y, in.data());
  run_forward_in_shares(loop, op, n, dtype, y, in);
}
/// The same in reverse; `in` holds the operands and then y.
[[gnu::always_inline]] inline void run_reverse(ReverseLoop loop, const void* op, std::int64_t n, DType dtype,
                                               const void* ct, std::span<const void* const> in, void* const* grad,
                                               const bool* add) {
  if (n < 2 * share) [[likely]]
    return loop(op, n, ct, in.data(), grad, add);
  run_reverse_in_shares(loop, op, n, dtype, ct, in, grad, add);
}

}  // namespace nabla::kernels
