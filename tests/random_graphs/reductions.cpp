// Recipes for reductions, running operations, what is like softmax, and normalisations.
#include <fmt/core.h>

#include <limits>

#include "graph.hpp"

namespace random_graphs {

using namespace nabla;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

bool add_reduction(Graph& g) {
  const bool scalar = g.chance(5);
  const std::optional<Id> some = g.any([&](const Shape& s) { return (s.rank() == 0) == scalar && s.elements() > 0; });
  if (!some) return false;
  const Id a = *some;
  const Shape& shape = g.shape(a);
  // All axes, or one; the running operations need one.
  const std::int64_t axis = shape.rank() == 0 ? 0 : g.axis(a);
  const bool all = shape.rank() == 0 || g.chance(25), keep = g.chance(40);
  const Axes axes = all ? Axes() : Axes(axis);
  const std::int64_t extent = all ? shape.elements() : shape[static_cast<std::size_t>(axis)];
  const std::string over = fmt::format("{}{}", all ? "" : fmt::format(", {}", axis), keep ? ", keep" : "");

  if (g.chance(10)) switch (g.draw(6)) {
      case 0:
        return g.add(
            "max(a" + over + ")", {a}, [=](const auto& x) { return max(x, axes, keep); },
            [=](const Tensor& x) { return equal(x, max(x, axes, true)); });
      case 1:
        return g.add(
            "min(a" + over + ")", {a}, [=](const auto& x) { return min(x, axes, keep); },
            [=](const Tensor& x) { return equal(x, min(x, axes, true)); });
      case 2:
        return g.add(
            "norm(a, 1" + over + ")", {a}, [=](const auto& x) { return norm(x, 1, axes, keep); },
            [](const Tensor& x) { return sign(x); });
      case 3:
        return g.add(
            "norm(a, inf" + over + ")", {a}, [=](const auto& x) { return norm(x, infinity, axes, keep); },
            [=](const Tensor& x) { return sign(x) * equal(abs(x), norm(x, infinity, axes, true)).to(f64); });
      case 4:
        return g.add(
            "norm(a, 2.5" + over + ") of 1 + |a|", {a},
            [=](const auto& x) { return norm(1 + abs(x), 2.5, axes, keep); }, [](const Tensor& x) { return sign(x); });
      default:
        if (shape.rank() == 0) return false;
        return g.add(
            fmt::format("max_dim(a, {}) + min_dim(a, {})", axis, axis), {a},
            [=](const auto& x) { return max_dim(x, axis).values + min_dim(x, axis).values; },
            [=](const Tensor& x) {
              return stack({argmax(x, axis), argmin(x, axis)});
            });
    }
  switch (g.draw(shape.rank() == 0 ? 8 : 18)) {
    case 0:
    case 1:
      return g.add("sum(a" + over + ")", {a}, [=](const auto& x) { return sum(x, axes, keep); });
    case 2:
      return g.add("mean(a" + over + ")", {a}, [=](const auto& x) { return mean(x, axes, keep); });
    case 3:
      if (extent > 6) return false;
      return g.add("prod(a" + over + ")", {a}, [=](const auto& x) { return prod(x, axes, keep); });
    case 4:
      return g.add("logsumexp(a" + over + ")", {a}, [=](const auto& x) { return logsumexp(x, axes, keep); });
    case 5:
      if (extent < 2) return false;
      return g.add("var(a" + over + ")", {a}, [=](const auto& x) { return var(x, axes, keep); });
    case 6:
      return g.add("norm(3 + sin(a)" + over + ")", {a}, [=](const auto& x) { return norm(3 + sin(x), 2, axes, keep); });
    case 7:  // a spread of 4, so that the deviation is not near 0
      return g.add("stddev([a, 4 + a]" + over + ")", {a}, [=](const auto& x) {
        return stddev(concat({reshape(x, {1, -1}), reshape(4 + x, {1, -1})}), 0);
      });
    case 8:
    case 9:
      return g.add(fmt::format("softmax(a, {})", axis), {a}, [=](const auto& x) { return softmax(x, axis); });
    case 10:
      return g.add(fmt::format("log_softmax(a, {})", axis), {a}, [=](const auto& x) { return log_softmax(x, axis); });
    case 11:
      return g.add(fmt::format("cumsum(a, {}{})", axis, keep ? ", backwards" : ""), {a},
                   [=](const auto& x) { return cumsum(x, axis, keep); });
    case 12:
      return g.add(fmt::format("cumprod(a, {}{})", axis, keep ? ", backwards" : ""), {a},
                   [=](const auto& x) { return cumprod(x, axis, keep); });
    case 13:
      return g.add(fmt::format("logcumsumexp(a, {})", axis), {a}, [=](const auto& x) { return logcumsumexp(x, axis); });
    case 14: {
      const Shape last{shape[shape.rank() - 1]};
      const std::optional<Id> w = g.any([&](const Shape& s) { return s == last; });
      if (!w) return g.add("layer_norm(a, eps 1)", {a}, [=](const auto& x) { return layer_norm(x, last, 1.0); });
      return g.add("layer_norm(a, weight b, bias b, eps 1)", {a, *w},
                   [=](const auto& x, const auto& b) { return layer_norm(x, last, b, b, 1.0); });
    }
    case 15: {
      if (shape.rank() < 2 || shape.elements() / shape[1] < 2) return false;
      const std::optional<Id> w = g.any([&](const Shape& s) { return s == Shape{shape[1]}; });
      if (!w) return false;
      const Tensor running = ones({shape[1]});
      return g.add("batch_norm_train(a, weight b, bias 1, eps 1)", {a, *w}, [=](const auto& x, const auto& b) {
        return batch_norm_train(x, running, running, b, 1.0, {.eps = 1}).y;
      });
    }
    case 16: {
      if (shape.rank() < 2) return false;
      const std::int64_t groups = shape[1] % 2 == 0 ? 2 : 1;
      return g.add(fmt::format("group_norm(a, {}, eps 1)", groups), {a},
                   [=](const auto& x) { return group_norm(x, groups, 1.0); });
    }
    default: {
      const Id b = *g.any([&](const Shape& s) { return s == shape; });
      return g.add(fmt::format("linear_recurrence(a, b, {}{})", axis, keep ? ", backwards" : ""), {a, b},
                   [=](const auto& x, const auto& y) { return linear_recurrence(x, y, axis, keep); });
    }
  }
}

}  // namespace random_graphs
