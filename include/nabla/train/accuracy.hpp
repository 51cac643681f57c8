// How often a classifier is right.
#pragma once

#include <concepts>
#include <cstdint>
#include <nabla/data/batches.hpp>
#include <nabla/data/dataset.hpp>
#include <nabla/tensor.hpp>

namespace nabla::train {

/// The number of rows whose target has the largest score; of equal scores the first counts, and a row with a NaN is
/// wrong.
/// @param scores   logits or probabilities, f32 or f64 [n, k]
/// @param targets  class indices, i64 [n]; or [n, k], one-hot for example, where the largest entry names the class. A
///                 single column, [n, 1], says yes where it is above 0.5, and so does its target.
/// @throws ShapeError, DTypeError; ValueError when a target is not in 0 … k-1
std::int64_t count_correct(const Tensor& scores, const Tensor& targets);

/// The share of rows, 0 to 1, that count_correct() counts. @throws as count_correct; ValueError when there are no rows
double accuracy(const Tensor& scores, const Tensor& targets);

namespace detail {
/// correct / rows. @throws ValueError when there are no rows
double share(std::int64_t correct, std::int64_t rows);
}  // namespace detail

/// accuracy() of net(inputs), computed without recording, so many rows at a time.
template <class Net>
requires requires(const Net& net, const Tensor& inputs) {
  { net(inputs) } -> std::convertible_to<Tensor>;
}
double accuracy(const Net& net, const data::Dataset& dataset, std::int64_t rows_at_a_time = 1024) {
  std::int64_t correct = 0;
  for (const data::Batch& batch : data::batches(dataset, rows_at_a_time))
    correct += count_correct(net(batch.inputs), batch.targets);
  return detail::share(correct, dataset.size());
}

}  // namespace nabla::train
