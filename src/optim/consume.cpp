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
  bool updated = false;    // in this sweep, by its only use
};

void check(const Tape& tape, const Var& loss) {
  const Tensor& value = tape.node("step", loss).value();
  tape.require_whole("step", loss.id());
  if (value.size() != 1)
    throw ShapeError(
        "step", fmt::format("The loss has shape {}, not one element; reduce it, by mean() for example", value.shape()));
  if (!is_floating(value.dtype()))
    throw DTypeError("step", fmt::format("The loss is {}; only f32 and f64 results have derivatives", value.dtype()));
}

void check_distinct(std::span<Parameter* const> parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (std::ranges::find(parameters.first(i), parameters[i]) != parameters.begin() + static_cast<std::ptrdiff_t>(i))
      throw ValueError("step", fmt::format("Parameter '{}' is given twice", parameters[i]->name()));
}

/// A sweep from a loss to parameters. It is planned for a record and then stays on the tape, where a step of the same
/// record, replayed, finds the plan.
class ConsumingSweep final : public Tape::Kept {
 public:
  static constexpr bool consuming = true;

  std::size_t bytes() const override { return sizeof(*this) + adjoints_.bytes(); }

  bool is_planned_for(const Tape& tape, NodeId root, std::span<Parameter* const> parameters) const {
    const auto same = [](const Asked& asked, const Parameter* p) {
      return asked.parameter == p && asked.id == p->id();
    };
    return record_ == tape.record() && root_ == root && std::ranges::equal(asked_, parameters, same);
  }

  void plan(Tape& tape, NodeId root, std::span<Parameter* const> parameters) {
    check_distinct(parameters);
    record_ = {};  // in case of an exception
    asked_.clear();
    absent_.clear();
    leaves_.clear();
    for (Parameter* p : parameters) {
      asked_.push_back({p, p->id()});
      const Var leaf = tape.find(*p);
      if (leaf.defined() && leaf.id() <= root)
        leaves_.push_back({leaf.id(), p});
      else
        absent_.push_back(p);
    }
    std::ranges::sort(leaves_, std::ranges::greater(), &Leaf::id);  // the order in which the sweep comes to them
    PooledVector<NodeId> wrt;
    wrt.reserve(leaves_.size());
    for (const Leaf& leaf : leaves_) wrt.push_back(leaf.id);
    root_ = root;
    first_ = leaves_.empty() ? root : leaves_.back().id;
    adjoints_.prepare(tape, first_, root, wrt);
    count_uses(tape);
    record_ = tape.record();
  }

  /// The parameters must still be what they were when they were recorded. Nothing has changed when this throws.
  void check_leaves(const Tape& tape) const {
    for (const Leaf& leaf : leaves_)
      detail::require_like_recorded("step", leaf.parameter->value, tape.node(leaf.id).value(), leaf.parameter->name());
  }

  void run(Tape& tape, Update& update) {
    for (Parameter* p : absent_) update.take(*p, zeros(p->shape(), p->dtype()));
    if (leaves_.empty()) return;
    tape.use_up(first_);
    if (adjoints_.matters(root_)) seed(tape.node(root_).value());
    std::size_t next = 0;  // of the leaves
    for (NodeId id = root_ + 1; id-- > first_;) {
      if (next < leaves_.size() && leaves_[next].id == id) {
        take(tape, leaves_[next++], update);
      } else if (adjoints_.goes_on(id) && adjoints_.has(id)) {
        const Node& node = tape.node(id);
        if (detail::pass_elementwise(node, tape, id, adjoints_)) continue;
        detail::add_by_rule(node, tape, id, adjoints_, needs_, grad_,
                            [&](auto&&... arguments) { call_rule(update, arguments...); });
        adjoints_.pass(id);
      }
    }
  }

 private:
  struct Asked {
    Parameter* parameter;
    Parameter::Id id;
  };

  Leaf* find(NodeId id) {
    const auto it = std::ranges::lower_bound(leaves_, id, std::ranges::greater(), &Leaf::id);
    return it != leaves_.end() && it->id == id ? &*it : nullptr;
  }

  void count_uses(const Tape& tape) {
    for (NodeId id = first_; id <= root_; ++id)
      if (adjoints_.goes_on(id) && tape.node(id).active())
        for (const NodeId operand : tape.node(id).operands())
          if (tape.node(operand).kind() == NodeKind::parameter)
            if (Leaf* leaf = find(operand)) ++leaf->uses;
  }

  void seed(const Tensor& loss) {
    Tensor& one = adjoints_.occupy(root_);
    one.become_like(loss);
    visit_floating(loss.dtype(), [&]<class T>(std::type_identity<T>) { *reinterpret_cast<T*>(one.new_data()) = 1; });
  }

  /// All that use the parameter have been passed.
  void take(Tape& tape, Leaf& leaf, Update& update) {
    if (std::exchange(leaf.updated, false)) return;
    tape.give_up(leaf.id);
    if (!adjoints_.has(leaf.id))
      return update.take(*leaf.parameter, zeros(leaf.parameter->shape(), leaf.parameter->dtype()));
    update.take(*leaf.parameter, adjoints_[leaf.id].contiguous());
    adjoints_.release(leaf.id);
  }

  /// Offers the rule to add to the target of a parameter that nobody else uses, and else what every sweep offers.
  void call_rule(Update& update, const Node& node, Tape& tape, NodeId id, detail::Adjoints<Tensor>& adjoints,
                 std::span<const bool> needs, std::span<Tensor> grad) {
    const std::span<const NodeId> operands = node.operands();
    in_.resize(operands.size());
    into_.resize(operands.size());
    offered_.resize(operands.size());
    for (std::size_t i = 0; i < operands.size(); ++i) {
      in_[i] = &tape.node(operands[i]).value();
      into_[i] = {};
      offered_[i] = nullptr;
      if (!node.table()->fused || !needs[i]) continue;
      Leaf* const leaf = sole_use(tape, operands[i]);
      if (leaf) into_[i] = update.fold(*leaf->parameter);
      if (!into_[i].target) {
        into_[i] = adjoints.offer(operands[i], *in_[i], operands);
        continue;
      }
      offered_[i] = leaf;
      Parameter& w = *leaf->parameter;
      tape.give_up(operands[i]);
      in_[i] = &w.value;
    }
    node.table()->vjp(node.op(), {Tensors(in_.span()), node.value(), adjoints[id], needs, grad, into_.span()});
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (offered_[i])
        settle(*offered_[i], into_[i], grad[i], update);
      else
        adjoints.withdraw(operands[i], into_[i]);
    }
  }

  /// The leaf of a parameter whose only use is now being passed.
  Leaf* sole_use(const Tape& tape, NodeId id) {
    Leaf* const leaf = tape.node(id).kind() == NodeKind::parameter ? find(id) : nullptr;
    return leaf && leaf->uses == 1 ? leaf : nullptr;
  }

  void settle(Leaf& leaf, const Into& into, Tensor& gradient, Update& update) {
    Parameter& w = *leaf.parameter;
    if (!into.target)
      update.folded(w);
    else
      update.take(w, gradient.defined() ? gradient.contiguous() : zeros(w.shape(), w.dtype()));
    gradient = Tensor();
    leaf.updated = true;
  }

  Tape::Record record_{};  // for which it is planned
  NodeId root_ = 0, first_ = 0;
  PooledVector<Asked> asked_;
  PooledVector<Leaf> leaves_;        // the last recorded first
  PooledVector<Parameter*> absent_;  // those that the loss cannot depend on
  detail::Adjoints<Tensor> adjoints_;

  // Working space of one node.
  detail::Scratch<bool> needs_;
  detail::Scratch<Tensor> grad_;
  detail::Scratch<const Tensor*> in_;
  detail::Scratch<Into> into_;
  detail::Scratch<Leaf*> offered_;
};

}  // namespace

void consume(const Var& loss, std::span<Parameter* const> parameters, Update& update) {
  Tape& tape = loss.tape();
  check(tape, loss);
  std::unique_ptr<ConsumingSweep> sweep = tape.take_kept<ConsumingSweep>();
  if (!sweep->is_planned_for(tape, loss.id(), parameters)) sweep->plan(tape, loss.id(), parameters);
  sweep->check_leaves(tape);
  sweep->run(tape, update);
  tape.keep(std::move(sweep));
}

}  // namespace nabla::optim
