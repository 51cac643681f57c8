#include "graph.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace random_graphs {

using namespace nabla;

namespace {

/// Values and their slopes along the line are scaled down to this, so that chains of operations neither overflow nor
/// bend within h.
constexpr double bound_of_values = 2;

bool same_elements(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && (a.size() == 0 || nabla::min(equal(a, b)).item() == 1);
}

double largest(const Tensor& x) { return x.size() == 0 ? 0 : norm(x, INFINITY).item(); }

std::string name_of(Id id) { return id < number_of_inputs ? std::string(1, "xyz"[id]) : fmt::format("%{}", id); }

}  // namespace

Graph::Graph(std::uint64_t seed) : rng_(seed) {
  draw_inputs();
  // Elementwise functions are most of what people write; losses and products leave little of a graph.
  constexpr Recipe recipes[] = {add_unary,           add_unary,           add_unary,   add_binary, add_binary,
                                add_binary,          add_reduction,       add_product, add_loss,   add_indexing,
                                add_shape_operation, add_shape_operation, add_indexing};
  const std::size_t wanted = number_of_inputs + 4 + static_cast<std::size_t>(draw(46));
  while (nodes_.size() < wanted) recipes[draw(std::size(recipes))](*this);
  join_unused();
  cotangent_ = rng_.uniform(output()[centre].shape(), -1, 1);
}

void Graph::draw_inputs() {
  // Few different extents, so that shapes fit each other; in some graphs one of them is 0.
  const std::int64_t extents[] = {1 + draw(4), 2 + draw(3), chance(12) ? 0 : 1 + draw(3)};
  for (std::size_t i = 0; i < number_of_inputs; ++i) {
    Dims dims;
    for (std::int64_t rank = draw(4); rank > 0; --rank) dims.push_back(extents[draw(3)]);
    Tensor x = rng_.uniform(Shape(dims), -2, 2);
    // Every other input is a view: transposed, every other element, or one element repeated.
    if (!dims.empty() && chance(50)) {
      const std::int64_t axis = draw(static_cast<std::int64_t>(dims.size())), kind = draw(3);
      const auto k = static_cast<std::size_t>(axis);
      if (kind == 0 && dims.size() > 1) x = x.transposed(0, axis);
      if (kind == 1) {
        Dims doubled = dims;
        doubled[k] = 2 * dims[k];
        x = rng_.uniform(Shape(doubled), -2, 2).sliced(axis, 0, 2 * dims[k], 2);
      }
      if (kind == 2 && dims[k] > 0) x = x.sliced(axis, 0, 1).expanded(Shape(dims));
    }
    directions_[i] = rng_.uniform(x.shape(), -1, 1);
    Node node;
    node.text = x.is_contiguous() ? "input" : "input, a view";
    for (std::size_t t = 0; t < points; ++t)
      node.line[t] = t == centre ? x : x + (static_cast<double>(t) - 2) * h * directions_[i];
    nodes_.push_back(std::move(node));
  }
}

std::int64_t Graph::draw(std::int64_t n) { return static_cast<std::int64_t>(rng_.integers({}, 0, n).item()); }

Id Graph::choose(const std::vector<Id>& candidates) {
  std::vector<Id> unused;
  for (const Id id : candidates)
    if (!nodes_[id].used) unused.push_back(id);
  const std::vector<Id>& from = unused.empty() || chance(40) ? candidates : unused;
  return from[static_cast<std::size_t>(draw(static_cast<std::int64_t>(from.size())))];
}

std::optional<Id> Graph::any(const std::function<bool(const Shape&)>& suits) {
  std::vector<Id> candidates;
  for (Id id = 0; id < nodes_.size(); ++id)
    if (suits(shape(id))) candidates.push_back(id);
  if (candidates.empty()) return {};
  return choose(candidates);
}
Id Graph::any() {
  return *any([](const Shape&) { return true; });
}
std::optional<Id> Graph::with_axes() {
  return any([](const Shape& s) { return s.rank() > 0; });
}
std::optional<Id> Graph::with_elements() {
  return any([](const Shape& s) { return s.rank() > 0 && s.elements() > 0; });
}

bool Graph::add(Node node, std::int64_t most_elements) {
  std::optional<Tensor> first;
  bool kink = false;
  for (std::size_t t = 0; t < points; ++t) {
    std::vector<Tensor> operands;
    for (const Id id : node.operands) operands.push_back(nodes_[id].line[t]);
    node.line[t] = node.f.compute(operands);
    if (node.line[t].size() > most_elements || node.line[t].shape().rank() > 4) return false;
    if (!node.pattern) continue;
    const Tensor pattern = node.pattern(operands);
    if (!first) first = pattern;
    kink = kink || !same_elements(*first, pattern);
  }
  has_kink_ = has_kink_ || kink;
  for (const Id id : node.operands) nodes_[id].used = true;
  bound(node);
  nodes_.push_back(std::move(node));
  if (!std::isfinite(largest(output()[centre])))
    throw std::logic_error("A value is not finite, so a recipe leaves its domain:\n" + to_string());
  return true;
}

void Graph::bound(Node& node) {
  const Line& y = node.line;
  const double slope = largest(y[centre + 1] - y[centre - 1]) / (2 * h);
  const double excess = std::max(largest(y[centre]), slope) / bound_of_values;
  if (!(excess > 1)) return;
  const double factor = std::exp2(-std::ceil(std::log2(excess)));
  node.text = fmt::format("{} {}", factor, node.text);
  node.f = {[factor, f = node.f.compute](const auto& x) { return factor * f(x); },
            [factor, f = node.f.record](const auto& x) { return factor * f(x); }};
  for (Tensor& value : node.line) value = factor * value;
}

void Graph::join_unused() {
  Node node;
  for (Id id = 0; id < nodes_.size(); ++id)
    if (!nodes_[id].used) node.operands.push_back(id);
  const auto join = [](const auto& x) {
    std::vector<std::decay_t<decltype(x[0])>> flat;
    for (const auto& part : x) flat.push_back(reshape(part, {-1}));
    return concat(flat);
  };
  node.text = "all that is not used yet, flat";
  node.f = {join, join};
  add(std::move(node), nabla::max_elements);
}

Var Graph::operator()(const Var& x, const Var& y, const Var& z) const {
  std::vector<Var> values{x, y, z};
  for (Id id = number_of_inputs; id < nodes_.size(); ++id) {
    std::vector<Var> operands;
    for (const Id operand : nodes_[id].operands) operands.push_back(values[operand]);
    values.push_back(nodes_[id].f.record(operands));
  }
  return values.back();
}

std::string Graph::to_string() const {
  std::string text;
  for (Id id = 0; id < nodes_.size(); ++id) {
    const Node& node = nodes_[id];
    std::string operands;
    for (const Id operand : node.operands) operands += (operands.empty() ? "  of " : ", ") + name_of(operand);
    text += fmt::format("{:>5} = {}{}  {}\n", name_of(id), node.text, operands, shape(id));
  }
  return text;
}

}  // namespace random_graphs
