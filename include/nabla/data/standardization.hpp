// Inputs of one size.
#pragma once

#include <nabla/data/dataset.hpp>
#include <nabla/named_tensors.hpp>
#include <nabla/tensor.hpp>

namespace nabla::data {

/// x ↦ (x − mean) / deviation, input by input, with the figures of the training set: apply the same object to all other
/// data. An object without figures refuses everything.
struct Standardization {
  Tensor mean;       ///< f64, the shape of one sample
  Tensor deviation;  ///< f64, likewise: √(1/n Σ (x − mean)²), but 1 for an input that is the same in all samples

  /// The figures of inputs [n, ...], which are then of mean 0 and of deviation 1 (or 0, where they are all the same).
  /// @throws ShapeError unless n ≥ 1; DTypeError unless floating; ValueError for an input that is not finite
  static Standardization of(const Tensor& inputs);
  static Standardization of(const Dataset& dataset) { return of(dataset.inputs); }

  /// With the dtype of x, calculated in f64. @throws ShapeError unless samples are of the shape of the figures;
  /// DTypeError unless floating
  Tensor operator()(const Tensor& x) const;
  Dataset operator()(const Dataset& dataset) const { return {(*this)(dataset.inputs), dataset.targets}; }
  /// x back from (x − mean) / deviation. @throws as the other way
  Tensor inverse(const Tensor& standardized) const;

  /// "mean" and "deviation", to be kept in a file beside a net.
  NamedTensors tensors() const { return {{"mean", mean}, {"deviation", deviation}}; }
  /// @throws ValueError unless both are there, f64, of one shape, all finite and deviations positive
  static Standardization from(const NamedTensors& tensors);
};

}  // namespace nabla::data
