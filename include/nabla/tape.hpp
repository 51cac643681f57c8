// The tape: an append-only list of recorded operations (Wengert 1964).
#pragma once

#include <cstdint>
#include <memory>
#include <nabla/apply.hpp>
#include <nabla/parameter.hpp>
#include <nabla/var.hpp>
#include <span>
#include <utility>

namespace nabla {

class Node;
enum class NodeKind : std::uint8_t;
namespace detail {
class Deferral;
}

/// What a tape holds, in bytes. {} prints it by kind.
struct TapeMemory {
  std::size_t nodes = 0;     ///< places on the tape, recorded or waiting for the next recording
  std::size_t leaves = 0;    ///< elements of variables, constants and parameters, which others may hold too
  std::size_t values = 0;    ///< elements of results, and small buffers that wait for the next recording
  std::size_t adjoints = 0;  ///< what sweeps keep for the next ones

  std::size_t total() const { return nodes + leaves + values + adjoints; }
};
std::string to_string(const TapeMemory& memory);

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

  /// @name The same record with other values
  /// @{
  /// Gives a variable or a constant another value. What was calculated from it is out of date until replay().
  /// @throws ShapeError or DTypeError unless the value is like the old one; TapeError for a handle to anything else
  void set(const Var& leaf, const Tensor& value);
  /// Evaluates all recorded operations again, in order, each into the buffer it has, from what the leaves hold now: the
  /// values, bit for bit, that recording them again would give, without its cost. Handles stay valid. Only operations
  /// are repeated: a branch that the program took while it recorded is not decided anew.
  ///
  /// Parameters are read again; every one that the record holds must be passed.
  /// @throws TapeError when one is missing; ShapeError or DTypeError when one was replaced by another kind of tensor:
  ///         nothing has changed then. What an operation throws when it refuses the new values: the record is then out
  ///         of date until a replay succeeds.
  void replay() { replay(std::span<const Parameter* const>()); }
  void replay(std::span<const Parameter* const> parameters);
  template <class Net>
  requires requires(const Net& net) {
    { net.parameters() } -> std::same_as<ConstParameters>;
  }
  void replay(const Net& net) { replay(net.parameters()); }
  /// @}

  /// @name A look at the record. @throws TapeError unless id < size()
  /// @{
  Var var(NodeId id);
  const Tensor& value(NodeId id) const;
  /// Nothing for a leaf.
  const OpInfo* operation(NodeId id) const;
  std::span<const NodeId> operands(NodeId id) const;
  /// The name of the parameter whose leaf this is, as it was when the tape first met it; empty for other nodes.
  std::string_view parameter_name(NodeId id) const;
  /// @}

  /// A storage that several nodes share is counted once for each that is not a view.
  TapeMemory memory() const;

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
  /// @param plain   the operation is elementwise, and its operands are dense and like the result
  /// @param active  an operand is active
  Var append(const OpTable& table, const void* op, std::span<const Var* const> operands, bool plain, bool active);
  /// The number of variables and parameters recorded.
  std::size_t sources() const { return sources_; }
  /// Lets go of the value of a parameter's leaf, whose handles become stale: a consuming sweep writes the parameter in
  /// place.
  void give_up(NodeId id);
  /// The nodes from `first` on cannot be swept until they are replayed.
  void use_up(NodeId first) { used_up_ = first < used_up_ ? first : used_up_; }
  /// @throws TapeError, naming `where`, when a sweep from this node would need what has been given up
  void require_whole(std::string_view where, NodeId id) const;

  /// What puts off evaluating while it is set; null otherwise. Setting returns the one before.
  detail::Deferral* deferral() const { return deferral_; }
  detail::Deferral* set_deferral(detail::Deferral* deferral) { return std::exchange(deferral_, deferral); }
  /// The value of a node that had only been promised.
  void fulfil(NodeId id, Tensor value);

  /// Names a record: equal as long as no node has been added or removed.
  struct Record {
    std::size_t size;
    std::uint32_t generation;
    friend bool operator==(const Record&, const Record&) = default;
  };
  Record record() const { return {size_, generation_}; }
  /// What a sweep leaves here for the next one of its kind: its memory, and its plan if the record is the same. It is
  /// taken off the tape while it is in use, and not put back after an exception.
  struct Kept {
    virtual ~Kept() = default;
    virtual std::size_t bytes() const = 0;
  };
  template <class Sweep>
  std::unique_ptr<Sweep> take_kept() {
    std::unique_ptr<Kept>& place = kept_[Sweep::consuming ? 1 : 0];
    if (!place) return std::make_unique<Sweep>();
    return std::unique_ptr<Sweep>(static_cast<Sweep*>(place.release()));
  }
  template <class Sweep>
  void keep(std::unique_ptr<Sweep> sweep) {
    kept_[Sweep::consuming ? 1 : 0] = std::move(sweep);
  }
  /// @}

 private:
  struct Store;

  const Node& checked(NodeId id) const;
  bool alive(NodeId id, std::uint32_t generation) const;
  Var append(NodeKind kind, const Tensor& leaf);
  void add_slot();
  void truncate(std::size_t length);
  Node* leaf_of(const Parameter& parameter);  // also when it is given up; null where there is none
  [[noreturn]] void refuse(std::string_view where, const Var& var) const;

  // nodes_[i] for i < size_ are alive; those behind them, up to capacity_, wait for the next recording.
  Node** nodes_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t sources_ = 0;
  std::size_t used_up_ = ~std::size_t{0};  // nodes from here on cannot be swept
  std::uint32_t generation_ = 1;
  detail::Deferral* deferral_ = nullptr;
  std::unique_ptr<Kept> kept_[2];
  std::unique_ptr<Store> store_;
};

}  // namespace nabla

template <>
struct fmt::formatter<nabla::TapeMemory> : nabla::detail::TextFormatter {};
