// From a call to a value: operands are lifted, dtypes and shapes checked, the forward rule run; then it may be
// recorded.
#include <nabla/apply.hpp>
#include <nabla/error.hpp>
#include <nabla/op.hpp>

#include "node.hpp"
#include "scratch.hpp"

namespace nabla {
namespace detail {
namespace {

/// The dtype that numbers take: that of the first floating operand, else of the first.
DType dtype_of_numbers(std::span<const Tensor* const> in) {
  const Tensor* first = nullptr;
  for (const Tensor* x : in) {
    if (x && is_floating(x->dtype())) return x->dtype();
    if (x && !first) first = x;
  }
  return first->dtype();
}

void check_call(const OpInfo& info, std::span<const Tensor* const> in) {
  if (info.arity != any_arity && in.size() != static_cast<std::size_t>(info.arity))
    throw ValueError(info.name, fmt::format("{} operands were given; it takes {}", in.size(), info.arity));
  if (in.empty()) throw ValueError(info.name, "No operands were given; it takes one or more");
  for (const Tensor* x : in)
    if (!x->defined()) throw ValueError(info.name, "An empty Tensor object was given; give it a value first");
}

/// Where a number stood among the operands, a scalar of the right dtype now stands.
void lift_numbers(std::span<const Argument> arguments, std::span<const Tensor*> in, Scratch<Tensor>& numbers) {
  for (std::size_t i = 0; i < in.size(); ++i)
    if (!in[i]) numbers[i] = Tensor::scalar(arguments[i].number, dtype_of_numbers(in));
  for (std::size_t i = 0; i < in.size(); ++i)
    if (!in[i]) in[i] = &numbers[i];
}

Tensor evaluate(const OpTable& table, const void* op, std::span<const Tensor* const> in) {
  check_call(table.info, in);
  const Tensors operands(in);
  const DType dtype = table.infer_dtype(op, operands);
  const Shape shape = table.infer(op, operands);
  Tensor out = table.info.view ? Tensor() : Tensor::uninitialized(shape, dtype);
  table.forward(op, operands, out);
  return out;
}

}  // namespace

Tensor compute(const OpTable& table, const void* op, std::span<const Argument> arguments) {
  Scratch<const Tensor*> in(arguments.size());
  Scratch<Tensor> numbers(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) in[i] = arguments[i].tensor;
  lift_numbers(arguments, in.span(), numbers);
  return evaluate(table, op, in.span());
}

Var record(const OpTable& table, const void* op, std::span<const Argument> arguments) {
  const OpInfo& info = table.info;
  Tape* tape = nullptr;
  for (const Argument& a : arguments)
    if (!a.tensor && a.var.defined() && !tape) tape = &a.var.tape();
  if (!tape) throw TapeError(info.name, "An empty Var was given; get one from tape.variable() or tape.constant()");

  Scratch<const Tensor*> in(arguments.size());
  Scratch<Tensor> numbers(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Argument& a = arguments[i];
    in[i] = a.tensor || a.is_number ? a.tensor : &tape->node(info.name, a.var).value();
  }
  lift_numbers(arguments, in.span(), numbers);
  Tensor value = evaluate(table, op, in.span());

  // Nothing can be refused from here on: only now is the tape touched.
  Scratch<NodeId> ids(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Argument& a = arguments[i];
    ids[i] = a.tensor || a.is_number ? tape->constant(*in[i]).id() : a.var.id();
  }
  return tape->append(table, op, ids.span(), std::move(value));
}

Shape broadcast_all(std::string_view where, Tensors in) {
  Shape shape = in[0].shape();
  for (std::size_t i = 1; i < in.size(); ++i) shape = broadcast(where, shape, in[i].shape());
  return shape;
}

DType common_dtype(const OpInfo& info, Tensors in) {
  const DType dtype = in[0].dtype();
  for (std::size_t i = 1; i < in.size(); ++i)
    if (in[i].dtype() != dtype)
      throw DTypeError(info.name, fmt::format("Operands of {} and {}; all must have one dtype, convert with to({})",
                                              dtype, in[i].dtype(), dtype));
  if (info.dtypes == DTypes::floating && !is_floating(dtype))
    throw DTypeError(info.name,
                     fmt::format("Operands of {}; it takes f32 and f64, convert with to(f32) or to(f64)", dtype));
  return dtype;
}

}  // namespace detail

}  // namespace nabla
