// A node of the tape: one recorded operation, or a leaf, with its value.
#pragma once

#include <nabla/op.hpp>
#include <span>

namespace nabla {

enum class NodeKind : std::uint8_t { variable, constant, parameter, operation };

/// A place on the tape, filled and emptied again and again. Attributes and operand ids stand in the node itself where
/// they fit, else in a pooled buffer. Stale handles are told by the generation.
class Node {
 public:
  Node() = default;
  ~Node() { retire(); }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Becomes a leaf.
  void fill(NodeKind kind, const Tensor& leaf, std::uint32_t generation) {
    table_ = nullptr;
    arity_ = 0;
    kind_ = kind;
    plain_ = false;
    active_ = kind != NodeKind::constant;
    generation_ = generation;
    value_ = leaf;
  }
  /// Becomes the result of an operation, whose value stands in new_value() already.
  [[gnu::always_inline]] void fill(const OpTable& table, const void* op, std::span<const Var* const> operands,
                                   std::uint32_t generation, bool plain, bool active) {
    if (operands.size() > operands_in_place || table.bytes > 0)
      keep(table, op, operands);
    else
      for (std::size_t i = 0; i < operands.size(); ++i) operands_.ids[i] = operands[i]->id();
    table_ = &table;
    kind_ = NodeKind::operation;
    plain_ = plain;
    active_ = active;
    generation_ = generation;
    arity_ = static_cast<std::uint32_t>(operands.size());
  }
  /// What the place held before, to be used again or replaced.
  Tensor& new_value() { return value_; }

  /// A parameter's leaf lets go of its elements; its handles are stale until renew().
  void give_up() {
    value_.let_go();
    if (generation_ != 0) attributes_.given_up_generation = std::exchange(generation_, 0);
  }
  void renew(const Tensor& value) {
    value_ = value;
    if (generation_ == 0) generation_ = attributes_.given_up_generation;
  }
  /// In which the leaf was recorded, also when it is given up.
  std::uint32_t leaf_generation() const { return generation_ != 0 ? generation_ : attributes_.given_up_generation; }

  /// Gives up what it holds, but for a small buffer of its own: the next recording is likely to need just that.
  void retire() {
    if (plain_ && value_.size() <= small && table_->bytes == 0) return;  // the usual case: it holds nothing else
    if (is_leaf() || value_.size() > small || !value_.is_writable()) value_.reset();
    if (table_ && (arity_ > operands_in_place || table_->bytes > 0)) release();
    table_ = nullptr;
    plain_ = false;
    arity_ = 0;
    generation_ = 0;
  }

  NodeKind kind() const { return kind_; }
  bool is_leaf() const { return kind_ != NodeKind::operation; }
  std::uint32_t generation() const { return generation_; }
  const Tensor& value() const { return value_; }

  /// Whether this is an elementwise operation on dense operands of the shape and the dtype of its value.
  bool plain() const { return plain_; }

  /// Whether the value depends, by operations that have derivatives, on a variable or a parameter.
  bool active() const { return active_; }

  /// Null for a leaf.
  const OpTable* table() const { return table_; }
  const void* op() const { return table_->in_place ? attributes_.bytes : attributes_.pointer; }
  std::span<const NodeId> operands() const {
    return {arity_ <= operands_in_place ? operands_.ids : operands_.pointer, arity_};
  }
  std::size_t arity() const { return arity_; }
  /// The same, where their number is known.
  template <std::size_t n>
  std::span<const NodeId, n> operands() const {
    static_assert(n <= operands_in_place);
    return std::span<const NodeId, n>(operands_.ids, n);
  }

 private:
  static constexpr std::size_t operands_in_place = 3;
  static constexpr std::int64_t small = 64;  // elements
  union Attributes {
    alignas(8) std::byte bytes[attributes_in_node];
    void* pointer;
    std::uint32_t given_up_generation;  // of a leaf
  };
  union [[gnu::packed, gnu::aligned(4)]] Operands {
    NodeId ids[operands_in_place];
    NodeId* pointer;
  };

  void keep(const OpTable& table, const void* op, std::span<const Var* const> operands);
  void release();

  const OpTable* table_ = nullptr;
  Attributes attributes_;
  Operands operands_;
  std::uint32_t generation_ = 0;
  std::uint32_t arity_ = 0;
  NodeKind kind_ = NodeKind::constant;
  bool plain_ = false;
  bool active_ = false;
  Tensor value_;
};

static_assert(sizeof(Node) == 128, "A node fills two cache lines: a long record is as fast as it is read");

namespace detail {

/// @throws ValueError, naming `where`, for an empty Tensor object
void require_defined(std::string_view where, const Tensor& value);
[[noreturn]] void refuse_other_kind(std::string_view where, const Tensor& value, const Tensor& recorded,
                                    std::string_view parameter);
/// @throws ShapeError or DTypeError, naming `where` and the parameter if it is one, unless the value is like the
/// recorded one; ValueError for an empty Tensor object
inline void require_like_recorded(std::string_view where, const Tensor& value, const Tensor& recorded,
                                  std::string_view parameter = {}) {
  if (!value.is_like(recorded) || !value.defined()) [[unlikely]]
    refuse_other_kind(where, value, recorded, parameter);
}

}  // namespace detail

inline Node& Tape::next_node() {
  if (size_ == capacity_) [[unlikely]]
    add_slot();
  return *nodes_[size_];
}

[[gnu::always_inline]] inline Var Tape::append(const OpTable& table, const void* op,
                                               std::span<const Var* const> operands, bool plain, bool active) {
  nodes_[size_]->fill(table, op, operands, generation_, plain, active & table.info.differentiable);
  return {this, static_cast<NodeId>(size_++), generation_};
}

inline bool Tape::alive(NodeId id, std::uint32_t generation) const {
  return id < size_ && nodes_[id]->generation() == generation;
}

inline const Node& Tape::node(std::string_view where, const Var& var) const {
  if (var.tape_ != this || !alive(var.id_, var.generation_)) [[unlikely]]
    refuse(where, var);
  return *nodes_[var.id_];
}

}  // namespace nabla
