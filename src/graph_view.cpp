#include <algorithm>
#include <boost/concept/assert.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <map>
#include <nabla/error.hpp>
#include <nabla/graph_view.hpp>
#include <ostream>

#include "node.hpp"

namespace nabla {

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<GraphView>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<GraphView>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<GraphView>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<GraphView>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<GraphView>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<GraphView, NodeId, boost::vertex_index_t>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<GraphView, NodeId, boost::vertex_name_t>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<GraphView, NodeId, VertexOperation>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<GraphView, NodeId, VertexShape>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<GraphView, NodeId, VertexValue>));

void GraphView::refuse_removed() {
  throw TapeError("graph_view", "Nodes have been removed from the tape since the view was made; make a new one");
}

std::span<const NodeId> GraphView::users(NodeId id) const {
  if (id >= size())
    throw TapeError("graph_view", fmt::format("There is no node {}; the view has {} nodes", id, size()));
  if (first_user_.empty()) index_users();
  return std::span(users_).subspan(first_user_[id], first_user_[id + 1] - first_user_[id]);
}

/// A counting sort of the edges by operand, in which the order of the users remains.
void GraphView::index_users() const {
  const auto nodes = static_cast<NodeId>(size());
  std::vector<std::uint32_t> ends(nodes + 1, 0);
  for (NodeId id = 0; id < nodes; ++id)
    for (NodeId operand : operands(id)) ++ends[operand + 1];
  for (NodeId id = 0; id < nodes; ++id) ends[id + 1] += ends[id];

  users_.resize(ends[nodes]);
  std::vector<std::uint32_t> next = ends;
  for (NodeId id = 0; id < nodes; ++id)
    for (NodeId operand : operands(id)) users_[next[operand]++] = id;
  first_user_ = std::move(ends);
}

std::size_t num_edges(const GraphView& graph) {
  std::size_t count = 0;
  for (NodeId id = 0; id < graph.size(); ++id) count += graph.operands(id).size();
  return count;
}

std::string label(const Tape& tape, NodeId id) {
  if (const OpInfo* operation = tape.operation(id)) return std::string(operation->name);
  if (const std::string_view name = tape.parameter_name(id); !name.empty()) return std::string(name);
  switch (tape.node(id).kind()) {
    case NodeKind::variable:
      return "variable";
    case NodeKind::parameter:
      return "parameter";
    default:
      return "constant";
  }
}

std::vector<NodeId> reachable(const Var& f) {
  const Tape& tape = f.tape();
  tape.node("reachable", f);
  // Operands stand before what uses them, so one pass backward meets every node after all its users.
  std::vector<bool> reached(f.id() + 1, false);
  reached[f.id()] = true;
  for (NodeId id = f.id() + 1; id-- > 0;)
    if (reached[id])
      for (NodeId operand : tape.operands(id)) reached[operand] = true;

  std::vector<NodeId> ids;
  for (NodeId id = 0; id <= f.id(); ++id)
    if (reached[id]) ids.push_back(id);
  return ids;
}

namespace {

/// "net.2" of net.2.weight; empty where there is no dot.
std::string layer_of_parameter(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return std::string(name.substr(0, dot == std::string_view::npos ? 0 : dot));
}

/// The layer of each node, empty for none. An operation belongs to the layer whose parameters it takes, as they are or
/// as a view; what follows with one operand and the same shape, to the layer of its operand: that is an activation.
std::map<NodeId, std::string> layers_of(const Tape& tape, std::span<const NodeId> ids) {
  std::map<NodeId, std::string> layers;
  std::map<NodeId, bool> is_weight;  // a parameter or a view of one
  for (NodeId id : ids) {
    std::string& layer = layers[id];
    const OpInfo* operation = tape.operation(id);
    if (!operation) {
      layer = layer_of_parameter(tape.parameter_name(id));
      is_weight[id] = tape.node(id).kind() == NodeKind::parameter;
      continue;
    }
    const std::span<const NodeId> operands = tape.operands(id);
    for (NodeId operand : operands)
      if (is_weight[operand]) layer = layers[operand];
    is_weight[id] = operation->view && operands.size() == 1 && is_weight[operands[0]];
    if (operands.size() == 1 && tape.value(operands[0]).shape() == tape.value(id).shape()) layer = layers[operands[0]];
  }
  return layers;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return result;
}

std::string node_line(const Tape& tape, NodeId id, bool is_result, const std::string& layer,
                      const GraphvizOptions& options) {
  constexpr std::int64_t few = 6;
  const Tensor& value = tape.value(id);
  std::string text = label(tape, id);
  if (!layer.empty() && text.starts_with(layer + '.')) text.erase(0, layer.size() + 1);  // the frame says the rest
  text += fmt::format("\n{} {}", value.dtype(), value.shape());
  const bool is_held = tape.node(id).generation() != 0;  // a consuming step gives parameters up
  if (options.values && value.size() <= few && is_held) text += fmt::format("\n{}", value);

  std::string_view style;
  switch (tape.node(id).kind()) {
    case NodeKind::parameter:
      style = ", style=filled, fillcolor=\"#cfe2f3\"";
      break;
    case NodeKind::operation:
      style = is_result ? ", style=rounded, peripheries=2" : ", style=rounded";
      break;
    case NodeKind::variable:
      style = ", style=filled, fillcolor=\"#fff2cc\"";
      break;
    case NodeKind::constant:
      style = ", style=filled, fillcolor=\"#eeeeee\"";
  }
  return fmt::format("{} [label=\"{}\"{}];\n", id, escaped(text), style);
}

}  // namespace

void write_graphviz(std::ostream& out, const Var& f, const GraphvizOptions& options) {
  const std::vector<NodeId> ids = reachable(f);
  const Tape& tape = f.tape();
  std::map<NodeId, std::string> layers;
  if (options.layers) layers = layers_of(tape, ids);

  std::vector<std::string> names;  // of the layers, in their order on the tape; the empty one first
  std::map<std::string, std::string> lines;
  names.emplace_back();
  for (NodeId id : ids) {
    const std::string& layer = layers[id];
    if (std::ranges::find(names, layer) == names.end()) names.push_back(layer);
    lines[layer] += (layer.empty() ? "  " : "    ") + node_line(tape, id, id == f.id(), layer, options);
  }

  out << "digraph nabla {\n  rankdir=" << (options.horizontal ? "LR" : "TB")
      << ";\n  node [shape=box, fontname=\"sans-serif\", fontsize=11, margin=\"0.12,0.05\", color=\"#555555\"];\n"
         "  edge [color=\"#777777\", arrowsize=0.7];\n"
      << lines[""];
  for (std::size_t i = 1; i < names.size(); ++i)
    out << "  subgraph cluster_" << i << " {\n    label=\"" << escaped(names[i])
        << "\";\n    fontname=\"sans-serif\"; fontsize=12; labeljust=l; style=rounded; color=\"#6fa8dc\";\n"
        << lines[names[i]] << "  }\n";
  for (NodeId id : ids)
    for (NodeId operand : tape.operands(id)) out << "  " << operand << " -> " << id << ";\n";
  out << "}\n";
}

}  // namespace nabla
