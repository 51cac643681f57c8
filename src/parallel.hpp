// Work in blocks that the threads of set_threads share.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

namespace nabla {

namespace detail {
void run_blocks(std::int64_t blocks, void (*run)(void* work, std::int64_t block), void* work);
}

/// work(0), …, work(blocks − 1), in any order, on any thread; returns when all are done. Blocks inside of a block run
/// one after another. The first exception is thrown again.
template <class Work>
void parallel_for(std::int64_t blocks, Work&& work) {
  using Plain = std::remove_reference_t<Work>;
  detail::run_blocks(
      blocks, [](void* w, std::int64_t block) { (*static_cast<Plain*>(w))(block); }, &work);
}

/// Where block `i` of `blocks` begins, of n elements cut into nearly equal blocks on multiples of `grain`.
inline std::int64_t block_begin(std::int64_t n, std::int64_t blocks, std::int64_t grain, std::int64_t i) {
  const std::int64_t grains = (n + grain - 1) / grain, begin = i * grains / blocks * grain;
  return begin < n ? begin : n;
}

}  // namespace nabla
