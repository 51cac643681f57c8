#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nabla/data/dataset.hpp>
#include <nabla/error.hpp>
#include <nabla/random.hpp>

#include "gather.hpp"

namespace nabla::data {

Dataset::Dataset(Tensor inputs_of_rows, Tensor targets_of_rows)
    : inputs(std::move(inputs_of_rows)), targets(std::move(targets_of_rows)) {
  if (inputs.rank() == 0 || targets.rank() == 0 || inputs.shape()[0] != targets.shape()[0])
    throw ShapeError("dataset",
                     fmt::format("Inputs {} and targets {} do not belong together; both need one row for each "
                                 "sample",
                                 inputs.shape(), targets.shape()));
}

std::int64_t Dataset::size() const { return inputs.rank() == 0 ? 0 : inputs.shape()[0]; }

std::int64_t Dataset::classes() const {
  if (targets.rank() == 2) return targets.shape()[1];
  if (targets.rank() != 1 || targets.dtype() != i64)
    throw DTypeError("dataset.classes",
                     fmt::format("Targets {} of {} name no classes; give class indices, i64 [n], or a "
                                 "column for each class, [n, k]",
                                 targets.shape(), targets.dtype()));
  const Tensor dense = targets.contiguous();
  std::int64_t largest = -1;
  for (std::int64_t target : dense.data<std::int64_t>()) {
    if (target < 0)
      throw ValueError("dataset.classes", fmt::format("Class index {} is negative; count classes from 0", target));
    largest = std::max(largest, target);
  }
  return largest + 1;
}

std::pair<Dataset, Dataset> Dataset::split(double fraction, std::uint64_t seed) const {
  if (!(fraction >= 0 && fraction <= 1))
    throw ValueError("dataset.split",
                     fmt::format("fraction {} is no part of a whole; give 0 <= fraction <= 1", fraction));
  const PooledVector<std::int64_t> order = Rng(seed).permutation(size());
  const auto first = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(size())));
  const std::span<const std::int64_t> shuffled(order);
  return {rows(shuffled.first(first)), rows(shuffled.subspan(first))};
}

Dataset Dataset::rows(std::span<const std::int64_t> indices) const {
  for (std::int64_t i : indices)
    if (i < 0 || i >= size())
      throw ShapeError("dataset.rows", fmt::format("There is no row {} among {}; rows are counted from 0", i, size()));
  return {gather_rows(inputs.contiguous(), indices), gather_rows(targets.contiguous(), indices)};
}

}  // namespace nabla::data
