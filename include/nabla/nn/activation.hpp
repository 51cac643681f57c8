// Activations: functions with a name, element by element or row by row.
#pragma once

#include <functional>
#include <nabla/ops.hpp>
#include <nabla/tape.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nabla::nn {

/// A function of Values with a name: what stands in nn:: for an operation, to be passed around.
template <class F>
struct Named {
  std::string_view name;
  F function;

  template <class... A>
  requires std::is_invocable_v<const F&, const A&...>
  auto operator()(const A&... operands) const { return function(operands...); }
};
template <class F>
Named(std::string_view, F) -> Named<F>;

inline constexpr Named identity{"identity", [](const auto& z) { return z; }};
inline constexpr Named relu{"relu", [](const auto& z) { return nabla::relu(z); }};
inline constexpr Named sigmoid{"sigmoid", [](const auto& z) { return nabla::sigmoid(z); }};
inline constexpr Named tanh{"tanh", [](const auto& z) { return nabla::tanh(z); }};
inline constexpr Named softplus{"softplus", [](const auto& z) { return nabla::softplus(z); }};
inline constexpr Named gelu{"gelu", [](const auto& z) { return nabla::gelu(z); }};
inline constexpr Named gelu_tanh{"gelu_tanh", [](const auto& z) { return nabla::gelu_tanh(z); }};
inline constexpr Named silu{"silu", [](const auto& z) { return nabla::silu(z); }};
inline constexpr Named mish{"mish", [](const auto& z) { return nabla::mish(z); }};
inline constexpr Named relu6{"relu6", [](const auto& z) { return nabla::relu6(z); }};
inline constexpr Named leaky_relu{"leaky_relu", [](const auto& z) { return nabla::leaky_relu(z); }};
inline constexpr Named elu{"elu", [](const auto& z) { return nabla::elu(z); }};
inline constexpr Named celu{"celu", [](const auto& z) { return nabla::celu(z); }};
inline constexpr Named selu{"selu", [](const auto& z) { return nabla::selu(z); }};
inline constexpr Named hardsigmoid{"hardsigmoid", [](const auto& z) { return nabla::hardsigmoid(z); }};
inline constexpr Named hardswish{"hardswish", [](const auto& z) { return nabla::hardswish(z); }};
inline constexpr Named hardtanh{"hardtanh", [](const auto& z) { return nabla::hardtanh(z); }};
inline constexpr Named hardshrink{"hardshrink", [](const auto& z) { return nabla::hardshrink(z); }};
inline constexpr Named softshrink{"softshrink", [](const auto& z) { return nabla::softshrink(z); }};
inline constexpr Named softsign{"softsign", [](const auto& z) { return nabla::softsign(z); }};
inline constexpr Named tanhshrink{"tanhshrink", [](const auto& z) { return nabla::tanhshrink(z); }};
inline constexpr Named logsigmoid{"logsigmoid", [](const auto& z) { return nabla::logsigmoid(z); }};
/// The binary threshold neuron. Its derivative is 0: the perceptron rule trains it.
inline constexpr Named step{"step", [](const auto& z) { return nabla::step(z); }};
/// Over the last axis: each row becomes a distribution.
inline constexpr Named softmax{"softmax", [](const auto& z) { return nabla::softmax(z, -1); }};
inline constexpr Named log_softmax{"log_softmax", [](const auto& z) { return nabla::log_softmax(z, -1); }};

/// Any activation: one of the above, or a function of one's own. A function of Var is enough; one that also takes a
/// Tensor is called directly where nothing is recorded.
class Activation {
 public:
  template <class F>
  requires(!std::same_as<F, Activation> && std::is_invocable_r_v<Var, const F&, const Var&>) Activation(F function)
      : name_(name_of(function)), recorded_(function) {
    if constexpr (std::is_invocable_r_v<Tensor, const F&, const Tensor&>)
      computed_ = function;
    else
      computed_ = [function](const Tensor& z) {
        Tape tape;
        return function(tape.constant(z)).value();
      };
  }

  /// "custom" for a function that brings no name along.
  const std::string& name() const { return name_; }

  Var operator()(const Var& z) const { return recorded_(z); }
  Tensor operator()(const Tensor& z) const { return computed_(z); }

 private:
  template <class F>
  static std::string name_of(const F& function) {
    if constexpr (requires { std::string(function.name); })
      return std::string(function.name);
    else
      return "custom";
  }

  std::string name_;
  std::function<Var(const Var&)> recorded_;
  std::function<Tensor(const Tensor&)> computed_;
};

/// So many neurons of a layer, one beside the other, and their activation.
struct Neurons {
  std::int64_t count;
  Activation activation;
};
/// A layer whose neurons differ: z [..., n] is cut along its last axis, by_neuron({{20, nn::relu}, {1, nn::identity}}).
/// @throws ValueError for a count below 1, or none at all; ShapeError, when it is called, unless the counts add up to n
Activation by_neuron(std::vector<Neurons> neurons);

}  // namespace nabla::nn
