#include "measures.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nabla/ops.hpp>
#include <nabla/train/metrics.hpp>

namespace nabla_train {

using namespace nabla;

std::span<const Choice<Figure>> figures() {
  const auto macro_f1 = [](const Tensor& a, const Tensor& y, std::int64_t) {
    if (!std::isfinite(sum(a).item())) return std::numeric_limits<double>::quiet_NaN();
    return train::confusion_matrix(a, y).macro_f1();
  };
  const auto accuracy = [](const Tensor& a, const Tensor& y, std::int64_t) { return train::accuracy(a, y); };
  const auto r_squared = [](const Tensor& a, const Tensor& y, std::int64_t) { return train::r_squared(a, y); };
  const auto top_k = [](const Tensor& a, const Tensor& y, std::int64_t k) { return train::top_k_accuracy(a, y, k); };
  static const std::vector<Choice<Figure>> all{
      {"loss", "its mean over the samples", {Targets::either, false, {}}},
      {"accuracy", "share of samples whose class is found", {Targets::classes, true, accuracy}},
      {"top-k-accuracy", "share whose class is among the --top-k likeliest", {Targets::classes, true, top_k}},
      {"macro-f1", "mean of the classes' F1, where rare ones count as much", {Targets::classes, true, macro_f1}},
      {"r-squared", "share of the variance that is explained", {Targets::numbers, true, r_squared}},
  };
  return all;
}

std::string figure_text(const std::string& metric, double value) {
  if (metric == "r_squared") return fmt::format("R² {:.3f}", value);
  std::string name = metric;
  std::ranges::replace(name, '_', ' ');
  return fmt::format("{} {:.1f} %", name, 100 * value);
}

void check_top_k(std::optional<std::int64_t> k, std::size_t classes) {
  if (!k) return;
  if (classes == 0) throw UsageError("--top-k is for classes, and the network predicts numbers");
  if (std::cmp_greater(*k, classes))
    throw UsageError(fmt::format("--top-k {}: there are {} classes; give a smaller number", *k, classes));
}

std::string summary(const Model& model, const Tensor& outputs, const data::Dataset& samples, std::string_view set,
                    std::optional<std::int64_t> top_k) {
  const Cost& cost = chosen("loss", model.form.loss, losses()).value.cost;
  const double loss = cost(outputs, model.standardized(samples).targets).item();
  const std::string prefix = set.empty() ? "" : std::string(set) + ' ';
  check_top_k(top_k, model.names.classes.size());
  if (model.classifies())
    return fmt::format("{}accuracy {:.2f} % ({} of {}), {}loss {:.4f}", prefix,
                       100 * train::accuracy(outputs, samples.targets), train::count_correct(outputs, samples.targets),
                       samples.size(),
                       top_k ? fmt::format("top-{} accuracy {:.2f} %, ", *top_k,
                                           100 * train::top_k_accuracy(outputs, samples.targets, *top_k))
                             : "",
                       loss);
  const Tensor predictions = model.predictions(outputs);
  if (model.outputs() > 1) {  // in units of their own: a figure of all of them would be that of the largest
    std::vector<std::string> figures;
    for (std::int64_t k = 0; k < model.outputs(); ++k) {
      const Tensor a = slice(predictions, 1, k, k + 1), y = slice(samples.targets, 1, k, k + 1);
      const auto& names = model.names.targets;
      figures.push_back(
          fmt::format("{}: R² {:.4f}, root mean squared error {:.6g}",
                      names.empty() ? fmt::format("target {}", k + 1) : names[static_cast<std::size_t>(k)],
                      train::r_squared(a, y), train::rmse(a, y)));
    }
    return fmt::format("{}{}; loss {:.4g}", prefix, joined(figures, "; "), loss);
  }
  return fmt::format("{}R² {:.4f}, root mean squared error {:.6g}, loss {:.4g}", prefix,
                     train::r_squared(predictions, samples.targets), train::rmse(predictions, samples.targets), loss);
}

std::string class_table(const Model& model, const Tensor& outputs, const data::Dataset& samples) {
  if (!model.classifies()) return "";
  const train::ConfusionMatrix matrix = train::confusion_matrix(outputs, samples.targets);
  std::size_t width = 5;
  for (const std::string& name : model.names.classes) width = std::max(width, name.size());
  std::string text = fmt::format("\n{:{}}  samples  precision  recall     F1\n", "class", width);
  for (std::int64_t k = 0; k < matrix.classes(); ++k)
    text +=
        fmt::format("{:{}}  {:7}  {:9.3f}  {:6.3f}  {:5.3f}\n", model.names.classes[static_cast<std::size_t>(k)], width,
                    sum(slice(matrix.counts, 0, k, k + 1)).item(), matrix.precision(k), matrix.recall(k), matrix.f1(k));
  constexpr std::int64_t widest = 12;  // that fits 80 columns
  if (matrix.classes() <= widest)
    text += fmt::format("\nWhat was taken for what, by the numbers of the classes:\n{}\n", matrix);
  return text;
}

}  // namespace nabla_train
