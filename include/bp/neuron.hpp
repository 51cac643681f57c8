// Neurons: a = f(z), and the derivative of f.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "bp/matrix.hpp"

namespace bp {

/// What a neuron makes of its weighted input z. All but softmax are functions of their own z alone.
enum class Neuron { linear, relu, sigmoid, tanh, softplus, gelu, softmax };

inline const char* name(Neuron neuron) {
  switch (neuron) {
    case Neuron::linear:
      return "linear";
    case Neuron::relu:
      return "relu";
    case Neuron::sigmoid:
      return "sigmoid";
    case Neuron::tanh:
      return "tanh";
    case Neuron::softplus:
      return "softplus";
    case Neuron::gelu:
      return "gelu";
    case Neuron::softmax:
      return "softmax";
  }
  detail::fail("[name] ", static_cast<int>(neuron), " is not a bp::Neuron; use one of its named values.");
}

/// g(z) = 1 / (1 + e^(-z)). Only e^(-|z|) is formed, which cannot overflow.
template <class T>
T sigmoid(T z) {
  if (z < 0) return std::exp(z) / (1 + std::exp(z));
  return 1 / (1 + std::exp(-z));
}

/// ln(1 + e^z) = max(z, 0) + ln(1 + e^(-|z|)).
template <class T>
T softplus(T z) {
  return (z < 0 ? T(0) : z) + std::log1p(std::exp(-std::abs(z)));
}

/// Φ(z), the standard normal distribution function. Through erfc, which keeps its digits in the tail where 1 + erf
/// would lose them; and in long double, because erfc and exp make the rounding of their argument z² times larger.
inline long double normal_distribution(long double z) { return std::erfc(-z / std::numbers::sqrt2_v<long double>) / 2; }

/// φ(z) = Φ'(z) = e^(-z²/2) / sqrt(2π), in long double for the same reason.
inline long double normal_density(long double z) {
  return std::exp(-z * z / 2) * std::numbers::inv_sqrtpi_v<long double> / std::numbers::sqrt2_v<long double>;
}

/// f(z) of one neuron. Throws std::invalid_argument for softmax, which needs the z of its whole layer.
template <class T>
T f(Neuron neuron, T z) {
  switch (neuron) {
    case Neuron::linear:
      return z;
    case Neuron::relu:
      return z < 0 ? T(0) : z;
    case Neuron::sigmoid:
      return sigmoid(z);
    case Neuron::tanh:
      return std::tanh(z);
    case Neuron::softplus:
      return softplus(z);
    case Neuron::gelu:
      return static_cast<T>(z * normal_distribution(z));
    case Neuron::softmax:
      break;
  }
  detail::fail("[f] ", name(neuron), " is not a function of one z; use activate() on the whole layer.");
}

/// f'(z) of one neuron; relu'(0) = 0. Throws std::invalid_argument for softmax, which has a Jacobian instead.
template <class T>
T f_prime(Neuron neuron, T z) {
  switch (neuron) {
    case Neuron::linear:
      return T(1);
    case Neuron::relu:
      return z > 0 ? T(1) : T(0);
    case Neuron::sigmoid:
      return sigmoid(z) * sigmoid(-z);  // g (1 - g); 1 - g(z) = g(-z) needs no subtraction
    case Neuron::tanh: {
      const T sech = 1 / std::cosh(z);
      return sech * sech;  // 1 - tanh², again without the subtraction
    }
    case Neuron::softplus:
      return sigmoid(z);
    case Neuron::gelu:
      return static_cast<T>(normal_distribution(z) + z * normal_density(z));
    case Neuron::softmax:
      break;
  }
  detail::fail("[f_prime] ", name(neuron), " has no derivative of one z; use jacobian() on the whole layer.");
}

/// a_j = e^(z_j) / Σ_k e^(z_k), [n] from z [n]. Both are divided by e^(max z), so that no term overflows.
template <class T>
Vector<T> softmax(const Vector<T>& z) {
  if (z.empty()) return {};
  const T largest = *std::max_element(z.begin(), z.end());
  Vector<T> a(z.size());
  T sum = 0;
  for (std::size_t j = 0; j < z.size(); ++j) sum += a[j] = std::exp(z[j] - largest);
  for (T& a_j : a) a_j /= sum;
  return a;
}

/// J_f[j, k] = ∂a_j/∂z_k = a_j ([j = k] - a_k) of the softmax, [n, n] from z [n].
template <class T>
Matrix<T> softmax_jacobian(const Vector<T>& z) {
  const Vector<T> a = softmax(z);
  Matrix<T> J(z.size(), z.size());
  for (std::size_t j = 0; j < z.size(); ++j) {
    for (std::size_t k = 0; k < z.size(); ++k) {
      if (j != k) {
        J(j, k) = -a[j] * a[k];
        J(j, j) += a[j] * a[k];  // 1 - a_j is the sum of the others, without a subtraction
      }
    }
  }
  return J;
}

/// Whether the layer is a softmax. Throws std::invalid_argument if only some of its neurons are.
inline bool is_softmax(const std::vector<Neuron>& neurons) {
  const auto n = static_cast<std::size_t>(std::count(neurons.begin(), neurons.end(), Neuron::softmax));
  if (n != 0 && n != neurons.size()) {
    detail::fail(
        "[softmax] ", n, " of ", neurons.size(),
        " neurons are softmax, which divides by a sum over its whole layer; make all of them softmax or none.");
  }
  return n != 0;
}

/// a = f(z) of a layer, [n] from z [n], with one kind of neuron for each z_j.
/// Throws std::invalid_argument if there are not as many neurons as z, or if only some neurons are softmax.
template <class T>
Vector<T> activate(const std::vector<Neuron>& neurons, const Vector<T>& z) {
  detail::check_size("activate", "z", z.size(), neurons.size(), "one for each neuron");
  if (is_softmax(neurons)) return softmax(z);
  Vector<T> a(z.size());
  for (std::size_t j = 0; j < z.size(); ++j) a[j] = f(neurons[j], z[j]);
  return a;
}

/// J_f[j, k] = ∂a_j/∂z_k of a layer, [n, n] from z [n]: the diagonal matrix Σ'(z) with f'(z_j) at (j, j) (N 33, G 35),
/// or the full Jacobian of a softmax. Throws as activate() does.
template <class T>
Matrix<T> jacobian(const std::vector<Neuron>& neurons, const Vector<T>& z) {
  detail::check_size("jacobian", "z", z.size(), neurons.size(), "one for each neuron");
  if (is_softmax(neurons)) return softmax_jacobian(z);
  Matrix<T> J(z.size(), z.size());
  for (std::size_t j = 0; j < z.size(); ++j) J(j, j) = f_prime(neurons[j], z[j]);
  return J;
}

}  // namespace bp
