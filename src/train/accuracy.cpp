#include <fmt/core.h>

#include <nabla/error.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/train/accuracy.hpp>
#include <nabla/train/metrics.hpp>
#include <span>

#include "classes.hpp"

namespace nabla::train {
namespace {

void check(std::string_view where, const Tensor& scores, const Tensor& targets) {
  const bool of_one_shape = scores.rank() == 2 && targets.shape() == scores.shape() && scores.shape()[1] > 0;
  const bool with_indices = scores.rank() == 2 && targets.rank() == 1 && scores.shape()[0] == targets.shape()[0];
  if (!of_one_shape && !with_indices)
    throw ShapeError(where, fmt::format("Scores {} and targets {} do not belong together; give scores [n, k] and one "
                                        "class index for each row, [n], or targets like the scores",
                                        scores.shape(), targets.shape()));
  if (!is_floating(scores.dtype()) || (with_indices && targets.dtype() != i64))
    throw DTypeError(where,
                     fmt::format("Scores are {} and targets {}; scores must be f32 or f64, targets class indices "
                                 "of i64",
                                 scores.dtype(), targets.dtype()));
}

void check_range(std::string_view where, const Classified& rows) {
  const std::span<const std::int64_t> targets = rows.targets.data<std::int64_t>();
  const std::int64_t k = rows.scores.shape()[1];
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (targets[i] < 0 || targets[i] >= k)
      throw ValueError(where, fmt::format("Target {} of row {} is none of the {} classes; class indices run from 0 to "
                                          "below the number of columns",
                                          targets[i], i, k));
}

/// Whether a single column says yes, as the scores of no and yes.
Tensor of_two_classes(const Tensor& x) { return concat({1.0 - x, x}, 1); }

std::int64_t count_among(std::string_view where, const Tensor& scores, const Tensor& targets, std::int64_t k) {
  std::int64_t count = 0;
  for_each_row(classified(where, scores, targets),
               [&](auto row, std::size_t target) { count += place(row, target) < static_cast<std::size_t>(k); });
  return count;
}

}  // namespace

Classified classified(std::string_view where, const Tensor& scores, const Tensor& targets) {
  check(where, scores, targets);
  if (targets.rank() == 1) {
    const Classified rows{scores.contiguous(), targets.contiguous()};
    check_range(where, rows);
    return rows;
  }
  const bool single = scores.shape()[1] == 1;
  const auto of_classes = [&](const Tensor& x) { return single ? of_two_classes(x.to(scores.dtype())) : x; };
  return {of_classes(scores).contiguous(), argmax(of_classes(targets), 1)};
}

std::int64_t count_correct(const Tensor& scores, const Tensor& targets) {
  return count_among("accuracy", scores, targets, 1);
}

double detail::share(std::int64_t correct, std::int64_t rows) {
  if (rows == 0) throw ValueError("accuracy", "There are no rows to be right about; give at least one");
  return static_cast<double>(correct) / static_cast<double>(rows);
}

double accuracy(const Tensor& scores, const Tensor& targets) {
  return detail::share(count_correct(scores, targets), targets.rank() == 0 ? 0 : targets.shape()[0]);
}

double top_k_accuracy(const Tensor& scores, const Tensor& targets, std::int64_t k) {
  if (k < 1) throw ValueError("top_k_accuracy", fmt::format("k is {}; take 1 or more of the scores", k));
  return detail::share(count_among("top_k_accuracy", scores, targets, k), targets.shape()[0]);
}

}  // namespace nabla::train
