// What training descends.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nabla/nn/penalty.hpp>
#include <nabla/operators.hpp>

#include "plan.hpp"

namespace nabla_train {

using namespace nabla;

namespace {

/// [classes], or nothing. Balanced, every class counts the same in all: n/(classes · samples of the class).
std::optional<Tensor> class_weights(const TrainOptions& options, const Model& model, const Sets& sets) {
  const std::vector<std::string>& given = options.class_weights;
  if (given.empty()) return {};
  if (model.form.loss != "softmax-ce")
    throw UsageError(fmt::format("--class-weights is for the loss softmax-ce, not for {}", model.form.loss));
  const std::vector<std::string>& classes = model.names.classes;
  std::vector<float> weights;
  if (given == std::vector<std::string>{"balanced"}) {
    std::vector<std::int64_t> counts(classes.size());
    const Tensor targets = sets.training.targets.contiguous();
    for (const std::int64_t k : targets.data<std::int64_t>()) ++counts[static_cast<std::size_t>(k)];
    for (const std::int64_t count : counts)
      weights.push_back(static_cast<float>(sets.training.size()) /
                        static_cast<float>(model.outputs() * std::max<std::int64_t>(count, 1)));
  } else {
    for (const std::string& text : given) {
      float weight = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
      if (error != std::errc() || end != text.data() + text.size() || !(weight > 0) || !std::isfinite(weight))
        throw UsageError(
            fmt::format("--class-weights: '{}' is not a number above 0; give one for each class, or "
                        "balanced",
                        text));
      weights.push_back(weight);
    }
  }
  if (weights.size() != classes.size())
    throw UsageError(fmt::format("--class-weights has {} numbers, and there are {} classes: {}", weights.size(),
                                 classes.size(), joined(classes)));
  return Tensor::copy_of({model.outputs()}, weights);
}

}  // namespace

Cost training_cost(const TrainOptions& options, const Model& model, const Sets& sets, const nn::Mlp& net) {
  const Cost& loss = chosen("loss", model.form.loss, losses()).value.cost;
  const std::optional<Tensor> weights = class_weights(options, model, sets);
  const bool weighted = weights || options.label_smoothing > 0;
  if (!weighted && options.l1 == 0 && options.l2 == 0) return loss;
  const Cost fit = weighted ? Cost(nn::CrossEntropy{weights, options.label_smoothing}) : loss;
  const auto descended = [fit, l1 = options.l1, l2 = options.l2, &net](const Var& a, const Var& y) {
    Var cost = fit(a, y);
    if (l1 > 0) cost = cost + l1 * nn::lasso(net, cost);
    if (l2 > 0) cost = cost + l2 * nn::ridge(net, cost);
    return cost;
  };
  return Cost(descended, loss);
}

}  // namespace nabla_train
