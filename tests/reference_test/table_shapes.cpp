// Shapes and indices.
#include <algorithm>
#include <optional>

#include "table.hpp"

namespace reference {

using namespace nabla;

namespace {

/// start, stop and step of x[start:stop:step] as Python reads them: bounds beyond the ends stand for the ends.
Var sliced(const Call& c) {
  const std::int64_t axis = c.attributes.integer("dim");
  const std::int64_t extent = c[0].shape()[normalize_axis("slice", axis, c[0].shape())];
  const auto bound = [&](std::string_view name, std::int64_t otherwise) {
    const std::int64_t i = c.attributes.integer(name, otherwise);
    return std::clamp<std::int64_t>(i < 0 ? i + extent : i, 0, extent);
  };
  const std::int64_t start = bound("start", 0);
  return slice(c[0], axis, start, std::max(start, bound("stop", extent)), c.attributes.integer("step", 1));
}

Padding padding(const Call& c) {
  Padding padding;
  for (const auto& [before, after] : c.attributes.pairs("padding")) {
    padding.before.push_back(before);
    padding.after.push_back(after);
  }
  return padding;
}

}  // namespace

void add_shapes(Table& table) {
  table["concat"] = [](const Call& c) { return concat(c.operands, c.attributes.integer("dim")); };
  table["stack"] = [](const Call& c) { return stack(c.operands, c.attributes.integer("dim")); };
  table["split"] = [](const Call& c) {
    return split(c[0], c.attributes.integers("sizes"), c.attributes.integer("dim", 0));
  };
  table["slice"] = sliced;
  table["pad"] = [](const Call& c) { return pad(c[0], padding(c), c.attributes.number("value", 0)); };
  table["reshape"] = [](const Call& c) { return reshape(c[0], c.attributes.dims("shape")); };
  table["expand"] = [](const Call& c) { return expand(c[0], Shape(c.attributes.dims("shape"))); };
  table["permute"] = [](const Call& c) { return permute(c[0], c.attributes.dims("dims")); };
  table["transpose"] = [](const Call& c) {
    return transpose(c[0], c.attributes.integer("dim0"), c.attributes.integer("dim1"));
  };
  table["flip"] = [](const Call& c) { return flip(c[0], c.attributes.axes("dims")); };
  table["roll"] = [](const Call& c) { return roll(c[0], c.attributes.dims("shifts"), c.attributes.dims("dims")); };
  table["tile"] = [](const Call& c) { return tile(c[0], c.attributes.dims("repeats")); };
  table["diagonal"] = [](const Call& c) { return diagonal(c[0], c.attributes.integer("offset", 0)); };
  table["triangle"] = [](const Call& c) {
    return triangle(c[0], c.attributes.integer("diagonal", 0), c.attributes.flag("upper"));
  };
  table["gather"] = [](const Call& c) { return gather(c[0], c[1], c.attributes.integer("dim")); };
  table["scatter_add"] = [](const Call& c) { return scatter_add(c[0], c[1], c[2], c.attributes.integer("dim")); };
  table["index_select"] = [](const Call& c) { return index_select(c[0], c[1], c.attributes.integer("dim")); };
  table["index_add"] = [](const Call& c) { return index_add(c[0], c[1], c[2], c.attributes.integer("dim")); };
  table["embedding"] = [](const Call& c) {
    const bool padded = c.attributes.has("padding_idx");
    return embedding(c[0], c[1], padded ? std::optional(c.attributes.integer("padding_idx")) : std::nullopt);
  };
  table["sort"] = [](const Call& c) {
    return sort(c[0], c.attributes.integer("dim"), c.attributes.flag("descending", false));
  };
  table["topk"] = [](const Call& c) {
    return topk(c[0], c.attributes.integer("k"), c.attributes.integer("dim"), c.attributes.flag("largest", true));
  };
}

}  // namespace reference
