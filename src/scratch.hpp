// Working space for the operands of one node: a few in place, more of them from the pools.
#pragma once

#include <cstddef>
#include <memory>
#include <nabla/memory.hpp>
#include <span>

namespace nabla::detail {

template <class T>
class Scratch {
 public:
  explicit Scratch(std::size_t size = 0) { resize(size); }
  ~Scratch() { release(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// What stood in it may be lost.
  void resize(std::size_t size) {
    if (size > capacity_) {
      release();
      cells_ = PoolAllocator<T>().allocate(size);
      std::uninitialized_value_construct_n(cells_, size);
      capacity_ = size;
    }
    size_ = size;
  }
  T& operator[](std::size_t i) { return cells_[i]; }
  std::span<T> span() { return {cells_, size_}; }

 private:
  static constexpr std::size_t in_place = 4;

  void release() {
    if (capacity_ == in_place) return;
    std::destroy_n(cells_, capacity_);
    PoolAllocator<T>().deallocate(cells_, capacity_);
    capacity_ = in_place;
    cells_ = few_;
  }

  T few_[in_place];
  T* cells_ = few_;
  std::size_t capacity_ = in_place;
  std::size_t size_ = 0;
};

}  // namespace nabla::detail
