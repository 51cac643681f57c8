// A node of the tape: one recorded operation, or a leaf, with its value.
#pragma once

#include <nabla/op.hpp>
#include <span>

namespace nabla {

enum class NodeKind : std::uint8_t { variable, constant, parameter, operation };

/// Attributes and operand ids stand in the node itself where they fit, else in a pooled buffer. Stale handles are told
/// by the generation: a slot that is used again has another.
class Node {
 public:
  Node(NodeKind kind, std::uint32_t generation, Tensor leaf)
      : generation_(generation), kind_(kind), value_(std::move(leaf)) {}
  Node(const OpTable& table, const void* op, std::span<const NodeId> operands, std::uint32_t generation, Tensor value);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  NodeKind kind() const { return kind_; }
  bool is_leaf() const { return kind_ != NodeKind::operation; }
  std::uint32_t generation() const { return generation_; }
  const Tensor& value() const { return value_; }

  /// Null for a leaf.
  const OpTable* table() const { return table_; }
  const void* op() const { return attributes_in_place() ? attributes_.bytes : attributes_.pointer; }
  std::span<const NodeId> operands() const {
    return {arity_ <= operands_in_place ? operands_.ids : operands_.pointer, arity_};
  }

 private:
  static constexpr std::size_t operands_in_place = 4;
  union Attributes {
    alignas(8) std::byte bytes[16];
    void* pointer;
  };
  union Operands {
    NodeId ids[operands_in_place];
    NodeId* pointer;
  };

  bool attributes_in_place() const { return table_->bytes <= sizeof(Attributes); }

  const OpTable* table_ = nullptr;
  Attributes attributes_;
  Operands operands_;
  std::uint32_t arity_ = 0;
  std::uint32_t generation_;
  NodeKind kind_;
  Tensor value_;
};

}  // namespace nabla
