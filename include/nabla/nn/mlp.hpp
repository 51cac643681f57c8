// Multilayer perceptrons.
#pragma once

#include <nabla/nn/activation.hpp>
#include <nabla/nn/describe.hpp>
#include <nabla/nn/dropout.hpp>
#include <nabla/nn/linear.hpp>
#include <span>
#include <vector>

namespace nabla::nn {

struct MlpOptions {
  Activation hidden = relu;      ///< of every layer but the last
  Activation output = identity;  ///< of the last; identity gives logits
  Initializer weight = glorot_uniform();
  Initializer bias = zeros();
  double dropout = 0;  ///< probability with which training drops an output of a hidden layer
  std::uint64_t seed = 0;
  DType dtype = f32;
};

/// Layers of neurons, each fully connected to the one before: a_l = f_l(z_l), z_l = a_{l-1} W_lᵀ + b_l, a_0 = x.
/// Samples are rows.
class Mlp {
 public:
  /// @param sizes  n_0 … n_L: inputs, then the neurons of each layer
  /// @throws ValueError for fewer than two sizes, or one below 1; or a probability of dropout outside [0, 1]
  Mlp(std::initializer_list<std::int64_t> sizes, const MlpOptions& options = {});
  Mlp(std::span<const std::int64_t> sizes, const MlpOptions& options = {});

  /// One layer: its weighted input, then its activation.
  struct Layer {
    Linear linear;
    Activation activation;
  };
  /// Layer l of the equations is layers()[l - 1].
  std::vector<Layer>& layers() { return layers_; }
  const std::vector<Layer>& layers() const { return layers_; }

  /// x [..., n_0] → a_L [..., n_L]
  template <Value V>
  V operator()(const V& x) const {
    V a = x;
    for (const Layer& layer : layers_) a = layer.activation(layer.linear(a));
    return a;
  }

  /// The same in training: with dropout.
  template <Value V>
  V operator()(const V& x, const Training& training) const {
    V a = x;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      a = layers_[l].activation(layers_[l].linear(a));
      if (dropout_.probability > 0 && l + 1 < layers_.size()) a = dropout_(a, training);
    }
    return a;
  }

  std::vector<LayerDescription> description() const;

  /// In order: net.0.weight and net.0.bias, of layers()[0], net.1.weight, …
  Parameters parameters();
  ConstParameters parameters() const;

 private:
  std::vector<Layer> layers_;
  Dropout dropout_;
};

}  // namespace nabla::nn
