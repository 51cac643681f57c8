#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Less {
  static constexpr OpInfo info{
      .name = "less", .arity = 2, .formula = "a < b", .dtypes = DTypes::any, .differentiable = false};
  DType infer_dtype(Tensors in) const;
  static const Elementwise elementwise;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// 1 where a < b, else 0, as u8; it has no derivative. Shapes broadcast; both operands have one dtype, and a number
/// takes the other's.
/// @throws ShapeError, DTypeError
template <Operand A, Operand B>
Result<A, B> less(const A& a, const B& b) {
  return apply(ops::Less{}, a, b);
}

}  // namespace nabla
