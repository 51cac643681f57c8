// Scores beside the classes that they are to find.
#pragma once

#include <cstddef>
#include <nabla/tensor.hpp>
#include <span>
#include <string_view>

namespace nabla::train {

struct Classified {
  Tensor scores;   ///< dense [n, k]
  Tensor targets;  ///< i64 [n], dense, 0 … k-1
};

/// Targets that are no class indices are of the shape of the scores, and name the class of their largest entry; a
/// single column s becomes the scores (1 − s, s) of two classes. @throws as train::accuracy(), of `where`
Classified classified(std::string_view where, const Tensor& scores, const Tensor& targets);

/// How many scores of a row come before that of the target; of equal ones the first does. A NaN comes before all.
template <class T>
std::size_t place(std::span<const T> row, std::size_t target) {
  std::size_t before = 0;
  for (std::size_t j = 0; j < row.size(); ++j) before += !(j < target ? row[j] < row[target] : row[j] <= row[target]);
  return before;
}

/// f(row, target) for each row, its scores as a span.
template <class F>
void for_each_row(const Classified& rows, F f) {
  const std::span<const std::int64_t> targets = rows.targets.data<std::int64_t>();
  const auto k = static_cast<std::size_t>(rows.scores.shape()[1]);
  visit_floating(rows.scores.dtype(), [&]<class T>(std::type_identity<T>) {
    const std::span<const T> scores = rows.scores.data<T>();
    for (std::size_t i = 0; i < targets.size(); ++i) f(scores.subspan(i * k, k), static_cast<std::size_t>(targets[i]));
  });
}

}  // namespace nabla::train
