// A network of layers, and backpropagation through it: one sample, a batch sample by sample, a batch as matrices.
#pragma once

#include <cstddef>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "bp/cost.hpp"
#include "bp/equations.hpp"
#include "bp/matrix.hpp"
#include "bp/neuron.hpp"

namespace bp {

/// All z_l and a_l of one sample. The index is the l of the equations: a[0] = x, a[L] is the output, z[0] is empty.
template <class T>
struct Trace {
  std::vector<Vector<T>> z;
  std::vector<Vector<T>> a;
};

/// What backpropagation finds. The index is the l of the equations, 1 to L; of index 0 only a[0] = x has values.
template <class T>
struct Backprop {
  std::size_t m = 0;                   ///< samples
  T cost = 0;                          ///< C, by its reduction over the samples
  std::vector<Vector<T>> z;            ///< [m, n_l]
  std::vector<Vector<T>> a;            ///< [m, n_l]
  std::vector<Vector<T>> delta;        ///< [m, n_l], ∂C/∂z_l of this C: where C is a mean, 1/m is in it
  std::vector<Vector<T>> grad_bias;    ///< [n_l], ∂C/∂b_l
  std::vector<Vector<T>> grad_weight;  ///< [n_l, n_{l-1}], ∂C/∂W_l
  Vector<T> grad_x;                    ///< [m, n_0], ∂C/∂x
};

/// Layers 1 to L; T is float, double or long double. Samples are rows, m samples are a row-major vector [m, n_0].
/// Every function throws std::invalid_argument on sizes that do not fit; layers are checked whenever they are used.
template <class T>
class Network {
  static_assert(std::is_floating_point_v<T>, "bp::Network<T> calculates with float, double or long double");

 public:
  /// No layers yet; add() them.
  Network() = default;

  /// From the sizes n_0, ..., n_L and the kinds of neurons of the layers 1 to L; all weights and biases are 0.
  Network(const std::vector<std::size_t>& sizes, const std::vector<Neuron>& neurons);

  /// Adds a layer at the output end; its fan_in must be the fan_out of the layer before.
  void add(Layer<T> layer);

  /// L, the number of layers that have weights.
  std::size_t depth() const { return layers_.size(); }

  /// n_0, ..., n_L.
  std::vector<std::size_t> sizes() const;

  /// Layer l, 1 <= l <= L as in the equations. Its values may be changed, its sizes may not.
  Layer<T>& layer(std::size_t l);
  const Layer<T>& layer(std::size_t l) const;

  /// z_l = W_l a_{l-1} + b_l and a_l = f_l(z_l) for one sample x [n_0].
  Trace<T> feedforward(const Vector<T>& x) const;

  /// C of m samples, x [m, n_0] and y [m, n_L]. Throws also if the cost is not defined on the range of the outputs.
  T cost(const Vector<T>& x, const Vector<T>& y, std::size_t m, Cost cost) const;

  /// Backpropagation for one sample, x [n_0] and y [n_L]: forward, BP1, BP2 down to layer 1, BP3 and BP4 everywhere.
  /// For the cross-entropies BP1 takes the form that survives saturated outputs, logarithmic_delta().
  /// Throws also if the cost is not defined on the range of the outputs.
  Backprop<T> backprop(const Vector<T>& x, const Vector<T>& y, Cost cost) const;

  /// Backpropagation for m samples, x [m, n_0] and y [m, n_L]: every sample for itself, and the sum of the gradients,
  /// divided by m where the cost is a mean.
  Backprop<T> backprop(const Vector<T>& x, const Vector<T>& y, std::size_t m, Cost cost) const;

  /// The same for all samples at once in matrix form (N, exercises; W 8), a sample a row:
  ///   Z_l = A_{l-1} W_lᵀ + 1 b_lᵀ,  Δ_l = (Δ_{l+1} W_{l+1}) ⊙ f'(Z_l),  ∂C/∂b_l = Δ_lᵀ 1,  ∂C/∂W_l = Δ_lᵀ A_{l-1}
  Backprop<T> backprop_matrix(const Vector<T>& x, const Vector<T>& y, std::size_t m, Cost cost) const;

  /// δ_l of one sample by the whole product down from L (N 35, G 47), all its matrices multiplied out before ∇_a C
  /// comes in: δ_l = Σ'(z_l) W_{l+1}ᵀ Σ'(z_{l+1}) ... W_Lᵀ Σ'(z_L) ∇_a C, [n_l]. `grad_a` is ∇_a C [n_L].
  Vector<T> delta_product(const Trace<T>& trace, const Vector<T>& grad_a, std::size_t l) const;

 private:
  void check_index(std::size_t l) const;
  void check_samples(const char* where, const Vector<T>& x, const Vector<T>& y, std::size_t m) const;
  std::string sizes_text() const;

  std::vector<Layer<T>> layers_;
};

/// Sample s of samples [m, n], a row [n]. Throws std::invalid_argument if there is no such row.
template <class T>
Vector<T> sample(const Vector<T>& samples, std::size_t n, std::size_t s) {
  if (n == 0 || s >= samples.size() / n) {
    detail::fail("[sample] ", samples.size(), " values have no row ", s, " of ", n, " values; rows count from 0.");
  }
  Vector<T> row(n);
  for (std::size_t j = 0; j < n; ++j) row[j] = samples[s * n + j];
  return row;
}

/// C of one sample: by its definition from a_L, or through the logarithms of a_L where the cost is made of them.
/// Throws std::invalid_argument if the sizes differ or the cost is not defined on the range of the outputs.
template <class T>
T output_cost(Cost cost, const std::vector<Neuron>& neurons, const Vector<T>& z, const Vector<T>& a,
              const Vector<T>& y) {
  return is_logarithmic(cost) ? logarithmic_value(cost, neurons, z, y) : value(cost, a, y);
}

/// δ_L of one sample: BP1, or through the logarithms of a_L where the cost is made of them. Throws as output_cost()
/// does.
template <class T>
Vector<T> output_delta(Cost cost, const std::vector<Neuron>& neurons, const Vector<T>& z, const Vector<T>& a,
                       const Vector<T>& y) {
  return is_logarithmic(cost) ? logarithmic_delta(cost, neurons, z, y) : bp1(neurons, z, gradient(cost, a, y));
}

template <class T>
Network<T>::Network(const std::vector<std::size_t>& sizes, const std::vector<Neuron>& neurons) {
  if (sizes.size() < 2 || neurons.size() != sizes.size() - 1) {
    detail::fail("[Network] ", sizes.size(), " sizes and ", neurons.size(), " kinds of neurons; give the sizes n_0 to ",
                 "n_L, at least 2, and a kind for each of the layers 1 to L.");
  }
  for (std::size_t l = 1; l < sizes.size(); ++l) add(make_layer<T>(sizes[l - 1], sizes[l], neurons[l - 1]));
}

template <class T>
void Network<T>::add(Layer<T> layer) {
  check_layer(layer);
  if (depth() > 0 && layer.fan_in != layers_.back().fan_out) {
    detail::fail("[add] The layer has fan_in ", layer.fan_in, ", but the layer before it has fan_out ",
                 layers_.back().fan_out, " (the sizes so far are ", sizes_text(), "); make them equal.");
  }
  layers_.push_back(std::move(layer));
}

template <class T>
std::vector<std::size_t> Network<T>::sizes() const {
  std::vector<std::size_t> result;
  if (depth() > 0) result.push_back(layers_.front().fan_in);
  for (const Layer<T>& layer : layers_) result.push_back(layer.fan_out);
  return result;
}

template <class T>
Layer<T>& Network<T>::layer(std::size_t l) {
  check_index(l);
  return layers_[l - 1];
}

template <class T>
const Layer<T>& Network<T>::layer(std::size_t l) const {
  check_index(l);
  return layers_[l - 1];
}

template <class T>
Trace<T> Network<T>::feedforward(const Vector<T>& x) const {
  if (depth() == 0) detail::fail("[feedforward] The network has 0 layers; add() at least 1.");
  if (x.size() != layer(1).fan_in) {
    detail::fail("[feedforward] x has ", x.size(), " values; one sample of the network ", sizes_text(), " needs ",
                 layer(1).fan_in, ".");
  }
  Trace<T> trace;
  trace.z.push_back({});
  trace.a.push_back(x);
  for (std::size_t l = 1; l <= depth(); ++l) {
    trace.z.push_back(weighted_input(layer(l), trace.a[l - 1]));
    trace.a.push_back(activate(layer(l).neurons, trace.z[l]));
  }
  return trace;
}

template <class T>
T Network<T>::cost(const Vector<T>& x, const Vector<T>& y, std::size_t m, Cost cost) const {
  check_samples("cost", x, y, m);
  const Layer<T>& output = layer(depth());
  T C = 0;
  for (std::size_t s = 0; s < m; ++s) {
    const Trace<T> trace = feedforward(sample(x, layer(1).fan_in, s));
    C += output_cost(cost, output.neurons, trace.z.back(), trace.a.back(), sample(y, output.fan_out, s));
  }
  return C / samples_divisor<T>(cost, m);
}

template <class T>
Backprop<T> Network<T>::backprop(const Vector<T>& x, const Vector<T>& y, Cost cost) const {
  check_samples("backprop", x, y, 1);
  const std::size_t L = depth();

  const Trace<T> trace = feedforward(x);

  Backprop<T> result;
  result.m = 1;
  result.z = trace.z;
  result.a = trace.a;
  result.cost = output_cost(cost, layer(L).neurons, trace.z[L], trace.a[L], y);

  result.delta.resize(L + 1);
  result.delta[L] = output_delta(cost, layer(L).neurons, trace.z[L], trace.a[L], y);
  for (std::size_t l = L - 1; l >= 1; --l) {
    result.delta[l] = bp2(layer(l).neurons, trace.z[l], layer(l + 1), result.delta[l + 1]);
  }
  result.grad_x = propagate_back(layer(1), result.delta[1]);

  result.grad_bias.resize(L + 1);
  result.grad_weight.resize(L + 1);
  for (std::size_t l = 1; l <= L; ++l) {
    result.grad_bias[l] = bp3(result.delta[l]);
    result.grad_weight[l] = bp4(result.delta[l], trace.a[l - 1]);
  }
  return result;
}

template <class T>
Backprop<T> Network<T>::backprop(const Vector<T>& x, const Vector<T>& y, std::size_t m, Cost cost) const {
  check_samples("backprop", x, y, m);
  const std::size_t L = depth();
  const T divisor = samples_divisor<T>(cost, m);

  const auto append = [](Vector<T>& rows, const Vector<T>& row, T divided_by) {
    for (T v : row) rows.push_back(v / divided_by);
  };
  const auto accumulate = [](Vector<T>& sum, const Vector<T>& term) {
    sum.resize(term.size());
    for (std::size_t i = 0; i < term.size(); ++i) sum[i] += term[i];
  };

  Backprop<T> result;
  result.m = m;
  for (auto* per_layer : {&result.z, &result.a, &result.delta, &result.grad_bias, &result.grad_weight}) {
    per_layer->resize(L + 1);
  }
  for (std::size_t s = 0; s < m; ++s) {
    const Backprop<T> one = backprop(sample(x, layer(1).fan_in, s), sample(y, layer(L).fan_out, s), cost);
    result.cost += one.cost;
    for (std::size_t l = 0; l <= L; ++l) {
      append(result.z[l], one.z[l], 1);
      append(result.a[l], one.a[l], 1);
      append(result.delta[l], one.delta[l], divisor);
      accumulate(result.grad_bias[l], one.grad_bias[l]);
      accumulate(result.grad_weight[l], one.grad_weight[l]);
    }
    append(result.grad_x, one.grad_x, divisor);
  }
  result.cost /= divisor;
  for (std::size_t l = 1; l <= L; ++l) {
    for (T& g : result.grad_bias[l]) g /= divisor;
    for (T& g : result.grad_weight[l]) g /= divisor;
  }
  return result;
}

template <class T>
Backprop<T> Network<T>::backprop_matrix(const Vector<T>& x, const Vector<T>& y, std::size_t m, Cost cost) const {
  check_samples("backprop_matrix", x, y, m);
  const std::size_t L = depth();
  const T divisor = samples_divisor<T>(cost, m);
  const Matrix<T> Y(m, layer(L).fan_out, y);

  std::vector<Matrix<T>> Z{Matrix<T>(m, 0)};
  std::vector<Matrix<T>> A{Matrix<T>(m, layer(1).fan_in, x)};
  for (std::size_t l = 1; l <= L; ++l) {
    Z.push_back(multiply(A[l - 1], transpose(weight_matrix(layer(l)))));
    A.emplace_back(m, layer(l).fan_out);
    for (std::size_t s = 0; s < m; ++s) {
      for (std::size_t j = 0; j < layer(l).fan_out; ++j) Z[l](s, j) += layer(l).bias[j];
      A[l].set_row(s, activate(layer(l).neurons, Z[l].row(s)));
    }
  }

  Backprop<T> result;
  result.m = m;
  std::vector<Matrix<T>> Delta(L + 1, Matrix<T>(m, 0));
  Delta[L] = Matrix<T>(m, layer(L).fan_out);
  for (std::size_t s = 0; s < m; ++s) {
    const std::vector<Neuron>& neurons = layer(L).neurons;
    result.cost += output_cost(cost, neurons, Z[L].row(s), A[L].row(s), Y.row(s)) / divisor;
    Delta[L].set_row(s, output_delta(cost, neurons, Z[L].row(s), A[L].row(s), Y.row(s)));
  }
  for (T& d : Delta[L].values) d /= divisor;
  for (std::size_t l = L - 1; l >= 1; --l) {
    Delta[l] = multiply(Delta[l + 1], weight_matrix(layer(l + 1)));
    for (std::size_t s = 0; s < m; ++s) {
      const Matrix<T> Sigma_prime = jacobian(layer(l).neurons, Z[l].row(s));
      Delta[l].set_row(s, multiply(transpose(Sigma_prime), Delta[l].row(s)));
    }
  }
  result.grad_x = multiply(Delta[1], weight_matrix(layer(1))).values;

  const Vector<T> ones(m, T(1));
  result.grad_bias.resize(L + 1);
  result.grad_weight.resize(L + 1);
  for (std::size_t l = 1; l <= L; ++l) {
    result.grad_bias[l] = multiply(transpose(Delta[l]), ones);
    result.grad_weight[l] = multiply(transpose(Delta[l]), A[l - 1]).values;
  }
  for (std::size_t l = 0; l <= L; ++l) {
    result.z.push_back(Z[l].values);
    result.a.push_back(A[l].values);
    result.delta.push_back(Delta[l].values);
  }
  return result;
}

template <class T>
Vector<T> Network<T>::delta_product(const Trace<T>& trace, const Vector<T>& grad_a, std::size_t l) const {
  check_index(l);
  detail::check_size("delta_product", "trace.z", trace.z.size(), depth() + 1, "one for each l from 0 to L");
  Matrix<T> product = transpose(jacobian(layer(l).neurons, trace.z[l]));
  for (std::size_t k = l + 1; k <= depth(); ++k) {
    product = multiply(product, transpose(weight_matrix(layer(k))));
    product = multiply(product, transpose(jacobian(layer(k).neurons, trace.z[k])));
  }
  return multiply(product, grad_a);
}

template <class T>
void Network<T>::check_index(std::size_t l) const {
  if (l < 1 || l > depth()) {
    detail::fail("[layer] There is no layer ", l, "; the layers of the network ", sizes_text(), " are 1 to ", depth(),
                 ".");
  }
}

template <class T>
void Network<T>::check_samples(const char* where, const Vector<T>& x, const Vector<T>& y, std::size_t m) const {
  if (depth() == 0) detail::fail("[", where, "] The network has 0 layers; add() at least 1.");
  if (m == 0) detail::fail("[", where, "] m = 0 samples; a cost needs at least 1.");
  const std::size_t n_0 = layers_.front().fan_in;
  const std::size_t n_L = layers_.back().fan_out;
  if (!detail::is_product(x.size(), m, n_0) || !detail::is_product(y.size(), m, n_L)) {
    detail::fail("[", where, "] x has ", x.size(), " values and y has ", y.size(), "; for the network ", sizes_text(),
                 " and m = ", m, " give x as [m, ", n_0, "] and y as [m, ", n_L, "], a sample a row.");
  }
}

template <class T>
std::string Network<T>::sizes_text() const {
  std::ostringstream text;
  text << "[";
  const char* separator = "";
  for (std::size_t n : sizes()) {
    text << separator << n;
    separator = ", ";
  }
  text << "]";
  return text.str();
}

}  // namespace bp
