#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nabla/data/dataset.hpp>
#include <nabla/error.hpp>
#include <nabla/random.hpp>
#include <vector>

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

namespace {

void require_fraction(const char* where, double fraction) {
  if (!(fraction >= 0 && fraction <= 1))
    throw ValueError(where, fmt::format("fraction {} is no part of a whole; give 0 <= fraction <= 1", fraction));
}

std::int64_t part_of(std::int64_t n, double fraction) { return std::llround(fraction * static_cast<double>(n)); }

}  // namespace

std::pair<Dataset, Dataset> Dataset::split(double fraction, std::uint64_t seed) const {
  require_fraction("dataset.split", fraction);
  const PooledVector<std::int64_t> order = Rng(seed).permutation(size());
  const auto first = static_cast<std::size_t>(part_of(size(), fraction));
  const std::span<const std::int64_t> shuffled(order);
  return {rows(shuffled.first(first)), rows(shuffled.subspan(first))};
}

std::pair<Dataset, Dataset> Dataset::split_stratified(double fraction, std::uint64_t seed) const {
  require_fraction("dataset.split_stratified", fraction);
  if (targets.rank() != 1 || targets.dtype() != i64)
    throw DTypeError("dataset.split_stratified", fmt::format("Targets {} of {} are no class indices; give i64 [n]",
                                                             targets.shape(), targets.dtype()));
  const Tensor dense = targets.contiguous();
  const auto class_of = dense.data<std::int64_t>();
  std::map<std::int64_t, std::int64_t> wanted;  // of each class, by the first part
  for (std::int64_t c : class_of) ++wanted[c];
  if (!wanted.empty() && wanted.begin()->first < 0)
    throw ValueError("dataset.split_stratified",
                     fmt::format("Class index {} is negative; count classes from 0", wanted.begin()->first));
  for (auto& [c, n] : wanted) n = part_of(n, fraction);
  std::vector<std::int64_t> first, second;
  for (std::int64_t i : Rng(seed).permutation(size()))
    (wanted[class_of[static_cast<std::size_t>(i)]]-- > 0 ? first : second).push_back(i);
  return {rows(first), rows(second)};
}

std::pair<Dataset, Dataset> Dataset::fold(std::int64_t i, std::int64_t k, std::uint64_t seed) const {
  if (k < 2 || i < 0 || i >= k)
    throw ValueError("dataset.fold", fmt::format("There is no fold {} of {}; take 0 <= i < k and k at least 2", i, k));
  const PooledVector<std::int64_t> order = Rng(seed).permutation(size());
  const std::int64_t shorter = size() / k, longer_ones = size() % k;
  const auto start_of = [&](std::int64_t fold) { return order.begin() + fold * shorter + std::min(fold, longer_ones); };
  std::vector<std::int64_t> training(order.begin(), start_of(i));
  training.insert(training.end(), start_of(i + 1), order.end());
  return {rows(training), rows(std::span(start_of(i), start_of(i + 1)))};
}

Dataset Dataset::rows(std::span<const std::int64_t> indices) const {
  for (std::int64_t i : indices)
    if (i < 0 || i >= size())
      throw ShapeError("dataset.rows", fmt::format("There is no row {} among {}; rows are counted from 0", i, size()));
  return {gather_rows(inputs.contiguous(), indices), gather_rows(targets.contiguous(), indices)};
}

}  // namespace nabla::data
