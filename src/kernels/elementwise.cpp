#include "elementwise.hpp"

#include <algorithm>

#include "nest.hpp"
#include "shares.hpp"

namespace nabla::kernels {
namespace {

const std::byte* at(const Tensor& x, std::int64_t offset) {
  return x.strided_data<std::byte>() + offset * static_cast<std::int64_t>(size_of(x.dtype()));
}

/// The loops take elements that lie densely. Others are gathered first, so many at a time; the blocks of four operands
/// stay in L1.
constexpr std::int64_t block = 512;

/// An operand that is broadcast to a shape, element by element in the order of the result.
class InOrder {
 public:
  InOrder(const Tensor& x, const Shape& shape) : x_(x) {
    const Dims strides = broadcast_strides(x.shape(), x.strides(), shape);
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] == 1) continue;
      if (depth_ > 0 && steps_[depth_ - 1] == strides[axis] * shape[axis]) {
        extents_[depth_ - 1] *= shape[axis];
        steps_[depth_ - 1] = strides[axis];
      } else {
        extents_[depth_] = shape[axis];
        steps_[depth_++] = strides[axis];
      }
    }
    if (depth_ == 0) extents_[depth_++] = 1;
  }

  bool is_dense() const { return depth_ == 1 && steps_[0] == 1; }

  /// Where n elements from the i-th on lie densely: in the operand, or in the buffer, which holds n. It may hold the
  /// elements before them, no fewer: one that only repeats is not gathered again.
  const void* take(std::int64_t i, std::int64_t n, std::byte* buffer, bool is_first) const {
    if (is_dense()) return at(x_, i);
    if (depth_ == 1 && steps_[0] == 0 && !is_first) return buffer;
    switch (size_of(x_.dtype())) {
      case 8:
        gather<std::uint64_t>(i, n, reinterpret_cast<std::uint64_t*>(buffer));
        break;
      case 4:
        gather<std::uint32_t>(i, n, reinterpret_cast<std::uint32_t*>(buffer));
        break;
      default:
        gather<std::uint8_t>(i, n, reinterpret_cast<std::uint8_t*>(buffer));
    }
    return buffer;
  }

 private:
  template <class Word>
  void gather(std::int64_t i, std::int64_t n, Word* to) const {
    const Word* from = x_.strided_data<Word>();
    std::int64_t index[max_rank];
    for (std::size_t axis = depth_; axis-- > 0; i /= extents_[axis]) {
      index[axis] = i % extents_[axis];
      from += index[axis] * steps_[axis];
    }
    const std::size_t last = depth_ - 1;
    const std::int64_t extent = extents_[last], step = steps_[last];
    for (Word* const end = to + n;;) {
      const std::int64_t run = std::min<std::int64_t>(extent - index[last], end - to);
      if (step == 1)
        to = std::copy_n(from, run, to);
      else if (step == 0)
        to = std::fill_n(to, run, *from);
      else
        for (std::int64_t k = 0; k < run; ++k) *to++ = from[k * step];
      if (to == end) return;
      // to the beginning of the next run
      from -= index[last] * step;
      index[last] = 0;
      std::size_t axis = last - 1;
      if (last > 0 && steps_[axis] == 0) to = repeat(to, end, from, extents_[axis] - 1 - index[axis], index[axis]);
      if (to == end) return;
      for (;; --axis) {
        from += steps_[axis];
        if (++index[axis] < extents_[axis]) break;
        from -= steps_[axis] * extents_[axis];
        index[axis] = 0;
      }
    }
  }

  /// The innermost axis as often as it still repeats, whole times: what stands there is doubled again and again.
  template <class Word>
  Word* repeat(Word* to, Word* end, const Word* from, std::int64_t times, std::int64_t& index) const {
    const std::int64_t extent = extents_[depth_ - 1], step = steps_[depth_ - 1];
    times = std::min(times, (end - to) / extent);
    if (times == 0) return to;
    for (std::int64_t k = 0; k < extent; ++k) to[k] = from[k * step];
    const std::int64_t all = times * extent;
    for (std::int64_t done = extent; done < all; done *= 2) std::copy_n(to, std::min(done, all - done), to + done);
    index += times;
    return to + all;
  }

  const Tensor& x_;
  std::size_t depth_ = 0;
  std::int64_t extents_[max_rank];
  std::int64_t steps_[max_rank];
};

/// Walks N operands, broadcast to the shape of the dense result: visit(n, offset in the result, where n elements of
/// each operand lie densely), with room for one pointer more.
template <std::size_t N, class Visit>
void walk(Tensors in, const Tensor& result, Visit visit) {
  const auto walk_over = [&]<std::size_t... k>(std::index_sequence<k...>) {
    const InOrder operands[] = {InOrder(in[k], result.shape())...};
    const std::int64_t most = (operands[k].is_dense() && ...) ? result.size() : block;
    in_shares(result.size(), [&](std::int64_t begin, std::int64_t n) {
      alignas(buffer_alignment) std::byte gathered[N][block * sizeof(double)];
      for (std::int64_t i = begin; i < begin + n; i += most) {
        const std::int64_t count = std::min(most, begin + n - i);
        const void* pointers[N + 1] = {operands[k].take(i, count, gathered[k], i == begin)...};
        visit(count, i, pointers);
      }
    });
  };
  walk_over(std::make_index_sequence<N>());
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

/// So many bytes further on; null stays null.
void* advanced(const void* p, std::int64_t bytes) {
  return p ? const_cast<std::byte*>(static_cast<const std::byte*>(p)) + bytes : nullptr;
}

}  // namespace

void run_forward_in_shares(ForwardLoop loop, const void* op, std::int64_t n, DType dtype, void* y,
                           std::span<const void* const> in) {
  in_shares(n, [&](std::int64_t begin, std::int64_t count) {
    const std::int64_t offset = begin * static_cast<std::int64_t>(size_of(dtype));
    const void* pointers[most_operands];
    for (std::size_t k = 0; k < in.size(); ++k) pointers[k] = advanced(in[k], offset);
    loop(op, count, advanced(y, offset), pointers);
  });
}

void run_reverse_in_shares(ReverseLoop loop, const void* op, std::int64_t n, DType dtype, const void* ct,
                           std::span<const void* const> in, void* const* grad, const bool* add) {
  in_shares(n, [&](std::int64_t begin, std::int64_t count) {
    const std::int64_t offset = begin * static_cast<std::int64_t>(size_of(dtype));
    const void* pointers[most_operands + 1];
    void* grads[most_operands];
    for (std::size_t k = 0; k < in.size(); ++k) pointers[k] = advanced(in[k], offset);
    for (std::size_t k = 0; k + 1 < in.size(); ++k) grads[k] = advanced(grad[k], offset);
    loop(op, count, advanced(ct, offset), pointers, grads, add);
  });
}

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
