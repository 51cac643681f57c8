// The costs as objects, to be passed around. Their definitions stand with the operations of the same names.
//
// Texts differ in what they call the cost. Over m samples with n outputs each:
//   quadratic                   1/(2m) Σ ‖a − y‖²                         Nielsen, eq. 6
//   quadratic_per_neuron        1/m Σ 1/n Σ_j ½ (a_j − y_j)²              the mean over neurons
//   half_squared_error          ½ Σ (a − y)², not divided by anything     Crowley, of one sample: δ_L = f'(z) (a − y)
//   bernoulli_cross_entropy     every output a probability of its own     with sigmoid: δ_L = (a − y) / m
//   categorical_cross_entropy   the outputs one distribution              with softmax: δ_L = (a − y) / m
// summed(cost) leaves out the division by m, as Wichmann does before he divides the derivatives.
#pragma once

#include <nabla/nn/activation.hpp>
#include <optional>

namespace nabla::nn {

namespace detail {

void refuse_class_indices(std::string_view cost, DType output_dtype, const Shape& outputs, const Shape& targets);

/// A cost of outputs and targets of one shape. Class indices have another one; a conversion to the dtype of the outputs
/// would not mend that, and so they are refused with what does. @throws DTypeError then
template <class F>
constexpr auto cost_of_values(std::string_view name, F cost) {
  return Named{name, [name, cost](const auto& a, const auto& y) {
                 if constexpr (requires { a.dtype() == y.dtype(); })
                   if (y.dtype() == i64 && a.dtype() != i64)
                     refuse_class_indices(name, a.dtype(), a.shape(), y.shape());
                 return cost(a, y);
               }};
}

}  // namespace detail

inline constexpr auto quadratic_cost =
    detail::cost_of_values("quadratic", [](const auto& a, const auto& y) { return nabla::quadratic_cost(a, y); });
inline constexpr auto quadratic_per_neuron_cost = detail::cost_of_values(
    "quadratic_per_neuron", [](const auto& a, const auto& y) { return nabla::quadratic_per_neuron_cost(a, y); });
inline constexpr auto half_squared_error = detail::cost_of_values(
    "half_squared_error", [](const auto& a, const auto& y) { return 0.5 * nabla::mse_loss(a, y, Reduction::sum); });
inline constexpr auto bernoulli_cross_entropy = detail::cost_of_values(
    "bernoulli_cross_entropy", [](const auto& a, const auto& y) { return nabla::bernoulli_cross_entropy(a, y); });
inline constexpr auto categorical_cross_entropy = detail::cost_of_values(
    "categorical_cross_entropy", [](const auto& a, const auto& y) { return nabla::categorical_cross_entropy(a, y); });
/// Of logits.
inline constexpr auto sigmoid_cross_entropy = detail::cost_of_values(
    "sigmoid_cross_entropy", [](const auto& z, const auto& y) { return nabla::sigmoid_cross_entropy(z, y); });
/// Of logits, with class indices or probabilities.
inline constexpr Named softmax_cross_entropy{
    "softmax_cross_entropy", [](const auto& z, const auto& y) { return nabla::softmax_cross_entropy(z, y); }};

/// softmax_cross_entropy with a weight for each class and smoothed targets, in this order of members:
/// nn::CrossEntropy{.label_smoothing = 0.1}. As nabla::cross_entropy.
struct CrossEntropy {
  static constexpr std::string_view name = "cross_entropy";

  std::optional<Tensor> class_weights = {};  ///< [classes], of the dtype of the logits; 1 each where it is left out
  double label_smoothing = 0;                ///< the share of each target that is spread evenly over all classes

  /// Logits z [samples, classes]; y class indices [samples], or probabilities like z.
  template <Value Z, Value Y>
  auto operator()(const Z& z, const Y& y) const {
    const CrossEntropyOptions options{.label_smoothing = label_smoothing};
    return class_weights ? cross_entropy(z, y, *class_weights, options) : cross_entropy(z, y, options);
  }
};

/// The sum over the samples, where the cost is their mean: m times the cost, m being the extent of the first axis of a
/// matrix, else 1.
template <class C>
auto summed(C cost) {
  return [cost](const auto& a, const auto& y) {
    const double samples = a.rank() < 2 ? 1 : static_cast<double>(a.shape()[0]);
    return samples * cost(a, y);
  };
}

}  // namespace nabla::nn
