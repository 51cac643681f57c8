#include "deferral.hpp"

#include <algorithm>
#include <nabla/error.hpp>

#include "scratch.hpp"

namespace nabla::detail {

Var Deferral::promise(const OpTable& table, const void* op, Tensors in, std::span<const Var* const> operands,
                      bool active) {
  const DType dtype = infer_dtype(table, op, in);
  const Shape shape = infer(table, op, in);
  if (shape.elements() < 2) return {};
  promised_.reserve(promised_.size() + 1);
  tape_.next_node().new_value() = zeros({}, dtype).expanded(shape);  // not dense
  const Var var = tape_.append(table, op, operands, /*plain=*/false, active);
  promised_.push_back(var.id());
  return var;
}

Deferral::~Deferral() {
  tape_.set_deferral(outer_);
  try {
    tape_.rewind(begin_);
  } catch (const TapeError&) {  // a rule has cleared the tape, or rewound it further: no promise is left
  }
}

void Deferral::forget(NodeId length) {
  std::erase_if(promised_, [&](NodeId id) { return id >= length; });
  if (outer_) outer_->forget(length);
}

void Deferral::settle(NodeId id) {
  const auto place = std::ranges::find(promised_, id);
  if (place == promised_.end()) {
    if (outer_) outer_->settle(id);
    return;
  }
  const Node& node = tape_.node(id);
  Scratch<const Tensor*> in(node.arity());
  for (std::size_t i = 0; i < node.arity(); ++i) in[i] = &tape_.node(node.operands()[i]).value();
  Tensor value = Tensor::uninitialized_like(node.value());
  node.table()->forward(node.op(), Tensors(in.span()), value);
  tape_.fulfil(id, std::move(value));
  promised_.erase(place);
}

}  // namespace nabla::detail
