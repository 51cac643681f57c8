// The reverse sweep over the tape, for computed and for recorded cotangents alike.
//
// With δ(node) = ∂C/∂(node), the sweep walks backward from the result: when it reaches a node, every use of it has been
// passed, so its δ is complete, and the rule of its operation turns it into contributions to the δ of its operands.
// For a chain of layers this is BP1 at the top, BP2 from layer to layer, and BP3 and BP4 at the leaves.
#pragma once

#include <algorithm>
#include <nabla/error.hpp>

#include "kernels/accumulate.hpp"
#include "node.hpp"
#include "scratch.hpp"

namespace nabla::detail {

/// a + b; a is the only owner wherever possible, so that the sum is formed in place.
inline Tensor accumulate(Tensor a, Tensor b) { return kernels::accumulate(std::move(a), std::move(b)); }
inline Var accumulate(const Var& a, const Var& b) { return a + b; }

/// The cotangents that wait for their node. Few live at a time, so their slots are used again and stay in cache.
template <Value V>
class Adjoints {
 public:
  Adjoints(NodeId first, NodeId last) : first_(first), slot_of_(last - first + 1, no_slot) {}

  bool has(NodeId id) const { return slot_of_[id - first_] != no_slot; }
  V& operator[](NodeId id) { return slots_[slot_of_[id - first_]]; }

  void add(NodeId id, V contribution) {
    std::uint32_t& slot = slot_of_[id - first_];
    if (slot != no_slot) {
      slots_[slot] = accumulate(std::move(slots_[slot]), std::move(contribution));
    } else if (!free_.empty()) {
      slot = free_.back();
      free_.pop_back();
      slots_[slot] = std::move(contribution);
    } else {
      slot = static_cast<std::uint32_t>(slots_.size());
      slots_.push_back(std::move(contribution));
    }
  }

  V take(NodeId id) {
    std::uint32_t& slot = slot_of_[id - first_];
    V value = std::move(slots_[slot]);
    slots_[slot] = V();
    free_.push_back(slot);
    slot = no_slot;
    return value;
  }

 private:
  static constexpr std::uint32_t no_slot = ~std::uint32_t{0};
  NodeId first_;
  PooledVector<std::uint32_t> slot_of_;
  PooledVector<V> slots_;
  PooledVector<std::uint32_t> free_;
};

/// Which nodes from `first` to `root` lie on a path from a node of wrt: only their cotangents are formed.
inline PooledVector<std::uint8_t> nodes_that_matter(const Tape& tape, NodeId first, NodeId root,
                                                    std::span<const NodeId> wrt) {
  PooledVector<std::uint8_t> matters(root - first + 1, 0);
  for (NodeId x : wrt)
    if (x <= root) matters[x - first] = 1;
  for (NodeId id = first; id <= root; ++id) {
    const Node& node = tape.node(id);
    if (node.is_leaf() || !node.table()->info.differentiable) continue;
    for (NodeId operand : node.operands())
      if (operand >= first) matters[id - first] |= matters[operand - first];
  }
  return matters;
}

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

/// Fills result[i] with ∂root/∂wrt[i] contracted with the seed; left empty where root does not depend on it.
template <Value V>
void sweep(Tape& tape, NodeId root, V seed, std::span<const NodeId> wrt, std::span<V> result) {
  if (wrt.empty()) return;
  const NodeId first = std::min(root, *std::min_element(wrt.begin(), wrt.end()));
  const PooledVector<std::uint8_t> matters = nodes_that_matter(tape, first, root, wrt);
  PooledVector<std::uint8_t> wanted(root - first + 1, 0);  // keep their cotangents when they have been passed on
  for (NodeId x : wrt)
    if (x <= root) wanted[x - first] = 1;

  Adjoints<V> adjoints(first, root);
  if (matters[root - first]) adjoints.add(root, std::move(seed));

  Scratch<V> grad;
  Scratch<bool> needs;
  for (NodeId id = root + 1; id-- > first;) {
    if (!adjoints.has(id)) continue;
    const Node& node = tape.node(id);
    if (node.is_leaf()) continue;
    const std::span<const NodeId> operands = node.operands();
    needs.resize(operands.size());
    bool any = false;
    for (std::size_t i = 0; i < operands.size(); ++i)
      any |= needs[i] = operands[i] >= first && matters[operands[i] - first];
    if (!any) continue;

    const V ct = wanted[id - first] ? adjoints[id] : adjoints.take(id);
    grad.resize(operands.size());
    call_rule(node, tape, id, ct, needs.span(), grad.span());
    for (std::size_t i = 0; i < operands.size(); ++i) {
      V contribution = std::exchange(grad[i], V());
      if (!needs[i] || !contribution.defined()) continue;
      const Tensor& operand = tape.node(operands[i]).value();
      if (contribution.shape() != operand.shape())
        throw ShapeError(node.table()->info.name,
                         fmt::format("The rule gave operand {} of shape {} a cotangent of shape {}; they must be equal",
                                     i, operand.shape(), contribution.shape()));
      adjoints.add(operands[i], std::move(contribution));
    }
  }
  for (std::size_t i = 0; i < wrt.size(); ++i)
    if (wrt[i] <= root && adjoints.has(wrt[i])) result[i] = adjoints[wrt[i]];
}

}  // namespace nabla::detail
