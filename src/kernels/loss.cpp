#include "loss.hpp"

#include <nabla/option.hpp>

namespace nabla::kernels {

Shape loss_shape(std::string_view where, Shapes in) {
  for (std::size_t i = 1; i < in.size(); ++i) nabla::detail::require_one_shape(where, in[0], in[i]);
  return in[0];
}

std::vector<Sample> loss_samples(const std::vector<Sample>& samples) {
  std::vector<Sample> shaped;
  for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 3}, Shape{0, 2}})
    for (const Sample& sample : samples) {
      shaped.push_back(sample);
      for (OperandSpec& operand : shaped.back().operands) operand.shape = shape;
    }
  return shaped;
}

std::vector<BadCall> loss_bad_calls(const AnyOp& op) {
  const Shape x{4, 1};
  const auto operands = static_cast<std::size_t>(op.info().arity);
  std::vector<OperandSpec> stretched(operands, x), single = stretched, integers = stretched, fewer = stretched;
  stretched.back() = Shape{4};
  single.back() = OperandSpec(x, 0, 1, f32);
  integers.back() = indices(x, 2);
  fewer.pop_back();
  return {{op, stretched, Mistake::shape, "Operands of shapes [4, 1] and [4]; all must have one shape"},
          {op, single, Mistake::dtype, "Operands of f64 and f32"},
          {op, integers, Mistake::dtype, "Operands of f64 and i64"},
          {op, fewer, Mistake::value, fmt::format("{} operands were given; it takes {}", operands - 1, operands)}};
}

}  // namespace nabla::kernels
