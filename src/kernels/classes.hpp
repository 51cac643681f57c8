// What the losses of samples that belong to classes share. Scores have shape [classes] for one sample, or [samples,
// classes, ...], with a sample at every place of the further axes. Targets are class indices, one a sample, or
// distributions of the shape of the scores.
#pragma once

#include <nabla/op.hpp>

#include "exponential_rows.hpp"
#include "indexed.hpp"
#include "reduce.hpp"

namespace nabla::kernels {

/// −ln softmax(x)_k for the classes k of one sample.
template <class T>
class Surprise {
 public:
  Surprise(const T* x, T top, T log_total) : x_(x), top_(top), log_total_(log_total) {}
  Surprise(const T* x, const Exponentials<T>& sum) : Surprise(x, sum.top, sum.log()) {}
  Surprise(const T* x, std::int64_t classes) : Surprise(x, exponentials(x, classes)) {}
  T operator[](std::int64_t k) const { return (top_ - x_[k]) + log_total_; }

 private:
  const T* x_;
  T top_;
  T log_total_;
};

inline std::int64_t class_axis(const Shape& scores) { return scores.rank() == 1 ? 0 : 1; }
inline std::int64_t classes_of(const Shape& scores) { return scores[static_cast<std::size_t>(class_axis(scores))]; }

/// The number of places that the further axes have.
std::int64_t further_places(const Shape& scores);

/// The scores with the classes last, in row-major order: a row is a sample, in the order of the targets.
Tensor as_class_rows(const Tensor& scores);
/// The reverse: rows to the shape of the scores.
Tensor from_class_rows(const Tensor& rows, const Shape& scores);

/// The shape of one number a sample. @throws ShapeError without an axis of classes
Shape samples_shape(std::string_view where, const Shape& scores);
/// The same, for targets that are indices and a weight for each class, or one for all. @throws ShapeError
Shape indexed_samples_shape(std::string_view where, const Shape& scores, const Shape& targets, const Shape& weight);
void require_class_weight(std::string_view where, const Shape& scores, const Shape& weight);
/// The dtype of scores, the first operand, and of weights, the third one; the second holds indices.
/// @throws DTypeError
DType indexed_samples_dtype(const OpInfo& info, Tensors in);
/// Wrong calls of a loss of scores, class indices and weights.
std::vector<BadCall> class_loss_bad_calls(const AnyOp& op);

/// The weights of the classes: one each, or one for all.
template <class T>
struct ClassWeights {
  explicit ClassWeights(const Tensor& weight) : copy(weight.contiguous()), stride(weight.rank() == 0 ? 0 : 1) {}
  T operator[](std::int64_t k) const { return copy.strided_data<T>()[k * stride]; }

  Tensor copy;
  std::int64_t stride;
};

/// In operations: one number a sample, with an axis of extent 1 for the classes, to be used beside the scores.
template <Value V>
V beside_scores(const V& samples, const Shape& scores) {
  Dims extents = scores;
  extents[static_cast<std::size_t>(class_axis(scores))] = 1;
  return reshape(samples, extents);
}

/// The weights, to be used beside the scores.
template <Value V>
V weights_beside_scores(const V& weight, const Shape& scores) {
  if (weight.rank() == 0) return weight;
  Dims extents{weight.shape()[0]};
  for (std::size_t i = 2; i < scores.rank(); ++i) extents.push_back(1);
  return reshape(weight, extents);
}

/// What has the shape of the scores, summed to the shape of the weights.
template <Value V>
V summed_to_weight(const V& x, const Shape& weight) {
  if (weight.rank() == 0) return sum(x);
  Axes others{Dims{}};
  for (std::size_t i = 0; i < x.rank(); ++i)
    if (static_cast<std::int64_t>(i) != class_axis(x.shape())) others.list.push_back(static_cast<std::int64_t>(i));
  return sum(x, others);
}

/// Class indices as distributions, of the shape of the scores; rows of zeros for samples that are not `kept`.
template <Value V>
V as_distributions(const V& targets, const V& kept, const Shape& scores, DType dtype) {
  const std::int64_t classes = classes_of(scores), samples = scores.rank() == 1 ? 1 : scores[0];
  const std::int64_t places = further_places(scores);
  const V index = reshape(where(kept, targets, constant_like(targets, zeros({}, i64))), {samples, places});
  const V rows = where(reshape(kept, {samples, places, 1}), one_hot(index, classes, dtype), 0.0);
  return reshape(transpose(rows), scores);
}

}  // namespace nabla::kernels
