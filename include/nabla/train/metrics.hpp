// Figures that say how good the outputs of a net are.
//
// Each is a function of outputs and targets, for all rows at once, and of a net and a data set, whose outputs are
// computed without recording, some rows at a time.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <nabla/data/batches.hpp>
#include <nabla/data/dataset.hpp>
#include <nabla/tensor.hpp>
#include <nabla/text.hpp>
#include <nabla/train/accuracy.hpp>
#include <utility>
#include <vector>

namespace nabla::train {

/// A function of outputs and targets: {"accuracy", train::accuracy}, or a lambda.
class Metric {
 public:
  Metric(double (*function)(const Tensor& outputs, const Tensor& targets)) : function_(function) {}
  template <class F>
  requires(!std::same_as<F, Metric> && std::is_invocable_r_v<double, const F&, const Tensor&, const Tensor&>)
      Metric(F function)
      : function_(std::move(function)) {}

  double operator()(const Tensor& outputs, const Tensor& targets) const { return function_(outputs, targets); }

 private:
  std::function<double(const Tensor&, const Tensor&)> function_;
};

/// The share of rows, 0 to 1, whose target is among the k largest scores; of equal scores the first counts, and a row
/// with a NaN is wrong. @param scores, targets  as of accuracy(). @throws as accuracy; ValueError unless k ≥ 1
double top_k_accuracy(const Tensor& scores, const Tensor& targets, std::int64_t k);

/// How often a row of one class was taken for another. Where a quotient is 0/0 (a class that never occurs, or is never
/// found), it is 0.
struct ConfusionMatrix {
  Tensor counts;  ///< i64 [classes, classes]: row the true class, column the class found

  std::int64_t classes() const { return counts.shape()[0]; }
  double accuracy() const;
  /// @name Of one class. @throws ShapeError unless it is one of the classes
  /// @{
  /// The share of rows found to be of this class that are.
  double precision(std::int64_t of_class) const;
  /// The share of rows of this class that are found to be.
  double recall(std::int64_t of_class) const;
  /// The harmonic mean of both, 2 P R/(P + R).
  double f1(std::int64_t of_class) const;
  /// @}
  /// @name The mean over the classes, each with the same weight
  /// @{
  double macro_precision() const;
  double macro_recall() const;
  double macro_f1() const;
  /// @}
};
/// The counts as a table, with precision and recall of every class; {} prints it.
std::string to_string(const ConfusionMatrix& matrix);

/// The class of a row's largest score, the first of several, beside its target. A single output, [n, 1], makes two
/// classes, as accuracy() has it. @throws as accuracy(); ValueError for a row with a NaN
ConfusionMatrix confusion_matrix(const Tensor& scores, const Tensor& targets);

/// The share of the variance that the outputs explain, R² = 1 − Σ (y − a)²/Σ (y − ȳ)², averaged over the columns. A
/// column whose targets are all equal has 1 where the outputs are those, else 0.
/// @param outputs, targets  of one shape and floating; the first axis counts the samples
/// @throws ShapeError, DTypeError; ValueError when there are no samples
double r_squared(const Tensor& outputs, const Tensor& targets);
/// √(mean of (a − y)²), over all entries. @throws as r_squared
double rmse(const Tensor& outputs, const Tensor& targets);

namespace detail {
/// The parts one behind the other. @throws ValueError when there are none
Tensor joined(const std::vector<Tensor>& parts);
}  // namespace detail

/// net(inputs) for all rows of a data set, computed so many at a time. @throws ValueError when there are none
template <class Net>
requires requires(const Net& net, const Tensor& inputs) {
  { net(inputs) } -> std::convertible_to<Tensor>;
}
Tensor outputs(const Net& net, const data::Dataset& dataset, std::int64_t rows_at_a_time = 1024) {
  std::vector<Tensor> parts;
  for (const data::Batch& batch : data::batches(dataset, rows_at_a_time)) parts.push_back(net(batch.inputs));
  return detail::joined(parts);
}

/// @name Of a net: f(outputs(net, dataset), dataset.targets)
/// @{
double top_k_accuracy(const auto& net, const data::Dataset& dataset, std::int64_t k) {
  return top_k_accuracy(outputs(net, dataset), dataset.targets, k);
}
ConfusionMatrix confusion_matrix(const auto& net, const data::Dataset& dataset) {
  return confusion_matrix(outputs(net, dataset), dataset.targets);
}
double r_squared(const auto& net, const data::Dataset& dataset) {
  return r_squared(outputs(net, dataset), dataset.targets);
}
double rmse(const auto& net, const data::Dataset& dataset) { return rmse(outputs(net, dataset), dataset.targets); }
/// @}

}  // namespace nabla::train

template <>
struct fmt::formatter<nabla::train::ConfusionMatrix> : nabla::detail::TextFormatter {};
