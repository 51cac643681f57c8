#include "measures.hpp"

#include <fmt/core.h>

#include <nabla/train/metrics.hpp>

namespace nabla_train {

using namespace nabla;

std::string summary(const Model& model, const Tensor& outputs, const data::Dataset& samples, std::string_view set) {
  const Cost& cost = chosen("loss", model.form.loss, losses()).value.cost;
  const double loss = cost(outputs, model.standardized(samples).targets).item();
  const std::string prefix = set.empty() ? "" : std::string(set) + ' ';
  if (model.classifies())
    return fmt::format("{}accuracy {:.2f} % ({} of {}), loss {:.4f}", prefix,
                       100 * train::accuracy(outputs, samples.targets), train::count_correct(outputs, samples.targets),
                       samples.size(), loss);
  const Tensor predictions = model.predictions(outputs);
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
