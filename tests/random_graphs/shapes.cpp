// Recipes for operations on shapes, and for those by index.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "graph.hpp"

namespace random_graphs {

using namespace nabla;

namespace {

std::size_t index(std::int64_t axis) { return static_cast<std::size_t>(axis); }

/// One of the shapes with as many elements.
Dims regrouped(Graph& g, const Shape& shape) {
  const std::int64_t n = shape.elements();
  Dims extents;
  if (n == 0) return {n, 1 + g.draw(3)};
  for (std::int64_t rest = n; rest > 1;) {
    std::int64_t part = 1 + g.draw(4);
    if (rest % part != 0) part = rest;
    if (part > 1 || g.chance(20)) extents.push_back(part);
    rest /= part;
    if (extents.size() == 3 && rest > 1) {
      extents.push_back(rest);
      break;
    }
  }
  return extents;
}

/// The same shape except for the extent of one axis.
std::optional<Id> alike_but_for(Graph& g, const Shape& shape, std::int64_t axis) {
  return g.any([&](const Shape& s) {
    if (s.rank() != shape.rank()) return false;
    for (std::size_t i = 0; i < s.rank(); ++i)
      if (i != index(axis) && s[i] != shape[i]) return false;
    return true;
  });
}

}  // namespace

bool add_shape_operation(Graph& g) {
  if (g.chance(10)) {
    const Id a = g.any();
    const Dims extents = regrouped(g, g.shape(a));
    return g.add("reshape(a, " + to_string(extents) + ")", {a}, [=](const auto& x) { return reshape(x, extents); });
  }
  const std::optional<Id> some = g.with_axes();
  if (!some) return false;
  const Id a = *some;
  const Shape& shape = g.shape(a);
  const auto rank = static_cast<std::int64_t>(shape.rank());
  const std::int64_t axis = g.axis(a), other = g.axis(a), extent = shape[index(axis)];
  switch (g.draw(16)) {
    case 0:
      return g.add(fmt::format("transpose(a, {}, {})", axis, other), {a},
                   [=](const auto& x) { return transpose(x, axis, other); });
    case 1: {
      Dims order;
      for (std::int64_t i = 0; i < rank; ++i) order.push_back((i + axis) % rank);
      std::swap(order[0], order[index(other)]);
      return g.add("permute(a, " + to_string(order) + ")", {a}, [=](const auto& x) { return permute(x, order); });
    }
    case 2:
    case 3: {
      const std::int64_t start = g.draw(extent + 1), stop = start + g.draw(extent - start + 1), step = 1 + g.draw(2);
      if (start == stop && g.chance(80)) return false;
      return g.add(fmt::format("slice(a, {}, {}, {}, {})", axis, start, stop, step), {a},
                   [=](const auto& x) { return slice(x, axis, start, stop, step); });
    }
    case 4: {
      const std::int64_t first = g.draw(extent + 1);
      return g.add(
          fmt::format("split(a, [{}, {}], {})[0] ** 2, and its sum over the other part", first, extent - first, axis),
          {a}, [=](const auto& x) {
            const auto parts = split(x, {first, extent - first}, axis);
            return square(parts[0]) + sum(parts[1]);
          });
    }
    case 5:
    case 6: {
      const Id b = *alike_but_for(g, shape, axis), c = *alike_but_for(g, shape, axis);
      return g.add(fmt::format("concat([a, b, c], {})", axis), {a, b, c},
                   [=](const auto& x, const auto& y, const auto& z) {
                     return concat({x, y, z}, axis);
                   });
    }
    case 7: {
      const Id b = *g.any([&](const Shape& s) { return s == shape; });
      return g.add(fmt::format("stack([a, b], {})", axis), {a, b}, [=](const auto& x, const auto& y) {
        return stack({x, y}, axis);
      });
    }
    case 8: {
      Padding padding;
      for (const std::int64_t n : shape) {
        const std::int64_t before = g.draw(3) - (n > 1), after = g.draw(3) - (n > 2);
        padding.before.push_back(before);
        padding.after.push_back(after);
      }
      return g.add(
          fmt::format("pad(a, before {}, after {}, value 1/2)", to_string(padding.before), to_string(padding.after)),
          {a}, [=](const auto& x) { return pad(x, padding, 0.5); });
    }
    case 9: {
      Dims wide{1 + g.draw(3)};
      for (const std::int64_t n : shape) wide.push_back(n == 1 ? 1 + g.draw(3) : n);
      return g.add("expand(a, " + to_string(wide) + ")", {a}, [=](const auto& x) { return expand(x, Shape(wide)); });
    }
    case 10:
      return g.add(fmt::format("flip(a, {})", axis), {a}, [=](const auto& x) { return flip(x, axis); });
    case 11: {
      const std::int64_t shift = g.draw(7) - 3;
      return g.add(fmt::format("roll(a, {}, {})", shift, axis), {a},
                   [=](const auto& x) { return roll(x, shift, axis); });
    }
    case 12: {
      const Dims repeats{1 + g.draw(2), 1 + g.draw(2)};
      return g.add("tile(a, " + to_string(repeats) + ")", {a}, [=](const auto& x) { return tile(x, repeats); });
    }
    case 13: {
      if (rank < 2) return false;
      const std::int64_t offset = g.draw(3) - 1;
      if (axis == other)
        return g.add(fmt::format("{}(a, {})", offset < 0 ? "tril" : "triu", offset), {a},
                     [=](const auto& x) { return offset < 0 ? tril(x, offset) : triu(x, offset); });
      return g.add(fmt::format("diagonal(a, {}, {}, {})", offset, axis, other), {a},
                   [=](const auto& x) { return diagonal(x, offset, axis, other); });
    }
    case 14: {
      Dims large = shape;
      large[index(axis)] = 2 * extent + 1;
      return g.add(fmt::format("unslice(a, {}, {}, 1, {}, 2)", to_string(large), axis, 2 * extent + 1), {a},
                   [=](const auto& x) { return unslice(x, Shape(large), axis, 1, 2 * extent + 1, 2); });
    }
    default: {
      Dims small = shape;
      small[index(axis)] = 1;
      const Shape to(std::span(small.begin() + g.draw(2) * (axis == 0), small.end()));
      return g.add(fmt::format("sum_to(a, {})", to), {a}, [=](const auto& x) { return sum_to(x, to); });
    }
  }
}

bool add_indexing(Graph& g) {
  const std::optional<Id> some = g.with_elements();
  if (!some) return false;
  const Id a = *some;
  const Shape& shape = g.shape(a);
  const std::int64_t axis = g.axis(a), extent = shape[index(axis)];
  const std::string along = fmt::format(", axis {}", axis);

  if (g.chance(12)) {
    const bool flag = g.chance(50);
    if (g.chance(50))
      return g.add(
          fmt::format("sort(a, {}{})", axis, flag ? ", descending" : ""), {a},
          [=](const auto& x) { return sort(x, axis, flag).values; },
          [=](const Tensor& x) { return argsort(x, axis, flag); });
    const std::int64_t k = 1 + g.draw(extent);
    return g.add(
        fmt::format("topk(a, {}, {}, {})", k, axis, flag ? "largest" : "smallest"), {a},
        [=](const auto& x) { return topk(x, k, axis, flag).values; },
        [=](const Tensor& x) { return topk(x, k, axis, flag).indices; });
  }
  switch (g.draw(6)) {
    case 0: {
      const Tensor rows = g.indices({g.draw(5)}, extent);
      return g.add(fmt::format("index_select(a, {}{})", rows, along), {a},
                   [=](const auto& x) { return index_select(x, rows, axis); });
    }
    case 1: {
      Dims picked = shape;
      picked[index(axis)] = 1 + g.draw(4);
      const Tensor where = g.indices(Shape(picked), extent);
      return g.add(fmt::format("gather(a, …{})", along), {a}, [=](const auto& x) { return gather(x, where, axis); });
    }
    case 2: {
      const std::optional<Id> b = alike_but_for(g, shape, axis);
      const Tensor where = g.indices(g.shape(*b), extent);
      return g.add(fmt::format("scatter_add(a, …, b{})", along), {a, *b},
                   [=](const auto& x, const auto& source) { return scatter_add(x, where, source, axis); });
    }
    case 3: {
      const std::optional<Id> b = alike_but_for(g, shape, axis);
      const Tensor rows = g.indices({g.shape(*b)[index(axis)]}, extent);
      return g.add(fmt::format("index_add(a, {}, b{})", rows, along), {a, *b},
                   [=](const auto& x, const auto& source) { return index_add(x, rows, source, axis); });
    }
    case 4: {
      if (shape.rank() != 2) return false;
      const Tensor rows = g.indices({2, 2}, shape[0]);
      return g.add("embedding(…, a) + sum(a)", {a}, [=](const auto& x) { return embedding(rows, x) + sum(x); });
    }
    default: {
      const std::int64_t classes = shape[shape.rank() - 1];
      const Tensor index = g.indices(Shape(std::span(shape.begin(), shape.end() - 1)), classes);
      return g.add("a one_hot(…)", {a}, [=](const auto& x) { return x * one_hot(index, classes); });
    }
  }
}

}  // namespace random_graphs
