// The reverse sweep over the tape, for computed and for recorded cotangents alike.
//
// With δ(node) = ∂C/∂(node), the sweep walks backward from the result: when it reaches a node, every use of it has been
// passed, so its δ is complete, and the rule of its operation turns it into contributions to the δ of its operands.
// For a chain of layers this is BP1 at the top, BP2 from layer to layer, and BP3 and BP4 at the leaves.
#pragma once

#include <algorithm>
#include <nabla/error.hpp>

#include "kernels/accumulate.hpp"
#include "kernels/shares.hpp"
#include "node.hpp"
#include "scratch.hpp"

namespace nabla::detail {

inline const Tensor& value_of(const Tensor& x) { return x; }
/// As it stands on the tape: a promised one has its shape and dtype, too.
inline const Tensor& value_of(const Var& x) { return x.tape().node("gradient", x).value(); }

/// sum ← sum + term, in place wherever nobody else holds the one or the other.
inline void accumulate(Tensor& sum, Tensor&& term) { kernels::accumulate(sum, std::move(term)); }
inline void accumulate(Var& sum, const Var& term) { sum = sum + term; }

/// What the sweep keeps of the nodes from `first` to `root`: which of them lie on a path from a node of wrt, so that
/// their cotangents are to be formed, and the cotangents that wait for their node. Few wait at a time, so their slots
/// are used again and stay in cache; a small buffer stays in its slot for the next cotangent of its shape.
template <Value V>
class Adjoints {
 public:
  Adjoints() = default;
  /// For a sweep over these nodes. No adjoint may be left of the one before; its memory is used again.
  void prepare(const Tape& tape, NodeId first, NodeId root, std::span<const NodeId> wrt) {
    tape_ = &tape;
    first_ = first;
    for_all_sources_ = prepare_for_all_sources(root, wrt);
    if (for_all_sources_) return;
    states_.assign(root - first + 1, State());
    for (NodeId x : wrt)
      if (x <= root) at(x).set_wanted();
    for (NodeId id = first; id <= root; ++id) {
      const Node& node = tape.node(id);
      if (node.is_leaf() || !node.table()->info.differentiable) continue;
      bool on_path = false;
      for (NodeId operand : node.operands()) on_path |= matters(operand);
      if (on_path) at(id).set_on_path();
    }
  }
  ~Adjoints() {
    for (V* slot : slots_) {
      std::destroy_at(slot);
      PoolAllocator<V>().deallocate(slot, 1);
    }
  }
  Adjoints(const Adjoints&) = delete;
  Adjoints& operator=(const Adjoints&) = delete;

  /// Whether the cotangent is to be formed: it is wanted, or others are formed from it.
  bool matters(NodeId id) const {
    return id >= first_ && at(id).matters() && (tape_->node(id).active() || !for_all_sources_);
  }
  /// Whether cotangents of operands are to be formed from it.
  bool goes_on(NodeId id) const { return at(id).is_on_path(); }
  bool has(NodeId id) const { return at(id).occupied(); }
  V& operator[](NodeId id) { return *at(id).slot(); }

  void add(NodeId id, V&& contribution) {
    if (has(id))
      accumulate((*this)[id], std::move(contribution));
    else
      occupy(id) = std::move(contribution);
  }

  /// Whether it has one; for nodes that may lie before the first.
  bool may_have(NodeId id) const { return id >= first_ && at(id).occupied(); }

  /// Where a rule may put ∂C/∂x, or add it to what is there: the adjoint, or the slot that would be its, if a buffer of
  /// the shape of x has stayed in it. Nowhere otherwise, as for an operand in two places: either might be formed first.
  Into offer(NodeId id, const Tensor& x, std::span<const NodeId> operands) {
    if (has(id)) return (*this)[id].is_writable() ? Into{&(*this)[id], 1, 1} : Into{};
    if (free_.empty() || !free_.back()->is_dense_like(x) || !free_.back()->is_writable()) return {};
    if (std::ranges::count(operands, id) > 1) return {};
    return {&occupy(id), 1, 0};
  }
  /// What was offered, and has not been used.
  void withdraw(NodeId id, const Into& offered) {
    if (offered.target && offered.beta == 0) release(id);
  }

  /// Where the adjoint of a node is to stand that has none yet; what is in the slot may be used again.
  V& occupy(NodeId id) {
    if (free_.empty()) [[unlikely]]
      add_slot();
    V* const slot = free_.back();
    free_.pop_back();
    at(id).put(slot);
    return *slot;
  }

  /// The adjoint of `from`, which is being used for the last time, becomes that of `to`, which has none. Returns
  /// whether it may: not if it is wanted itself, or somebody else holds it.
  [[gnu::always_inline]] bool hand_over(NodeId from, NodeId to) {
    State& state = at(from);
    if (state.is_wanted() || !state.slot()->is_writable()) return false;
    at(to).put(state.take());
    return true;
  }

  /// Called when the node has been passed: its slot may be used again, unless the adjoint itself is wanted.
  void pass(NodeId id) {
    if (!at(id).is_wanted() && has(id)) release(id);
  }
  /// Hands out the adjoint of a wanted node, which is wanted no more.
  V take(NodeId id) {
    V adjoint = std::move((*this)[id]);
    release(id);
    at(id).set_taken();
    return adjoint;
  }
  bool taken(NodeId id) const { return !at(id).is_wanted(); }
  /// The adjoint has been used.
  void release(NodeId id) {
    V* const slot = at(id).take();
    if (!is_small(*slot)) *slot = V();
    free_.push_back(slot);
  }

  /// Of what it keeps from sweep to sweep.
  std::size_t bytes() const {
    std::size_t total = states_.capacity() * sizeof(State) + slots_.size() * (sizeof(V) + 2 * sizeof(V*));
    for (const V* slot : slots_)
      total += static_cast<std::size_t>(value_of(*slot).size()) * size_of(value_of(*slot).dtype());
    return total;
  }

 private:
  /// Where the adjoint stands, if there is one, and in the lowest bits what it is for.
  class State {
   public:
    static State wanted() { return State(wanted_bit); }
    static State on_path() { return State(path_bit); }
    State() = default;

    bool is_wanted() const { return (word_ & wanted_bit) != 0; }
    bool is_on_path() const { return (word_ & path_bit) != 0; }
    bool matters() const { return (word_ & (wanted_bit | path_bit)) != 0; }
    void set_wanted() { word_ |= wanted_bit; }
    void set_taken() { word_ &= ~wanted_bit; }
    void set_on_path() { word_ |= path_bit; }

    bool occupied() const { return word_ > (wanted_bit | path_bit); }
    V* slot() const { return reinterpret_cast<V*>(word_ & ~(wanted_bit | path_bit)); }
    void put(V* slot) { word_ |= reinterpret_cast<std::uintptr_t>(slot); }
    V* take() {
      V* const taken = slot();
      word_ &= wanted_bit | path_bit;
      return taken;
    }

   private:
    explicit State(std::uintptr_t word) : word_(word) {}

    static constexpr std::uintptr_t wanted_bit = 1, path_bit = 2;
    static_assert(alignof(V) > (wanted_bit | path_bit));
    std::uintptr_t word_ = 0;
  };

  /// The usual case, in which no node need be looked at: wrt holds every variable and parameter on the tape, and
  /// nothing else. Then all active nodes are on a path, and the states of the others are wrong. Returns whether it was
  /// so.
  bool prepare_for_all_sources(NodeId root, std::span<const NodeId> wrt) {
    if (wrt.size() != tape_->sources()) return false;
    states_.assign(root - first_ + 1, State::on_path());
    for (NodeId x : wrt) {
      if (x > root || !tape_->node(x).is_leaf() || !tape_->node(x).active() || at(x).is_wanted()) return false;
      at(x) = State::wanted();
    }
    return true;
  }

  const State& at(NodeId id) const { return states_[id - first_]; }
  State& at(NodeId id) { return states_[id - first_]; }
  static bool is_small(const Tensor& x) { return x.size() <= 64; }
  static bool is_small(const Var&) { return true; }

  [[gnu::noinline]] void add_slot() {
    free_.reserve(slots_.size() + 1);
    slots_.reserve(slots_.size() + 1);
    slots_.push_back(::new (PoolAllocator<V>().allocate(1)) V);
    free_.push_back(slots_.back());
  }

  const Tape* tape_ = nullptr;
  NodeId first_ = 0;
  bool for_all_sources_ = false;
  PooledVector<State> states_;
  PooledVector<V*> slots_;
  PooledVector<V*> free_;  // those that hold no adjoint
};

/// A fused rule is offered the adjoints that operands have already, and slots with a buffer that fits: it need not make
/// tensors that are added at once.
inline void call_rule(const Node& node, const Tape& tape, NodeId id, Adjoints<Tensor>& adjoints,
                      std::span<const bool> needs, std::span<Tensor> grad) {
  const std::span<const NodeId> operands = node.operands();
  const bool fused = node.table()->fused;
  Scratch<const Tensor*> in(grad.size());
  Scratch<Into> into(fused ? grad.size() : 0);
  for (std::size_t i = 0; i < grad.size(); ++i) {
    in[i] = &tape.node(operands[i]).value();
    if (fused) into[i] = needs[i] ? adjoints.offer(operands[i], *in[i], operands) : Into();
  }
  node.table()->vjp(node.op(), {.in = Tensors(in.span()),
                                .out = node.value(),
                                .ct = adjoints[id],
                                .needs = needs,
                                .grad = grad,
                                .into = into.span()});
  if (!fused) return;
  for (std::size_t i = 0; i < grad.size(); ++i) adjoints.withdraw(operands[i], into[i]);
}

inline void call_rule(const Node& node, Tape& tape, NodeId id, Adjoints<Var>& adjoints, std::span<const bool> needs,
                      std::span<Var> grad) {
  Scratch<Var> in(grad.size());
  for (std::size_t i = 0; i < grad.size(); ++i) in[i] = tape.var(node.operands()[i]);
  node.table()->vjp_recorded(node.op(), {in.span(), tape.var(id), adjoints[id], needs, grad});
}

/// Inlined for each number of operands, so that no loop over them is left.
[[gnu::always_inline]] inline void add_by_loop(kernels::ReverseLoop loop, const Node& node, const Tape& tape, NodeId id,
                                               std::span<const NodeId> operands, Adjoints<Tensor>& adjoints) {
  const Tensor& value = node.value();
  const void* const ct = adjoints[id].template strided_data<void>();  // stays where it is while adjoints are added
  bool handed_over = false;
  const void* in[kernels::most_operands + 1];
  void* grad[kernels::most_operands];
  bool add[kernels::most_operands];
#pragma GCC unroll 2
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const NodeId x = operands[k];
    in[k] = tape.node(x).value().strided_data<void>();
    add[k] = false;
    if (adjoints.may_have(x)) {
      grad[k] = adjoints[x].mutable_bytes();
      add[k] = true;
    } else if (!adjoints.matters(x)) {
      grad[k] = nullptr;
    } else if (!handed_over && adjoints.hand_over(id, x)) {
      handed_over = true;
      grad[k] = adjoints[x].new_data();
    } else {
      Tensor& adjoint = adjoints.occupy(x);
      adjoint.become_like(value);
      grad[k] = adjoint.new_data();
    }
  }
  in[operands.size()] = value.strided_data<void>();
  kernels::run_reverse(loop, node.op(), value.size(), value.dtype(), ct, std::span(in, operands.size() + 1), grad, add);
  if (!handed_over) adjoints.pass(id);
}

[[gnu::noinline]] inline void add_by_loop_of_many(kernels::ReverseLoop loop, const Node& node, const Tape& tape,
                                                  NodeId id, std::span<const NodeId> operands,
                                                  Adjoints<Tensor>& adjoints) {
  add_by_loop(loop, node, tape, id, operands, adjoints);
}

/// For a plain elementwise operation, the loop adds to the adjoints of the operands in place; one of them may take the
/// place of the cotangent. The node has then been passed. Returns false, with nothing done, for anything else.
[[gnu::always_inline]] inline bool pass_elementwise(const Node& node, const Tape& tape, NodeId id,
                                                    Adjoints<Tensor>& adjoints) {
  if (!node.plain() || !adjoints[id].is_contiguous()) return false;
  const kernels::ReverseLoop loop = node.table()->elementwise->reverse_loop(node.value().dtype());
  if (!loop) return false;
  if (node.arity() == 1)
    add_by_loop(loop, node, tape, id, node.operands<1>(), adjoints);
  else if (node.arity() == 2)
    add_by_loop(loop, node, tape, id, node.operands<2>(), adjoints);
  else
    add_by_loop_of_many(loop, node, tape, id, node.operands(), adjoints);
  return true;
}
inline bool pass_elementwise(const Node&, const Tape&, NodeId, Adjoints<Var>&) { return false; }

/// What a rule gives must look like the operand.
template <Value V>
[[gnu::noinline]] void refuse_cotangent(const Node& node, std::size_t i, const Tensor& operand, const V& ct) {
  if (ct.shape() != operand.shape())
    throw ShapeError(node.table()->info.name,
                     fmt::format("The rule gave operand {} of shape {} a cotangent of shape {}; they must be equal", i,
                                 operand.shape(), ct.shape()));
  throw DTypeError(node.table()->info.name,
                   fmt::format("The rule gave operand {} of {} a cotangent of {}; they must be equal", i,
                               operand.dtype(), ct.dtype()));
}

/// Calls the rule of any operation, by `call`, and adds what it gives. `needs` and `grad` are working space; grad is
/// left empty.
template <Value V, class Call>
[[gnu::noinline]] void add_by_rule(const Node& node, Tape& tape, NodeId id, Adjoints<V>& adjoints, Scratch<bool>& needs,
                                   Scratch<V>& grad, Call call) {
  const std::span<const NodeId> operands = node.operands();
  needs.resize(operands.size());
  grad.resize(operands.size());
  for (std::size_t i = 0; i < operands.size(); ++i) needs[i] = adjoints.matters(operands[i]);
  call(node, tape, id, adjoints, needs.span(), grad.span());
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (needs[i] && grad[i].defined()) {
      const Tensor& operand = tape.node(operands[i]).value();
      if (!value_of(grad[i]).is_like(operand)) [[unlikely]]
        refuse_cotangent(node, i, operand, grad[i]);
      adjoints.add(operands[i], std::move(grad[i]));
    }
    if (grad[i].defined()) grad[i] = V();
  }
}

/// The adjoints of a sweep whose memory stays on the tape.
struct KeptAdjoints final : Tape::Kept {
  static constexpr bool consuming = false;
  Adjoints<Tensor> adjoints;
  std::size_t bytes() const override { return sizeof(*this) + adjoints.bytes(); }
};

/// Fills result[i] with Σ seeds[r] · ∂roots[r]/∂wrt[i]; left empty where no root depends on it. The seeds are moved
/// from.
template <Value V>
void sweep(Tape& tape, std::span<const NodeId> roots, std::span<V> seeds, std::span<const NodeId> wrt,
           std::span<V> result, Adjoints<V>& adjoints) {
  if (wrt.empty()) return;
  const NodeId root = *std::max_element(roots.begin(), roots.end());
  const NodeId first = std::min(root, *std::min_element(wrt.begin(), wrt.end()));
  adjoints.prepare(tape, first, root, wrt);
  for (std::size_t r = 0; r < roots.size(); ++r)
    if (adjoints.matters(roots[r])) adjoints.add(roots[r], std::move(seeds[r]));

  Scratch<bool> needs;
  Scratch<V> grad;
  for (NodeId id = root + 1; id-- > first;) {
    if (!adjoints.goes_on(id) || !adjoints.has(id)) continue;
    const Node& node = tape.node(id);
    if (pass_elementwise(node, tape, id, adjoints)) continue;
    add_by_rule(node, tape, id, adjoints, needs, grad, [](auto&&... arguments) { call_rule(arguments...); });
    adjoints.pass(id);
  }
  for (std::size_t i = 0; i < wrt.size(); ++i) {
    if (wrt[i] > root) continue;
    if (adjoints.has(wrt[i]))
      result[i] = adjoints.take(wrt[i]);
    else if (adjoints.taken(wrt[i]))  // named twice
      result[i] = result[static_cast<std::size_t>(std::ranges::find(wrt, wrt[i]) - wrt.begin())];
  }
}

}  // namespace nabla::detail
