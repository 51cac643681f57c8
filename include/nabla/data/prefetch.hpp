// Batches that are made ahead of their use.
#pragma once

#include <functional>
#include <nabla/data/batches.hpp>

namespace nabla::data {

/// One pass over batches that a thread of its own makes while earlier ones are in use, sixteen ahead at most. They are
/// the same ones, in the same order, to the same bits, as without it. What the thread fails with is thrown where the
/// batch would have come. A pass can be gone through once; what is left of it is dropped with the object, which waits
/// for the batch that is being made.
class Prefetched {
 public:
  using Iterator = BatchIterator<Prefetched>;

  Prefetched(Prefetched&&) = default;
  Prefetched& operator=(Prefetched&&) = default;

  /// @throws what making the first batch throws, as the steps of the iterator do for theirs
  Iterator begin() {
    advance();
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  friend Iterator;
  friend Prefetched prefetch(std::function<Batch()> next);
  friend Prefetched prefetch(Batches batches);

  explicit Prefetched(std::function<Batch()> next) : next_(std::move(next)) {}
  void advance() {
    current_ = {};  // gives its memory back first
    current_ = next_();
  }

  std::function<Batch()> next_;  // a batch without inputs at the end
  Batch current_;
};

/// for (const Batch& batch : prefetch(batches(dataset, 32, rng))). Batches that cost less to gather than to hand over,
/// views and those below 16 KiB, are gathered where they are used, without a thread.
Prefetched prefetch(Batches batches);
/// Each batch goes through `prepare` in the thread: augmentation, say, which may draw from an Rng of its own.
Prefetched prefetch(Batches batches, std::function<Batch(const Batch&)> prepare);
/// Batches from any source: the thread calls next() until it gives a batch without inputs, `{}`.
Prefetched prefetch(std::function<Batch()> next);

}  // namespace nabla::data
