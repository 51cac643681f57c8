#include <nabla/tape.hpp>

#include <algorithm>
#include <boost/pool/pool.hpp>
#include <limits>
#include <nabla/error.hpp>
#include <unordered_map>
#include <vector>

#include "aligned_memory.hpp"
#include "deferral.hpp"
#include "node.hpp"

namespace nabla {

void Node::keep(const OpTable& table, const void* op, std::span<const Var* const> operands) {
  if (table.bytes > 0 && table.in_place) {
    table.copy(attributes_.bytes, op);
  } else if (table.bytes > 0) {
    void* place = detail::pool_allocate(detail::size_class(table.bytes));
    try {
      table.copy(place, op);
    } catch (...) {
      detail::pool_release(place, detail::size_class(table.bytes));
      throw;
    }
    attributes_.pointer = place;
  }
  NodeId* ids = operands_.ids;
  if (operands.size() > operands_in_place)
    ids = operands_.pointer =
        static_cast<NodeId*>(detail::pool_allocate(detail::size_class(operands.size() * sizeof(NodeId))));
  for (std::size_t i = 0; i < operands.size(); ++i) ids[i] = operands[i]->id();
}

void Node::release() {
  if (table_->bytes > 0) {
    void* attributes = const_cast<void*>(op());
    if (table_->destroy) table_->destroy(attributes);
    if (!table_->in_place) detail::pool_release(attributes, detail::size_class(table_->bytes));
  }
  if (arity_ > operands_in_place) detail::pool_release(operands_.pointer, detail::size_class(arity_ * sizeof(NodeId)));
}

/// The slots are taken from the pool in the order of their addresses, and used again in that order.
struct Tape::Store {
  boost::pool<AlignedMemory> slots{sizeof(Node), /*first block, in nodes=*/64, /*largest block=*/4096};
  std::vector<Node*> nodes;

  /// Where a parameter was last recorded: there, if the node is alive in that generation.
  struct Leaf {
    Parameter::Id parameter;
    NodeId id;
    std::uint32_t generation;
  };

  /// Null for a parameter that was never recorded.
  Leaf* find(Parameter::Id parameter) {
    if (expected == leaves.size()) expected = 0;
    if (expected == leaves.size() || leaves[expected].parameter != parameter) [[unlikely]] {
      const auto it = places.find(parameter);
      if (it == places.end()) return nullptr;
      expected = it->second;
    }
    return &leaves[expected++];
  }
  Leaf& add(const Parameter& parameter) {
    names.push_back(parameter.name());
    leaves.push_back({parameter.id(), 0, 0});
    places[parameter.id()] = leaves.size() - 1;
    return leaves.back();
  }

  std::vector<Leaf> leaves;
  std::vector<std::string> names;                         // of the leaves; apart, for recording does not read them
  std::unordered_map<Parameter::Id, std::size_t> places;  // among the leaves
  std::size_t expected = 0;                               // parameters are asked for in the same order again and again
};

Tape::Tape() : store_(std::make_unique<Store>()) {}
Tape::~Tape() {
  for (Node* node : store_->nodes) node->~Node();
}

Var Tape::append(NodeKind kind, const Tensor& leaf) {
  next_node().fill(kind, leaf, generation_);
  sources_ += kind != NodeKind::constant;
  return {this, static_cast<NodeId>(size_++), generation_};
}

void Tape::add_slot() {
  std::vector<Node*>& nodes = store_->nodes;
  if (capacity_ == std::numeric_limits<NodeId>::max())
    throw TapeError(
        "record",
        fmt::format("The tape holds {} nodes, as many as ids can tell apart; clear() or rewind() it", capacity_));
  if (nodes.size() == nodes.capacity()) nodes.reserve(2 * nodes.capacity() + 64);
  void* slot = store_->slots.malloc();
  if (!slot) throw std::bad_alloc();
  nodes.push_back(::new (slot) Node);
  nodes_ = nodes.data();
  capacity_ = nodes.size();
}

void Tape::truncate(std::size_t length) {
  if (deferral_) deferral_->forget(static_cast<NodeId>(length));
  while (size_ > length) {
    Node& node = *nodes_[--size_];
    if (node.is_leaf() && node.active()) --sources_;
    node.retire();
  }
  if (length <= used_up_) used_up_ = ~std::size_t{0};
  if (++generation_ == 0) generation_ = 1;  // 0 is that of no living node
}

void detail::require_defined(std::string_view where, const Tensor& value) {
  if (!value.defined()) throw ValueError(where, "An empty Tensor object was given; give it a value first");
}

void detail::refuse_other_kind(std::string_view where, const Tensor& value, const Tensor& recorded,
                               std::string_view parameter) {
  require_defined(where, value);
  const std::string name = parameter.empty() ? "The value" : fmt::format("Parameter '{}'", parameter);
  if (value.shape() != recorded.shape())
    throw ShapeError(where, fmt::format("{} has shape {}, but {} when it was recorded; record again", name,
                                        value.shape(), recorded.shape()));
  throw DTypeError(where, fmt::format("{} is {}, but was {} when it was recorded; record again", name, value.dtype(),
                                      recorded.dtype()));
}

Var Tape::variable(const Tensor& value) {
  detail::require_defined("variable", value);
  if (!is_floating(value.dtype()))
    throw DTypeError("variable",
                     fmt::format("A derivative with respect to {} values does not exist; convert them with to(f32) "
                                 "or to(f64), or record them by constant()",
                                 value.dtype()));
  return append(NodeKind::variable, value);
}

Var Tape::constant(const Tensor& value) {
  detail::require_defined("constant", value);
  return append(NodeKind::constant, value);
}

Var Tape::variable(double value) { return variable(Tensor::scalar(value)); }
Var Tape::constant(double value) { return constant(Tensor::scalar(value)); }

Var Tape::parameter(const Parameter& parameter) {
  Store::Leaf* known = store_->find(parameter.id());
  if (known && alive(known->id, known->generation) && nodes_[known->id]->value().shares_storage_with(parameter.value))
    return {this, known->id, known->generation};
  detail::require_defined("parameter", parameter.value);
  if (!known) known = &store_->add(parameter);
  const Var leaf = append(NodeKind::parameter, parameter.value);
  known->id = leaf.id_;
  known->generation = generation_;
  return leaf;
}

Var Tape::find(const Parameter& parameter) {
  const Store::Leaf* known = store_->find(parameter.id());
  if (!known || !alive(known->id, known->generation)) return {};
  return {this, known->id, known->generation};
}

Node* Tape::leaf_of(const Parameter& parameter) {
  const Store::Leaf* known = store_->find(parameter.id());
  if (!known || known->id >= size_) return nullptr;
  Node& node = *nodes_[known->id];
  return node.kind() == NodeKind::parameter && node.leaf_generation() == known->generation ? &node : nullptr;
}

void Tape::give_up(NodeId id) { nodes_[id]->give_up(); }

void Tape::require_whole(std::string_view where, NodeId id) const {
  if (id >= used_up_)
    throw TapeError(where,
                    "A consuming step or set() has put this record out of date; replay() it, or clear() the tape "
                    "and record again");
}

TapeMemory Tape::memory() const {
  TapeMemory memory{.nodes = capacity_ * (sizeof(Node) + sizeof(Node*))};
  for (std::size_t id = 0; id < capacity_; ++id) {
    const Node& node = *nodes_[id];
    const std::size_t bytes = static_cast<std::size_t>(node.value().size()) * size_of(node.value().dtype());
    const bool is_result = id >= size_ || !node.is_leaf();
    if (!is_result)
      memory.leaves += bytes;
    else if (!node.table() || !node.table()->info.view)
      memory.values += bytes;
  }
  for (const std::unique_ptr<Kept>& kept : kept_)
    if (kept) memory.adjoints += kept->bytes();
  return memory;
}

std::string to_string(const TapeMemory& memory) {
  const auto kilobytes = [](std::size_t bytes) { return fmt::format("{:.1f} KB", static_cast<double>(bytes) / 1024); };
  return fmt::format("nodes {}, leaves {}, values {}, adjoints {}, total {}", kilobytes(memory.nodes),
                     kilobytes(memory.leaves), kilobytes(memory.values), kilobytes(memory.adjoints),
                     kilobytes(memory.total()));
}

void Tape::clear() { truncate(0); }
Tape::Mark Tape::mark() const {
  Mark mark;
  mark.tape = this;
  mark.size = static_cast<NodeId>(size_);
  mark.generation = size_ == 0 ? 0 : nodes_[size_ - 1]->generation();
  return mark;
}

void Tape::rewind(Mark mark) {
  if (mark.tape != this) throw TapeError("rewind", "The mark is of another tape; rewind that one");
  if (mark.size > size_ || (mark.size > 0 && nodes_[mark.size - 1]->generation() != mark.generation))
    throw TapeError("rewind",
                    fmt::format("The mark stood at {} nodes, and the tape was cleared or rewound further since; it has "
                                "{} nodes now, take a new mark",
                                mark.size, size_));
  truncate(mark.size);
}

const Node& Tape::checked(NodeId id) const {
  if (id >= size_) throw TapeError("tape", fmt::format("There is no node {}; the tape has {} nodes", id, size_));
  return *nodes_[id];
}

Var Tape::var(NodeId id) { return {this, id, checked(id).generation()}; }
const Tensor& Tape::value(NodeId id) const {
  const Node& node = checked(id);
  if (deferral_) deferral_->settle(id);
  return node.value();
}
void Tape::fulfil(NodeId id, Tensor value) { nodes_[id]->new_value() = std::move(value); }
const OpInfo* Tape::operation(NodeId id) const {
  const OpTable* table = checked(id).table();
  return table ? &table->info : nullptr;
}
std::span<const NodeId> Tape::operands(NodeId id) const { return checked(id).operands(); }

std::string_view Tape::parameter_name(NodeId id) const {
  const Node& node = checked(id);
  if (node.kind() != NodeKind::parameter) return {};
  const auto leaf = std::ranges::find_if(store_->leaves, [&](const Store::Leaf& known) {
    return known.id == id && known.generation == node.leaf_generation();
  });
  return leaf == store_->leaves.end() ? std::string_view()
                                      : store_->names[static_cast<std::size_t>(leaf - store_->leaves.begin())];
}

void Tape::refuse(std::string_view where, const Var& var) const {
  if (!var.tape_) throw TapeError(where, "An empty Var was given; get one from tape.variable() or tape.constant()");
  if (var.tape_ != this)
    throw TapeError(where, "The operands are on two tapes; record them all on one tape, or pass a value as Tensor");
  throw TapeError(
      where, fmt::format("The handle to node {} is stale: clear() or rewind() has removed it; record the value again",
                         var.id_));
}

void detail::refuse_empty_var() {
  throw TapeError("tape", "An empty Var is on no tape; get one from tape.variable() or tape.constant()");
}

const Tensor& Var::value() const {
  const Node& node = tape().node("value", *this);
  if (tape_->deferral()) tape_->deferral()->settle(id_);
  return node.value();
}

Parameter::Id Parameter::next_id() noexcept {
  static std::atomic<Id> last{0};
  return ++last;
}

}  // namespace nabla
