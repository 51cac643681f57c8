#include <nabla/tape.hpp>

#include <algorithm>
#include <boost/pool/pool.hpp>
#include <limits>
#include <nabla/error.hpp>
#include <unordered_map>
#include <vector>

#include "node.hpp"

namespace nabla {

Node::Node(const OpTable& table, const void* op, std::span<const NodeId> operands, std::uint32_t generation,
           Tensor value)
    : table_(&table),
      arity_(static_cast<std::uint32_t>(operands.size())),
      generation_(generation),
      kind_(NodeKind::operation),
      value_(std::move(value)) {
  NodeId* ids = operands_.ids;
  if (arity_ > operands_in_place)
    ids = operands_.pointer = static_cast<NodeId*>(detail::pool_allocate(operands.size_bytes()));
  std::copy(operands.begin(), operands.end(), ids);
  if (table.bytes > 0) {
    void* to = attributes_.bytes;
    if (!attributes_in_place()) to = attributes_.pointer = detail::pool_allocate(table.bytes);
    table.copy(to, op);
  }
}

Node::~Node() {
  if (!table_) return;
  if (table_->bytes > 0) {
    void* attributes = const_cast<void*>(op());
    if (table_->destroy) table_->destroy(attributes);
    if (!attributes_in_place()) detail::pool_release(attributes, table_->bytes);
  }
  if (arity_ > operands_in_place) detail::pool_release(operands_.pointer, arity_ * sizeof(NodeId));
}

/// nodes[i] for i < size are alive; the slots behind them are kept for the next recording, in the order of their
/// addresses.
struct Tape::Store {
  boost::pool<> slots{sizeof(Node), /*first block, in nodes=*/64, /*largest block=*/4096};
  std::vector<Node*> nodes;
  std::size_t size = 0;
  std::uint32_t generation = 1;

  struct Leaf {
    NodeId id;
    std::uint32_t generation;
  };
  std::unordered_map<Parameter::Id, Leaf> parameters;  // valid where node `id` is alive in that generation

  bool alive(NodeId id, std::uint32_t of_generation) const {
    return id < size && nodes[id]->generation() == of_generation;
  }

  template <class... Args>
  NodeId emplace(Args&&... args) {
    if (size == nodes.size()) add_slot();
    ::new (static_cast<void*>(nodes[size])) Node(std::forward<Args>(args)...);
    return static_cast<NodeId>(size++);
  }

  void add_slot() {
    if (size == std::numeric_limits<NodeId>::max())
      throw TapeError(
          "record",
          fmt::format("The tape holds {} nodes, as many as ids can tell apart; clear() or rewind() it", size));
    nodes.reserve(nodes.size() + 1 > nodes.capacity() ? 2 * nodes.capacity() + 64 : 0);
    void* slot = slots.malloc();
    if (!slot) throw std::bad_alloc();
    nodes.push_back(static_cast<Node*>(slot));
  }

  void truncate(std::size_t length) {
    while (size > length) nodes[--size]->~Node();
    ++generation;
  }
};

Tape::Tape() : store_(std::make_unique<Store>()) {}
Tape::~Tape() { store_->truncate(0); }

namespace {

void require_defined(std::string_view where, const Tensor& value) {
  if (!value.defined()) throw ValueError(where, "An empty Tensor object was given; give it a value first");
}

}  // namespace

Var Tape::variable(const Tensor& value) {
  require_defined("variable", value);
  if (!is_floating(value.dtype()))
    throw DTypeError("variable",
                     fmt::format("A derivative with respect to {} values does not exist; convert them with to(f32) "
                                 "or to(f64), or record them by constant()",
                                 value.dtype()));
  const NodeId id = store_->emplace(NodeKind::variable, store_->generation, value);
  return {this, id, store_->generation};
}

Var Tape::constant(const Tensor& value) {
  require_defined("constant", value);
  const NodeId id = store_->emplace(NodeKind::constant, store_->generation, value);
  return {this, id, store_->generation};
}

Var Tape::variable(double value) { return variable(Tensor::scalar(value)); }
Var Tape::constant(double value) { return constant(Tensor::scalar(value)); }

Var Tape::parameter(const Parameter& parameter) {
  Store::Leaf& leaf = store_->parameters.try_emplace(parameter.id(), Store::Leaf{0, 0}).first->second;
  if (!store_->alive(leaf.id, leaf.generation)) {
    require_defined("parameter", parameter.value);
    leaf = {store_->emplace(NodeKind::parameter, store_->generation, parameter.value), store_->generation};
  }
  return {this, leaf.id, leaf.generation};
}

Var Tape::find(const Parameter& parameter) {
  const auto it = store_->parameters.find(parameter.id());
  if (it == store_->parameters.end() || !store_->alive(it->second.id, it->second.generation)) return {};
  return {this, it->second.id, it->second.generation};
}

std::size_t Tape::size() const { return store_->size; }
void Tape::clear() { store_->truncate(0); }
Tape::Mark Tape::mark() const { return {static_cast<NodeId>(store_->size)}; }

void Tape::rewind(Mark mark) {
  if (mark.size > store_->size)
    throw TapeError("rewind",
                    fmt::format("The mark stands at {} nodes, the tape has {}; it was cleared or rewound further "
                                "already",
                                mark.size, store_->size));
  store_->truncate(mark.size);
}

const Node& Tape::node(NodeId id) const {
  if (id >= store_->size)
    throw TapeError("tape", fmt::format("There is no node {}; the tape has {} nodes", id, store_->size));
  return *store_->nodes[id];
}

Var Tape::var(NodeId id) { return {this, id, node(id).generation()}; }
const Tensor& Tape::value(NodeId id) const { return node(id).value(); }
const OpInfo* Tape::operation(NodeId id) const {
  const OpTable* table = node(id).table();
  return table ? &table->info : nullptr;
}
std::span<const NodeId> Tape::operands(NodeId id) const { return node(id).operands(); }

const Node& Tape::node(std::string_view where, const Var& var) const {
  if (var.tape_ != this) [[unlikely]] {
    if (!var.tape_) throw TapeError(where, "An empty Var was given; get one from tape.variable() or tape.constant()");
    throw TapeError(where, "The operands are on two tapes; record them all on one tape, or pass a value as Tensor");
  }
  if (!store_->alive(var.id_, var.generation_)) [[unlikely]]
    throw TapeError(
        where, fmt::format("The handle to node {} is stale: clear() or rewind() has removed it; record the value again",
                           var.id_));
  return *store_->nodes[var.id_];
}

Var Tape::append(const OpTable& table, const void* op, std::span<const NodeId> operands, Tensor value) {
  const NodeId id = store_->emplace(table, op, operands, store_->generation, std::move(value));
  return {this, id, store_->generation};
}

Tape& Var::tape() const {
  if (!tape_) throw TapeError("tape", "An empty Var is on no tape; get one from tape.variable() or tape.constant()");
  return *tape_;
}

const Tensor& Var::value() const { return tape().node("value", *this).value(); }

Parameter::Id Parameter::next_id() {
  static std::atomic<Id> last{0};
  return ++last;
}

}  // namespace nabla
