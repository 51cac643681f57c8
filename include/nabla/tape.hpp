// The tape: an append-only list of recorded operations (Wengert 1964).
#pragma once

#include <cstdint>
#include <memory>
#include <nabla/apply.hpp>
#include <nabla/parameter.hpp>
#include <nabla/var.hpp>
#include <span>

namespace nabla {

class Node;
enum class NodeKind : std::uint8_t;

/// Records operations in the order they are called. Operands come before their results, so creation order is a
/// topological order, and the reverse sweep is a backward loop. A tape belongs to one thread; it keeps its memory from
/// clear() to clear().
class Tape {
 public:
  Tape();
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// A leaf to differentiate with respect to. A number is an f64 scalar.
  /// @throws DTypeError unless floating; ValueError for an empty Tensor
  Var variable(const Tensor& value);
  Var variable(double value);
  /// A leaf that is data: inputs, targets, indices, masks. @throws ValueError for an empty Tensor
  Var constant(const Tensor& value);
  Var constant(double value);
  /// The leaf of a parameter, recorded at its first use since the last clear(), and again when its value has been
  /// replaced: every use of one value is one node.
  Var parameter(const Parameter& parameter);

  /// Number of nodes recorded.
  std::size_t size() const { return size_; }
  /// Removes every node; handles to them become stale. The memory is kept.
  void clear();

  /// A place to come back to.
  class Mark {
    friend class Tape;
    const Tape* tape;
    NodeId size;
    std::uint32_t generation;  // of the last node before it
  };
  Mark mark() const;
  /// Removes every node recorded since. @throws TapeError for a mark of another tape, or when nodes from before the
  /// mark have been removed
  void rewind(Mark mark);

  /// @name A look at the record. @throws TapeError unless id < size()
  /// @{
  Var var(NodeId id);
  const Tensor& value(NodeId id) const;
  /// Nothing for a leaf.
  const OpInfo* operation(NodeId id) const;
  std::span<const NodeId> operands(NodeId id) const;
  /// @}

  /// The leaf of this parameter, if it has been recorded since the last clear().
  Var find(const Parameter& parameter);

  /// @name For the library's own layers
  /// @{
  /// @throws TapeError, naming `where`, when the handle is empty, stale, or of another tape
  const Node& node(std::string_view where, const Var& var) const;
  /// @pre id < size()
  const Node& node(NodeId id) const { return *nodes_[id]; }
  /// The place of the next node: its value is formed there, and append() then makes it part of the tape.
  Node& next_node();
  /// @param plain  the operation is elementwise, and its operands are dense and like the result
  Var append(const OpTable& table, const void* op, std::span<const Var* const> operands, bool plain);
  /// Lets go of the value of a leaf, whose handles become stale: a consuming sweep writes the parameter in place.
  void give_up(NodeId id);
  /// The nodes from `first` on can no longer be swept.
  void use_up(NodeId first) { used_up_ = first < used_up_ ? first : used_up_; }
  /// @throws TapeError, naming `where`, when a sweep from this node would need what has been given up
  void require_whole(std::string_view where, NodeId id) const;
  /// @}

 private:
  struct Store;

  const Node& checked(NodeId id) const;
  bool alive(NodeId id, std::uint32_t generation) const;
  Var append(NodeKind kind, const Tensor& leaf);
  void add_slot();
  void truncate(std::size_t length);
  [[noreturn]] void refuse(std::string_view where, const Var& var) const;

  // nodes_[i] for i < size_ are alive; those behind them, up to capacity_, wait for the next recording.
  Node** nodes_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t used_up_ = ~std::size_t{0};  // nodes from here on can no longer be swept
  std::uint32_t generation_ = 1;
  std::unique_ptr<Store> store_;
};

}  // namespace nabla
