#include <nabla/memory.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <boost/pool/pool.hpp>
#include <cstdlib>
#include <memory>
#include <mutex>

namespace nabla {
namespace {

/// Where Boost.Pool takes its blocks from. Chunks are multiples of the alignment, so aligned blocks align them all.
struct AlignedBlocks {
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  static char* malloc(size_type bytes) {
    const size_type rounded = (bytes + buffer_alignment - 1) / buffer_alignment * buffer_alignment;
    return static_cast<char*>(std::aligned_alloc(buffer_alignment, rounded));
  }
  static void free(char* block) { std::free(block); }
};

// Size classes: powers of two and the midpoints between them, 64, 96 (rounded to 128), 128, 192, 256, 384, 512, ...
// At most a third of a block is padding.
constexpr std::size_t smallest_class = 64;

struct SizeClass {
  std::size_t index;
  std::size_t bytes;
};

SizeClass size_class(std::size_t bytes) {
  if (bytes <= smallest_class) return {0, smallest_class};
  const auto doublings = static_cast<std::size_t>(std::bit_width((bytes - 1) / smallest_class));
  const std::size_t full = smallest_class << doublings;
  const std::size_t three_quarters = full / 4 * 3;
  if (bytes <= three_quarters && three_quarters % buffer_alignment == 0) return {2 * doublings - 1, three_quarters};
  return {2 * doublings, full};
}

constexpr std::size_t largest_pooled = std::size_t{64} << 10;  // larger buffers are kept one by one
constexpr std::size_t pooled_classes = 21;                     // size_class(largest_pooled).index + 1
constexpr std::size_t all_classes = 2 * 58;                    // up to 2^63 bytes

/// The buffers of one thread at a time. A buffer freed by another thread joins that thread's heap, so a heap's blocks
/// may be in use after its thread has ended: heaps live as long as the program, and the next new thread takes over one
/// that was left.
class Heap {
 public:
  Heap() {
    for (std::size_t bytes = smallest_class; bytes <= largest_pooled; bytes = size_class(bytes + 1).bytes)
      pools_[size_class(bytes).index] =
          std::make_unique<Pool>(bytes, chunks(bytes, first_block), chunks(bytes, largest_block));
  }

  void* allocate(std::size_t bytes) {
    const SizeClass c = size_class(bytes);
    void* block = nullptr;
    if (c.index < pooled_classes) {
      block = pools_[c.index]->malloc();
    } else if (auto& list = large_[c.index]; list) {
      block = list;
      list = list->next;
    } else {
      block = std::aligned_alloc(buffer_alignment, c.bytes);
    }
    if (!block) throw std::bad_alloc();
    return block;
  }

  void release(void* block, std::size_t bytes) noexcept {
    const SizeClass c = size_class(bytes);
    if (c.index < pooled_classes) {
      pools_[c.index]->free(block);
    } else {
      large_[c.index] = ::new (block) Free{large_[c.index]};
    }
  }

  Heap* next = nullptr;  // in the list of heaps without a thread

 private:
  using Pool = boost::pool<AlignedBlocks>;
  struct Free {
    Free* next;
  };

  // Blocks that a pool takes at a time, in bytes: they double from the first to the largest.
  static constexpr std::size_t first_block = std::size_t{16} << 10;
  static constexpr std::size_t largest_block = std::size_t{1} << 20;
  static std::size_t chunks(std::size_t bytes, std::size_t block) { return std::max<std::size_t>(1, block / bytes); }

  std::array<std::unique_ptr<Pool>, pooled_classes> pools_;
  std::array<Free*, all_classes> large_{};
};

std::mutex abandoned_mutex;
Heap* abandoned = nullptr;

thread_local constinit Heap* this_thread_heap = nullptr;

struct HeapLease {
  ~HeapLease() {
    const std::lock_guard lock(abandoned_mutex);
    this_thread_heap->next = abandoned;
    abandoned = this_thread_heap;
    this_thread_heap = nullptr;
  }
};

Heap& acquire_heap() {
  {
    const std::lock_guard lock(abandoned_mutex);
    if (abandoned) {
      this_thread_heap = abandoned;
      abandoned = abandoned->next;
    } else {
      this_thread_heap = new Heap;
    }
  }
  static thread_local HeapLease lease;
  return *this_thread_heap;
}

Heap& heap() {
  if (this_thread_heap) [[likely]]
    return *this_thread_heap;
  return acquire_heap();
}

}  // namespace

namespace detail {

void* pool_allocate(std::size_t bytes) { return heap().allocate(bytes); }
void pool_release(void* block, std::size_t bytes) noexcept { heap().release(block, bytes); }

}  // namespace detail

Storage::Storage(std::size_t bytes) {
  const std::size_t total = buffer_alignment + bytes;
  header_ = ::new (detail::pool_allocate(total)) Header{1, total};
}

}  // namespace nabla
