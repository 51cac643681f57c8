// The same record with other values.
#include <nabla/error.hpp>
#include <nabla/tape.hpp>

#include "kernels/shares.hpp"
#include "node.hpp"
#include "scratch.hpp"

namespace nabla {
namespace {

/// Shapes, dtypes and layouts are those of the recording: only the values are worked out.
void evaluate_again(Node& node, Tensors in) {
  Tensor& out = node.new_value();
  if (node.plain()) {
    out.become_like(in[0]);
    const void* pointers[kernels::most_operands];
    for (std::size_t i = 0; i < in.size(); ++i) pointers[i] = in[i].strided_data<void>();
    kernels::run_forward(node.table()->elementwise->forward_loop(in[0].dtype()), node.op(), out.size(), out.dtype(),
                         out.new_data(), std::span(pointers, in.size()));
    return;
  }
  if (!node.table()->info.view && !out.is_writable()) out = Tensor::uninitialized_like(out);
  node.table()->forward(node.op(), in, out);
}

}  // namespace

void Tape::set(const Var& leaf, const Tensor& value) {
  const Node& place = node("set", leaf);
  if (place.kind() != NodeKind::variable && place.kind() != NodeKind::constant)
    throw TapeError("set", fmt::format("Node {} is {}; only a variable or a constant can be set", leaf.id(),
                                       place.is_leaf() ? "the leaf of a parameter" : "the result of an operation"));
  detail::require_like_recorded("set", value, place.value());
  nodes_[leaf.id()]->new_value() = value.contiguous();  // what was recorded may be called on dense operands alone
  use_up(leaf.id());
}

void Tape::replay(std::span<const Parameter* const> parameters) {
  std::size_t missing = 0;
  for (std::size_t id = 0; id < size_; ++id) missing += nodes_[id]->kind() == NodeKind::parameter;
  for (const Parameter* p : parameters) {
    const Node* const leaf = leaf_of(*p);
    if (!leaf) continue;
    detail::require_like_recorded("replay", p->value, leaf->value(), p->name());
    --missing;
  }
  if (missing != 0)
    throw TapeError("replay", fmt::format("{} of the parameters that the record holds are not among the {} given; pass "
                                          "all of them, or record again",
                                          missing, parameters.size()));
  for (const Parameter* p : parameters)
    if (Node* const leaf = leaf_of(*p)) leaf->renew(p->value);

  used_up_ = 0;  // until all is done
  detail::Scratch<const Tensor*> in;
  for (std::size_t id = 0; id < size_; ++id) {
    Node& node = *nodes_[id];
    if (node.is_leaf()) continue;
    const std::span<const NodeId> operands = node.operands();
    in.resize(operands.size());
    for (std::size_t i = 0; i < operands.size(); ++i) in[i] = &nodes_[operands[i]]->value();
    evaluate_again(node, Tensors(in.span()));
  }
  used_up_ = ~std::size_t{0};
}

}  // namespace nabla
