// How an operation is called: on Tensors it computes, on Vars it is recorded.
#pragma once

#include <cstdint>
#include <nabla/var.hpp>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nabla {

/// Which operands an operation takes, where it has no dtype rule of its own; all must share one dtype, which is the
/// result's too.
enum class DTypes : std::uint8_t { floating, any };

/// What is known of an operation without calling it.
struct OpInfo {
  std::string_view name;  ///< as its function is called
  int arity = 1;          ///< number of operands, or any_arity
  /// @name For people, and for docs/operations.md: x or a, b, ... are the operands, y is the result. Left out where
  /// there is nothing to say.
  /// @{
  std::string_view formula;
  std::string_view shapes = {};      ///< of operands -> result, where they are not those of elementwise operations
  std::string_view derivative = {};  ///< the cotangent of each operand, from u, that of the result
  std::string_view convention = {};  ///< what is chosen where there is a choice: at kinks, ties, ends of the domain
  std::string_view source = {};      ///< who has described it
  /// @}
  DTypes dtypes = DTypes::floating;
  bool differentiable = true;     ///< false: the result is constant as far as derivatives go
  bool view = false;              ///< forward() gives a view of its operand; nothing is allocated for it
  bool rule_reads_result = true;  ///< false: rules do not look at its elements; hvp() then need not form them
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
  Argument(std::integral auto x) : kind(Kind::integer), integer(static_cast<std::int64_t>(x)) {
    if (!std::in_range<std::int64_t>(x)) *this = Argument(static_cast<double>(x));  // no integer dtype holds it
  }

  Kind kind;
  union {
    const Tensor* tensor;
    const Var* var;
    double number;
    std::int64_t integer;
  };
};

template <Value V>
PooledVector<const V*> pointers_to(std::span<const V> operands) {
  PooledVector<const V*> pointers;
  pointers.reserve(operands.size());
  for (const V& x : operands) pointers.push_back(&x);
  return pointers;
}

Tensor compute(const OpTable& table, const void* op, std::span<const Tensor* const> operands);
Var record(const OpTable& table, const void* op, std::span<const Var* const> operands);
// With numbers among the operands, or Tensors beside Vars.
Tensor compute_mixed(const OpTable& table, const void* op, std::span<const Argument> arguments);
Var record_mixed(const OpTable& table, const void* op, std::span<const Argument> arguments);

}  // namespace detail

/// Computes the operation on Tensors, or records it when an operand is a Var; the other operands then become constants
/// of the same tape.
/// @throws ShapeError, DTypeError, ValueError by the operation's own rules; TapeError for a stale handle or two tapes
template <class Op, Operand... Ts>
Result<Ts...> apply(const Op& op, const Ts&... operands) {
  const OpTable& table = op_table<Op>();
  if constexpr ((std::same_as<Ts, Var> && ...)) {
    const Var* const vars[] = {&operands...};
    return detail::record(table, &op, vars);
  } else if constexpr ((std::same_as<Ts, Tensor> && ...)) {
    const Tensor* const tensors[] = {&operands...};
    return detail::compute(table, &op, tensors);
  } else {
    const detail::Argument arguments[] = {detail::Argument(operands)...};
    if constexpr (std::same_as<Result<Ts...>, Var>)
      return detail::record_mixed(table, &op, arguments);
    else
      return detail::compute_mixed(table, &op, arguments);
  }
}

/// The same for an operation with any number of operands.
template <class Op>
Var apply(const Op& op, std::span<const Var> operands) {
  return detail::record(op_table<Op>(), &op, detail::pointers_to(operands));
}
template <class Op>
Tensor apply(const Op& op, std::span<const Tensor> operands) {
  return detail::compute(op_table<Op>(), &op, detail::pointers_to(operands));
}

}  // namespace nabla
