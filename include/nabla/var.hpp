// Handles to recorded values, and what may stand as an operand of an operation.
#pragma once

#include <concepts>
#include <cstdint>
#include <nabla/tensor.hpp>
#include <type_traits>

namespace nabla {

class Tape;

namespace detail {
[[noreturn]] void refuse_empty_var();
}

/// The place of a node on its tape. Operands have smaller ids than the results computed from them.
using NodeId = std::uint32_t;

/// A handle to a value recorded on a tape. It owns nothing: the tape must outlive it, and once clear() or rewind() has
/// removed the node, every use of the handle is a TapeError.
class Var {
 public:
  /// A handle to nothing.
  Var() = default;

  bool defined() const { return tape_ != nullptr; }
  /// The recorded value, valid until the node is removed. @throws TapeError for a stale or empty handle
  const Tensor& value() const;
  const Shape& shape() const { return value().shape(); }
  std::size_t rank() const { return shape().rank(); }
  DType dtype() const { return value().dtype(); }
  /// @throws TapeError for an empty handle
  Tape& tape() const {
    if (!tape_) [[unlikely]]
      detail::refuse_empty_var();
    return *tape_;
  }
  NodeId id() const { return id_; }

  /// Whether both name the same node.
  friend bool operator==(const Var&, const Var&) = default;

 private:
  friend class Tape;
  Var(Tape* tape, NodeId id, std::uint32_t generation) : tape_(tape), id_(id), generation_(generation) {}

  Tape* tape_ = nullptr;
  NodeId id_ = 0;
  std::uint32_t generation_ = 0;
};

static_assert(sizeof(Var) == 16 && std::is_trivially_copyable_v<Var>);

/// What an operation takes and gives: a function of Tensor computes, the same function of Var records.
template <class T>
concept Value = std::same_as<T, Tensor> || std::same_as<T, Var>;

/// A Value, or a C++ number, which takes the dtype of the Value beside it.
template <class T>
concept Operand = Value<T> ||(std::is_arithmetic_v<T> && !std::same_as<T, bool>);

namespace detail {

template <bool any_value, bool any_var>
struct ResultOf {};
template <>
struct ResultOf<true, false> {
  using type = Tensor;
};
template <>
struct ResultOf<true, true> {
  using type = Var;
};

}  // namespace detail

/// What an operation on these operands gives: a Var as soon as one of them is a Var. There must be at least one Value.
template <Operand... Ts>
using Result = typename detail::ResultOf<(Value<Ts> || ...), (std::same_as<Ts, Var> || ...)>::type;

}  // namespace nabla

template <>
struct fmt::formatter<nabla::Var> : fmt::formatter<nabla::Tensor> {
  auto format(const nabla::Var& var, format_context& context) const {
    return fmt::formatter<nabla::Tensor>::format(var.value(), context);
  }
};
