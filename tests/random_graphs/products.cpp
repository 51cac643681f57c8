// Recipes for products, convolutions, pooling and attention.
#include <fmt/core.h>

#include "graph.hpp"

namespace random_graphs {

using namespace nabla;

namespace {

std::int64_t extent(const Shape& shape, std::int64_t from_the_end) {
  return shape[shape.rank() - static_cast<std::size_t>(from_the_end)];
}

bool add_convolution(Graph& g) {
  const std::optional<Id> some = g.any([](const Shape& s) { return s.rank() == 2 && s.elements() > 0; });
  if (!some) return false;
  const Id a = *some;
  const std::int64_t height = g.shape(a)[0], width = g.shape(a)[1];
  const auto image = [=](const auto& x) { return reshape(x, {1, 1, height, width}); };
  const HeightWidth kernel(std::min<std::int64_t>(height, 2), std::min<std::int64_t>(width, 2));
  switch (g.draw(4)) {
    case 0: {
      const std::optional<Id> w =
          g.any([](const Shape& s) { return s.rank() == 2 && s.elements() > 0 && s[0] <= 4 && s[1] <= 4; });
      if (!w) return false;
      const std::int64_t rows = g.shape(*w)[0], columns = g.shape(*w)[1], stride = 1 + g.draw(2);
      return g.add(fmt::format("conv2d(a, b, stride {}, padding 2)", stride), {a, *w},
                   [=](const auto& x, const auto& y) {
                     return conv2d(image(x), reshape(y, {1, 1, rows, columns}), {.stride = stride, .padding = 2});
                   });
    }
    case 1: {
      const std::optional<Id> w =
          g.any([&](const Shape& s) { return s.rank() == 2 && s[0] == height && s[1] > 0 && s[1] <= 4; });
      if (!w) return false;
      const std::int64_t taps = g.shape(*w)[1];
      return g.add("conv1d(a, b, padding 2)", {a, *w}, [=](const auto& x, const auto& y) {
        return conv1d(reshape(x, {1, height, width}), reshape(y, {1, height, taps}), 0.5, {.padding = 2});
      });
    }
    case 2:
      return g.add("avg_pool2d(a, 2, stride 1)", {a},
                   [=](const auto& x) { return avg_pool2d(image(x), kernel, {.stride = 1}); });
    default:
      return g.add(
          "max_pool2d(a, 2, stride 1)", {a}, [=](const auto& x) { return max_pool2d(image(x), kernel, {.stride = 1}); },
          [=](const Tensor& x) { return max_pool2d_indices(image(x), kernel, {.stride = 1}); });
  }
}

}  // namespace

bool add_product(Graph& g) {
  if (g.chance(12)) return add_convolution(g);
  const std::optional<Id> some = g.with_axes();
  if (!some) return false;
  const Id a = *some;
  const Shape& shape = g.shape(a);
  const std::int64_t last = extent(shape, 1);
  const auto matrix_with = [&](std::int64_t axis) {
    return g.any([=](const Shape& s) { return s.rank() == 2 && extent(s, axis) == last; });
  };
  switch (g.draw(9)) {
    case 0:
    case 1: {
      const std::optional<Id> b = g.any(
          [&](const Shape& s) { return s.rank() > 0 && s.rank() < 3 && extent(s, s.rank() == 1 ? 1 : 2) == last; });
      if (!b) return false;
      return g.add("matmul(a, b)", {a, *b}, [](const auto& x, const auto& y) { return matmul(x, y); });
    }
    case 2:
      if (shape.rank() < 2) return false;
      return g.add("matmul(a, transpose(a))", {a}, [](const auto& x) { return matmul(x, transpose(x)); });
    case 3: {
      const std::optional<Id> w = matrix_with(1);
      if (!w) return false;
      const std::int64_t fan_out = g.shape(*w)[0];
      const std::optional<Id> b = g.any([=](const Shape& s) { return s == Shape{fan_out}; });
      if (!b)
        return g.add("linear(a, b, ones)", {a, *w},
                     [=](const auto& x, const auto& y) { return linear(x, y, ones({fan_out})); });
      return g.add("linear(a, b, c)", {a, *w, *b},
                   [](const auto& x, const auto& y, const auto& z) { return linear(x, y, z); });
    }
    case 4: {
      if (shape.rank() != 1) return false;
      const std::optional<Id> b = g.any([](const Shape& s) { return s.rank() == 1; });
      return g.add("outer(a, b)", {a, *b}, [](const auto& x, const auto& y) { return outer(x, y); });
    }
    case 5: {
      if (shape.rank() != 2) return false;
      const std::optional<Id> b = matrix_with(2);
      if (!b) return false;
      const Shape result{shape[0], g.shape(*b)[1]};
      const std::optional<Id> c = g.any([&](const Shape& s) { return s == result || s.rank() == 0; });
      if (!c) return false;
      return g.add("addmm(c, a, b, 1/2, 2)", {a, *b, *c},
                   [](const auto& x, const auto& y, const auto& z) { return addmm(z, x, y, 0.5, 2); });
    }
    case 6: {
      if (shape.rank() != 2) return false;
      const std::optional<Id> b = matrix_with(1);
      if (!b) return false;
      return g.add("einsum(\"ij,kj->ki\", a, b)", {a, *b}, [](const auto& x, const auto& y) {
        return einsum("ij,kj->ki", {x, y});
      });
    }
    case 7: {
      if (shape.rank() < 2) return false;
      const Id b = *g.any([&](const Shape& s) { return s == shape; });
      return g.add("einsum(\"...i,...i->...\", a, b)", {a, b}, [](const auto& x, const auto& y) {
        return einsum("...i,...i->...", {x, y});
      });
    }
    default: {
      if (shape.rank() != 2 || shape.elements() == 0) return false;
      const std::optional<Id> k = matrix_with(1);
      if (!k || g.shape(*k).elements() == 0) return false;
      const bool causal = g.chance(40);
      return g.add(fmt::format("attention(a, b, b{})", causal ? ", causal" : ""), {a, *k},
                   [=](const auto& x, const auto& y) { return attention(x, y, y, {.causal = causal}); });
    }
  }
}

}  // namespace random_graphs
