// Recording without evaluating what may never be needed.
#pragma once

#include <nabla/op.hpp>

#include "node.hpp"

namespace nabla::detail {

/// While it lives, an operation on the tape whose rules do not read its result (OpInfo::rule_reads_result) is not
/// evaluated before its value is needed: as an operand of another one, or because somebody asks for it. A gradient that
/// is recorded only to be differentiated again is often needed by nobody. At its end the tape is rewound to where it
/// was, so that no promise stays behind.
class Deferral {
 public:
  explicit Deferral(Tape& tape) : tape_(tape), begin_(tape.mark()), outer_(tape.set_deferral(this)) {}
  ~Deferral();
  Deferral(const Deferral&) = delete;
  Deferral& operator=(const Deferral&) = delete;

  /// Takes the next node of the tape for an operation that is not evaluated. Nothing for a result so small that it
  /// could be taken for a dense one.
  Var promise(const OpTable& table, const void* op, Tensors in, std::span<const Var* const> operands, bool active);
  /// Evaluates the node, if it has only been promised.
  void settle(NodeId id);
  /// The nodes from `length` on have been removed from the tape.
  void forget(NodeId length);

 private:
  Tape& tape_;
  Tape::Mark begin_;
  Deferral* outer_;
  PooledVector<NodeId> promised_;
};

}  // namespace nabla::detail
