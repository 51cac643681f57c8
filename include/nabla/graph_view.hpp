// The record as a graph: for the algorithms of Boost.Graph, and as a drawing.
#pragma once

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/function_property_map.hpp>
#include <boost/property_map/property_map.hpp>
#include <cstdint>
#include <iosfwd>
#include <nabla/tape.hpp>
#include <string>
#include <utility>
#include <vector>

namespace nabla {

/// The nodes that are on the tape when the view is made, as Boost.Graph sees them: a directed graph without cycles, in
/// which a vertex is a NodeId and an edge leads from an operation to one of its operands. Nothing is copied. It models
/// VertexListGraph, EdgeListGraph, AdjacencyGraph and IncidenceGraph; and BidirectionalGraph, by an index of 4 bytes an
/// edge and 4 a node, which is built when in_edges() is first called.
///
/// Vertex properties, each by get(tag, graph): boost::vertex_index; boost::vertex_name, a label for people; and
/// vertex_operation, vertex_shape, vertex_value.
/// The tape must outlive the view. @throws TapeError from every function once nodes have been removed from the tape
class GraphView {
 public:
  explicit GraphView(const Tape& tape) : tape_(&tape), record_(tape.record()) {}

  /// An operation and one of its operands, by its place: x · x has two edges to x.
  struct Edge {
    NodeId user = 0;
    std::uint32_t slot = 0;
    friend auto operator<=>(const Edge&, const Edge&) = default;
  };

  const Tape& tape() const { return *tape_; }
  std::size_t size() const {
    if (tape_->record().generation != record_.generation) [[unlikely]]
      refuse_removed();
    return record_.size;
  }
  std::span<const NodeId> operands(NodeId id) const { return size(), tape_->operands(id); }
  /// The operations that take the node, in their order; one that takes it twice stands there twice.
  std::span<const NodeId> users(NodeId id) const;

  /// @name What Boost.Graph asks of a graph
  /// @{
  using vertex_descriptor = NodeId;
  using edge_descriptor = Edge;
  using directed_category = boost::bidirectional_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  struct traversal_category : boost::bidirectional_graph_tag,
                              boost::adjacency_graph_tag,
                              boost::vertex_list_graph_tag,
                              boost::edge_list_graph_tag {};
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  static vertex_descriptor null_vertex() { return ~NodeId{0}; }

  using vertex_iterator = boost::counting_iterator<NodeId>;
  using adjacency_iterator = std::span<const NodeId>::iterator;
  class out_edge_iterator;
  class in_edge_iterator;
  class edge_iterator;
  /// @}

 private:
  [[noreturn]] static void refuse_removed();
  void index_users() const;

  const Tape* tape_;
  Tape::Record record_;
  // The users of node v are users_[first_user_[v]] … users_[first_user_[v + 1] - 1].
  mutable std::vector<std::uint32_t> first_user_;
  mutable std::vector<NodeId> users_;
};

/// The operands of one node.
class GraphView::out_edge_iterator
    : public boost::iterator_facade<out_edge_iterator, Edge, boost::forward_traversal_tag, Edge> {
 public:
  out_edge_iterator() = default;
  explicit out_edge_iterator(Edge edge) : edge_(edge) {}

 private:
  friend class boost::iterator_core_access;
  Edge dereference() const { return edge_; }
  bool equal(const out_edge_iterator& other) const { return edge_ == other.edge_; }
  void increment() { ++edge_.slot; }

  Edge edge_;
};

/// The uses of one node. Its uses by one operation follow each other, so the slot of the next is looked for behind the
/// last.
class GraphView::in_edge_iterator
    : public boost::iterator_facade<in_edge_iterator, Edge, boost::forward_traversal_tag, Edge> {
 public:
  in_edge_iterator() = default;
  in_edge_iterator(const Tape& tape, NodeId operand, const NodeId* user, const NodeId* end)
      : tape_(&tape), user_(user), end_(end), operand_(operand) {
    find_slot();
  }

 private:
  friend class boost::iterator_core_access;
  Edge dereference() const { return {*user_, slot_}; }
  bool equal(const in_edge_iterator& other) const { return user_ == other.user_; }
  void increment() {
    const NodeId last = *user_++;
    slot_ = user_ != end_ && *user_ == last ? slot_ + 1 : 0;
    find_slot();
  }
  void find_slot() {
    if (user_ == end_) return;
    const std::span<const NodeId> operands = tape_->operands(*user_);
    while (operands[slot_] != operand_) ++slot_;
  }

  const Tape* tape_ = nullptr;
  const NodeId* user_ = nullptr;
  const NodeId* end_ = nullptr;
  NodeId operand_ = 0;
  std::uint32_t slot_ = 0;
};

/// All edges, by operations in their order.
class GraphView::edge_iterator
    : public boost::iterator_facade<edge_iterator, Edge, boost::forward_traversal_tag, Edge> {
 public:
  edge_iterator() = default;
  edge_iterator(const GraphView& graph, Edge edge) : graph_(&graph), edge_(edge) { skip_leaves(); }

 private:
  friend class boost::iterator_core_access;
  Edge dereference() const { return edge_; }
  bool equal(const edge_iterator& other) const { return edge_ == other.edge_; }
  void increment() {
    ++edge_.slot;
    skip_leaves();
  }
  void skip_leaves() {
    while (edge_.user < graph_->size() && edge_.slot == graph_->operands(edge_.user).size())
      edge_ = {edge_.user + 1, 0};
  }

  const GraphView* graph_ = nullptr;
  Edge edge_;
};

inline std::size_t num_vertices(const GraphView& graph) { return graph.size(); }
inline std::pair<GraphView::vertex_iterator, GraphView::vertex_iterator> vertices(const GraphView& graph) {
  return {GraphView::vertex_iterator(0), GraphView::vertex_iterator(static_cast<NodeId>(graph.size()))};
}

/// In time proportional to the number of nodes.
std::size_t num_edges(const GraphView& graph);
inline std::pair<GraphView::edge_iterator, GraphView::edge_iterator> edges(const GraphView& graph) {
  const auto end = static_cast<NodeId>(graph.size());
  return {GraphView::edge_iterator(graph, {0, 0}), GraphView::edge_iterator(graph, {end, 0})};
}
inline NodeId source(const GraphView::Edge& edge, const GraphView&) { return edge.user; }
inline NodeId target(const GraphView::Edge& edge, const GraphView& graph) {
  return graph.operands(edge.user)[edge.slot];
}

inline std::size_t out_degree(NodeId id, const GraphView& graph) { return graph.operands(id).size(); }
inline std::pair<GraphView::out_edge_iterator, GraphView::out_edge_iterator> out_edges(NodeId id,
                                                                                       const GraphView& graph) {
  const auto end = static_cast<std::uint32_t>(out_degree(id, graph));
  return {GraphView::out_edge_iterator({id, 0}), GraphView::out_edge_iterator({id, end})};
}
inline std::pair<GraphView::adjacency_iterator, GraphView::adjacency_iterator> adjacent_vertices(
    NodeId id, const GraphView& graph) {
  const std::span<const NodeId> operands = graph.operands(id);
  return {operands.begin(), operands.end()};
}

inline std::size_t in_degree(NodeId id, const GraphView& graph) { return graph.users(id).size(); }
inline std::size_t degree(NodeId id, const GraphView& graph) { return in_degree(id, graph) + out_degree(id, graph); }
inline std::pair<GraphView::in_edge_iterator, GraphView::in_edge_iterator> in_edges(NodeId id, const GraphView& graph) {
  const std::span<const NodeId> users = graph.users(id);
  const NodeId *first = users.data(), *end = first + users.size();
  return {{graph.tape(), id, first, end}, {graph.tape(), id, end, end}};
}

/// @name Tags of vertex properties
/// @{
inline constexpr struct VertexOperation {
  using kind = boost::vertex_property_tag;
} vertex_operation;  ///< const OpInfo*, null for a leaf
inline constexpr struct VertexShape { using kind = boost::vertex_property_tag; } vertex_shape;
inline constexpr struct VertexValue { using kind = boost::vertex_property_tag; } vertex_value;
/// @}

/// "net.2.weight" for a parameter, "variable" or "constant" for another leaf, else the name of the operation.
/// @throws TapeError unless id < tape.size()
std::string label(const Tape& tape, NodeId id);

namespace detail {

struct OperationOf {
  const Tape* tape;
  const OpInfo* operator()(NodeId id) const { return tape->operation(id); }
};
struct ShapeOf {
  const Tape* tape;
  const Shape& operator()(NodeId id) const { return tape->value(id).shape(); }
};
struct ValueOf {
  const Tape* tape;
  const Tensor& operator()(NodeId id) const { return tape->value(id); }
};
struct LabelOf {
  const Tape* tape;
  std::string operator()(NodeId id) const { return label(*tape, id); }
};

template <class Tag>
struct PropertyOf;
template <>
struct PropertyOf<VertexOperation> {
  using type = OperationOf;
};
template <>
struct PropertyOf<VertexShape> {
  using type = ShapeOf;
};
template <>
struct PropertyOf<VertexValue> {
  using type = ValueOf;
};
template <>
struct PropertyOf<boost::vertex_name_t> {
  using type = LabelOf;
};

}  // namespace detail

inline boost::typed_identity_property_map<NodeId> get(boost::vertex_index_t, const GraphView&) { return {}; }
inline NodeId get(boost::vertex_index_t, const GraphView&, NodeId id) { return id; }

template <class Tag, class Property = typename detail::PropertyOf<Tag>::type>
boost::function_property_map<Property, NodeId> get(Tag, const GraphView& graph) {
  return boost::function_property_map<Property, NodeId>(Property{&graph.tape()});
}
template <class Tag, class Property = typename detail::PropertyOf<Tag>::type>
decltype(auto) get(Tag, const GraphView& graph, NodeId id) {
  return Property{&graph.tape()}(id);
}

/// What f depends on, f included, in the order of recording. @throws TapeError for a stale or empty handle
std::vector<NodeId> reachable(const Var& f);

struct GraphvizOptions {
  bool layers = true;       ///< a frame around each layer, that is, around what uses parameters net.2.*
  bool values = false;      ///< the elements of values that have up to 6
  bool horizontal = false;  ///< from left to right, not from top to bottom
};

/// Writes what f depends on in the language of Graphviz; `dot -Tsvg` draws it. Arrows lead from operands to operations.
/// Parameters are blue, variables yellow, constants grey, and f has a double border.
/// @throws TapeError for a stale or empty handle
void write_graphviz(std::ostream& out, const Var& f, const GraphvizOptions& options = {});

}  // namespace nabla

namespace boost {

template <>
struct property_map<nabla::GraphView, vertex_index_t> {
  using type = typed_identity_property_map<nabla::NodeId>;
  using const_type = type;
};
template <class Tag>
requires requires { typename nabla::detail::PropertyOf<Tag>::type; }
struct property_map<nabla::GraphView, Tag> {
  using type = function_property_map<typename nabla::detail::PropertyOf<Tag>::type, nabla::NodeId>;
  using const_type = type;
};

}  // namespace boost
