#include <nabla/nn/loss.hpp>

#include <fmt/core.h>

#include <nabla/error.hpp>

namespace nabla::nn::detail {

void refuse_class_indices(std::string_view cost, DType output_dtype, const Shape& outputs, const Shape& targets) {
  if (outputs.rank() != targets.rank() + 1) return;  // the operation says what is wrong
  throw DTypeError(cost,
                   fmt::format("The targets are class indices, i64 {}, and the outputs {} {}; make them rows of 0 "
                               "and 1, one_hot(targets, {}, {}), or take softmax_cross_entropy, which takes "
                               "indices, and outputs before any softmax",
                               targets, output_dtype, outputs, outputs.back(), output_dtype));
}

}  // namespace nabla::nn::detail
