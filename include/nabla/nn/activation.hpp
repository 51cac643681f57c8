// Activations: elementwise or row-wise functions with a name.
#pragma once

#include <functional>
#include <nabla/ops.hpp>
#include <nabla/tape.hpp>
#include <string>
#include <string_view>
#include <utility>

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
/// Over the last axis: each row becomes a distribution.
inline constexpr Named softmax{"softmax", [](const auto& z) { return nabla::softmax(z, -1); }};

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

}  // namespace nabla::nn
