// Losses.
#include <fmt/core.h>

#include <stdexcept>

#include "table.hpp"

namespace reference {

using namespace nabla;

namespace {

Reduction reduction(const Call& c) {
  const std::string name = c.attributes.text("reduction", "mean");
  if (name == "none") return Reduction::none;
  if (name == "mean") return Reduction::mean;
  if (name == "sum") return Reduction::sum;
  if (name == "batchmean") return Reduction::batchmean;
  throw std::runtime_error(fmt::format("the reduction '{}' is unknown", name));
}

/// A loss of outputs and targets, with no other attribute.
template <class F>
Entry loss(F f) {
  return [f](const Call& c) { return f(c[0], c[1], reduction(c)); };
}

/// The weights, or one for everything where there is no such input.
Var weights(const Call& c, std::string_view name) {
  return c.has(name) ? c[name] : c[0].tape().constant(Tensor::scalar(1, c[0].dtype()));
}

}  // namespace

void add_losses(Table& table) {
  table["mse_loss"] = loss([](const auto&... args) { return mse_loss(args...); });
  table["l1_loss"] = loss([](const auto&... args) { return l1_loss(args...); });
  table["l1_loss"].second_is_zero = true;
  table["log_cosh_loss"] = loss([](const auto&... args) { return log_cosh_loss(args...); });
  table["hinge_loss"] = loss([](const auto&... args) { return hinge_loss(args...); });
  table["squared_hinge_loss"] = loss([](const auto&... args) { return squared_hinge_loss(args...); });
  table["soft_margin_loss"] = loss([](const auto&... args) { return soft_margin_loss(args...); });
  table["huber_loss"] = [](const Call& c) {
    return huber_loss(c[0], c[1], {.delta = c.attributes.number("delta", 1), .reduction = reduction(c)});
  };
  table["smooth_l1_loss"] = [](const Call& c) {
    return smooth_l1_loss(c[0], c[1], {.beta = c.attributes.number("beta", 1), .reduction = reduction(c)});
  };
  table["poisson_nll_loss"] = [](const Call& c) {
    return poisson_nll_loss(c[0], c[1],
                            {.log_input = c.attributes.flag("log_input", true),
                             .eps = c.attributes.number("eps", 1e-8),
                             .reduction = reduction(c)});
  };
  table["gaussian_nll_loss"] = [](const Call& c) {
    return gaussian_nll_loss(c[0], c[1], c[2], {.eps = c.attributes.number("eps", 1e-6), .reduction = reduction(c)});
  };
  table["margin_ranking_loss"] = [](const Call& c) {
    return margin_ranking_loss(c[0], c[1], c[2],
                               {.margin = c.attributes.number("margin", 0), .reduction = reduction(c)});
  };
  table["multi_margin_loss"] = [](const Call& c) {
    return multi_margin_loss(c[0], c[1],
                             {.p = static_cast<int>(c.attributes.integer("p", 1)),
                              .margin = c.attributes.number("margin", 1),
                              .reduction = reduction(c)});
  };
  table["kl_div"] = [](const Call& c) {
    const Var a = c.attributes.flag("from_logits", false) ? log_softmax(c[0], 1) : c[0];
    return kl_div(a, c[1], {.log_target = c.attributes.flag("log_target", false), .reduction = reduction(c)});
  };
  table["bce_loss"] = [](const Call& c) {
    return c.has("weight") ? bce_loss(c[0], c[1], c["weight"], reduction(c)) : bce_loss(c[0], c[1], reduction(c));
  };
  table["bce_with_logits"] = [](const Call& c) {
    if (!c.has("weight") && !c.has("pos_weight")) return bce_with_logits(c[0], c[1], reduction(c));
    return bce_with_logits(c[0], c[1], weights(c, "weight"), weights(c, "pos_weight"), reduction(c));
  };
  table["cross_entropy"] = [](const Call& c) {
    return cross_entropy(c[0], c[1], weights(c, "weight"),
                         {.reduction = reduction(c),
                          .ignore_index = c.attributes.integer("ignore_index", -100),
                          .label_smoothing = c.attributes.number("label_smoothing", 0)});
  };
  table["nll_loss"] = [](const Call& c) {
    return nll_loss(c[0], c[1], weights(c, "weight"),
                    {.reduction = reduction(c), .ignore_index = c.attributes.integer("ignore_index", -100)});
  };
}

}  // namespace reference
