// How an operation is called: on Tensors it computes, on Vars it is recorded.
#pragma once

#include <cstdint>
#include <nabla/var.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace nabla {

/// Which operands an operation takes, where it has no dtype rule of its own; all must share one dtype, which is the
/// result's too.
enum class DTypes : std::uint8_t { floating, any };

/// What is known of an operation without calling it.
struct OpInfo {
  std::string_view name;     ///< as its function is called
  int arity = 1;             ///< number of operands, or any_arity
  std::string_view formula;  ///< for people
  DTypes dtypes = DTypes::floating;
  bool differentiable = true;  ///< false: the result is constant as far as derivatives go
  bool view = false;           ///< forward() gives a view of its operand; nothing is allocated for it
};

inline constexpr int any_arity = -1;

// What op.hpp defines for those who write an operation.
class Tensors;
class Shapes;
template <Value V>
struct Pullback;
struct Sample;
struct Elementwise;
struct BadCall;

/// The rules of an operation behind function pointers; op.hpp says how it is made.
struct OpTable;

/// The one table of an operation. The library holds those of ops/; including <nabla/op.hpp> makes the others.
template <class Op>
const OpTable& op_table();

namespace detail {

/// An operand as the caller gave it. Integers stand apart: a double would lose their last digits.
struct Argument {
  enum class Kind : std::uint8_t { tensor, var, number, integer };

  Argument(const Tensor& x) : kind(Kind::tensor), tensor(&x) {}
  Argument(const Var& x) : kind(Kind::var), var(&x) {}
  Argument(std::floating_point auto x) : kind(Kind::number), number(static_cast<double>(x)) {}
  Argument(std::integral auto x) : kind(Kind::integer), integer(static_cast<std::int64_t>(x)) {}

  Kind kind;
  union {
    const Tensor* tensor;
    const Var* var;
    double number;
    std::int64_t integer;
  };
};

Tensor compute(const OpTable& table, const void* op, std::span<const Argument> arguments);
Var record(const OpTable& table, const void* op, std::span<const Argument> arguments);

template <Value V, class Op>
V call(const Op& op, std::span<const Argument> arguments) {
  if constexpr (std::same_as<V, Var>)
    return record(op_table<Op>(), &op, arguments);
  else
    return compute(op_table<Op>(), &op, arguments);
}

}  // namespace detail

/// Computes the operation on Tensors, or records it when an operand is a Var; the other operands then become constants
/// of the same tape.
/// @throws ShapeError, DTypeError, ValueError by the operation's own rules; TapeError for a stale handle or two tapes
template <class Op, Operand... Ts>
Result<Ts...> apply(const Op& op, const Ts&... operands) {
  const detail::Argument arguments[] = {detail::Argument(operands)...};
  return detail::call<Result<Ts...>>(op, arguments);
}

/// The same for an operation with any number of operands.
template <class Op, Value V>
V apply(const Op& op, std::span<const V> operands) {
  const PooledVector<detail::Argument> arguments(operands.begin(), operands.end());
  return detail::call<V>(op, arguments);
}

}  // namespace nabla
