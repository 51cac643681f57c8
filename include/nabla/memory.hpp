// Pooled memory: every buffer of the library comes from here, so that a training loop allocates nothing once it is
// warm.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

namespace nabla {

/// Buffers begin on a cache line, the width of the widest SIMD register.
inline constexpr std::size_t buffer_alignment = 64;

namespace detail {

/// At least `bytes` bytes aligned to buffer_alignment, from the pools of this thread. Contents are unspecified.
/// @throws std::bad_alloc
void* pool_allocate(std::size_t bytes);

/// Gives back what pool_allocate(bytes) returned, on any thread.
void pool_release(void* block, std::size_t bytes) noexcept;

}  // namespace detail

/// Standard allocator over the pools.
template <class T>
struct PoolAllocator {
  using value_type = T;

  PoolAllocator() = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) {}

  T* allocate(std::size_t n) { return static_cast<T*>(detail::pool_allocate(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) noexcept { detail::pool_release(p, n * sizeof(T)); }

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
  explicit Storage(std::size_t bytes);
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

  std::byte* data() const { return header_ ? reinterpret_cast<std::byte*>(header_) + buffer_alignment : nullptr; }
  bool unique() const { return !header_ || header_->owners.load(std::memory_order_acquire) == 1; }

 private:
  struct Header {  // stands one alignment unit before the data, in the same block
    std::atomic<std::uint32_t> owners;
    std::size_t bytes;
  };
  static_assert(sizeof(Header) <= buffer_alignment);

  void release() noexcept {
    // A sole owner needs no atomic read-modify-write: nobody else can be copying from it.
    if (unique() || header_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1)
      detail::pool_release(header_, header_->bytes);
  }

  Header* header_ = nullptr;
};

}  // namespace nabla
