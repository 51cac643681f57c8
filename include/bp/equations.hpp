// The four equations of backpropagation, one function each, for one sample.
//
//   z_l = W_l a_{l-1} + b_l,   a_l = f_l(z_l),   δ_l = ∂C/∂z_l
//
//   BP1  δ_L = ∇_a C ⊙ f'(z_L)                    BP3  ∂C/∂b_l = δ_l
//   BP2  δ_l = (W_{l+1}ᵀ δ_{l+1}) ⊙ f'(z_l)       BP4  ∂C/∂W_l = δ_l a_{l-1}ᵀ
//
// Every function throws std::invalid_argument if the sizes of its arguments do not fit together.
#pragma once

#include <cstddef>
#include <vector>

#include "bp/matrix.hpp"
#include "bp/neuron.hpp"

namespace bp {

/// One layer: z = W a + b, then f. `neurons` names f for every neuron, so kinds may differ within a layer (N,
/// exercises), but for softmax, which takes the whole layer.
template <class T>
struct Layer {
  std::size_t fan_in = 0;
  std::size_t fan_out = 0;
  Vector<T> weight;             ///< [fan_out, fan_in], row-major: weight[j * fan_in + k] leads from input k to neuron j
  Vector<T> bias;               ///< [fan_out]
  std::vector<Neuron> neurons;  ///< [fan_out]
};

/// A layer of one kind of neuron, with all weights and biases 0.
template <class T>
Layer<T> make_layer(std::size_t fan_in, std::size_t fan_out, Neuron neuron) {
  return {fan_in, fan_out, Vector<T>(fan_out * fan_in), Vector<T>(fan_out), std::vector<Neuron>(fan_out, neuron)};
}

/// Throws std::invalid_argument unless weight, bias and neurons have the sizes that fan_in and fan_out ask for, both
/// at least 1, and softmax takes the whole layer or none of it.
template <class T>
void check_layer(const Layer<T>& layer) {
  if (layer.fan_in == 0 || layer.fan_out == 0) {
    detail::fail("[Layer] fan_in is ", layer.fan_in, " and fan_out is ", layer.fan_out, "; both must be at least 1.");
  }
  if (!detail::is_product(layer.weight.size(), layer.fan_out, layer.fan_in)) {
    detail::fail("[Layer] weight has ", layer.weight.size(), " values; the shape [fan_out, fan_in] = [", layer.fan_out,
                 ", ", layer.fan_in, "] needs their product.");
  }
  detail::check_size("Layer", "bias", layer.bias.size(), layer.fan_out, "one for each neuron (fan_out)");
  detail::check_size("Layer", "neurons", layer.neurons.size(), layer.fan_out, "one for each neuron (fan_out)");
  is_softmax(layer.neurons);
}

/// z = W a + b, [fan_out] from the activation of the layer before, a [fan_in].
template <class T>
Vector<T> weighted_input(const Layer<T>& layer, const Vector<T>& a) {
  check_layer(layer);
  detail::check_size("weighted_input", "a", a.size(), layer.fan_in, "one for each input of the layer (fan_in)");
  Vector<T> z(layer.fan_out);
  for (std::size_t j = 0; j < layer.fan_out; ++j) {
    for (std::size_t k = 0; k < layer.fan_in; ++k) z[j] += layer.weight[j * layer.fan_in + k] * a[k];
    z[j] += layer.bias[j];
  }
  return z;
}

/// ∂C/∂a = Wᵀ δ, [fan_in] from δ [fan_out]: every input collects the error of all neurons it leads to.
/// For the first layer this is ∂C/∂x.
template <class T>
Vector<T> propagate_back(const Layer<T>& layer, const Vector<T>& delta) {
  check_layer(layer);
  detail::check_size("propagate_back", "delta", delta.size(), layer.fan_out, "one for each neuron (fan_out)");
  Vector<T> grad_a(layer.fan_in);
  for (std::size_t k = 0; k < layer.fan_in; ++k)
    for (std::size_t j = 0; j < layer.fan_out; ++j) grad_a[k] += layer.weight[j * layer.fan_in + k] * delta[j];
  return grad_a;
}

/// From ∂C/∂a to δ = ∂C/∂z, [n]: through f, neuron by neuron, ∂C/∂a ⊙ f'(z). A softmax mixes its neurons, every a_j
/// depends on every z_k: there it is J_fᵀ ∂C/∂a.
template <class T>
Vector<T> through_neurons(const std::vector<Neuron>& neurons, const Vector<T>& z, const Vector<T>& grad_a) {
  detail::check_size("through_neurons", "z", z.size(), neurons.size(), "one for each neuron");
  detail::check_size("through_neurons", "grad_a", grad_a.size(), neurons.size(), "one for each neuron");
  const std::size_t n = neurons.size();
  Vector<T> delta(n);
  if (is_softmax(neurons)) {
    const Matrix<T> J = softmax_jacobian(z);
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t j = 0; j < n; ++j) delta[k] += J(j, k) * grad_a[j];
  } else {
    for (std::size_t j = 0; j < n; ++j) delta[j] = grad_a[j] * f_prime(neurons[j], z[j]);
  }
  return delta;
}

/// BP1: δ_L = ∇_a C ⊙ f'(z_L), for softmax δ_L = J_fᵀ ∇_a C; [n_L] from z_L [n_L] and ∇_a C [n_L] (gradient(),
/// cost.hpp).
template <class T>
Vector<T> bp1(const std::vector<Neuron>& neurons, const Vector<T>& z, const Vector<T>& grad_a) {
  return through_neurons(neurons, z, grad_a);
}

/// BP2: δ_l = (W_{l+1}ᵀ δ_{l+1}) ⊙ f'(z_l), for softmax δ_l = J_fᵀ W_{l+1}ᵀ δ_{l+1}; [n_l] from the neurons and z of
/// layer l, [n_l], and the layer and δ after it, [n_{l+1}].
template <class T>
Vector<T> bp2(const std::vector<Neuron>& neurons, const Vector<T>& z, const Layer<T>& next,
              const Vector<T>& delta_next) {
  return through_neurons(neurons, z, propagate_back(next, delta_next));
}

/// BP3: ∂C/∂b_l = δ_l, [n_l].
template <class T>
Vector<T> bp3(const Vector<T>& delta) {
  return delta;
}

/// BP4: ∂C/∂W_l = δ_l a_{l-1}ᵀ, [n_l, n_{l-1}] row-major from δ_l [n_l] and a_{l-1} [n_{l-1}].
template <class T>
Vector<T> bp4(const Vector<T>& delta, const Vector<T>& a_before) {
  Vector<T> grad_weight(delta.size() * a_before.size());
  for (std::size_t j = 0; j < delta.size(); ++j)
    for (std::size_t k = 0; k < a_before.size(); ++k) grad_weight[j * a_before.size() + k] = delta[j] * a_before[k];
  return grad_weight;
}

/// BP1 in matrix form: δ_L = Σ'(z_L) ∇_a C with the diagonal matrix Σ' of f'(z) (N 33, G 35); for softmax the
/// transposed Jacobian stands in its place.
template <class T>
Vector<T> bp1_matrix(const std::vector<Neuron>& neurons, const Vector<T>& z, const Vector<T>& grad_a) {
  return multiply(transpose(jacobian(neurons, z)), grad_a);
}

/// W of a layer as a matrix [fan_out, fan_in].
template <class T>
Matrix<T> weight_matrix(const Layer<T>& layer) {
  check_layer(layer);
  return {layer.fan_out, layer.fan_in, layer.weight};
}

/// BP2 in matrix form: δ_l = Σ'(z_l) W_{l+1}ᵀ δ_{l+1} (N 34, G 47).
template <class T>
Vector<T> bp2_matrix(const std::vector<Neuron>& neurons, const Vector<T>& z, const Layer<T>& next,
                     const Vector<T>& delta_next) {
  return multiply(transpose(jacobian(neurons, z)), multiply(transpose(weight_matrix(next)), delta_next));
}

}  // namespace bp
