// Elementwise operations of one's own, each from one lambda:
//
//   inline constexpr auto swish = elementwise("swish", [](auto x) { return x / (1 + exp(-x)); });
//
// The lambda is evaluated on packs of numbers (simd/pack.hpp), and for its derivatives on dual numbers over packs
// (simd/dual.hpp), in loops that are compiled here, for every level of instructions.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <iterator>
#include <nabla/lambda.hpp>
#include <nabla/loops.hpp>
#include <nabla/op.hpp>
#include <nabla/simd/dual_math.hpp>
#include <type_traits>
#include <utility>
#include <vector>

namespace nabla {

/// Derivatives up to this order are known of a function that elementwise() makes.
inline constexpr int elementwise_order = 4;

namespace detail {

/// The name of the n-th derivative.
std::string_view derivative_name(const char* name, int n);
[[noreturn]] void refuse_order(const char* name);

/// What F gives for as many Xs; nothing if it does not take them.
template <class F, class X, std::size_t... k>
std::invoke_result<const F&, Repeated<k, X>...> result_of(std::index_sequence<k...>);
template <class F, class X, std::size_t n>
using ResultOn = decltype(result_of<F, X>(std::make_index_sequence<n>()));

/// The number of operands; 0 if none would do.
template <class F, std::size_t n = 1>
constexpr std::size_t arity_of() {
  if constexpr (n > kernels::most_operands)
    return 0;
  else if constexpr (requires { typename ResultOn<F, simd::Pack<double, simd::Level::plain>, n>::type; })
    return n;
  else
    return arity_of<F, n + 1>();
}

/// Refuses in words what would be refused somewhere in the loops.
template <class F>
constexpr void check_function() {
  using P = simd::Pack<double, simd::Level::plain>;
  constexpr std::size_t arity = arity_of<F>();
  static_assert(
      arity > 0,
      "[elementwise] The function cannot be evaluated on packs of numbers: it takes one to four by value, as "
      "[](auto x, auto y) {...}, is not mutable, and uses operators, select(condition, a, b) and the functions "
      "of <nabla/simd/math.hpp>; an error above this one says what else it would need");
  static_assert(std::is_trivially_copyable_v<F>, "[elementwise] What the function captures must be plain numbers");
  // A closure with a reference is trivially copyable too, but has no standard layout.
  static_assert(std::is_standard_layout_v<F>,
                "[elementwise] The function must capture numbers by value, as [a], and not by reference, as [&a]: the "
                "tape keeps a copy of it, for derivatives that are taken when a may be gone");
  if constexpr (arity > 0) {
    using R = typename ResultOn<F, P, arity>::type;
    static_assert(!std::same_as<R, simd::Mask<double, simd::Level::plain>>,
                  "[elementwise] The function returns a truth value where a number is needed: write "
                  "select(condition, 1, 0)");
    static_assert(
        std::same_as<R, P> || std::is_arithmetic_v<R> || std::same_as<R, simd::Mask<double, simd::Level::plain>>,
        "[elementwise] The function must return a number, made from its parameters");
  }
}

struct Nothing {};

}  // namespace detail

namespace ops {

/// A user's function of one to four numbers, or one of its partial derivatives of order n.
template <class F, int n>
struct Lambda {
  static constexpr std::size_t arity = detail::arity_of<F>();
  static constexpr int order = n;
  [[no_unique_address]] F f;
  /// The operands by which it is derived; there is no choice where there is but one.
  [[no_unique_address]] std::conditional_t<arity == 1 || n == 0, detail::Nothing, std::array<std::uint8_t, n>> by = {};

  static OpInfo info() {
    const char* const name = detail::name_of_lambda<F>.load();
    return {.name = detail::derivative_name(name, n), .arity = static_cast<int>(arity), .formula = {}};
  }
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;

  Lambda<F, n + 1> derivative([[maybe_unused]] std::size_t k) const {
    Lambda<F, n + 1> d{f};
    if constexpr (arity > 1) {
      if constexpr (n > 0) std::copy(by.begin(), by.end(), d.by.begin());
      d.by[n] = static_cast<std::uint8_t>(k);
    }
    return d;
  }
  bool is_by([[maybe_unused]] int i, [[maybe_unused]] std::size_t k) const {
    if constexpr (arity == 1 || n == 0)
      return true;
    else
      return by[static_cast<std::size_t>(i)] == k;
  }
};

}  // namespace ops

namespace detail {

template <simd::Level L, class F, int n>
constexpr void fill_level(Elementwise& e) {
  using namespace kernels::detail;
  using Op = ops::Lambda<F, n>;
  constexpr auto l = static_cast<std::size_t>(L);
  constexpr std::make_index_sequence<Op::arity> operands;
  if constexpr (n == 0) {
    e.forward[l][0] = forward_loop<L, simd::MemberF<Op>, float>(operands);
    e.forward[l][1] = forward_loop<L, simd::MemberF<Op>, double>(operands);
    e.reverse[l][0] = dual_loop<L, simd::MemberF<Op>, float>(operands);
    e.reverse[l][1] = dual_loop<L, simd::MemberF<Op>, double>(operands);
  } else {
    e.forward[l][0] = derivative_loop<L, Op, float>(operands);
    e.forward[l][1] = derivative_loop<L, Op, double>(operands);
  }
}

template <class F, int n>
constexpr Elementwise lambda_loops() {
  Elementwise e;
  fill_level<simd::Level::plain, F, n>(e);
  if constexpr (n <= 2) {
    fill_level<simd::Level::avx2, F, n>(e);
    fill_level<simd::Level::avx512, F, n>(e);
  } else {  // nobody waits for these derivatives, but everybody for the compiler
    for (auto& loops : e.forward) std::copy(std::begin(e.forward[0]), std::end(e.forward[0]), loops);
  }
  return e;
}

}  // namespace detail

template <class F, int n>
constinit const Elementwise ops::Lambda<F, n>::elementwise = detail::lambda_loops<F, n>();

template <class F, int n>
template <Value V>
void ops::Lambda<F, n>::vjp(const Pullback<V>& p) const {
  if constexpr (n == elementwise_order)
    detail::refuse_order(detail::name_of_lambda<F>);
  else
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      for (std::size_t k = 0; k < arity; ++k)
        if (p.needs[k]) p.grad[k] = sum_to(p.ct * apply(derivative(k), p.in[i]...), p.in[k].shape());
    }
  (std::make_index_sequence<arity>());
}

/// A function of Tensors and Vars, made from a function of numbers.
template <class F>
struct ElementwiseFunction {
  const char* name;
  F function;

  /// @throws ShapeError where operands do not broadcast; DTypeError unless floating and of one dtype
  template <Operand... Ts>
  requires(sizeof...(Ts) == detail::arity_of<F>() && (Value<Ts> || ...)) Result<Ts...>
  operator()(const Ts&... operands) const { return apply(op(), operands...); }

  ops::Lambda<F, 0> op() const {
    detail::give_name<F>(name);
    return {function};
  }
};

/// The operation y[i] = f(x₀[i], x₁[i], …) on Tensors, Vars and numbers beside them, of f32 or f64, which broadcast.
///
/// f takes one to four parameters by value, declared auto, and may capture numbers, by value. It is made of + - * /,
/// comparisons, select(condition, a, b) in place of if and ?:, and the functions of <nabla/simd/math.hpp> under their
/// plain names: exp(x), not std::exp(x). Numbers in it may be int or double literals. Derivatives are exact, up to
/// order elementwise_order: first ones are worked out in the pass that multiplies by the cotangent. At kinks they are
/// those of the operations: 0 for |x| at 0 and for floor, ceil, round, trunc and sign, half for each where max or min
/// has equal operands.
///
/// A lambda has one name. Functions that f calls should be [[gnu::always_inline]]; a compiler that does not inline them
/// makes slow code of them.
template <std::size_t n, class F>
constexpr ElementwiseFunction<F> elementwise(const char (&name)[n], F f) {
  detail::check_function<F>();
  return {name, f};
}

/// The checks of check_op.hpp, on operands between low and high, where f is to be defined and differentiable.
template <class F>
OpReport check_op(const ElementwiseFunction<F>& f, double low = -2, double high = 2) {
  const AnyOp op = f.op();
  return check_op(f.name, elementwise_samples(op, low, high), elementwise_bad_calls(op));
}
/// The same on operands of one's own: check_op(f, {{positive({3}), Shape{2, 3}}}).
template <class F>
OpReport check_op(const ElementwiseFunction<F>& f, const std::vector<SampleOperands>& calls) {
  return check_op(f.op(), calls);
}

}  // namespace nabla
