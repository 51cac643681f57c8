#include <fmt/core.h>

#include <algorithm>
#include <nabla/data/batches.hpp>
#include <nabla/error.hpp>
#include <span>
#include <utility>

#include "gather.hpp"

namespace nabla::data {

namespace {

void require_batch_size(std::int64_t batch_size) {
  if (batch_size < 1)
    throw ValueError("batches", fmt::format("batch_size is {}; take 1 or more rows at a time", batch_size));
}

}  // namespace

Batches::Batches(const Dataset& dataset, std::int64_t batch_size, PooledVector<std::int64_t> order)
    : batch_size_(std::min(batch_size, std::max<std::int64_t>(dataset.size(), 1))), order_(std::move(order)) {
  if (dataset.size() > 0) dataset_ = Dataset(dataset.inputs.contiguous(), dataset.targets.contiguous());
}

Batches& Batches::skip(std::int64_t batches) {
  if (batches < 0 || batches > size())
    throw ValueError("batches",
                     fmt::format("{} of {} batches cannot be skipped; take 0 to {}", batches, size(), size()));
  first_ = std::min(batches * batch_size_, dataset_.size());
  return *this;
}

std::size_t Batches::bytes_gathered() const {
  if (order_.empty()) return 0;
  const auto bytes = [](const Tensor& x) { return static_cast<std::size_t>(x.size()) * size_of(x.dtype()); };
  return (bytes(dataset_.inputs) + bytes(dataset_.targets)) / order_.size() * static_cast<std::size_t>(batch_size_);
}

void Batches::load(std::int64_t start) {
  start_ = start;
  current_ = {};  // gives its memory back first, for the next batch to use
  const std::int64_t n = std::min(batch_size_, dataset_.size() - start);
  if (n <= 0) return;
  if (order_.empty()) {
    current_ = {dataset_.inputs.sliced(0, start, start + n), dataset_.targets.sliced(0, start, start + n)};
  } else {
    const auto indices = std::span(order_).subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(n));
    current_ = {gather_rows(dataset_.inputs, indices), gather_rows(dataset_.targets, indices)};
  }
}

Batches batches(const Dataset& dataset, std::int64_t batch_size, Rng& rng) {
  require_batch_size(batch_size);
  return Batches(dataset, batch_size, rng.permutation(dataset.size()));
}

Batches batches(const Dataset& dataset, std::int64_t batch_size) {
  require_batch_size(batch_size);
  return Batches(dataset, batch_size, {});
}

}  // namespace nabla::data
