#include "classes.hpp"

namespace nabla::kernels {

std::int64_t further_places(const Shape& scores) {
  std::int64_t places = 1;
  for (std::size_t i = 2; i < scores.rank(); ++i) places *= scores[i];
  return places;
}

Tensor as_class_rows(const Tensor& scores) {
  if (scores.rank() < 3) return scores.contiguous();
  const Shape& shape = scores.shape();
  return scores.reshaped({shape[0], shape[1], further_places(shape)}).transposed().contiguous();
}

Tensor from_class_rows(const Tensor& rows, const Shape& scores) {
  if (scores.rank() < 3) return rows.reshaped(scores);
  return rows.reshaped({scores[0], further_places(scores), scores[1]}).transposed().reshaped(scores);
}

Shape samples_shape(std::string_view where, const Shape& scores) {
  if (scores.rank() == 0 || classes_of(scores) == 0)
    throw ShapeError(where, fmt::format("Scores of shape {}; they must be [classes], [samples, classes] or "
                                        "[samples, classes, ...]",
                                        scores));
  Dims samples = scores;
  samples.erase(static_cast<std::size_t>(class_axis(scores)));
  return Shape(samples);
}

void require_class_weight(std::string_view where, const Shape& scores, const Shape& weight) {
  const Shape one_each{classes_of(scores)};
  if (weight.rank() != 0 && weight != one_each)
    throw ShapeError(where, fmt::format("The weight has shape {} beside scores of shape {}; it must be [classes], {}",
                                        weight, scores, one_each));
}

Shape indexed_samples_shape(std::string_view where, const Shape& scores, const Shape& targets, const Shape& weight) {
  const Shape samples = samples_shape(where, scores);
  if (targets != samples)
    throw ShapeError(where, fmt::format("The scores have shape {}, the class indices {}; they must be {}", scores,
                                        targets, samples));
  require_class_weight(where, scores, weight);
  return samples;
}

DType indexed_samples_dtype(const OpInfo& info, Tensors in) {
  require_index(info.name, in[1]);
  const Tensor* const floating[] = {&in[0], &in[in.size() - 1]};
  return nabla::detail::common_dtype(info, Tensors(std::span(floating).first(in.size() > 2 ? 2 : 1)));
}

std::vector<BadCall> class_loss_bad_calls(const AnyOp& op) {
  const Shape x{4, 3}, weight{3};
  const OperandSpec y = indices({4}, 3);
  return {{op,
           {x, indices({3}, 3), weight},
           Mistake::shape,
           "The scores have shape [4, 3], the class indices [3]; they must be [4]"},
          {op, {Shape{}, y, weight}, Mistake::shape, "Scores of shape []; they must be [classes]"},
          {op, {x, y, Shape{4}}, Mistake::shape, "The weight has shape [4] beside scores of shape [4, 3]"},
          {op, {x, Shape{4}, weight}, Mistake::dtype, "The index is f64, not i64"},
          {op, {x, y, OperandSpec(weight, 0, 1, f32)}, Mistake::dtype, "Operands of f64 and f32"},
          {op, {x, OperandSpec({4}, 3, 4, i64), weight}, Mistake::value, "Class 3 of 3 classes"}};
}

}  // namespace nabla::kernels
