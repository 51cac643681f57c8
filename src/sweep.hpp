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

/// What the sweep keeps of the nodes from `first` to `root`: which of them lie on a path from a node of wrt, so that
/// their cotangents are to be formed, and the cotangents that wait for their node. Few wait at a time, so their slots
/// are used again and stay in cache; a small buffer stays in its slot for the next cotangent of its shape.
template <Value V>
class Adjoints {
 public:
  Adjoints(const Tape& tape, NodeId first, NodeId root, std::span<const NodeId> wrt)
      : first_(first), states_(root - first + 1, 0) {
    for (NodeId x : wrt)
      if (x <= root) states_[x - first] = wanted_bit;
    std::uint32_t* state = states_.data();
    for (NodeId id = first; id <= root; ++id, ++state) {
      const Node& node = tape.node(id);
      if (node.is_leaf() || !node.table()->info.differentiable) continue;
      for (NodeId operand : node.operands())
        if (matters(operand)) *state |= path_bit;
    }
  }

  /// Whether the cotangent is to be formed: it is wanted, or others are formed from it.
  bool matters(NodeId id) const { return id >= first_ && (states_[id - first_] & (wanted_bit | path_bit)) != 0; }
  /// Whether cotangents of operands are to be formed from it.
  bool goes_on(NodeId id) const { return (states_[id - first_] & path_bit) != 0; }
  bool has(NodeId id) const { return states_[id - first_] >= one_slot; }
  V& operator[](NodeId id) { return slots_[states_[id - first_] / one_slot - 1]; }

  void add(NodeId id, V&& contribution) {
    if (has(id))
      accumulate((*this)[id], std::move(contribution));
    else
      occupy(id) = std::move(contribution);
  }

  /// Where the adjoint of a node is to stand that has none yet; what is in the slot may be used again.
  V& occupy(NodeId id) {
    if (free_.empty()) [[unlikely]]
      add_slot();
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    states_[id - first_] += (slot + 1) * one_slot;
    return slots_[slot];
  }

  /// Called when the node has been passed: its slot may be used again, unless the adjoint itself is wanted.
  void pass(NodeId id) {
    std::uint32_t& state = states_[id - first_];
    if (state & wanted_bit) return;
    const std::uint32_t slot = state / one_slot - 1;
    if (!is_small(slots_[slot])) slots_[slot] = V();
    free_.push_back(slot);
    state %= one_slot;
  }

 private:
  // The state of a node: two bits, and above them 1 + its slot, or 0 while it has no adjoint.
  static constexpr std::uint32_t wanted_bit = 1, path_bit = 2, one_slot = 4;
  static bool is_small(const Tensor& x) { return x.size() <= 64; }
  static bool is_small(const Var&) { return true; }

  [[gnu::noinline]] void add_slot() {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }

  NodeId first_;
  PooledVector<std::uint32_t> states_;
  PooledVector<V> slots_;
  PooledVector<std::uint32_t> free_;
};

inline void call_rule(const Node& node, const Tape& tape, NodeId, const Tensor& ct, std::span<const bool> needs,
                      std::span<Tensor> grad) {
  Scratch<const Tensor*> in(grad.size());
  for (std::size_t i = 0; i < grad.size(); ++i) in[i] = &tape.node(node.operands()[i]).value();
  node.table()->vjp(node.op(), {.in = Tensors(in.span()), .out = node.value(), .ct = ct, .needs = needs, .grad = grad});
}

inline void call_rule(const Node& node, Tape& tape, NodeId id, const Var& ct, std::span<const bool> needs,
                      std::span<Var> grad) {
  Scratch<Var> in(grad.size());
  for (std::size_t i = 0; i < grad.size(); ++i) in[i] = tape.var(node.operands()[i]);
  node.table()->vjp_recorded(node.op(), {in.span(), tape.var(id), ct, needs, grad});
}

/// For a plain elementwise operation, the loop adds to the adjoints of the operands in place. Returns false, with
/// nothing done, for anything else.
inline bool add_elementwise(const Node& node, const Tape& tape, const Tensor& ct, Adjoints<Tensor>& adjoints) {
  const Tensor& value = node.value();
  if (!node.plain() || !ct.is_contiguous() || !is_floating(value.dtype())) return false;
  const kernels::ReverseLoop loop = node.table()->elementwise->reverse_loop(value.dtype());
  if (!loop) return false;

  const std::span<const NodeId> operands = node.operands();
  const void* const u = ct.strided_data<void>();  // stays where it is while adjoints are added
  const void* in[kernels::most_operands];
  void* grad[kernels::most_operands];
  bool add[kernels::most_operands];
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const NodeId id = operands[k];
    in[k] = tape.node(id).value().strided_data<void>();
    grad[k] = nullptr;
    if (!adjoints.matters(id)) continue;
    add[k] = adjoints.has(id);
    if (add[k]) {
      grad[k] = adjoints[id].mutable_bytes();
    } else {
      Tensor& adjoint = adjoints.occupy(id);
      adjoint.become_like(value);
      grad[k] = adjoint.new_data();
    }
  }
  loop(value.size(), u, value.strided_data<void>(), in, grad, add);
  return true;
}
inline bool add_elementwise(const Node&, const Tape&, const Var&, Adjoints<Var>&) { return false; }

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

/// Calls the rule of any operation, by `call`, and adds what it gives. `needs` and `grad` are working space; grad is
/// left empty.
template <Value V, class Call>
void add_by_rule(const Node& node, Tape& tape, NodeId id, Adjoints<V>& adjoints, Scratch<bool>& needs, Scratch<V>& grad,
                 Call call) {
  const std::span<const NodeId> operands = node.operands();
  needs.resize(operands.size());
  grad.resize(operands.size());
  for (std::size_t i = 0; i < operands.size(); ++i) needs[i] = adjoints.matters(operands[i]);
  call(node, tape, id, adjoints[id], needs.span(), grad.span());
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (needs[i] && grad[i].defined()) {
      check_cotangent(node, i, tape.node(operands[i]).value(), grad[i]);
      adjoints.add(operands[i], std::move(grad[i]));
    }
    grad[i] = V();
  }
}

/// Fills result[i] with ∂root/∂wrt[i] contracted with the seed; left empty where root does not depend on it.
template <Value V>
void sweep(Tape& tape, NodeId root, V seed, std::span<const NodeId> wrt, std::span<V> result) {
  if (wrt.empty()) return;
  const NodeId first = std::min(root, *std::min_element(wrt.begin(), wrt.end()));
  Adjoints<V> adjoints(tape, first, root, wrt);
  if (adjoints.matters(root)) adjoints.add(root, std::move(seed));

  Scratch<bool> needs;
  Scratch<V> grad;
  for (NodeId id = root + 1; id-- > first;) {
    if (!adjoints.goes_on(id) || !adjoints.has(id)) continue;
    const Node& node = tape.node(id);
    if (!add_elementwise(node, tape, adjoints[id], adjoints))
      add_by_rule(node, tape, id, adjoints, needs, grad, [](auto&&... arguments) { call_rule(arguments...); });
    adjoints.pass(id);
  }
  for (std::size_t i = 0; i < wrt.size(); ++i)
    if (wrt[i] <= root && adjoints.has(wrt[i])) result[i] = adjoints[wrt[i]];
}

}  // namespace nabla::detail
