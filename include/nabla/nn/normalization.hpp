// Layers that normalise.
#pragma once

#include <nabla/nn/module.hpp>
#include <nabla/nn/training.hpp>
#include <nabla/ops/batch_norm_train.hpp>

namespace nabla::nn {

/// (x − mean) / √(variance + ε) ⊙ weight + bias, with the mean and the variance over the last axes of x, of each sample
/// by itself. See nabla::layer_norm.
class LayerNorm {
 public:
  /// @param shape  extents of the last axes of x, over which it normalises; weight (ones) and bias (zeros) have it too
  /// @throws DTypeError unless the dtype is floating
  explicit LayerNorm(const Shape& shape, double eps = 1e-5, DType dtype = f32);

  Parameter weight;
  Parameter bias;
  double eps;

  template <Value V>
  V operator()(const V& x) const;

  std::string description() const;
  Parameters parameters() { return {&weight, &bias}; }
  ConstParameters parameters() const { return {&weight, &bias}; }
};

/// (x − mean) / √(variance + ε) ⊙ weight + bias for each channel of x [samples, channels, ...]. In training the mean
/// and the variance are those of the batch, and the running statistics take a share of them; evaluation uses the
/// running statistics. They change when a step is recorded, so a record in training cannot be replayed. See
/// nabla::batch_norm_train.
class BatchNorm {
 public:
  /// @throws ValueError for less than one channel; DTypeError unless the dtype is floating
  explicit BatchNorm(std::int64_t channels, const BatchNormOptions& options = {}, DType dtype = f32);

  Parameter weight;
  Parameter bias;
  Parameter running_mean;
  Parameter running_var;
  BatchNormOptions options;

  template <Value V>
  V operator()(const V& x) const;
  template <Value V>
  V operator()(const V& x, const Training& training);

  std::string description() const;
  Parameters parameters() { return {&weight, &bias}; }
  ConstParameters parameters() const { return {&weight, &bias}; }
  /// What is not learnt by gradients, but belongs to the state of the net.
  Parameters buffers() { return {&running_mean, &running_var}; }
  ConstParameters buffers() const { return {&running_mean, &running_var}; }
};

}  // namespace nabla::nn
