// The costs as objects, to be passed around. Their definitions stand with the operations of the same names.
#pragma once

#include <nabla/nn/activation.hpp>

namespace nabla::nn {

inline constexpr Named quadratic_cost{"quadratic",
                                      [](const auto& a, const auto& y) { return nabla::quadratic_cost(a, y); }};
inline constexpr Named quadratic_per_neuron_cost{
    "quadratic_per_neuron", [](const auto& a, const auto& y) { return nabla::quadratic_per_neuron_cost(a, y); }};
inline constexpr Named bernoulli_cross_entropy{
    "bernoulli_cross_entropy", [](const auto& a, const auto& y) { return nabla::bernoulli_cross_entropy(a, y); }};
inline constexpr Named categorical_cross_entropy{
    "categorical_cross_entropy", [](const auto& a, const auto& y) { return nabla::categorical_cross_entropy(a, y); }};
/// Of logits.
inline constexpr Named sigmoid_cross_entropy{
    "sigmoid_cross_entropy", [](const auto& z, const auto& y) { return nabla::sigmoid_cross_entropy(z, y); }};
/// Of logits, with class indices or probabilities.
inline constexpr Named softmax_cross_entropy{
    "softmax_cross_entropy", [](const auto& z, const auto& y) { return nabla::softmax_cross_entropy(z, y); }};

}  // namespace nabla::nn
