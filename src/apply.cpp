// From a call to a value: operands are lifted, dtypes and shapes checked, the forward rule run; then it may be
// recorded.
#include <algorithm>
#include <cmath>
#include <nabla/apply.hpp>
#include <nabla/error.hpp>
#include <nabla/op.hpp>
#include <utility>

#include "deferral.hpp"
#include "kernels/shares.hpp"
#include "node.hpp"
#include "scratch.hpp"

namespace nabla {
namespace detail {
namespace {

using Kind = Argument::Kind;

/// The dtype that numbers take: that of the first floating operand, else of the first.
DType dtype_of_numbers(std::span<const Tensor* const> in) {
  const Tensor* first = nullptr;
  for (const Tensor* x : in) {
    if (x && is_floating(x->dtype())) return x->dtype();
    if (x && !first) first = x;
  }
  return first->dtype();
}

bool is_number(const Argument& a) { return a.kind == Kind::number || a.kind == Kind::integer; }

/// The scalar of that dtype. Floating dtypes round the number; the others must hold it.
Tensor as_scalar(const OpInfo& info, const Argument& a, DType dtype) {
  Tensor x = Tensor::uninitialized({}, dtype);
  visit(dtype, [&]<class T>(std::type_identity<T>) {
    const bool from_integer = a.kind == Kind::integer;
    if constexpr (!std::is_floating_point_v<T>) {
      const bool fits = from_integer ? std::in_range<T>(a.integer)
                                     : a.number == std::trunc(a.number) && std::abs(a.number) < 0x1p63 &&
                                           std::in_range<T>(static_cast<std::int64_t>(a.number));
      if (!fits)
        throw DTypeError(info.name,
                         fmt::format("The number {} beside operands of {}, which cannot hold it; convert them first, "
                                     "with to(f64) for example",
                                     from_integer ? static_cast<double>(a.integer) : a.number, dtype));
    }
    x.mutable_data<T>()[0] = from_integer ? static_cast<T>(a.integer) : static_cast<T>(a.number);
  });
  return x;
}

/// Where a number stood among the operands, a scalar of the right dtype now stands.
void lift_numbers(const OpInfo& info, std::span<const Argument> arguments, std::span<const Tensor*> in,
                  Scratch<Tensor>& numbers) {
  const DType dtype = dtype_of_numbers(in);
  numbers.resize(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (!is_number(arguments[i])) continue;
    numbers[i] = as_scalar(info, arguments[i], dtype);
    in[i] = &numbers[i];
  }
}

[[noreturn]] void refuse_no_operands(const OpInfo& info) {
  throw ValueError(info.name, "No operands were given; it takes one or more");
}

void check_operands(const OpInfo& info, Tensors in) {
  if (info.arity != any_arity && in.size() != static_cast<std::size_t>(info.arity))
    throw ValueError(info.name, fmt::format("{} operands were given; it takes {}", in.size(), info.arity));
  if (in.size() == 0) refuse_no_operands(info);
  for (std::size_t i = 0; i < in.size(); ++i)
    if (!in[i].defined()) throw ValueError(info.name, "An empty Tensor object was given; give it a value first");
}

/// The loop of an elementwise operation that is called on dense operands of one shape and one dtype: the usual case,
/// for which nothing has to be worked out. Null for anything else.
[[gnu::always_inline]] inline kernels::ForwardLoop plain_loop(const OpTable& table, Tensors in) {
  if (static_cast<std::int32_t>(in.size()) != table.plain_arity) return nullptr;
  const Tensor& first = in[0];
  if (!first.is_dense()) return nullptr;
  for (std::size_t i = 1; i < in.size(); ++i)
    if (!in[i].is_dense_like(first)) return nullptr;
  return table.elementwise->forward_loop(first.dtype());
}

[[gnu::noinline]] void evaluate_any(const OpTable& table, const void* op, Tensors in, Tensor& out) {
  check_operands(table.info, in);
  const DType dtype = infer_dtype(table, op, in);
  if (table.info.view) {
    out.reset();
    return table.forward(op, in, out);
  }
  const Shape shape = infer(table, op, in);
  out.become(shape, dtype);
  table.forward(op, in, out);
  if (out.shape() != shape || out.dtype() != dtype) [[unlikely]]
    throw ShapeError(table.info.name, fmt::format("The forward rule gave {} {} where {} {} was inferred; they must be "
                                                  "equal",
                                                  out.dtype(), out.shape(), dtype, shape));
}

/// Forms the result of a plain call in `out`, whose buffer is used again where it fits. Returns whether it was one.
[[gnu::always_inline]] inline bool evaluate_plain(const OpTable& table, const void* op, Tensors in, Tensor& out) {
  const kernels::ForwardLoop loop = plain_loop(table, in);
  if (!loop) [[unlikely]]
    return false;
  out.become_like(in[0]);
  const void* pointers[kernels::most_operands];
  for (std::size_t i = 0; i < in.size(); ++i) pointers[i] = in[i].strided_data<void>();
  kernels::run_forward(loop, op, out.size(), out.dtype(), out.new_data(), std::span(pointers, in.size()));
  return true;
}

/// The same of any call.
[[gnu::always_inline]] inline bool evaluate(const OpTable& table, const void* op, Tensors in, Tensor& out) {
  if (evaluate_plain(table, op, in, out)) return true;
  evaluate_any(table, op, in, out);
  return false;
}

/// The node of an operand, evaluated now if that has been put off.
const Node& settled(Tape& tape, const OpInfo& info, const Var& x) {
  const Node& node = tape.node(info.name, x);
  if (tape.deferral()) [[unlikely]]
    tape.deferral()->settle(x.id());
  return node;
}

Tape& tape_of(const OpInfo& info, const Var& var) {
  if (!var.defined())
    throw TapeError(info.name, "An empty Var was given; get one from tape.variable() or tape.constant()");
  return var.tape();
}

}  // namespace

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

Shape infer(const OpTable& table, const void* op, Tensors in) {
  if (table.infer) return table.infer(op, in);
  Shape shape = in[0].shape();
  for (std::size_t i = 1; i < in.size(); ++i) shape = broadcast(table.info.name, shape, in[i].shape());
  return shape;
}

DType infer_dtype(const OpTable& table, const void* op, Tensors in) {
  return table.infer_dtype ? table.infer_dtype(op, in) : common_dtype(table.info, in);
}

Tensor compute(const OpTable& table, const void* op, std::span<const Tensor* const> operands) {
  Tensor out;
  evaluate(table, op, Tensors(operands), out);
  return out;
}

Tensor compute_mixed(const OpTable& table, const void* op, std::span<const Argument> arguments) {
  Scratch<const Tensor*> in(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i)
    in[i] = arguments[i].kind == Kind::tensor ? arguments[i].tensor : nullptr;
  Scratch<Tensor> numbers;
  lift_numbers(table.info, arguments, in.span(), numbers);
  return compute(table, op, in.span());
}

namespace {

/// Where evaluating is put off: sees to it that the operands have their values, and records the operation without its
/// own if it may.
[[gnu::noinline]] Var settle_or_promise(Tape& tape, std::span<const Tensor*> in, const OpTable& table, const void* op,
                                        std::span<const Var* const> operands, bool active) {
  for (const Var* x : operands) tape.deferral()->settle(x->id());
  if (table.info.rule_reads_result) return {};
  check_operands(table.info, Tensors(in));
  return tape.deferral()->promise(table, op, Tensors(in), operands, active);
}

/// Inlined for each number of operands, so that no loop over them is left. `in` is working space.
[[gnu::always_inline]] inline Var record_in(std::span<const Tensor*> in, const OpTable& table, const void* op,
                                            std::span<const Var* const> operands) {
  Tape& tape = tape_of(table.info, *operands[0]);
  bool active = false;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Node& node = tape.node(table.info.name, *operands[i]);
    in[i] = &node.value();
    active |= node.active();
  }
  Tensor& value = tape.next_node().new_value();
  bool plain = evaluate_plain(table, op, Tensors(in), value);
  if (!plain && tape.deferral()) [[unlikely]] {
    if (const Var promised = settle_or_promise(tape, in, table, op, operands, active); promised.defined())
      return promised;
    plain = evaluate_plain(table, op, Tensors(in), value);
  }
  if (!plain) evaluate_any(table, op, Tensors(in), value);
  return tape.append(table, op, operands, plain, active);
}

[[gnu::noinline]] Var record_many(const OpTable& table, const void* op, std::span<const Var* const> operands) {
  Scratch<const Tensor*> in(operands.size());
  return record_in(in.span(), table, op, operands);
}

}  // namespace

Var record(const OpTable& table, const void* op, std::span<const Var* const> operands) {
  const Tensor* few[2];
  switch (operands.size()) {
    case 0:
      refuse_no_operands(table.info);
    case 1:
      return record_in(std::span(few).first<1>(), table, op, operands.first<1>());
    case 2:
      return record_in(std::span(few).first<2>(), table, op, operands.first<2>());
    default:
      return record_many(table, op, operands);
  }
}

Var record_mixed(const OpTable& table, const void* op, std::span<const Argument> arguments) {
  const Argument& first = *std::ranges::find(arguments, Kind::var, &Argument::kind);
  Tape& tape = tape_of(table.info, *first.var);
  Scratch<const Tensor*> in(arguments.size());
  bool active = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    in[i] = arguments[i].kind == Kind::tensor ? arguments[i].tensor : nullptr;
    if (arguments[i].kind != Kind::var) continue;
    const Node& node = settled(tape, table.info, *arguments[i].var);
    in[i] = &node.value();
    active |= node.active();
  }
  Scratch<Tensor> numbers;
  lift_numbers(table.info, arguments, in.span(), numbers);
  Tensor value;
  const bool plain = evaluate(table, op, Tensors(in.span()), value);

  const Tape::Mark before = tape.mark();
  try {
    Scratch<Var> constants(arguments.size());
    Scratch<const Var*> operands(arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      operands[i] = arguments[i].var;
      if (arguments[i].kind == Kind::var) continue;
      constants[i] = tape.constant(*in[i]);
      operands[i] = &constants[i];
    }
    tape.next_node().new_value() = std::move(value);
    return tape.append(table, op, operands.span(), plain, active);
  } catch (...) {  // an operation that cannot be copied, or no memory
    tape.rewind(before);
    throw;
  }
}

}  // namespace detail
}  // namespace nabla
