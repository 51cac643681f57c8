// Recipes for losses and costs. Outputs and targets are brought into their domains by sigmoid and softmax.
#include "graph.hpp"

namespace random_graphs {

using namespace nabla;

namespace {

/// Losses entry by entry, and whatever takes two operands of one shape.
bool add_elementwise_loss(Graph& g, Id a, Id b) {
  constexpr Reduction reductions[] = {Reduction::none, Reduction::none, Reduction::mean, Reduction::sum};
  const auto k = static_cast<std::size_t>(g.draw(std::size(reductions)));
  const Reduction by = reductions[k];
  const std::string how = k < 2 ? "" : k == 2 ? ", mean" : ", sum";
  if (g.chance(12)) switch (g.draw(6)) {
      case 0:
        return g.add(
            "l1_loss(a, b" + how + ")", {a, b}, [=](const auto& x, const auto& y) { return l1_loss(x, y, by); },
            [](const Tensor& x, const Tensor& y) { return sign(x - y); });
      case 1:
        return g.add(
            "huber_loss(a, b" + how + ", 1/2)", {a, b},
            [=](const auto& x, const auto& y) { return huber_loss(x, y, {.delta = 0.5, .reduction = by}); },
            [](const Tensor& x, const Tensor& y) { return sign(abs(x - y) - 0.5) * sign(x - y); });
      case 2:
        return g.add(
            "smooth_l1_loss(a, b" + how + ", 1/2)", {a, b},
            [=](const auto& x, const auto& y) { return smooth_l1_loss(x, y, {.beta = 0.5, .reduction = by}); },
            [](const Tensor& x, const Tensor& y) { return sign(abs(x - y) - 0.5) * sign(x - y); });
      case 3:
        return g.add(
            "hinge_loss(a, b" + how + ")", {a, b}, [=](const auto& x, const auto& y) { return hinge_loss(x, y, by); },
            [](const Tensor& x, const Tensor& y) { return sign(1 - x * y); });
      case 4:
        return g.add(
            "squared_hinge_loss(a, b" + how + ")", {a, b},
            [=](const auto& x, const auto& y) { return squared_hinge_loss(x, y, by); },
            [](const Tensor& x, const Tensor& y) { return sign(1 - x * y); });
      default:
        return g.add(
            "margin_ranking_loss(a, b, cos(a)" + how + ")", {a, b},
            [=](const auto& x, const auto& y) {
              return margin_ranking_loss(x, y, cos(x), {.margin = 0.5, .reduction = by});
            },
            [](const Tensor& x, const Tensor& y) { return sign(0.5 - cos(x) * (x - y)); });
    }
  switch (g.draw(9)) {
    case 0:
      return g.add("mse_loss(a, b" + how + ")", {a, b},
                   [=](const auto& x, const auto& y) { return mse_loss(x, y, by); });
    case 1:
      return g.add("log_cosh_loss(a, b" + how + ")", {a, b},
                   [=](const auto& x, const auto& y) { return log_cosh_loss(x, y, by); });
    case 2:
      return g.add("soft_margin_loss(a, b" + how + ")", {a, b},
                   [=](const auto& x, const auto& y) { return soft_margin_loss(x, y, by); });
    case 3:
      return g.add("bce_loss(sigmoid(a), sigmoid(b)" + how + ")", {a, b},
                   [=](const auto& x, const auto& y) { return bce_loss(sigmoid(x), sigmoid(y), by); });
    case 4:
      return g.add("bce_with_logits(a, sigmoid(b)" + how + ")", {a, b},
                   [=](const auto& x, const auto& y) { return bce_with_logits(x, sigmoid(y), by); });
    case 5:
      return g.add("kl_div(a, sigmoid(b)" + how + ")", {a, b},
                   [=](const auto& x, const auto& y) { return kl_div(x, sigmoid(y), {.reduction = by}); });
    case 6:
      return g.add("kl_div(a, b, log_target" + how + ")", {a, b},
                   [=](const auto& x, const auto& y) { return kl_div(x, y, {.log_target = true, .reduction = by}); });
    case 7:
      return g.add("poisson_nll_loss(a, b" + how + ")", {a, b},
                   [=](const auto& x, const auto& y) { return poisson_nll_loss(x, y, {.reduction = by}); });
    default:
      return g.add("gaussian_nll_loss(a, b, 1 + a^2" + how + ")", {a, b}, [=](const auto& x, const auto& y) {
        return gaussian_nll_loss(x, y, 1 + square(x), {.reduction = by});
      });
  }
}

/// Costs and losses of rows, samples by classes.
bool add_loss_of_rows(Graph& g, Id a, Id b) {
  const std::int64_t samples = g.shape(a)[0], classes = g.shape(a)[1];
  const Tensor targets = g.indices({samples}, classes);
  const double smoothing = g.chance(50) ? 0.1 : 0;
  switch (g.draw(11)) {
    case 0:
      return g.add("quadratic_cost(a, b)", {a, b}, [](const auto& x, const auto& y) { return quadratic_cost(x, y); });
    case 1:
      return g.add("quadratic_per_neuron_cost(a, b)", {a, b},
                   [](const auto& x, const auto& y) { return quadratic_per_neuron_cost(x, y); });
    case 2:
      return g.add("bernoulli_cross_entropy(sigmoid(a), sigmoid(b))", {a, b},
                   [](const auto& x, const auto& y) { return bernoulli_cross_entropy(sigmoid(x), sigmoid(y)); });
    case 3:
      return g.add("categorical_cross_entropy(softmax(a), softmax(b))", {a, b},
                   [](const auto& x, const auto& y) { return categorical_cross_entropy(softmax(x), softmax(y)); });
    case 4:
      return g.add("sigmoid_cross_entropy(a, sigmoid(b))", {a, b},
                   [](const auto& x, const auto& y) { return sigmoid_cross_entropy(x, sigmoid(y)); });
    case 5:
      return g.add("softmax_cross_entropy(a, b)", {a, b},
                   [](const auto& x, const auto& y) { return softmax_cross_entropy(x, y); });
    case 6:
      return g.add("softmax_cross_entropy(a, …)", {a},
                   [=](const auto& x) { return softmax_cross_entropy(x, targets); });
    case 7:
      return g.add("cross_entropy(a, softmax(b), smoothed)", {a, b}, [=](const auto& x, const auto& y) {
        return cross_entropy(x, softmax(y), {.label_smoothing = smoothing});
      });
    case 8:
      return g.add("cross_entropy(a, …, smoothed)", {a}, [=](const auto& x) {
        return cross_entropy(x, targets, {.reduction = Reduction::none, .label_smoothing = smoothing});
      });
    case 9:
      return g.add("nll_loss(a, …)", {a}, [=](const auto& x) { return nll_loss(x, targets); });
    default: {
      const auto margins = [=](const Tensor& x) { return sign(1 - gather(x, reshape(targets, {samples, 1}), 1) + x); };
      return g.add(
          "multi_margin_loss(a, …)", {a}, [=](const auto& x) { return multi_margin_loss(x, targets); }, margins);
    }
  }
}

}  // namespace

bool add_loss(Graph& g) {
  const std::optional<Id> some = g.with_elements();
  if (!some) return false;
  const Id a = *some, b = *g.any([&](const Shape&s) { return s == g.shape(a); });
  if (g.shape(a).rank() == 2 && g.chance(60)) return add_loss_of_rows(g, a, b);
  if (g.chance(10))  // 3 + sin keeps the vectors away from 0
    return g.add("cosine_similarity(3 + sin(a), b^2 + 1, 0)", {a, b},
                 [](const auto& x, const auto& y) { return cosine_similarity(3 + sin(x), square(y) + 1, 0); });
  return add_elementwise_loss(g, a, b);
}

}  // namespace random_graphs
