// Costs: C of one sample from its outputs a and targets y, and the gradient ∇_a C. The definitions:
//
//   quadratic                   C = 1/(2m) Σ_x ‖y - a‖²                                      (N 26, G 17)
//   quadratic_per_neuron        C = 1/m Σ_x 1/n_L Σ_j ½ (a_j - y_j)²                          (K)
//   half_squared_error          C = Σ_x ½ Σ_j (a_j - y_j)²                                    (C)
//   bernoulli_cross_entropy     C = -1/m Σ_x Σ_j [y_j ln a_j + (1 - y_j) ln(1 - a_j)]         (W 7.2, G 19)
//   categorical_cross_entropy   C = -1/m Σ_x Σ_j y_j ln a_j                                   (G 4-5, C)
//
// C states half_squared_error for one sample; its m samples are added up, not averaged (reduction "sum").
// The functions below are about one sample; samples_divisor() says what their sum over samples is divided by.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "bp/matrix.hpp"
#include "bp/neuron.hpp"

namespace bp {

enum class Cost {
  quadratic,
  quadratic_per_neuron,
  half_squared_error,
  bernoulli_cross_entropy,
  categorical_cross_entropy
};

inline const char* name(Cost cost) {
  switch (cost) {
    case Cost::quadratic:
      return "quadratic";
    case Cost::quadratic_per_neuron:
      return "quadratic_per_neuron";
    case Cost::half_squared_error:
      return "half_squared_error";
    case Cost::bernoulli_cross_entropy:
      return "bernoulli_cross_entropy";
    case Cost::categorical_cross_entropy:
      return "categorical_cross_entropy";
  }
  detail::fail("[name] ", static_cast<int>(cost), " is not a bp::Cost; use one of its named values.");
}

/// The m of 1/m Σ_x; 1 for half_squared_error, whose samples are added up.
template <class T>
T samples_divisor(Cost cost, std::size_t m) {
  return cost == Cost::half_squared_error ? T(1) : static_cast<T>(m);
}

/// Whether C is defined for every value the output neuron can take: Bernoulli needs 0 < a < 1 (sigmoid, softmax),
/// categorical needs a distribution (softmax), the others take any a.
inline bool defined_on_range(Neuron output, Cost cost) {
  if (cost == Cost::bernoulli_cross_entropy) return output == Neuron::sigmoid || output == Neuron::softmax;
  if (cost == Cost::categorical_cross_entropy) return output == Neuron::softmax;
  return true;
}

/// Throws std::invalid_argument unless the cost is defined on the range of every output neuron.
inline void check_defined(const std::vector<Neuron>& outputs, Cost cost) {
  for (std::size_t j = 0; j < outputs.size(); ++j) {
    if (defined_on_range(outputs[j], cost)) continue;
    if (cost == Cost::bernoulli_cross_entropy) {
      detail::fail(
          "[", name(cost), "] Output neuron ", j, " of ", outputs.size(), " is ", name(outputs[j]),
          ", but the cost is defined for 0 < a < 1 only; use sigmoid (or softmax) outputs, or a quadratic cost.");
    }
    detail::fail("[", name(cost), "] Output neuron ", j, " of ", outputs.size(), " is ", name(outputs[j]),
                 ", but the cost is defined where a is a distribution; use softmax outputs, or another cost.");
  }
  if (cost == Cost::bernoulli_cross_entropy && outputs.size() == 1 && outputs[0] == Neuron::softmax) {
    detail::fail("[", name(cost), "] A softmax of 1 neuron is always 1, but the cost is defined for 0 < a < 1 only; ",
                 "use a sigmoid output, or softmax outputs of 2 neurons or more.");
  }
}

namespace detail {

/// y ln a, where a class that does not occur (y = 0) contributes nothing even if ln a is -inf.
template <class T>
T times_logarithm(T y, T ln_a) {
  return y == 0 ? T(0) : y * ln_a;
}

/// The logarithms and quotients of the two cross-entropies exist only here.
template <class T>
void check_outputs(Cost cost, const Vector<T>& a, const Vector<T>& y) {
  check_size(name(cost), "y", y.size(), a.size(), "one for each output");
  if (a.empty()) fail("[", name(cost), "] There are 0 outputs; a and y need at least 1 value.");
  for (std::size_t j = 0; j < a.size(); ++j) {
    if (cost == Cost::bernoulli_cross_entropy && !(a[j] > 0 && a[j] < 1)) {
      fail("[", name(cost), "] a[", j, "] = ", a[j], ", but the cost is defined for 0 < a < 1 only; ",
           "if a sigmoid or softmax was rounded to 0 or 1, use logarithmic_value() and logarithmic_delta().");
    }
    if (cost == Cost::categorical_cross_entropy && !(a[j] <= 1 && (a[j] > 0 || (a[j] == 0 && y[j] == 0)))) {
      fail("[", name(cost), "] a[", j, "] = ", a[j], " with y[", j, "] = ", y[j], ", but ln a needs 0 < a <= 1; ",
           "if a softmax was rounded to 0, use logarithmic_value() and logarithmic_delta().");
    }
  }
}

}  // namespace detail

/// C of one sample by its definition, from a [n] and y [n].
/// Throws std::invalid_argument if the sizes differ or a logarithm of `a` does not exist.
template <class T>
T value(Cost cost, const Vector<T>& a, const Vector<T>& y) {
  detail::check_outputs(cost, a, y);
  const auto n = static_cast<T>(a.size());
  T C = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    switch (cost) {
      case Cost::quadratic:
      case Cost::half_squared_error:
        C += (a[j] - y[j]) * (a[j] - y[j]) / 2;
        break;
      case Cost::quadratic_per_neuron:
        C += (a[j] - y[j]) * (a[j] - y[j]) / (2 * n);
        break;
      case Cost::bernoulli_cross_entropy:
        C -= detail::times_logarithm(y[j], std::log(a[j])) + detail::times_logarithm(1 - y[j], std::log1p(-a[j]));
        break;
      case Cost::categorical_cross_entropy:
        C -= detail::times_logarithm(y[j], std::log(a[j]));
        break;
    }
  }
  return C;
}

/// ∇_a C of one sample, [n] from a [n] and y [n]. Throws as value() does.
template <class T>
Vector<T> gradient(Cost cost, const Vector<T>& a, const Vector<T>& y) {
  detail::check_outputs(cost, a, y);
  const auto n = static_cast<T>(a.size());
  Vector<T> grad(a.size());
  for (std::size_t j = 0; j < a.size(); ++j) {
    switch (cost) {
      case Cost::quadratic:
      case Cost::half_squared_error:
        grad[j] = a[j] - y[j];
        break;
      case Cost::quadratic_per_neuron:
        grad[j] = (a[j] - y[j]) / n;
        break;
      case Cost::bernoulli_cross_entropy:
        grad[j] = (a[j] - y[j]) / (a[j] * (1 - a[j]));  // -y/a + (1 - y)/(1 - a)
        break;
      case Cost::categorical_cross_entropy:
        grad[j] = y[j] == 0 ? T(0) : -y[j] / a[j];
        break;
    }
  }
  return grad;
}

// The cross-entropies once more, from z instead of a. The definitions above fail when a saturates: at z = 1000 a
// sigmoid is rounded to 1, ln(1 - a) is not a number any more, and neither is the ∞ · 0 of ∇_a C ⊙ f'(z). But the
// costs only ask for ln a and ln(1 - a), and as functions of z these are harmless.

inline bool is_logarithmic(Cost cost) {
  return cost == Cost::bernoulli_cross_entropy || cost == Cost::categorical_cross_entropy;
}

/// ln a_j and ln(1 - a_j) of a layer of sigmoids or of a softmax, each [n].
template <class T>
struct Logarithms {
  Vector<T> ln_a;
  Vector<T> ln_1_minus_a;
};

/// ln Σ_k e^(v_k), v [n]; -inf for n = 0. The largest term is taken out, so that no other one overflows.
template <class T>
T log_sum_exp(const Vector<T>& v) {
  if (v.empty()) return -std::numeric_limits<T>::infinity();
  const auto largest = static_cast<std::size_t>(std::max_element(v.begin(), v.end()) - v.begin());
  T others = 0;
  for (std::size_t k = 0; k < v.size(); ++k)
    if (k != largest) others += std::exp(v[k] - v[largest]);
  return v[largest] + std::log1p(others);
}

/// ln a and ln(1 - a) from z [n]:
///   sigmoid   ln a = -softplus(-z)              ln(1 - a) = -softplus(z)
///   softmax   ln a_j = z_j - ln Σ_k e^(z_k)     ln(1 - a_j) = ln Σ_{k≠j} a_k
template <class T>
Logarithms<T> logarithms(const std::vector<Neuron>& neurons, const Vector<T>& z) {
  detail::check_size("logarithms", "z", z.size(), neurons.size(), "one for each neuron");
  Logarithms<T> result{Vector<T>(z.size()), Vector<T>(z.size())};
  if (!is_softmax(neurons)) {
    for (std::size_t j = 0; j < z.size(); ++j) {
      if (neurons[j] != Neuron::sigmoid) {
        detail::fail("[logarithms] Neuron ", j, " is ", name(neurons[j]), "; only sigmoid and softmax are in (0, 1).");
      }
      result.ln_a[j] = -softplus(-z[j]);
      result.ln_1_minus_a[j] = -softplus(z[j]);
    }
    return result;
  }
  const T largest = *std::max_element(z.begin(), z.end());
  Vector<T> shifted = z;  // z - max z has the same softmax, and its logarithms keep more digits
  for (T& z_j : shifted) z_j -= largest;
  const T ln_sum = log_sum_exp(shifted);
  for (std::size_t j = 0; j < z.size(); ++j) result.ln_a[j] = shifted[j] - ln_sum;
  for (std::size_t j = 0; j < z.size(); ++j) {
    Vector<T> others = result.ln_a;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(j));
    result.ln_1_minus_a[j] = log_sum_exp(others);
  }
  return result;
}

namespace detail {

inline void check_logarithmic(Cost cost, const std::vector<Neuron>& neurons, std::size_t y_size) {
  if (!is_logarithmic(cost)) fail("[", name(cost), "] The cost has no logarithm; use value() and gradient().");
  check_defined(neurons, cost);
  check_size(name(cost), "y", y_size, neurons.size(), "one for each output");
}

}  // namespace detail

/// C of one sample for the two cross-entropies, from z_L [n] and y [n]: finite for every finite z.
/// Throws std::invalid_argument for other costs, for outputs they are not defined on, and if sizes differ.
template <class T>
T logarithmic_value(Cost cost, const std::vector<Neuron>& neurons, const Vector<T>& z, const Vector<T>& y) {
  detail::check_logarithmic(cost, neurons, y.size());
  const Logarithms<T> log = logarithms(neurons, z);
  T C = 0;
  for (std::size_t j = 0; j < z.size(); ++j) {
    C -= detail::times_logarithm(y[j], log.ln_a[j]);
    if (cost == Cost::bernoulli_cross_entropy) C -= detail::times_logarithm(1 - y[j], log.ln_1_minus_a[j]);
  }
  return C;
}

/// δ_L = ∂C/∂z_L of one sample for the two cross-entropies, [n] from z_L [n] and y [n]: finite for every finite z, and
/// where BP1 can be calculated it is BP1. The derivatives of the logarithms are at most 1:
///   sigmoid   ∂ln a_j/∂z_j = 1 - a_j             ∂ln(1 - a_j)/∂z_j = -a_j
///   softmax   ∂ln a_j/∂z_k = [j = k] - a_k       ∂ln(1 - a_j)/∂z_k = [j ≠ k] a_j a_k/(1 - a_j) - [j = k] a_k
/// For sigmoid and Bernoulli their sum is δ_L = a - y (W 7.2, G 19). For softmax and categorical it is a_k Σ_j y_j -
/// y_k, which is a - y where y is a distribution (G 4-5, C). Throws as logarithmic_value() does.
template <class T>
Vector<T> logarithmic_delta(Cost cost, const std::vector<Neuron>& neurons, const Vector<T>& z, const Vector<T>& y) {
  detail::check_logarithmic(cost, neurons, y.size());
  const Vector<T> a = activate(neurons, z);
  const std::size_t n = a.size();
  Vector<T> delta(n);
  if (!is_softmax(neurons)) {
    // a - y, where 1 - a = g(-z) needs no subtraction
    for (std::size_t j = 0; j < n; ++j) delta[j] = (1 - y[j]) * a[j] - y[j] * sigmoid(-z[j]);
    return delta;
  }
  const Logarithms<T> log = logarithms(neurons, z);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t j = 0; j < n; ++j) {
      const T d_ln_a = j == k ? std::exp(log.ln_1_minus_a[k]) : -a[k];
      delta[k] -= y[j] * d_ln_a;
      if (cost == Cost::bernoulli_cross_entropy) {
        const T d_ln_1_minus_a = j == k ? -a[k] : a[j] * std::exp(log.ln_a[k] - log.ln_1_minus_a[j]);
        delta[k] -= (1 - y[j]) * d_ln_1_minus_a;
      }
    }
  }
  return delta;
}

}  // namespace bp
