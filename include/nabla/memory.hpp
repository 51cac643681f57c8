// Pooled memory: every buffer of the library comes from here, so that a training loop allocates nothing once it is
// warm.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

namespace nabla {

/// Buffers begin on a cache line, the width of the widest SIMD register.
inline constexpr std::size_t buffer_alignment = 64;
/// But the smallest, of 48 bytes at most, lie in one line with what is known of the buffer.
inline constexpr std::size_t small_buffer_alignment = 16;

namespace detail {

// Size classes, in bytes: 64, then powers of two and, from 192, the midpoints between them: 64, 128, 192, 256, 384,
// 512, … At most a third of a block is padding.
inline constexpr std::size_t smallest_class = 64;
inline constexpr std::size_t size_classes = 2 * 59;

/// The class of the smallest blocks that hold so many bytes.
constexpr std::uint32_t size_class(std::size_t bytes) {
  if (bytes <= smallest_class) return 0;
  const auto doublings = static_cast<std::uint32_t>(std::bit_width((bytes - 1) / smallest_class));
  const bool midpoint = doublings >= 2 && bytes <= (smallest_class << doublings) / 4 * 3;
  return 2 * doublings - (midpoint ? 1 : 0);
}

/// Bytes of a block of this class; 0 when they cannot be counted.
constexpr std::size_t class_bytes(std::uint32_t size_class) {
  const std::size_t full = smallest_class << ((size_class + 1) / 2);
  return size_class % 2 == 0 ? full : full / 4 * 3;
}

/// Free blocks of one class, linked through their first words.
struct FreeBlock {
  FreeBlock* next;
  FreeBlock* next_batch;  // of the first block of a batch that waits for any thread
};
struct FreeList {
  FreeBlock* first;
  std::uint32_t count;
  std::uint32_t most;  // when the list is longer, it goes to where any thread can take it
};
struct FreeLists {
  FreeList of_class[size_classes];
};

/// Those of this thread; null until it first asks for memory.
extern constinit thread_local FreeLists* free_lists;

/// @throws std::bad_alloc
void* allocate_new_block(std::uint32_t size_class);
FreeLists& free_lists_of_this_thread();
void share(FreeList& list, std::uint32_t size_class) noexcept;

// With AddressSanitizer, free blocks are out of bounds but for their links.
#if defined(__SANITIZE_ADDRESS__)
extern "C" void __asan_poison_memory_region(void const volatile*, std::size_t);
extern "C" void __asan_unpoison_memory_region(void const volatile*, std::size_t);
inline void mark_free(FreeBlock* block, std::uint32_t size_class) {
  __asan_poison_memory_region(block + 1, class_bytes(size_class) - sizeof(FreeBlock));
}
inline void mark_used(FreeBlock* block, std::uint32_t size_class) {
  __asan_unpoison_memory_region(block, class_bytes(size_class));
}
#else
inline void mark_free(FreeBlock*, std::uint32_t) {}
inline void mark_used(FreeBlock*, std::uint32_t) {}
#endif

/// A block of the class, aligned to buffer_alignment, contents unspecified. @throws std::bad_alloc
inline void* pool_allocate(std::uint32_t size_class) {
  if (free_lists) [[likely]] {
    FreeList& list = free_lists->of_class[size_class];
    if (list.first) [[likely]] {
      FreeBlock* block = list.first;
      list.first = block->next;
      --list.count;
      mark_used(block, size_class);
      return block;
    }
  }
  return allocate_new_block(size_class);
}

/// Gives back a block of the class, on any thread.
inline void pool_release(void* block, std::uint32_t size_class) noexcept {
  FreeLists& lists = free_lists ? *free_lists : free_lists_of_this_thread();
  FreeList& list = lists.of_class[size_class];
  list.first = ::new (block) FreeBlock{list.first, nullptr};
  mark_free(list.first, size_class);
  if (++list.count > list.most) [[unlikely]]
    share(list, size_class);
}

}  // namespace detail

/// Standard allocator over the pools.
template <class T>
struct PoolAllocator {
  using value_type = T;

  PoolAllocator() = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) {}

  T* allocate(std::size_t n) { return static_cast<T*>(detail::pool_allocate(detail::size_class(n * sizeof(T)))); }
  void deallocate(T* p, std::size_t n) noexcept { detail::pool_release(p, detail::size_class(n * sizeof(T))); }

  template <class U>
  bool operator==(const PoolAllocator<U>&) const {
    return true;
  }
};

template <class T>
using PooledVector = std::vector<T, PoolAllocator<T>>;

/// Shared ownership of one pooled buffer. The count is atomic, so tensors may be shared between threads read-only.
class Storage {
 public:
  Storage() = default;
  explicit Storage(std::size_t bytes) {
    const bool is_small = bytes <= detail::smallest_class - small_buffer_alignment;
    const std::uint32_t size_class = is_small ? 0 : detail::size_class(buffer_alignment + bytes);
    header_ = ::new (detail::pool_allocate(size_class)) Header{1, size_class};
  }
  Storage(const Storage& other) noexcept : header_(other.header_) {
    if (header_) header_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  Storage(Storage&& other) noexcept : header_(std::exchange(other.header_, nullptr)) {}
  Storage& operator=(Storage other) noexcept {
    std::swap(header_, other.header_);
    return *this;
  }
  ~Storage() {
    if (header_) release();
  }

  std::byte* data() const {
    if (!header_) return nullptr;
    const bool is_small = header_->size_class == 0;
    return reinterpret_cast<std::byte*>(header_) + (is_small ? small_buffer_alignment : buffer_alignment);
  }
  bool unique() const { return !header_ || header_->owners.load(std::memory_order_acquire) == 1; }

 private:
  struct Header {  // stands one alignment unit before the data, in the same block
    std::atomic<std::uint32_t> owners;
    std::uint32_t size_class;
  };
  static_assert(sizeof(Header) <= small_buffer_alignment);

  void release() noexcept {
    // A sole owner needs no atomic read-modify-write: nobody else can be copying from it.
    if (unique() || header_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1)
      detail::pool_release(header_, header_->size_class);
  }

  Header* header_ = nullptr;
};

}  // namespace nabla
