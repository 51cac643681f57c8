// The sweep that updates weights as it passes.
#include <algorithm>
#include <nabla/error.hpp>
#include <nabla/optim/optimizer.hpp>

#include "sweep.hpp"

namespace nabla::optim {
namespace {

/// A parameter and its place on the tape.
struct Leaf {
  NodeId id;
  Parameter* parameter;
  std::uint32_t uses = 0;  // by nodes whose cotangents are formed
};

void check(const Tape& tape, const Var& loss, std::span<Parameter* const> parameters) {
  const Tensor& value = tape.node("step", loss).value();
  tape.require_whole("step", loss.id());
  if (value.size() != 1)
    throw ShapeError(
        "step", fmt::format("The loss has shape {}, not one element; reduce it, by mean() for example", value.shape()));
  if (!is_floating(value.dtype()))
    throw DTypeError("step", fmt::format("The loss is {}; only f32 and f64 results have derivatives", value.dtype()));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (std::find(parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(i), parameters[i]) !=
        parameters.begin() + static_cast<std::ptrdiff_t>(i))
      throw ValueError("step", fmt::format("Parameter '{}' is given twice", parameters[i]->name()));
}

/// The parameters that are on the tape, the last recorded first: the order in which the sweep comes to them. The others
/// go to `absent`.
PooledVector<Leaf> leaves_of(Tape& tape, std::span<Parameter* const> parameters, PooledVector<Parameter*>& absent) {
  PooledVector<Leaf> leaves;
  leaves.reserve(parameters.size());
  for (Parameter* p : parameters) {
    const Var leaf = tape.find(*p);
    if (!leaf.defined()) {
      absent.push_back(p);
      continue;
    }
    if (leaf.shape() != p->shape())
      throw ShapeError("step", fmt::format("Parameter '{}' has shape {}, but {} when it was recorded; record again",
                                           p->name(), p->shape(), leaf.shape()));
    if (leaf.dtype() != p->dtype())
      throw DTypeError("step", fmt::format("Parameter '{}' is {}, but was {} when it was recorded; record again",
                                           p->name(), p->dtype(), leaf.dtype()));
    leaves.push_back({leaf.id(), p});
  }
  std::ranges::reverse(leaves);  // nearly sorted: most nets are recorded in the order of their parameters
  if (!std::ranges::is_sorted(leaves, std::ranges::greater(), &Leaf::id))
    std::ranges::sort(leaves, std::ranges::greater(), &Leaf::id);
  return leaves;
}

Leaf* find(std::span<Leaf> leaves, NodeId id) {
  const auto it = std::ranges::lower_bound(leaves, id, std::ranges::greater(), &Leaf::id);
  return it != leaves.end() && it->id == id ? &*it : nullptr;
}

class ConsumingSweep {
 public:
  ConsumingSweep(Tape& tape, NodeId root, std::span<Leaf> leaves, std::span<const NodeId> wrt, Update& update)
      : tape_(tape),
        root_(root),
        first_(std::min(root, *std::min_element(wrt.begin(), wrt.end()))),
        leaves_(leaves),
        update_(update),
        adjoints_(tape, first_, root, wrt) {}

  void run(Tensor seed) {
    count_uses();
    tape_.use_up(first_);
    if (adjoints_.matters(root_)) adjoints_.add(root_, std::move(seed));
    std::size_t next = 0;  // of the leaves
    for (NodeId id = root_ + 1; id-- > first_;) {
      if (next < leaves_.size() && leaves_[next].id == id) {
        take(leaves_[next++]);
      } else if (adjoints_.goes_on(id) && adjoints_.has(id)) {
        const Node& node = tape_.node(id);
        if (!detail::add_elementwise(node, tape_, id, adjoints_))
          detail::add_by_rule(node, tape_, id, adjoints_, needs_, grad_, [this](auto&&... a) { call_rule(a...); });
        adjoints_.pass(id);
      }
    }
  }

 private:
  void count_uses() {
    for (NodeId id = first_; id <= root_; ++id)
      if (adjoints_.goes_on(id))
        for (const NodeId operand : tape_.node(id).operands())
          if (tape_.node(operand).kind() == NodeKind::parameter)
            if (Leaf* leaf = find(leaves_, operand)) ++leaf->uses;
  }

  /// All that use the parameter have been passed.
  void take(Leaf& leaf) {
    if (!leaf.parameter) return;  // folded
    Tensor gradient = adjoints_.has(leaf.id) ? std::move(adjoints_[leaf.id]).contiguous()
                                             : zeros(leaf.parameter->shape(), leaf.parameter->dtype());
    tape_.give_up(leaf.id);
    update_.take(*leaf.parameter, gradient);
  }

  /// Offers the rule to add to the target of a parameter that nobody else uses.
  void call_rule(const Node& node, Tape&, NodeId, const Tensor& ct, std::span<const bool> needs,
                 std::span<Tensor> grad) {
    const std::span<const NodeId> operands = node.operands();
    detail::Scratch<const Tensor*> in(operands.size());
    detail::Scratch<Into> into(operands.size());
    detail::Scratch<Leaf*> offered(operands.size());
    for (std::size_t i = 0; i < operands.size(); ++i) {
      in[i] = &tape_.node(operands[i]).value();
      into[i] = {};
      offered[i] = node.table()->fused ? sole_use(operands[i]) : nullptr;
      if (!offered[i]) continue;
      Parameter& w = *offered[i]->parameter;
      into[i] = update_.fold(w);
      if (!into[i].target) {
        offered[i] = nullptr;
        continue;
      }
      tape_.give_up(operands[i]);
      in[i] = &w.value;
    }
    node.table()->vjp(node.op(), {Tensors(in.span()), node.value(), ct, needs, grad, into.span()});
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (offered[i]) settle(*offered[i], into[i], grad[i]);
  }

  /// The leaf of a parameter whose only use is now being passed.
  Leaf* sole_use(NodeId id) {
    Leaf* const leaf = tape_.node(id).kind() == NodeKind::parameter ? find(leaves_, id) : nullptr;
    return leaf && leaf->uses == 1 ? leaf : nullptr;
  }

  void settle(Leaf& leaf, const Into& into, Tensor& gradient) {
    if (!into.target)
      update_.folded(*leaf.parameter);
    else
      update_.take(*leaf.parameter, gradient.defined() ? gradient.contiguous()
                                                       : zeros(leaf.parameter->shape(), leaf.parameter->dtype()));
    gradient = Tensor();
    leaf.parameter = nullptr;
  }

  Tape& tape_;
  NodeId root_, first_;
  std::span<Leaf> leaves_;
  Update& update_;
  detail::Adjoints<Tensor> adjoints_;
  detail::Scratch<bool> needs_;
  detail::Scratch<Tensor> grad_;
};

}  // namespace

void consume(const Var& loss, std::span<Parameter* const> parameters, Update& update) {
  Tape& tape = loss.tape();
  check(tape, loss, parameters);
  PooledVector<Parameter*> absent;
  PooledVector<Leaf> leaves = leaves_of(tape, parameters, absent);
  for (Parameter* p : absent) update.take(*p, zeros(p->shape(), p->dtype()));
  if (leaves.empty()) return;
  PooledVector<NodeId> wrt;
  wrt.reserve(leaves.size());
  for (const Leaf& leaf : leaves) wrt.push_back(leaf.id);
  ConsumingSweep(tape, loss.id(), leaves, wrt, update).run(ones(loss.shape(), loss.dtype()));
}

}  // namespace nabla::optim
