// Samples with their targets.
#pragma once

#include <cstdint>
#include <nabla/tensor.hpp>
#include <span>
#include <utility>

namespace nabla::data {

/// n samples: row i of the inputs belongs to row i of the targets. Copying is O(1).
struct Dataset {
  Tensor inputs;   ///< [n, ...]; f32 from every loader of this library
  Tensor targets;  ///< class indices, i64 [n], or values, [n, k]

  Dataset() = default;
  /// @throws ShapeError unless both have rows, and the same number of them
  Dataset(Tensor inputs, Tensor targets);

  /// Number of samples.
  std::int64_t size() const;
  /// Number of classes: one more than the largest index among i64 targets, k for targets [n, k].
  /// @throws ValueError when an index is negative; DTypeError for targets that name no classes
  std::int64_t classes() const;

  /// Two disjoint sets in random order that depends on the seed alone: round(fraction n) samples, and the others.
  /// @throws ValueError unless 0 ≤ fraction ≤ 1
  std::pair<Dataset, Dataset> split(double fraction, std::uint64_t seed) const;
  /// The same with all classes in proportion: of the n_c samples of class c, round(fraction n_c) and the others.
  /// @throws ValueError likewise, and for a negative index; DTypeError unless targets are class indices, i64 [n]
  std::pair<Dataset, Dataset> split_stratified(double fraction, std::uint64_t seed) const;
  /// For cross-validation: what the i-th of k networks is trained with, and what it is tested with. The k test sets are
  /// disjoint and hold everything, in sizes that differ by one at most. @throws ValueError unless 0 ≤ i < k and k ≥ 2
  std::pair<Dataset, Dataset> fold(std::int64_t i, std::int64_t k, std::uint64_t seed) const;
  /// The samples at these indices, in this order. @throws ShapeError unless 0 ≤ index < n
  Dataset rows(std::span<const std::int64_t> indices) const;
};

}  // namespace nabla::data
