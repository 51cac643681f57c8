// A reverse rule of one's own for a function of Tensors, where the closed form is better than what its operations give:
//
//   inline constexpr auto log_sum_exp = custom_vjp(
//       "log_sum_exp", [](const auto& x) { return log(sum(exp(x))); },
//       [](const auto& ct, const auto& x, const auto& y) { return ct * exp(x - y); });
#pragma once

#include <array>
#include <concepts>
#include <nabla/lambda.hpp>
#include <nabla/op.hpp>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nabla {

namespace detail {

[[noreturn]] void refuse_recorded_rule(std::string_view name);
void check_defined(std::string_view name, const Tensor& value);

/// What a rule may give for one operand: a V; for a Var also a Tensor, which becomes a constant. Empty means zero.
template <Value V>
V as_cotangent(const V&, const V& given) {
  return given;
}
inline Var as_cotangent(const Var& ct, const Tensor& given) {
  return given.defined() ? constant_like(ct, given) : Var();
}

template <class F, class Rule>
struct CustomVjpName;

}  // namespace detail

namespace ops {

/// y = f(x₀, …, x_{n−1}) with a rule that gives all cotangents.
template <class F, class Rule, std::size_t n>
struct CustomVjp {
  [[no_unique_address]] F f;
  [[no_unique_address]] Rule rule;

  /// Only f knows the shape of the result, so forward() gives it as a whole, as an operation does that gives a view.
  static OpInfo info() {
    return {.name = name(), .arity = static_cast<int>(n), .formula = {}, .dtypes = DTypes::any, .view = true};
  }
  static std::string_view name() { return detail::name_of_lambda<detail::CustomVjpName<F, Rule>>.load(); }
  DType infer_dtype(Tensors in) const { return in[0].dtype(); }

  void forward(Tensors in, Tensor& out) const {
    out = [&]<std::size_t... k>(std::index_sequence<k...>)->Tensor { return f(in[k]...); }
    (std::make_index_sequence<n>());
    detail::check_defined(name(), out);
  }

  template <Value V>
  void vjp(const Pullback<V>& p) const {
    [&]<std::size_t... k>(std::index_sequence<k...>) {
      if constexpr (std::is_invocable_v<const Rule&, const V&, detail::Repeated<k, const V&>..., const V&>)
        take(p, rule(p.ct, p.in[k]..., p.out), std::index_sequence<k...>());
      else if constexpr (std::same_as<V, Var>)
        detail::refuse_recorded_rule(name());
      else
        static_assert(sizeof...(k) != n,  // false, but not before k is known
                      "[custom_vjp] The rule must take the cotangent, the operands and the result: "
                      "[](const auto& ct, const auto& x, const auto& y) {...} for a function of one operand");
    }
    (std::make_index_sequence<n>());
  }

 private:
  template <Value V, class Given, std::size_t... k>
  static void take(const Pullback<V>& p, const Given& given, std::index_sequence<k...>) {
    if constexpr (Value<Given>) {
      static_assert(n == 1,
                    "[custom_vjp] The rule must give a cotangent for each operand, in a std::tuple or std::array");
      if (p.needs[0]) p.grad[0] = detail::as_cotangent(p.ct, given);
    } else {
      static_assert(std::tuple_size_v<Given> == n, "[custom_vjp] The rule must give as many cotangents as operands");
      ((p.needs[k] ? void(p.grad[k] = detail::as_cotangent(p.ct, std::get<k>(given))) : void()), ...);
    }
  }
};

}  // namespace ops

/// A function of Tensors and Vars with a rule of its own.
template <class F, class Rule>
struct CustomVjp {
  const char* name;
  F function;
  Rule rule;

  template <Operand... Ts>
  requires(Value<Ts> || ...) &&
      std::is_invocable_r_v<Tensor, const F&, std::conditional_t<true, const Tensor&, Ts>...> Result<Ts...> operator()(
          const Ts&... operands) const {
    detail::give_name<detail::CustomVjpName<F, Rule>>(name);
    return apply(ops::CustomVjp<F, Rule, sizeof...(Ts)>{function, rule}, operands...);
  }
};

/// y = forward(x₀, x₁, …), one node of the tape, with the cotangents rule(ct, x₀, x₁, …, y) of its operands: one Value,
/// or a std::tuple or std::array of one for each operand, each of the operand's shape; an empty one counts as zero.
///
/// forward is called on Tensors, and nothing in it is recorded. A rule written in operations for Tensors and Vars
/// alike, with parameters `const auto&`, can be recorded and so differentiated again; one that takes Tensors gives
/// first derivatives alone, and a ValueError where others are asked for. Both may capture constants, by value, for the
/// tape keeps copies of them; what a step depends on should be an operand.
template <std::size_t n, class F, class Rule>
constexpr CustomVjp<F, Rule> custom_vjp(const char (&name)[n], F forward, Rule rule) {
  return {name, std::move(forward), std::move(rule)};
}
/// The same, called custom_vjp in errors and on the tape.
template <class F, class Rule>
constexpr CustomVjp<F, Rule> custom_vjp(F forward, Rule rule) {
  return {"custom_vjp", std::move(forward), std::move(rule)};
}

}  // namespace nabla
