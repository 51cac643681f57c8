#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <nabla/ops.hpp>
#include <nabla/train/metrics.hpp>
#include <span>

#include "classes.hpp"
#include "table.hpp"

namespace nabla::train {
namespace {

double ratio(double a, double b) { return b == 0 ? 0 : a / b; }

/// Of one class: rows of it that were found, rows found to be of it, rows of it.
struct Counts {
  double right = 0, found = 0, actual = 0;

  double precision() const { return ratio(right, found); }
  double recall() const { return ratio(right, actual); }
  double f1() const { return ratio(2 * right, found + actual); }  // = 2 P R/(P + R)
};

Counts counts_of(const ConfusionMatrix& matrix, std::int64_t c) {
  const std::int64_t n = matrix.classes();
  if (c < 0 || c >= n)
    throw ShapeError("confusion_matrix", fmt::format("There is no class {} among {}; they are counted from 0", c, n));
  const std::span<const std::int64_t> counts = matrix.counts.data<std::int64_t>();
  const auto at = [&](std::int64_t row, std::int64_t column) {
    return static_cast<double>(counts[static_cast<std::size_t>(row * n + column)]);
  };
  Counts of{.right = at(c, c)};
  for (std::int64_t other = 0; other < n; ++other) {
    of.found += at(other, c);
    of.actual += at(c, other);
  }
  return of;
}

double mean_over_classes(const ConfusionMatrix& matrix, double (Counts::*figure)() const) {
  double sum = 0;
  for (std::int64_t c = 0; c < matrix.classes(); ++c) sum += (counts_of(matrix, c).*figure)();
  return ratio(sum, static_cast<double>(matrix.classes()));
}

/// Outputs and targets as f64, dense, [samples, columns].
struct Columns {
  Tensor outputs, targets;
  std::size_t rows, columns;
};

Columns columns_of(std::string_view where, const Tensor& outputs, const Tensor& targets) {
  if (outputs.shape() != targets.shape() || outputs.rank() == 0)
    throw ShapeError(where, fmt::format("Outputs {} and targets {} do not belong together; both need the same shape, "
                                        "with one row for each sample",
                                        outputs.shape(), targets.shape()));
  if (!is_floating(outputs.dtype()) || !is_floating(targets.dtype()))
    throw DTypeError(
        where, fmt::format("Outputs are {} and targets {}; both must be f32 or f64", outputs.dtype(), targets.dtype()));
  if (outputs.size() == 0) throw ValueError(where, "There are no samples to be judged; give at least one");
  const auto rows = static_cast<std::size_t>(outputs.shape()[0]);
  return {outputs.to(f64).contiguous(), targets.to(f64).contiguous(), rows,
          static_cast<std::size_t>(outputs.size()) / rows};
}

}  // namespace

double ConfusionMatrix::accuracy() const {
  double right = 0, all = 0;
  for (std::int64_t c = 0; c < classes(); ++c) {
    const Counts of = counts_of(*this, c);
    right += of.right;
    all += of.actual;
  }
  return ratio(right, all);
}

double ConfusionMatrix::precision(std::int64_t of_class) const { return counts_of(*this, of_class).precision(); }
double ConfusionMatrix::recall(std::int64_t of_class) const { return counts_of(*this, of_class).recall(); }
double ConfusionMatrix::f1(std::int64_t of_class) const { return counts_of(*this, of_class).f1(); }

double ConfusionMatrix::macro_precision() const { return mean_over_classes(*this, &Counts::precision); }
double ConfusionMatrix::macro_recall() const { return mean_over_classes(*this, &Counts::recall); }
double ConfusionMatrix::macro_f1() const { return mean_over_classes(*this, &Counts::f1); }

std::string to_string(const ConfusionMatrix& matrix) {
  std::vector<std::string> heads{"true"};
  for (std::int64_t c = 0; c < matrix.classes(); ++c) heads.push_back(fmt::format("{}", c));
  for (const char* figure : {"precision", "recall"}) heads.emplace_back(figure);
  std::vector<std::vector<std::string>> rows;
  for (std::int64_t c = 0; c < matrix.classes(); ++c) {
    std::vector<std::string>& row = rows.emplace_back(1, fmt::format("{}", c));
    for (std::int64_t found = 0; found < matrix.classes(); ++found)
      row.push_back(fmt::format("{}", matrix.counts.at({c, found})));
    for (const double figure : {matrix.precision(c), matrix.recall(c)}) row.push_back(fmt::format("{:.3f}", figure));
  }
  return table(heads, rows);
}

ConfusionMatrix confusion_matrix(const Tensor& scores, const Tensor& targets) {
  const Classified all = classified("confusion_matrix", scores, targets);
  const auto k = static_cast<std::size_t>(all.scores.shape()[1]);
  ConfusionMatrix matrix{zeros({all.scores.shape()[1], all.scores.shape()[1]}, i64)};
  const std::span<std::int64_t> counts = matrix.counts.mutable_data<std::int64_t>();
  std::size_t row_number = 0;
  for_each_row(all, [&](auto row, std::size_t target) {
    if (std::ranges::any_of(row, [](auto score) { return std::isnan(score); }))
      throw ValueError(
          "confusion_matrix",
          fmt::format("A score of row {} is NaN: no class can be told; train with a lower learning_rate", row_number));
    ++counts[target * k + static_cast<std::size_t>(std::ranges::max_element(row) - row.begin())];
    ++row_number;
  });
  return matrix;
}

double r_squared(const Tensor& outputs, const Tensor& targets) {
  const Columns all = columns_of("r_squared", outputs, targets);
  const std::span<const double> a = all.outputs.data<double>(), y = all.targets.data<double>();
  double sum = 0;
  for (std::size_t j = 0; j < all.columns; ++j) {
    double mean = 0, residual = 0, total = 0;
    for (std::size_t i = j; i < y.size(); i += all.columns) mean += (y[i] - y[j]) / static_cast<double>(all.rows);
    mean += y[j];  // exactly the first target where all are equal
    for (std::size_t i = j; i < y.size(); i += all.columns) {
      residual += (y[i] - a[i]) * (y[i] - a[i]);
      total += (y[i] - mean) * (y[i] - mean);
    }
    sum += total == 0 ? (residual == 0 ? 1 : 0) : 1 - residual / total;
  }
  return sum / static_cast<double>(all.columns);
}

double rmse(const Tensor& outputs, const Tensor& targets) {
  const Columns all = columns_of("rmse", outputs, targets);
  const std::span<const double> a = all.outputs.data<double>(), y = all.targets.data<double>();
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) sum += (y[i] - a[i]) * (y[i] - a[i]);
  return std::sqrt(sum / static_cast<double>(y.size()));
}

Tensor detail::joined(const std::vector<Tensor>& parts) {
  if (parts.empty()) throw ValueError("outputs", "There are no rows to compute the outputs of; give at least one");
  return parts.size() == 1 ? parts.front() : concat(parts);
}

}  // namespace nabla::train
