// A data set in pieces of a few samples, for one pass of training.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nabla/data/dataset.hpp>
#include <nabla/memory.hpp>
#include <nabla/random.hpp>

namespace nabla::data {

/// Samples that are taken together. A copy is O(1) and stays as it is when the pass goes on.
struct Batch {
  Tensor inputs;   ///< [b, ...]
  Tensor targets;  ///< [b] or [b, k]

  /// b, the number of samples.
  std::int64_t size() const { return targets.shape()[0]; }
};

/// Goes through the batches of a pass once.
template <class Pass>
class BatchIterator {
 public:
  using value_type = Batch;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::input_iterator_tag;

  BatchIterator() = default;
  explicit BatchIterator(Pass* pass) : pass_(pass) {}

  const Batch& operator*() const { return pass_->current_; }
  const Batch* operator->() const { return &pass_->current_; }
  BatchIterator& operator++() {
    pass_->advance();
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t) const { return !pass_->current_.inputs.defined(); }

 private:
  Pass* pass_ = nullptr;
};

/// The batches of one pass, a range to be iterated by `for (const Batch& batch : batches(...))`. The tensors come from
/// the pools: once those are warm, a pass allocates nothing. Every begin() starts the same pass again.
class Batches {
 public:
  using Iterator = BatchIterator<Batches>;

  Iterator begin() {
    load(first_);
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return {}; }

  /// The pass begins behind so many batches; 0 is where it begins by itself.
  /// @throws ValueError unless 0 ≤ batches ≤ size()
  Batches& skip(std::int64_t batches);

  /// Number of batches, those before the beginning included; the last may be smaller than the others.
  std::int64_t size() const { return (dataset_.size() + batch_size_ - 1) / batch_size_; }
  /// Bytes that are copied for a full batch; none where batches are views.
  std::size_t bytes_gathered() const;

 private:
  friend Iterator;
  friend struct OneByOne;  // of prefetch()
  friend Batches batches(const Dataset&, std::int64_t, Rng&);
  friend Batches batches(const Dataset&, std::int64_t);

  /// Rows in the given order; an empty order takes them as they stand.
  Batches(const Dataset& dataset, std::int64_t batch_size, PooledVector<std::int64_t> order);
  void load(std::int64_t start);
  void advance() { load(start_ + batch_size_); }

  Dataset dataset_;
  std::int64_t batch_size_;
  PooledVector<std::int64_t> order_;
  std::int64_t first_ = 0;  // row of the pass
  std::int64_t start_ = 0;  // of the current batch, among the rows
  Batch current_;           // without inputs at the end
};

/// Every row once, `batch_size` at a time, in an order drawn by this call. The last batch may be smaller.
/// @throws ValueError when batch_size < 1
Batches batches(const Dataset& dataset, std::int64_t batch_size, Rng& rng);
/// The rows in the order in which they stand: batches are views, nothing is copied.
Batches batches(const Dataset& dataset, std::int64_t batch_size);

}  // namespace nabla::data
