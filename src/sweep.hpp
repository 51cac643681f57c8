// The reverse sweep over the tape, for computed and for recorded cotangents alike.
//
// With δ(node) = ∂C/∂(node), the sweep walks backward from the result: when it reaches a node, every use of it has been
// passed, so its δ is complete, and the rule of its operation turns it into contributions to the δ of its operands.
// For a chain of layers this is BP1 at the top, BP2 from layer to layer, and BP3 and BP4 at the leaves.
#pragma once

#include <algorithm>
#include <nabla/error.hpp>

#include "kernels/accumulate.hpp"
#include "kernels/elementwise.hpp"
#include "node.hpp"
#include "scratch.hpp"

namespace nabla::detail {

/// sum ← sum + term, in place wherever nobody else holds the one or the other.
inline void accumulate(Tensor& sum, Tensor&& term) { kernels::accumulate(sum, std::move(term)); }
inline void accumulate(Var& sum, const Var& term) { sum = sum + term; }

/// The cotangents that wait for their node. Few live at a time, so their slots are used again and stay in cache; a
/// small buffer stays in its slot for the next cotangent of its shape.
template <Value V>
class Adjoints {
 public:
  Adjoints(NodeId first, NodeId last) : first_(first), slot_of_(last - first + 1, none) {}

  bool has(NodeId id) const { return slot_of_[id - first_] != none; }
  V& operator[](NodeId id) { return slots_[slot_of_[id - first_]]; }

  void add(NodeId id, V&& contribution) {
    if (has(id))
      accumulate((*this)[id], std::move(contribution));
    else
      occupy(id) = std::move(contribution);
  }

  /// Where the adjoint of a node is to stand that has none yet; what is in the slot may be used again.
  V& occupy(NodeId id) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t slot = slot_of_[id - first_] = free_.back();
    free_.pop_back();
    return slots_[slot];
  }

  /// Called when the node has been passed: its slot may be used again.
  void drop(NodeId id) {
    std::uint32_t& slot = slot_of_[id - first_];
    if (!is_small(slots_[slot])) slots_[slot] = V();
    free_.push_back(slot);
    slot = none;
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static bool is_small(const Tensor& x) { return x.size() <= 64; }
  static bool is_small(const Var&) { return true; }

  NodeId first_;
  PooledVector<std::uint32_t> slot_of_;
  PooledVector<V> slots_;
  PooledVector<std::uint32_t> free_;
};

/// The nodes from `first` to `root`: which lie on a path from a node of wrt, so that their cotangents are to be formed,
/// and which are in wrt, so that they are to be kept.
class Marks {
 public:
  Marks(const Tape& tape, NodeId first, NodeId root, std::span<const NodeId> wrt)
      : first_(first), marks_(root - first + 1, nothing) {
    for (NodeId x : wrt)
      if (x <= root) marks_[x - first] = wanted_mark;
    for (NodeId id = first; id <= root; ++id) {
      const Node& node = tape.node(id);
      if (marks_[id - first] != nothing || node.is_leaf() || !node.table()->info.differentiable) continue;
      for (NodeId operand : node.operands())
        if (matters(operand)) marks_[id - first] = matters_mark;
    }
  }

  bool matters(NodeId id) const { return id >= first_ && marks_[id - first_] != nothing; }
  bool wanted(NodeId id) const { return marks_[id - first_] == wanted_mark; }

 private:
  enum Mark : std::uint8_t { nothing, matters_mark, wanted_mark };
  NodeId first_;
  PooledVector<Mark> marks_;
};

inline void call_rule(const Node& node, const Tape& tape, NodeId, const Tensor& ct, std::span<const bool> needs,
                      std::span<Tensor> grad) {
  Scratch<const Tensor*> in(grad.size());
  for (std::size_t i = 0; i < grad.size(); ++i) in[i] = &tape.node(node.operands()[i]).value();
  node.table()->vjp(node.op(), {Tensors(in.span()), node.value(), ct, needs, grad});
}

inline void call_rule(const Node& node, Tape& tape, NodeId id, const Var& ct, std::span<const bool> needs,
                      std::span<Var> grad) {
  Scratch<Var> in(grad.size());
  for (std::size_t i = 0; i < grad.size(); ++i) in[i] = tape.var(node.operands()[i]);
  node.table()->vjp_recorded(node.op(), {in.span(), tape.var(id), ct, needs, grad});
}

/// For a plain elementwise operation, the loop adds to the adjoints of the operands in place. Returns false, with
/// nothing done, for anything else.
inline bool add_elementwise(const Node& node, const Tape& tape, const Tensor& ct, std::span<const bool> needs,
                            Adjoints<Tensor>& adjoints) {
  const Tensor& value = node.value();
  if (!node.plain() || !ct.is_contiguous() || !is_floating(value.dtype())) return false;
  const kernels::ReverseLoop loop = node.table()->elementwise->reverse[static_cast<std::size_t>(value.dtype())];
  if (!loop) return false;

  const std::span<const NodeId> operands = node.operands();
  const void* const u = ct.strided_data<void>();  // stays where it is while adjoints are added
  const void* in[kernels::most_operands];
  void* grad[kernels::most_operands];
  bool add[kernels::most_operands];
  for (std::size_t k = 0; k < operands.size(); ++k) {
    in[k] = tape.node(operands[k]).value().strided_data<void>();
    grad[k] = nullptr;
    if (!needs[k]) continue;
    add[k] = adjoints.has(operands[k]);
    Tensor& adjoint = add[k] ? adjoints[operands[k]] : adjoints.occupy(operands[k]);
    if (!add[k]) adjoint.become_like(value);
    grad[k] = adjoint.mutable_bytes();
  }
  loop(value.size(), u, value.strided_data<void>(), in, kernels::dense_steps, grad, add);
  return true;
}
inline bool add_elementwise(const Node&, const Tape&, const Var&, std::span<const bool>, Adjoints<Var>&) {
  return false;
}

/// What a rule gives must look like the operand.
template <Value V>
void check_cotangent(const Node& node, std::size_t i, const Tensor& operand, const V& ct) {
  if (ct.shape() != operand.shape()) [[unlikely]]
    throw ShapeError(node.table()->info.name,
                     fmt::format("The rule gave operand {} of shape {} a cotangent of shape {}; they must be equal", i,
                                 operand.shape(), ct.shape()));
  if (ct.dtype() != operand.dtype()) [[unlikely]]
    throw DTypeError(node.table()->info.name,
                     fmt::format("The rule gave operand {} of {} a cotangent of {}; they must be equal", i,
                                 operand.dtype(), ct.dtype()));
}

/// Fills result[i] with ∂root/∂wrt[i] contracted with the seed; left empty where root does not depend on it.
template <Value V>
void sweep(Tape& tape, NodeId root, V seed, std::span<const NodeId> wrt, std::span<V> result) {
  if (wrt.empty()) return;
  const NodeId first = std::min(root, *std::min_element(wrt.begin(), wrt.end()));
  const Marks marks(tape, first, root, wrt);
  Adjoints<V> adjoints(first, root);
  if (marks.matters(root)) adjoints.add(root, std::move(seed));

  Scratch<V> grad;
  Scratch<bool> needs;
  for (NodeId id = root + 1; id-- > first;) {
    if (!adjoints.has(id)) continue;
    const Node& node = tape.node(id);
    if (node.is_leaf()) continue;
    const std::span<const NodeId> operands = node.operands();
    needs.resize(operands.size());
    bool any = false;
    for (std::size_t i = 0; i < operands.size(); ++i) any |= needs[i] = marks.matters(operands[i]);
    if (!any) continue;

    const bool added = add_elementwise(node, tape, adjoints[id], needs.span(), adjoints);
    if (!added) {
      grad.resize(operands.size());
      call_rule(node, tape, id, adjoints[id], needs.span(), grad.span());
    }
    if (!marks.wanted(id)) adjoints.drop(id);
    if (added) continue;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (needs[i] && grad[i].defined()) {
        check_cotangent(node, i, tape.node(operands[i]).value(), grad[i]);
        adjoints.add(operands[i], std::move(grad[i]));
      }
      grad[i] = V();
    }
  }
  for (std::size_t i = 0; i < wrt.size(); ++i)
    if (wrt[i] <= root && adjoints.has(wrt[i])) result[i] = adjoints[wrt[i]];
}

}  // namespace nabla::detail
