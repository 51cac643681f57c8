// The elementwise operations: digits in tails and near zeros, for first and second derivatives too; choices at kinks
// and for NaN; attributes; threshold and stochastic neurons.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/gradient.hpp>
#include <nabla/op.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/random.hpp>
#include <nabla/transforms.hpp>
#include <string>
#include <vector>

using namespace nabla;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double none = std::numeric_limits<double>::quiet_NaN();

using Function = Var (*)(const Var&);

Tensor vec(const std::vector<double>& values) {
  return Tensor::copy_of({static_cast<std::int64_t>(values.size())}, values);
}

/// Σ f and its gradient, by the fused rule.
Tensor slope(Function f, const Tensor& x) {
  Tape tape;
  const Var v = tape.variable(x), y = f(v);
  return gradient(y, {v}, ones(y.shape(), y.dtype()))[v];
}

bool within(double got, double exact, double bar) {
  return got == exact || std::abs(got - exact) <= bar * std::abs(exact) + std::numeric_limits<double>::min();
}

/// Equal, or both NaN; zeros of either sign.
bool same(const Tensor& got, const std::vector<double>& expected) {
  const Tensor dense = got.contiguous();
  return std::equal(dense.data<double>().begin(), dense.data<double>().end(), expected.begin(), expected.end(),
                    [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); });
}

}  // namespace

TEST_CASE("no digits are lost in tails and near zeros, nor in the first and second derivatives") {
  const struct {
    std::string name;
    Function f;
    double x, y, first, second;  // calculated with 120 digits
  } table[] = {
      {"sigmoid", [](const Var& x) { return sigmoid(x); }, 40, 1.0, 4.248354255291589e-18, -4.248354255291589e-18},
      {"sigmoid", [](const Var& x) { return sigmoid(x); }, -40, 4.248354255291589e-18, 4.248354255291589e-18,
       4.248354255291589e-18},
      {"sigmoid", [](const Var& x) { return sigmoid(x); }, 1e-09, 0.50000000025, 0.25, -1.25e-10},
      {"sigmoid", [](const Var& x) { return sigmoid(x); }, -700, 9.85967654375977e-305, 9.85967654375977e-305,
       9.85967654375977e-305},
      {"sigmoid", [](const Var& x) { return sigmoid(x); }, 12, 0.9999938558253978, 6.1441368513331755e-06,
       -6.144061350033986e-06},
      {"tanh", [](const Var& x) { return tanh(x); }, 20, 1.0, 1.6993417021166355e-17, -3.398683404233271e-17},
      {"tanh", [](const Var& x) { return tanh(x); }, -20, -1.0, 1.6993417021166355e-17, 3.398683404233271e-17},
      {"tanh", [](const Var& x) { return tanh(x); }, 1e-09, 1e-09, 1.0, -2e-09},
      {"tanh", [](const Var& x) { return tanh(x); }, 0.3, 0.2913126124515909, 0.9151369618266292, -0.5331818782014544},
      {"softplus", [](const Var& x) { return softplus(x); }, 45, 45.0, 1.0, 2.8625185805493937e-20},
      {"softplus", [](const Var& x) { return softplus(x); }, -40, 4.248354255291589e-18, 4.248354255291589e-18,
       4.248354255291589e-18},
      {"softplus", [](const Var& x) { return softplus(x); }, -700, 9.85967654375977e-305, 9.85967654375977e-305,
       9.85967654375977e-305},
      {"logsigmoid", [](const Var& x) { return logsigmoid(x); }, 40, -4.248354255291589e-18, 4.248354255291589e-18,
       -4.248354255291589e-18},
      {"logsigmoid", [](const Var& x) { return logsigmoid(x); }, -40, -40.0, 1.0, -4.248354255291589e-18},
      {"logsigmoid", [](const Var& x) { return logsigmoid(x); }, -700, -700.0, 1.0, -9.85967654375977e-305},
      {"silu", [](const Var& x) { return silu(x); }, 40, 40.0, 1.0000000000000002, -1.6143746170108038e-16},
      {"silu", [](const Var& x) { return silu(x); }, -40, -1.6993417021166355e-16, -1.6568581595637197e-16,
       -1.6143746170108038e-16},
      {"silu", [](const Var& x) { return silu(x); }, -700, -6.90177358063184e-302, -6.891913904088079e-302,
       -6.88205422754432e-302},
      {"silu", [](const Var& x) { return silu(x); }, -2, -0.23840584404423512, -0.09078424878489548,
       0.05006216869470691},
      {"mish", [](const Var& x) { return mish(x); }, 40, 40.0, 1.0, -5.631136330077695e-33},
      {"mish", [](const Var& x) { return mish(x); }, -40, -1.6993417021166355e-16, -1.6568581595637197e-16,
       -1.6143746170108038e-16},
      {"mish", [](const Var& x) { return mish(x); }, -700, -6.90177358063184e-302, -6.891913904088079e-302,
       -6.88205422754432e-302},
      {"mish", [](const Var& x) { return mish(x); }, 1, 0.8650983882673103, 1.0490362200997922, 0.18468576447332827},
      {"gelu", [](const Var& x) { return gelu(x); }, -5, -1.4332578593959695e-06, -7.146946001792295e-06,
       -3.4194548838888845e-05},
      {"gelu", [](const Var& x) { return gelu(x); }, -30, -1.472014178144456e-196, -4.416031690708495e-195,
       -1.3233342291209357e-193},
      {"gelu", [](const Var& x) { return gelu(x); }, 5, 4.999998566742141, 1.000007146946002, -3.4194548838888845e-05},
      {"gelu_tanh", [](const Var& x) { return gelu_tanh(x); }, -5, -2.291796196629506e-07, -1.5463619875325946e-06,
       -9.934132224996203e-06},
      {"gelu_tanh", [](const Var& x) { return gelu_tanh(x); }, -15, -1.5584769937274055e-114, -7.744633769500767e-113,
       -3.8385722310901284e-111},
      {"gelu_tanh", [](const Var& x) { return gelu_tanh(x); }, 5, 4.999999770820381, 1.0000015463619876,
       -9.934132224996203e-06},
      {"gelu_tanh", [](const Var& x) { return gelu_tanh(x); }, 1e+150, 1e+150, 1.0, 0.0},
      {"tanhshrink", [](const Var& x) { return tanhshrink(x); }, 1e-09, 3.3333333333333338e-28, 1e-18, 2e-09},
      {"tanhshrink", [](const Var& x) { return tanhshrink(x); }, -0.4, -0.020051037744775117, 0.1443612139188223,
       -0.6501981376737277},
      {"tanhshrink", [](const Var& x) { return tanhshrink(x); }, 20, 19.0, 1.0, 3.398683404233271e-17},
      {"softsign", [](const Var& x) { return softsign(x); }, 1e-09, 9.999999990000001e-10, 0.9999999980000001,
       -1.999999994},
      {"softsign", [](const Var& x) { return softsign(x); }, -100000000.0, -0.9999999900000001, 9.999999800000003e-17,
       1.9999999400000014e-24},
      {"elu", [](const Var& x) { return elu(x); }, -1e-09, -9.999999995e-10, 0.999999999, 0.999999999},
      {"elu", [](const Var& x) { return elu(x); }, -40, -1.0, 4.248354255291589e-18, 4.248354255291589e-18},
      {"elu", [](const Var& x) { return elu(x); }, 3, 3.0, 1.0, 0.0},
      {"celu", [](const Var& x) { return celu(x); }, -1e-09, -9.999999995e-10, 0.999999999, 0.999999999},
      {"celu", [](const Var& x) { return celu(x); }, -40, -1.0, 4.248354255291589e-18, 4.248354255291589e-18},
      {"selu", [](const Var& x) { return selu(x); }, -1e-09, -1.7580993399683272e-09, 1.7580993390892774,
       1.7580993390892774},
      {"selu", [](const Var& x) { return selu(x); }, -40, -1.7580993408473766, 7.46902881591429e-18,
       7.46902881591429e-18},
      {"expm1", [](const Var& x) { return expm1(x); }, 1e-09, 1.0000000005000001e-09, 1.000000001, 1.000000001},
      {"expm1", [](const Var& x) { return expm1(x); }, -50, -1.0, 1.9287498479639178e-22, 1.9287498479639178e-22},
      {"log1p", [](const Var& x) { return log1p(x); }, 1e-17, 1e-17, 1.0, -1.0},
      {"log1p", [](const Var& x) { return log1p(x); }, -0.999999999, -20.723265865228342, 1000000028.2819322,
       -1.0000000565638653e+18},
      {"asin", [](const Var& x) { return asin(x); }, 0.999999, 1.5693821131146521, 707.1069579531425,
       353553302.1895767},
      {"asin", [](const Var& x) { return asin(x); }, 1e-09, 1e-09, 1.0, 1e-09},
      {"acos", [](const Var& x) { return acos(x); }, 0.999999, 0.0014142136802445852, -707.1069579531425,
       -353553302.1895767},
      {"acos", [](const Var& x) { return acos(x); }, -1e-09, 1.5707963277948966, -1.0, 1e-09},
      {"acosh", [](const Var& x) { return acosh(x); }, 1.0000001, 0.0004472135919037347, 2236.067920945309,
       -11180340157.215664},
      {"acosh", [](const Var& x) { return acosh(x); }, 1e+200, 461.2101657793691, 1e-200, 0.0},
      {"asinh", [](const Var& x) { return asinh(x); }, 1e-09, 1e-09, 1.0, -1e-09},
      {"asinh", [](const Var& x) { return asinh(x); }, -1e+200, -461.2101657793691, 1e-200, 0.0},
      {"atanh", [](const Var& x) { return atanh(x); }, 0.999999, 7.254328619247669, 500000.24998574716,
       499999999971.1193},
      {"atanh", [](const Var& x) { return atanh(x); }, 1e-09, 1e-09, 1.0, 2e-09},
      {"atan", [](const Var& x) { return atan(x); }, 100000000.0, 1.5707963167948966, 9.999999999999999e-17,
       -1.9999999999999995e-24},
      {"atan", [](const Var& x) { return atan(x); }, -1e+100, -1.5707963267948966, 1e-200, 2e-300},
      {"log10", [](const Var& x) { return log10(x); }, 1000, 3.0, 0.00043429448190325184, -4.342944819032518e-07},
  };
  for (const auto& row : table) {
    CAPTURE(row.name);
    CAPTURE(row.x);
    Tape tape;
    const Var x = tape.variable(row.x), y = row.f(x);
    const Var recorded = gradient_recorded(y, {x})[x];
    CHECK(within(y.value().item(), row.y, 4e-15));
    CHECK(within(gradient(y, {x})[x].item(), row.first, 1e-11));
    CHECK(within(recorded.value().item(), row.first, 1e-11));
    CHECK(within(gradient(recorded, {x})[x].item(), row.second, 1e-11));
  }
}

TEST_CASE("derivatives at kinks, at poles and for NaN are the ones stated, computed and recorded") {
  const struct {
    std::string name;
    Function f;
    std::vector<double> x, slope;
  } table[] = {
      {"relu", [](const Var& x) { return relu(x); }, {0, -1, 2, none}, {0, 0, 1, 1}},
      {"relu6", [](const Var& x) { return relu6(x); }, {0, 6, 3, 7, none}, {0, 0, 1, 0, 1}},
      {"leaky_relu", [](const Var& x) { return leaky_relu(x, 0.25); }, {0, -1, 2, none}, {0.25, 0.25, 1, 0.25}},
      {"elu", [](const Var& x) { return elu(x, 2); }, {0, 1, 1e4, -inf, inf, none}, {2, 1, 1, 0, 1, 1}},
      {"celu", [](const Var& x) { return celu(x, 2); }, {0, 1, 1e4, -inf, inf, none}, {1, 1, 1, 0, 1, 1}},
      {"hardtanh", [](const Var& x) { return hardtanh(x); }, {-1, 1, 0, none}, {0, 0, 1, 1}},
      {"clamp", [](const Var& x) { return clamp(x, -1, 1); }, {-1, 1, 0, 2, none}, {1, 1, 1, 0, 0}},
      {"clamp below", [](const Var& x) { return clamp(x, -inf, 1); }, {-9, 1, 2}, {1, 1, 0}},
      {"hardsigmoid", [](const Var& x) { return 6.0 * hardsigmoid(x); }, {-3, 3, 0, none}, {0, 0, 1, 0}},
      {"hardswish", [](const Var& x) { return hardswish(x); }, {-3, 3, 0, -4, 4, none}, {-0.5, 1, 0.5, 0, 1, 1}},
      {"hardshrink", [](const Var& x) { return hardshrink(x); }, {0.5, -0.5, 1, none}, {0, 0, 1, 1}},
      {"softshrink", [](const Var& x) { return softshrink(x); }, {0.5, -0.5, 1, none}, {0, 0, 1, 1}},
      {"abs", [](const Var& x) { return abs(x); }, {0, -2, none}, {0, -1, 0}},
      {"sign", [](const Var& x) { return sign(x); }, {0, -2, none}, {0, 0, 0}},
      {"step", [](const Var& x) { return step(x); }, {0, -2, 2}, {0, 0, 0}},
      {"floor", [](const Var& x) { return floor(x); }, {0, -2.5, 2}, {0, 0, 0}},
      {"maximum", [](const Var& x) { return maximum(x, 1.0); }, {0, 1, 2, none}, {0, 0.5, 1, 1}},
      {"minimum", [](const Var& x) { return minimum(x, 1.0); }, {0, 1, 2, none}, {1, 0.5, 0, 1}},
      {"asin", [](const Var& x) { return asin(x); }, {1, -1, 2}, {inf, inf, none}},
      {"acos", [](const Var& x) { return acos(x); }, {1, -1, 2}, {-inf, -inf, none}},
      {"acosh", [](const Var& x) { return acosh(x); }, {1, 0.5, inf}, {inf, none, 0}},
      {"atanh", [](const Var& x) { return atanh(x); }, {1, -1}, {inf, inf}},
      {"reciprocal", [](const Var& x) { return reciprocal(x); }, {0, inf}, {-inf, 0}},
      {"rsqrt", [](const Var& x) { return rsqrt(x); }, {0, inf}, {-inf, 0}},
      {"hypot", [](const Var& x) { return hypot(x, 0.0); }, {0, 2}, {none, 1}},
      {"x^0", [](const Var& x) { return pow(x, 0); }, {0, -2, inf, none}, {0, 0, 0, 0}},
      {"x^1", [](const Var& x) { return pow(x, 1); }, {0, -2}, {1, 1}},
      {"x^2", [](const Var& x) { return pow(x, 2); }, {0, -2}, {0, -4}},
      {"x^0.5", [](const Var& x) { return pow(x, 0.5); }, {0, 4, -1}, {inf, 0.25, none}},
      {"0^x", [](const Var& x) { return pow(0.0, x); }, {0, 2}, {0, 0}},
  };
  for (const auto& row : table) {
    CAPTURE(row.name);
    const Tensor x = vec(row.x);
    CHECK_MESSAGE(same(slope(row.f, x), row.slope), fmt::format("{}", slope(row.f, x)));
    Tape tape;
    const Var v = tape.variable(x), y = row.f(v);
    const Var recorded = gradient_recorded(y, {v}, tape.constant(ones(y.shape())))[v];
    CHECK_MESSAGE(same(recorded.value(), row.slope), fmt::format("{}", recorded));
  }
}

TEST_CASE("elu, selu and celu take the left side at 0 in the second derivative too") {
  const auto second = [](auto f) {
    Tape tape;
    const Var x = tape.variable(0.0);
    return gradient(gradient_recorded(f(x), {x})[x], {x})[x].item();
  };
  CHECK(second([](Var x) { return elu(x, 3); }) == 3);
  CHECK(second([](Var x) { return celu(x, 2); }) == 0.5);
  CHECK(second([](Var x) { return selu(x); }) == doctest::Approx(1.0507009873554805 * 1.6732632423543772));
}

TEST_CASE("values where they are a choice") {
  CHECK(same(step(vec({-1, 0, 2, none})), {0, 0, 1, 0}));
  CHECK(same(step(Tensor::from({3}, {-1, 0, 2}, i64)).to(f64), {0, 0, 1}));
  CHECK(same(sign(vec({none})), {0}));
  CHECK(same(round(vec({0.5, 1.5, -2.5, 2.7, inf})), {0, 2, -2, 3, inf}));
  CHECK(same(trunc(vec({1.7, -1.7})), {1, -1}));
  CHECK(same(ceil(vec({1.2, -1.2})), {2, -1}));
  CHECK(floor(Tensor::from({1}, {7}, i64)).dtype() == i64);
  CHECK(same(softsign(vec({inf, -inf, 1e308})), {1, -1, 1}));
  CHECK(same(softplus(vec({1e308, -1e308}), 10), {1e308, 0}));
  CHECK(same(clamp(vec({-3, 0, 3, none}), -1, 1), {-1, 0, 1, none}));
  CHECK(same(hypot(vec({inf, none, 3}), vec({none, inf, 4})), {inf, inf, 5}));
  CHECK(same(atan2(vec({0, 0, 1, inf}), vec({1, -1, 0, inf})), {0, std::atan2(0, -1), std::atan2(1, 0), std::atan(1)}));
  CHECK(same(logaddexp(vec({inf, -inf, 1e4}), vec({inf, -inf, 0})), {inf, -inf, 1e4}));
}

TEST_CASE("pow takes numbers on either side, and is exact where the power is a number") {
  const Tensor x = vec({-3, 0, 1.25, 1e3});
  CHECK(same(pow(x, 2), {9, 0, 1.5625, 1e6}));
  CHECK(same(pow(x, 3), {-27, 0, 1.953125, 1e9}));
  CHECK(same(pow(x, Tensor::scalar(3.0)), {-27, 0, 1.953125, 1e9}));
  CHECK(same(pow(2.0, x), {0.125, 1, std::pow(2.0, 1.25), std::ldexp(1.0, 1000)}));
  CHECK(same(pow(x, 0.5), {none, 0, std::sqrt(1.25), std::sqrt(1e3)}));
  CHECK(same(pow(vec({none, 1, -1, 0, -0.0}), vec({0, none, inf, -1, -1})), {1, 1, 1, inf, -inf}));
  Tape tape;
  const Var b = tape.variable(0.0), a = tape.constant(3.0);  // ∂²/∂a∂b aᵇ = 1/a at b = 0
  const Var a2 = tape.variable(3.0), first = gradient_recorded(pow(a2, b), {a2})[a2];
  CHECK(gradient(first, {b})[b].item() == doctest::Approx(1.0 / 3));
  CHECK(gradient(pow(a, b), {b})[b].item() == doctest::Approx(std::log(3.0)));
}

TEST_CASE("attributes that make no function are refused") {
  const Tensor x = ones({2});
  const auto refused = [](auto call) -> std::string {
    try {
      static_cast<void>(call());
    } catch (const ValueError& error) {
      return error.what();
    }
    return "accepted";
  };
  CHECK(refused([&] { return clamp(x, 2, 1); }) == "[clamp] The bounds are 2 and 1; the lower one must come first");
  CHECK(refused([&] { return hardtanh(x, 1, none); }) ==
        "[hardtanh] The bounds are 1 and nan; the lower one must come first");
  CHECK(refused([&] { return celu(x, 0); }) == "[celu] alpha is 0; it must be positive");
  CHECK(refused([&] { return softplus(x, -1); }) == "[softplus] beta is -1; it must be positive");
  CHECK(refused([&] { return hardshrink(x, -1); }) == "[hardshrink] lambd is -1; it must not be negative");
  CHECK(refused([&] { return softshrink(x, none); }) == "[softshrink] lambd is nan; it must not be negative");
}

TEST_CASE("the perceptron that decides about a football match") {
  const Tensor w = Tensor::from({3}, {3, 1, 5});
  for (int i = 0; i < 8; ++i) {
    const Tensor x = vec({double(i / 4), double(i / 2 % 2), double(i % 2)});
    const double weighted = 3 * x.at({0}) + x.at({1}) + 5 * x.at({2});
    CHECK(step(matmul(w, x) - 3.0).item() == (weighted > 3 ? 1 : 0));
  }
}

TEST_CASE("a stochastic binary neuron draws by its seed, and its draw belongs to the recording") {
  const Tensor p = full({10000}, 0.3);
  Rng rng(5), same_rng(5);
  const Tensor first = bernoulli(p, rng), second = bernoulli(p, rng);
  CHECK(rng.position() == 20000);
  CHECK(identical(first, bernoulli(p, same_rng)));
  CHECK_FALSE(identical(first, second));
  CHECK(std::abs(mean(first).item() - 0.3) < 5 * std::sqrt(0.3 * 0.7 / 10000));
  CHECK(identical(first, bernoulli(p.to(f32), rng = Rng(5)).to(f64)));

  Tape tape;
  const Var z = tape.variable(vec({0, 2, -2, 40, -800})), q = sigmoid(z);
  Rng again(6), thrice(6);
  const Var y = stochastic_binary(q, again), alone = stochastic_binary(q, thrice, Estimator::none);
  CHECK(identical(y.value(), alone.value()));
  for (std::int64_t i = 0; i < 5; ++i) CHECK((y.value().at({i}) == 0 || y.value().at({i}) == 1));
  CHECK(same(gradient(y, {q}, ones({5}))[q], {1, 1, 1, 1, 1}));
  CHECK(same(gradient(sum(y * 1.0), {z})[z], {0.25, slope([](const Var& v) { return sigmoid(v); }, vec({2})).at({0}),
                                              slope([](const Var& v) { return sigmoid(v); }, vec({-2})).at({0}),
                                              slope([](const Var& v) { return sigmoid(v); }, vec({40})).at({0}), 0}));
  CHECK(same(gradient(alone, {q}, ones({5}))[q], {0, 0, 0, 0, 0}));
  CHECK(same(stop_gradient(vec({1, 2})), {1, 2}));
}
