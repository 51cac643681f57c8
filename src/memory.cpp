#include <nabla/memory.hpp>

#include <pthread.h>

#include <algorithm>
#include <array>
#include <boost/pool/pool.hpp>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "aligned_memory.hpp"

namespace nabla::detail {

constinit thread_local FreeLists* free_lists = nullptr;

namespace {

constexpr std::size_t largest_pooled = std::size_t{64} << 10;  // larger blocks are taken one by one
constexpr std::uint32_t pooled_classes = size_class(largest_pooled) + 1;

// Bytes of one class that a thread keeps to itself: more than a training step of a small net frees at once.
constexpr std::size_t kept_by_thread = std::size_t{4} << 20;

using Pool = boost::pool<AlignedMemory>;

/// The blocks of one thread at a time. A block freed by another thread joins the free blocks of that one, so the memory
/// of a heap may be in use after its thread has ended: heaps live as long as the program, and the next new thread takes
/// over one that was left.
struct Heap {
  FreeLists free{};
  std::array<std::unique_ptr<Pool>, pooled_classes> pools;
  Heap* next = nullptr;  // in the list of heaps without a thread

  Heap() {
    for (std::uint32_t c = 0; c < size_classes; ++c)
      free.of_class[c].most = static_cast<std::uint32_t>(
          std::max<std::size_t>(2, kept_by_thread / std::max<std::size_t>(1, class_bytes(c))));
    constexpr std::size_t first = std::size_t{16} << 10,
                          largest = std::size_t{1} << 20;  // bytes a pool takes at a time
    for (std::uint32_t c = 0; c < pooled_classes; ++c) {
      const std::size_t bytes = class_bytes(c);
      pools[c] = std::make_unique<Pool>(bytes, std::max<std::size_t>(1, first / bytes),
                                        std::max<std::size_t>(1, largest / bytes));
    }
  }
};

/// What all threads share: heaps that were left, and batches of free blocks that one thread had too many of.
std::mutex shared_mutex;
Heap* abandoned = nullptr;
FreeBlock* batches[size_classes] = {};

constinit thread_local Heap* heap = nullptr;

/// Runs when a thread ends, after the destructors of its thread_local objects, which may still free blocks.
void leave_heap(void* left) {
  const std::lock_guard lock(shared_mutex);
  static_cast<Heap*>(left)->next = abandoned;
  abandoned = static_cast<Heap*>(left);
  heap = nullptr;
  free_lists = nullptr;
}

Heap& heap_of_this_thread() {
  if (heap) return *heap;
  static const pthread_key_t key = [] {
    pthread_key_t made;
    if (pthread_key_create(&made, leave_heap) != 0) throw std::bad_alloc();
    return made;
  }();
  const std::lock_guard lock(shared_mutex);
  heap = abandoned ? abandoned : new Heap;
  abandoned = heap->next;
  heap->next = nullptr;
  free_lists = &heap->free;
  pthread_setspecific(key, heap);
  return *heap;
}

/// Takes a batch that another thread had left over. Returns whether there was one.
bool take_batch(FreeList& list, std::uint32_t size_class) {
  const std::lock_guard lock(shared_mutex);
  if (!batches[size_class]) return false;
  list.first = batches[size_class];
  batches[size_class] = list.first->next_batch;
  list.count = list.most / 2;
  return true;
}

}  // namespace

FreeLists& free_lists_of_this_thread() { return heap_of_this_thread().free; }

void* allocate_new_block(std::uint32_t size_class) {
  Heap& mine = heap_of_this_thread();
  FreeList& list = mine.free.of_class[size_class];
  if (list.first || take_batch(list, size_class)) return pool_allocate(size_class);
  const std::size_t bytes = class_bytes(size_class);
  void* block = nullptr;
  if (size_class < pooled_classes)
    block = mine.pools[size_class]->malloc();
  else if (bytes != 0)
    block = std::aligned_alloc(buffer_alignment, bytes);
  if (!block) throw std::bad_alloc();
  return block;
}

void share(FreeList& list, std::uint32_t size_class) noexcept {
  FreeBlock* const batch = list.first;
  FreeBlock* last = batch;
  for (std::uint32_t i = 1; i < list.most / 2; ++i) last = last->next;
  list.first = std::exchange(last->next, nullptr);
  list.count -= list.most / 2;
  const std::lock_guard lock(shared_mutex);
  batch->next_batch = batches[size_class];
  batches[size_class] = batch;
}

}  // namespace nabla::detail
