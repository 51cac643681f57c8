#include <fmt/core.h>

#include <nabla/error.hpp>
#include <nabla/train/accuracy.hpp>
#include <span>

namespace nabla::train {
namespace {

void check(const Tensor& scores, const Tensor& targets) {
  if (scores.rank() != 2 || targets.rank() != 1 || scores.shape()[0] != targets.shape()[0])
    throw ShapeError("accuracy",
                     fmt::format("Scores {} and targets {} do not belong together; give scores [n, k] and one "
                                 "class index for each row, [n]",
                                 scores.shape(), targets.shape()));
  if (!is_floating(scores.dtype()) || targets.dtype() != i64)
    throw DTypeError("accuracy",
                     fmt::format("Scores are {} and targets {}; scores must be f32 or f64, targets class indices "
                                 "of i64",
                                 scores.dtype(), targets.dtype()));
}

/// Whether no score before the target's is as large, and none after it larger. NaN compares false.
template <class T>
bool is_first_largest(std::span<const T> row, std::size_t target) {
  for (std::size_t j = 0; j < row.size(); ++j) {
    const bool beaten = j < target ? row[j] < row[target] : row[j] <= row[target];
    if (!beaten) return false;
  }
  return true;
}

}  // namespace

std::int64_t count_correct(const Tensor& scores, const Tensor& targets) {
  check(scores, targets);
  const Tensor dense_scores = scores.contiguous(), dense_targets = targets.contiguous();
  const std::span<const std::int64_t> classes = dense_targets.data<std::int64_t>();
  const auto k = static_cast<std::size_t>(scores.shape()[1]);
  return visit(scores.dtype(), [&]<class T>(std::type_identity<T>) {
    const std::span<const T> values = dense_scores.data<T>();
    std::int64_t correct = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      const auto target = static_cast<std::size_t>(classes[i]);  // a negative one becomes huge
      if (target >= k)
        throw ValueError("accuracy",
                         fmt::format("Target {} of row {} is none of the {} classes; class indices run from 0 to "
                                     "below the number of columns",
                                     classes[i], i, k));
      correct += is_first_largest(values.subspan(i * k, k), target);
    }
    return correct;
  });
}

double detail::share(std::int64_t correct, std::int64_t rows) {
  if (rows == 0) throw ValueError("accuracy", "There are no rows to be right about; give at least one");
  return static_cast<double>(correct) / static_cast<double>(rows);
}

double accuracy(const Tensor& scores, const Tensor& targets) {
  return detail::share(count_correct(scores, targets), targets.size());
}

}  // namespace nabla::train
