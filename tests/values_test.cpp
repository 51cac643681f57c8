// Values of the operations where they are hardest: edges of the domain, ties, tails, and any shape against plain loops.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/gradient.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/random.hpp>
#include <nabla/registry.hpp>
#include <nabla/transforms.hpp>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "elements.hpp"

using namespace nabla;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double tiny = std::numeric_limits<double>::denorm_min();
constexpr double smallest = std::numeric_limits<double>::min();
constexpr double huge = std::numeric_limits<double>::max();

using Values = std::vector<double>;

Tensor vec(const Values& values, DType dtype = f64) {
  return Tensor::copy_of({static_cast<std::int64_t>(values.size())}, values).to(dtype);
}

Values elements(const Tensor& x) {
  const Tensor dense = x.to(f64).contiguous();
  return {dense.data<double>().begin(), dense.data<double>().end()};
}

/// Equal numbers, zeros of the same sign, or both NaN.
bool same(const Values& a, const Values& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double p, double q) {
    return std::isnan(p) ? std::isnan(q) : p == q && std::signbit(p) == std::signbit(q);
  });
}

std::string show(const Tensor& x) { return to_string(x, 17); }

#define CHECK_VALUES(got, ...)                   \
  do {                                           \
    const Tensor values_ = (got);                \
    INFO("got " << show(values_));               \
    CHECK(same(elements(values_), __VA_ARGS__)); \
  } while (false)

/// ∂ Σ f / ∂x, at every element.
template <class F>
Tensor slope(F f, const Tensor& x) {
  Tape tape;
  const Var v = tape.variable(x);
  const Var y = f(v);
  return gradient(y, {v}, ones(y.shape(), y.dtype()))[v];
}

/// The largest |got − exact| / |exact|, over the points; equal numbers, infinities among them, count as 0.
double relative_error(const Tensor& x, const Tensor& got, const std::function<long double(long double)>& exact) {
  double worst = 0;
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const long double e = exact(x.at({i})), g = got.at({i});
    if (g == e || g == static_cast<long double>(static_cast<double>(e))) continue;
    worst = std::max(worst, static_cast<double>(std::abs((g - e) / e)));
  }
  return worst;
}

}  // namespace

TEST_CASE("elementwise operations have IEEE's values at the ends of the number line") {
  const Values x = {0.0, -0.0, inf, -inf, none};
  struct {
    std::string name;
    std::function<Tensor(const Tensor&)> f;
    Values expected;
  } const table[] = {
      {"neg", [](auto& t) { return -t; }, {-0.0, 0.0, -inf, inf, none}},
      {"abs", [](auto& t) { return abs(t); }, {0, 0, inf, inf, none}},
      {"square", [](auto& t) { return square(t); }, {0, 0, inf, inf, none}},
      {"sqrt", [](auto& t) { return sqrt(t); }, {0.0, -0.0, inf, none, none}},
      {"exp", [](auto& t) { return exp(t); }, {1, 1, inf, 0, none}},
      {"log", [](auto& t) { return log(t); }, {-inf, -inf, inf, none, none}},
      {"sin", [](auto& t) { return sin(t); }, {0.0, -0.0, none, none, none}},
      {"cos", [](auto& t) { return cos(t); }, {1, 1, none, none, none}},
      {"tanh", [](auto& t) { return tanh(t); }, {0.0, -0.0, 1, -1, none}},
      {"erf", [](auto& t) { return erf(t); }, {0.0, -0.0, 1, -1, none}},
      {"erfc", [](auto& t) { return erfc(t); }, {1, 1, 0, 2, none}},
      {"sigmoid", [](auto& t) { return sigmoid(t); }, {0.5, 0.5, 1, 0, none}},
      {"relu", [](auto& t) { return relu(t); }, {0.0, -0.0, inf, 0, none}},
      {"softplus", [](auto& t) { return softplus(t); }, {std::log(2.0), std::log(2.0), inf, 0, none}},
      {"1 / x", [](auto& t) { return 1.0 / t; }, {inf, -inf, 0.0, -0.0, none}},
      {"x - x", [](auto& t) { return t - t; }, {0, 0, none, none, none}},
      {"0 x", [](auto& t) { return 0.0 * t; }, {0.0, -0.0, none, none, none}},
  };
  for (const auto& row : table)
    for (const DType dtype : {f64, f32}) {
      CAPTURE(row.name);
      Values rounded = row.expected;
      if (dtype == f32)
        for (double& value : rounded) value = static_cast<double>(static_cast<float>(value));
      CHECK_VALUES(row.f(vec(x, dtype)), rounded);
    }
  CHECK_VALUES(slice(gelu(vec(x)), 0, 0, 3), Values{0.0, -0.0, inf});
  CHECK(std::isnan(gelu(vec({none})).at({0})));
  CHECK_VALUES(slice(sign(vec({2, -3, 0, inf, -inf})), 0, 0, 5), Values{1, -1, 0, 1, -1});
}

TEST_CASE("gelu of the largest numbers is these numbers") {
  CHECK_VALUES(gelu(vec({huge, huge / 1.5})), Values{huge, huge / 1.5});
}

TEST_CASE("subnormal and huge arguments keep their digits") {
  struct {
    std::string name;
    std::function<Tensor(const Tensor&)> f;
    Values x, expected;
  } const table[] = {
      {"linear at 0", [](auto& t) { return relu(abs(-(-t))); }, {tiny, smallest, 3 * tiny}, {tiny, smallest, 3 * tiny}},
      {"sin", [](auto& t) { return sin(t); }, {tiny, -smallest}, {tiny, -smallest}},
      {"tanh", [](auto& t) { return tanh(t); }, {tiny, -smallest, huge, -huge}, {tiny, -smallest, 1, -1}},
      {"exp", [](auto& t) { return exp(t); }, {tiny, huge, -huge, 710, -746}, {1, inf, 0, inf, 0}},
      {"log", [](auto& t) { return log(t); }, {tiny, huge}, {std::log(tiny), std::log(huge)}},
      {"sqrt", [](auto& t) { return sqrt(t); }, {tiny, huge}, {std::sqrt(tiny), std::sqrt(huge)}},
      {"sigmoid", [](auto& t) { return sigmoid(t); }, {tiny, huge, -huge, 1e4, -1e4}, {0.5, 1, 0, 1, 0}},
      {"softplus", [](auto& t) { return softplus(t); }, {huge, -huge, 1e4, -1e4}, {huge, 0, 1e4, 0}},
      {"gelu", [](auto& t) { return gelu(t); }, {tiny * 4, -huge, 1e4, -1e4}, {tiny * 2, -0.0, 1e4, -0.0}},
      {"divided", [](auto& t) { return t / 2.0; }, {2 * tiny, huge}, {tiny, huge / 2}},
      {"mean", [](auto& t) { return reshape(mean(t), {1}); }, {tiny, tiny}, {tiny}},
      {"max", [](auto& t) { return reshape(max(t), {1}); }, {-huge, -inf}, {-huge}},
  };
  for (const auto& row : table) {
    CAPTURE(row.name);
    CHECK_VALUES(row.f(vec(row.x)), row.expected);
  }
}

TEST_CASE("derivatives at kinks, ties and poles are those stated") {
  CHECK_VALUES(slope([](Var v) { return relu(v); }, vec({0.0, -0.0, 1, -1, inf, -inf})), Values{0, 0, 1, 0, 1, 0});
  CHECK_VALUES(abs(slope([](Var v) { return abs(v); }, vec({0.0, -0.0}))), Values{0, 0});
  CHECK_VALUES(slope([](Var v) { return abs(v); }, vec({2, -3})), Values{1, -1});
  CHECK_VALUES(slope([](Var v) { return sqrt(v); }, vec({0, 4})), Values{inf, 0.25});
  CHECK_VALUES(slope([](Var v) { return log(v); }, vec({0, 4})), Values{inf, 0.25});
  CHECK_VALUES(slope(
                   [](Var v) {
                     return maximum(v, Tensor::from({4}, {1, 2, 2, none}));
                   },
                   vec({2, 2, 1, 1})),
               Values{1, 0.5, 0, 1});
  CHECK_VALUES(slope(
                   [](Var v) {
                     return minimum(v, Tensor::from({3}, {1, 2, 2}));
                   },
                   vec({2, 2, 1})),
               Values{0, 0.5, 1});
  CHECK_VALUES(slope([](Var v) { return maximum(v, v); }, vec({3})), Values{1});
  CHECK_VALUES(slope([](Var v) { return max(v); }, vec({3, 1, 3, 3, 2, 3})), Values{.25, 0, .25, .25, 0, .25});
  CHECK_VALUES(slope([](Var v) { return max(v, 0); }, Tensor::from({2, 3}, {1, 5, 2, 1, 4, 2})),
               Values{0.5, 1, 0.5, 0.5, 0, 0.5});
  CHECK_VALUES(slope([](Var v) { return max(v, {0, 2}, true); }, zeros({2, 1, 2})), Values{.25, .25, .25, .25});
  CHECK_VALUES(slope([](Var v) { return sigmoid(v); }, vec({inf, -inf, 0})), Values{0, 0, 0.25});
  CHECK_VALUES(slope([](Var v) { return softplus(v); }, vec({inf, -inf, 0})), Values{1, 0, 0.5});
}

TEST_CASE("the computed sweep has the values of the recorded one at the edges too") {
  const Tensor x = vec({0.0, -0.0, 1, -1, 2.5, -37, 800, -800, tiny, -smallest, 1e-310, huge, -huge, inf, -inf, none});
  using Function = Var (*)(const Var&);
  const std::pair<std::string, Function> table[] = {
      {"abs", [](const Var& v) { return abs(v); }},
      {"relu", [](const Var& v) { return relu(v); }},
      {"square", [](const Var& v) { return square(v); }},
      {"exp", [](const Var& v) { return exp(v); }},
      {"log", [](const Var& v) { return log(v); }},
      {"sqrt", [](const Var& v) { return sqrt(v); }},
      {"sin", [](const Var& v) { return sin(v); }},
      {"cos", [](const Var& v) { return cos(v); }},
      {"tanh", [](const Var& v) { return tanh(v); }},
      {"sigmoid", [](const Var& v) { return sigmoid(v); }},
      {"softplus", [](const Var& v) { return softplus(v); }},
      {"gelu", [](const Var& v) { return gelu(v); }},
      {"erf", [](const Var& v) { return erf(v); }},
      {"erfc", [](const Var& v) { return erfc(v); }},
      {"1 / x", [](const Var& v) { return 1.0 / v; }},
      {"x / 1e-310", [](const Var& v) { return v / Tensor::scalar(1e-310).expanded({16}).contiguous(); }},
      {"maximum", [](const Var& v) { return maximum(v, 0.0); }},
      {"minimum", [](const Var& v) { return minimum(1.0, v); }},
      {"x x", [](const Var& v) { return v * v; }},
      {"x - x", [](const Var& v) { return v - v; }},
  };
  for (const double weight : {1.0, 1e-300})
    for (const auto& row : table) {
      Tape tape;
      const Var v = tape.variable(x), y = row.second(v);
      const Tensor ct = full({16}, weight);
      const Tensor computed = gradient(y, {v}, ct)[v],
                   recorded = gradient_recorded(y, {v}, tape.constant(ct))[v].value();
      std::string differ;
      for (std::int64_t i = 0; i < x.size(); ++i) {
        const double p = computed.at({i}), q = recorded.at({i});
        if (p == q || (std::isnan(p) && std::isnan(q)) || std::abs(p - q) <= 1e-14 * std::abs(q) + tiny) continue;
        differ += fmt::format("\n  at {}: computed {}, recorded {}", x.at({i}), p, q);
      }
      CHECK_MESSAGE(differ.empty(), row.first << ", cotangent " << weight << differ);
    }
}

TEST_CASE("every elementwise operation has one gradient at special values, computed or recorded") {
  const Values line = {0.0,    -0.0,  1,    -1,    0.5,  -0.5,  2,    -2,   3,         -3,     6,
                       0.3,    37,    -37,  100,   -100, 800,   -800, tiny, -smallest, 1e-310, 1e-17,
                       -1e-17, 1e-44, 1e30, -1e30, huge, -huge, inf,  -inf, none};
  const std::size_t n = line.size();
  for (const OpTable* table : registry()) {
    if (!table->elementwise || !table->info.differentiable) continue;
    const auto arity = static_cast<std::size_t>(table->info.arity);
    for (const Sample& sample : table->samples()) {
      std::size_t points = 1;
      for (std::size_t k = 0; k < arity; ++k) points *= n;
      Tape tape;
      std::vector<Var> operands, floating;
      for (std::size_t k = 0, turn = 1; k < arity; ++k, turn *= n) {  // the digits of a number in base n
        Values values;
        for (std::size_t i = 0; i < points; ++i) values.push_back(line[i / turn % n]);
        const Tensor x = vec(values);
        const bool is_condition = sample.operands[k].dtype == u8;
        operands.push_back(is_condition ? tape.constant(x > 0.0) : tape.variable(x));
        if (!is_condition) floating.push_back(operands.back());
      }
      const Var y = sample.op(operands), ct = tape.constant(ones(y.shape()));
      const Gradients computed = gradient(y, floating, ct.value());
      const auto recorded = gradient_recorded(y, floating, ct);
      std::string differ;
      for (const Var& x : floating) {
        const Values p = elements(computed[x]), q = elements(recorded[x].value());
        for (std::size_t i = 0; i < points && differ.size() < 1000; ++i) {
          if (p[i] == q[i] || (std::isnan(p[i]) && std::isnan(q[i]))) continue;
          if (std::abs(p[i] - q[i]) <= 1e-13 * std::abs(q[i]) + smallest) continue;
          differ += fmt::format("\n  operands");
          for (const Var& operand : operands) differ += fmt::format(" {}", elements(operand.value())[i]);
          differ += fmt::format(": computed {}, recorded {}", p[i], q[i]);
        }
      }
      CHECK_MESSAGE(differ.empty(), table->info.name << differ);
    }
  }
}

TEST_CASE("a unit that is not active passes nothing on, not even an infinite cotangent") {
  const auto slope_of = [](auto f) {
    Tape tape;
    const Var v = tape.variable(vec({-1, 2}));
    return gradient(f(v), {v}, vec({inf, 3}))[v];
  };
  CHECK_VALUES(slope_of([](Var v) { return relu(v); }), Values{0, 3});
  CHECK_VALUES(slope_of([](Var v) { return maximum(v, vec({0, 0})); }), Values{0, 3});
  CHECK_VALUES(abs(slope_of([](Var v) { return -minimum(-v, vec({0, 0})); })), Values{0, 3});
}

TEST_CASE("where takes nothing from the branch that it does not choose") {
  const Tensor condition = vec({1, 0, 2}, u8);  // anything but 0 chooses
  CHECK_VALUES(where(condition, vec({1, none, 3}), vec({none, 5, none})), Values{1, 5, 3});
  Tape tape;
  const Var a = tape.variable(vec({1, none, inf})), b = tape.variable(vec({none, 5, -inf}));
  const Gradients g = gradient(sum(where(condition, square(a), exp(b) * 2.0) * vec({1, 0.5, 0})), {a, b});
  CHECK(g[a].at({0}) == 2);
  CHECK(g[b].at({1}) == std::exp(5.0));
  CHECK_VALUES(slope([&](Var v) { return where(condition, v, 0.0); }, vec({1, none, 3})), Values{1, 0, 1});
  CHECK_VALUES(slope([&](Var v) { return where(condition, 0.0, v); }, vec({1, none, 3})), Values{0, 1, 0});
}

TEST_CASE("where needs its operand masked too, if the derivative of what is not chosen is not finite") {
  CHECK_VALUES(slope([](Var v) { return where(v > 0.0, sqrt(v), 0); }, vec({0, 4})), Values{none, 0.25});
  CHECK_VALUES(slope([](Var v) { return where(v > 0.0, sqrt(where(v > 0.0, v, 1)), 0); }, vec({0, 4})),
               Values{0, 0.25});
}

TEST_CASE("two numbers beside a condition are f64") {
  const Tensor x = vec({-1, 2}, f32);
  CHECK(identical(where(x > 0.0, 0.5, 1), vec({1, 0.5})));
  CHECK(identical(where(x > 0.0, 1, 0), vec({0, 1})));
  CHECK(where(x > 0.0, x, 0).dtype() == f32);
}

TEST_CASE("maximum and minimum hand NaN on from either side") {
  const Tensor a = vec({1, none, none, -0.0}), b = vec({none, 1, none, 0.0});
  CHECK_VALUES(slice(maximum(a, b), 0, 0, 3), Values{none, none, none});
  CHECK_VALUES(slice(minimum(a, b), 0, 0, 3), Values{none, none, none});
  CHECK(maximum(a, b).at({3}) == 0);
  CHECK(std::isnan(max(a).item()));
  CHECK(std::isnan(sum(a).item()));
  CHECK(std::isnan(logsumexp(a).item()));
}

TEST_CASE("reductions of nothing") {
  const Tensor nothing = zeros({0}), rows = zeros({2, 0});
  CHECK_VALUES(sum(nothing), Values{0});
  CHECK_VALUES(sum(rows, 1), Values{0, 0});
  CHECK(sum(rows, 0).shape() == Shape{0});
  CHECK_VALUES(mean(nothing), Values{none});
  CHECK_VALUES(mean(rows, -1), Values{none, none});
  CHECK_VALUES(logsumexp(nothing), Values{-inf});
  CHECK_VALUES(logsumexp(rows, 1), Values{-inf, -inf});
  CHECK_THROWS_WITH_AS(max(nothing), doctest::Contains("no largest element"), ShapeError);
  CHECK_THROWS_AS(max(rows, 1), ShapeError);
  CHECK(max(rows, 0).shape() == Shape{0});
  CHECK(softmax(rows).shape() == Shape{2, 0});
  CHECK_VALUES(matmul(zeros({2, 0}), zeros({0, 2})), Values{0, 0, 0, 0});
  CHECK_VALUES(sum_to(zeros({0, 2}), {1, 2}), Values{0, 0});
  for (const auto& f :
       {+[](Var v) { return sum(v); }, +[](Var v) { return mean(v); }, +[](Var v) { return logsumexp(v); }})
    CHECK(slope(f, nothing).shape() == Shape{0});
}

TEST_CASE("integers are computed as integers, and comparisons give u8 for every dtype") {
  const Tensor a = vec({7, -3, 0}, i64), b = vec({2, 2, 2}, i64);
  CHECK_VALUES(a + b, Values{9, -1, 2});
  CHECK_VALUES(a * b - a, Values{7, -3, 0});
  CHECK_VALUES(abs(-a), Values{7, 3, 0});
  CHECK_VALUES(sign(a), Values{1, -1, 0});
  CHECK_VALUES(square(a), Values{49, 9, 0});
  CHECK_VALUES(maximum(a, b), Values{7, 2, 2});
  CHECK_VALUES(sum(a), Values{4});
  CHECK_VALUES(max(a), Values{7});
  CHECK((a + b).dtype() == i64);
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  const Tensor exact = Tensor::copy_of({2}, std::vector<std::int64_t>{large, 1});
  CHECK(elements<std::int64_t>(sum(exact))[0] == large + 1);
  CHECK(elements<std::int64_t>(max(exact))[0] == large);
  CHECK_VALUES(equal(exact, exact - vec({1, 0}, i64)), Values{0, 1});
  CHECK_THROWS_AS(a / b, DTypeError);
  CHECK_THROWS_AS(mean(a), DTypeError);
  CHECK_THROWS_AS(matmul(a, b), DTypeError);
  CHECK_VALUES(vec({200, 100}, u8) + vec({100, 100}, u8), Values{44, 200});  // modulo 256

  for (const DType dtype : {f64, f32, i64, u8}) {
    const Tensor x = vec({1, 2, 3}, dtype);
    const Tensor results[] = {x<2, x <= 2, x> 2, x >= 2, equal(x, 2), not_equal(x, 2)};
    const Values expected[] = {{1, 0, 0}, {1, 1, 0}, {0, 0, 1}, {0, 1, 1}, {0, 1, 0}, {1, 0, 1}};
    for (int i = 0; i < 6; ++i) {
      CHECK(results[i].dtype() == u8);
      CHECK_VALUES(results[i], expected[i]);
    }
  }
  const Tensor x = vec({none, none, inf, -0.0}), y = vec({none, 1, inf, 0.0});
  CHECK_VALUES(equal(x, y), Values{0, 0, 1, 1});
  CHECK_VALUES(not_equal(x, y), Values{1, 1, 0, 0});
  CHECK_VALUES(x <= y, Values{0, 0, 1, 1});
  CHECK_VALUES(x < y, Values{0, 0, 0, 0});
}

TEST_CASE("a sum of comparisons counts them") { CHECK(sum(zeros({300}) < 1.0).item() == 300); }

TEST_CASE("sigmoid, softplus, gelu and their neighbours keep 15 digits in both tails") {
  std::vector<double> points;
  for (int i = -7400; i <= 7400; ++i) points.push_back(i / 10.0 + 0.0123);
  for (int i = -2000; i <= 2000; ++i) points.push_back(i / 300.0);
  for (int i = 1; i < 300; i += 7)
    for (const double s : {1.0, -1.0}) points.push_back(s * std::pow(10.0, -i));
  const Tensor x = vec(points);
  const auto gelu_exact = [](long double t) { return t * std::erfc(-t * std::numbers::sqrt2_v<long double> / 2) / 2; };
  struct {
    std::string name;
    Tensor got;
    std::function<long double(long double)> exact;
  } const table[] = {
      {"sigmoid", sigmoid(x), [](long double t) { return 1 / (1 + std::exp(-t)); }},
      {"softplus", softplus(x),
       [](long double t) { return t > 0 ? t + std::log1p(std::exp(-t)) : std::log1p(std::exp(t)); }},
      {"tanh", tanh(x), [](long double t) { return std::tanh(t); }},
      {"erf", erf(x), [](long double t) { return std::erf(t); }},
      {"erfc", erfc(x), [](long double t) { return std::erfc(t); }},
      {"exp", exp(x), [](long double t) { return std::exp(t); }},
      {"sin", sin(x), [](long double t) { return std::sin(t); }},
      {"cos", cos(x), [](long double t) { return std::cos(t); }},
      {"log", log(abs(x)), [](long double t) { return std::log(std::abs(t)); }},
      {"gelu", gelu(x), gelu_exact},
  };
  for (const auto& row : table) {
    // Subnormal results have fewer digits to be right.
    double worst = 0;
    std::int64_t at = 0;
    for (std::int64_t i = 0; i < x.size(); ++i) {
      if (std::abs(row.exact(x.at({i}))) < static_cast<long double>(smallest)) continue;
      const double error = relative_error(slice(x, 0, i, i + 1), slice(row.got, 0, i, i + 1), row.exact);
      if (error > worst) worst = error, at = i;
    }
    INFO(row.name << " at " << x.at({at}));
    CHECK(worst <= 4e-15);
  }
}

TEST_CASE("softmax, log_softmax and logsumexp agree with long double, for logits of any size") {
  for (const double size : {1.0, 30.0, 1e4})
    for (const double shift : {0.0, 1e4, -1e4}) {
      CAPTURE(size);
      CAPTURE(shift);
      const Tensor z = Rng(6).normal({50, 7}, shift, size);
      const Tensor p = softmax(z), l = log_softmax(z), s = logsumexp(z, 1);
      double p_error = 0, l_error = 0, s_error = 0;
      for (std::int64_t r = 0; r < 50; ++r) {
        long double top = -std::numeric_limits<long double>::infinity(), total = 0;
        for (std::int64_t k = 0; k < 7; ++k) top = std::max<long double>(top, z.at({r, k}));
        for (std::int64_t k = 0; k < 7; ++k) total += std::exp(z.at({r, k}) - top);
        s_error = std::max(s_error, static_cast<double>(std::abs(s.at({r}) - (top + std::log(total))) /
                                                        std::max<long double>(1, std::abs(top))));
        for (std::int64_t k = 0; k < 7; ++k) {
          const long double t = z.at({r, k}) - top, exact = std::exp(t) / total, log_exact = t - std::log(total);
          // Rounding x − top alone changes e^(x − top) by |x − top| ulp.
          if (exact > static_cast<long double>(smallest))
            p_error = std::max(p_error, static_cast<double>(std::abs(p.at({r, k}) / exact - 1) / (16 - t)));
          l_error = std::max(l_error, static_cast<double>(std::abs(l.at({r, k}) - log_exact) /
                                                          std::max<long double>(1, std::abs(log_exact))));
        }
      }
      CHECK(p_error <= 4e-15 / 16);
      CHECK(l_error <= 1e-15);
      CHECK(s_error <= 1e-15);
      CHECK(max(abs(sum(p, 1) - 1.0)).item() <= 1e-15);
    }
  CHECK_VALUES(logsumexp(vec({-inf, -inf})), Values{-inf});
  CHECK_VALUES(logsumexp(vec({inf, 1})), Values{inf});
  CHECK_VALUES(softmax(vec({-inf, 3})), Values{0, 1});
  CHECK_VALUES(log_softmax(vec({-inf, 3})), Values{-inf, 0});
}

TEST_CASE("losses of logits are finite at ±1e4, and right") {
  for (const DType dtype : {f64, f32})
    for (const double big : {1e4, 1e30}) {
      CAPTURE(big);
      const Tensor z = vec({big, -big, big, -big}, dtype), y = vec({1, 0, 0, 1}, dtype);
      CHECK(sigmoid_cross_entropy(z, y).item() == 2 * z.at({0}));
      CHECK_VALUES(slope([&](Var v) { return sigmoid_cross_entropy(v, y); }, z), Values{0, 0, 1, -1});
      const Tensor logits = Tensor::from({2, 3}, {big, 0, -big, -big, 0, big}, dtype), classes = vec({0, 0}, i64);
      CHECK(softmax_cross_entropy(logits, classes).item() == z.at({0}));
      CHECK_VALUES(slope([&](Var v) { return softmax_cross_entropy(v, classes); }, logits),
                   Values{0, 0, 0, -0.5, 0, 0.5});
    }
}

TEST_CASE("softmax_cross_entropy keeps the digits that log_softmax has") {
  const Tensor classes = vec({0}, i64);
  for (const double shift : {0.0, 100.0, 1e4, -1e4}) {
    CAPTURE(shift);
    const Tensor z = Tensor::from({1, 2}, {shift, shift + 1});
    const double exact = static_cast<double>(1 + std::log1p(std::exp(-1.0L)));
    CHECK(-log_softmax(z).at({0, 0}) == doctest::Approx(exact).epsilon(1e-15));
    CHECK(softmax_cross_entropy(z, classes).item() == doctest::Approx(exact).epsilon(1e-15));
    CHECK(softmax_cross_entropy(z.to(f32), classes).item() == doctest::Approx(exact).epsilon(2e-7));
  }
}

TEST_CASE("costs of probabilities have finite gradients where their value is finite") {
  const Tensor a = Tensor::from({1, 3}, {0, 0.25, 0.75}), y = Tensor::from({1, 3}, {0, 0, 1});
  CHECK(categorical_cross_entropy(a, y).item() == doctest::Approx(-std::log(0.75)));
  CHECK_VALUES(abs(slope([&](Var v) { return categorical_cross_entropy(v, y); }, a)), Values{0, 0, 1 / 0.75});
  const Tensor certain = Tensor::from({1, 2}, {0, 1}), right = Tensor::from({1, 2}, {0, 1});
  CHECK(bernoulli_cross_entropy(certain, right).item() == 0);
  CHECK_VALUES(slope([&](Var v) { return bernoulli_cross_entropy(v, right); }, certain), Values{1, -1});
  CHECK(bernoulli_cross_entropy(certain, 1.0 - right).item() == inf);
  CHECK(categorical_cross_entropy(a, Tensor::from({1, 3}, {1, 0, 0})).item() == inf);
}

TEST_CASE("layers without inputs or outputs have gradients of their shapes") {
  struct {
    Shape x, weight, bias;
  } const layers[] = {{{4, 0}, {2, 0}, {2}}, {{4, 3}, {0, 3}, {0}}, {{0, 3}, {2, 3}, {2}}, {{0, 0}, {0, 0}, {0}}};
  for (const auto& layer : layers) {
    CAPTURE(to_string(layer.weight));
    Tape tape;
    const Var x = tape.variable(ones(layer.x)), w = tape.variable(ones(layer.weight)),
              b = tape.variable(ones(layer.bias));
    const Var z = linear(x, w, b);
    CHECK(z.shape() == Shape{layer.x[0], layer.bias[0]});
    try {
      const Gradients g = gradient(sum(z), {x, w, b});
      CHECK(g[x].shape() == layer.x);
      CHECK(g[w].shape() == layer.weight);
      CHECK(identical(g[b], full(layer.bias, static_cast<double>(layer.x[0]))));
    } catch (const Error& error) {
      FAIL_CHECK(std::string(error.what()));
    }
  }
}

TEST_CASE("long sums lose no more than pairwise addition does") {
  const std::int64_t n = 1'000'000;
  const Tensor x = Rng(9).uniform({n});
  long double exact = 0, single = 0;
  const Tensor x32 = x.to(f32);
  for (std::int64_t i = 0; i < n; ++i) {
    exact += x.data<double>()[static_cast<std::size_t>(i)];
    single += x32.data<float>()[static_cast<std::size_t>(i)];
  }
  for (const Shape& shape : {Shape{n}, Shape{1000, 1000}, Shape{n, 1}}) {
    CHECK(std::abs(sum(x.reshaped(shape)).item() / static_cast<double>(exact) - 1) < 3e-15);
    CHECK(std::abs(sum(x32.reshaped(shape)).item() / static_cast<double>(single) - 1) < 2e-6);
  }
  CHECK(std::abs(sum(x32.reshaped({n, 1}), 0).at({0}) / static_cast<double>(single) - 1) < 2e-6);
  CHECK(std::abs(sum(x32.reshaped({2, n / 2}).transposed(), 0).at({0}) - sum(x32.sliced(0, 0, n / 2)).item()) < 0.5);
}

namespace {

/// Shapes that broadcast to `shape`, with some leading axes left out and some extents 1, and tensors of them that may
/// be views with any strides.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : rng_(seed) {}

  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return static_cast<std::int64_t>(rng_.integers({}, low, high).item());
  }

  Shape shape(std::int64_t most_axes, std::int64_t low = 0) {
    Dims extents;
    for (std::int64_t i = integer(0, most_axes + 1); i > 0; --i) extents.push_back(integer(low, 5));
    return Shape(extents);
  }

  Shape broadcastable_to(const Shape& shape) {
    Dims extents;
    const auto skip = static_cast<std::size_t>(integer(0, static_cast<std::int64_t>(shape.rank()) + 1));
    for (std::size_t i = skip; i < shape.rank(); ++i) extents.push_back(integer(0, 3) == 0 ? 1 : shape[i]);
    return Shape(extents);
  }

  /// Values of a tensor of this shape, laid out in memory in one of several ways.
  Tensor tensor(const Shape& shape) {
    const auto r = static_cast<std::int64_t>(shape.rank());
    switch (r == 0 ? 0 : integer(0, 5)) {
      case 0:
        return rng_.uniform(shape, -2, 2);
      case 1: {  // two axes exchanged in memory
        const std::int64_t i = integer(0, r), k = integer(0, r);
        Dims memory = shape;
        std::swap(memory[static_cast<std::size_t>(i)], memory[static_cast<std::size_t>(k)]);
        return rng_.uniform(Shape(memory), -2, 2).transposed(i, k);
      }
      case 2: {  // every second or third element of a larger one
        const std::int64_t axis = integer(0, r), step = integer(2, 4), start = integer(0, 3);
        Dims memory = shape;
        std::int64_t& extent = memory[static_cast<std::size_t>(axis)];
        const std::int64_t stop = start + extent * step;
        extent = stop + 1;
        return rng_.uniform(Shape(memory), -2, 2).sliced(axis, start, stop, step);
      }
      case 3:
        return tensor(broadcastable_to(shape)).expanded(shape);
      default: {  // a slice of a transposed one
        Dims memory = shape;
        memory[0] += 2;
        std::swap(memory[0], memory[memory.size() - 1]);
        return rng_.uniform(Shape(memory), -2, 2).transposed(0, -1).sliced(0, 1, shape[0] + 1);
      }
    }
  }

 private:
  Rng rng_;
};

/// The element that broadcasting reads at this index of the result.
double element(const Tensor& x, const Dims& index) {
  std::int64_t offset = 0;
  const Dims strides = x.strides();
  const std::size_t lead = index.size() - x.rank();
  for (std::size_t i = 0; i < x.rank(); ++i) offset += (x.shape()[i] == 1 ? 0 : index[lead + i]) * strides[i];
  return x.strided_data<double>()[offset];
}

/// Calls f for every index of the shape, in row-major order.
template <class F>
void for_each_index(const Shape& shape, F f) {
  Dims index = shape;
  for (std::int64_t n = 0; n < shape.elements(); ++n) {
    std::int64_t rest = n;
    for (std::size_t i = shape.rank(); i-- > 0; rest /= shape[i]) index[i] = rest % shape[i];
    f(index, n);
  }
}

}  // namespace

TEST_CASE("operations on tensors of any shape and strides agree with a loop over indices") {
  Draw draw(17);
  for (int round = 0; round < 400; ++round) {
    CAPTURE(round);
    const Shape shape = draw.shape(4);
    const Shape sa = draw.broadcastable_to(shape), sb = draw.broadcastable_to(shape);
    const Tensor a = draw.tensor(sa), b = draw.tensor(sb), c = draw.tensor(draw.broadcastable_to(shape));
    const Shape ab = broadcast("test", sa, sb), abc = broadcast("test", ab, c.shape());
    const Tensor difference = a - b, chosen = where(a < b, c, b), squares = square(a);
    REQUIRE(difference.shape() == ab);
    REQUIRE(chosen.shape() == abc);
    int wrong = 0;
    for_each_index(ab, [&](const Dims& index, std::int64_t n) {
      wrong += difference.data<double>()[static_cast<std::size_t>(n)] != element(a, index) - element(b, index);
    });
    for_each_index(abc, [&](const Dims& index, std::int64_t n) {
      const double x = element(a, index), y = element(b, index);
      wrong += chosen.data<double>()[static_cast<std::size_t>(n)] != (x < y ? element(c, index) : y);
    });
    for_each_index(sa, [&](const Dims& index, std::int64_t n) {
      const double x = element(a, index);
      wrong += squares.data<double>()[static_cast<std::size_t>(n)] != x * x;
    });

    // Sums over any axes, of any strides; sum_to is the transpose of broadcasting.
    Dims axes;
    for (std::size_t i = 0; i < a.rank(); ++i)
      if (draw.integer(0, 2)) axes.push_back(static_cast<std::int64_t>(i));
    const Tensor total = sum(a, Axes(axes), true), back = sum_to(difference, sa);
    std::vector<double> sums(static_cast<std::size_t>(total.size())), backs(static_cast<std::size_t>(back.size()));
    const Tensor places = arange(0, static_cast<double>(total.size())).reshaped(total.shape());
    const Tensor back_places = arange(0, static_cast<double>(back.size())).reshaped(sa);
    for_each_index(sa, [&](const Dims& index, std::int64_t) {
      sums[static_cast<std::size_t>(element(places, index))] += element(a, index);
    });
    for_each_index(ab, [&](const Dims& index, std::int64_t) {
      backs[static_cast<std::size_t>(element(back_places, index))] += element(difference, index);
    });
    for (std::size_t i = 0; i < sums.size(); ++i) wrong += !(std::abs(sums[i] - total.data<double>()[i]) <= 1e-12);
    for (std::size_t i = 0; i < backs.size(); ++i) wrong += !(std::abs(backs[i] - elements(back)[i]) <= 1e-12);
    CHECK(wrong == 0);
  }
}

TEST_CASE("matmul of any shapes, batches and strides agrees with three loops in long double") {
  Draw draw(23);
  double worst = 0;
  for (int round = 0; round < 250; ++round) {
    CAPTURE(round);
    // Every tenth is large enough for BLAS, the others for the library's own loops.
    const std::int64_t most = round % 10 == 0 ? 40 : 6, least = round % 10 == 0 ? 17 : 0;
    const std::int64_t m = draw.integer(least, most), n = draw.integer(least, most), k = draw.integer(least, most);
    const Shape batch = draw.shape(2, 1);
    const auto with = [&](std::int64_t rows, std::int64_t columns) {
      Dims extents = draw.broadcastable_to(batch);
      extents.push_back(rows);
      extents.push_back(columns);
      return draw.tensor(Shape(extents));
    };
    const Tensor a = with(m, k), b = with(k, n);
    const Tensor c = matmul(a, b), single = matmul(a.to(f32), b.to(f32));
    const Tensor ta = matmul(transpose(b), transpose(a));
    const Shape outer = broadcast("test", Shape(std::span(a.shape().begin(), a.rank() - 2)),
                                  Shape(std::span(b.shape().begin(), b.rank() - 2)));
    REQUIRE(c.rank() == outer.rank() + 2);
    REQUIRE(c.shape()[c.rank() - 2] == m);
    REQUIRE(c.shape().back() == n);
    bool transposed_agrees = true;
    for_each_index(c.shape(), [&](const Dims& index, std::int64_t at) {
      long double exact = 0, size = 1e-300L;
      Dims left = index, right = index;
      for (std::int64_t p = 0; p < k; ++p) {
        left[index.size() - 1] = p;
        right[index.size() - 2] = p;
        const long double term = static_cast<long double>(element(a, left)) * element(b, right);
        exact += term;
        size += std::abs(term);
      }
      const auto error = [&](double got) { return static_cast<double>(std::abs(got - exact) / size); };
      worst = std::max(worst, error(c.data<double>()[static_cast<std::size_t>(at)]));
      CHECK_UNARY(error(static_cast<double>(single.data<float>()[static_cast<std::size_t>(at)])) < 1e-6);
      Dims swapped = index;
      std::swap(swapped[index.size() - 1], swapped[index.size() - 2]);
      transposed_agrees &= error(element(ta, swapped)) < 1e-15;
    });
    CHECK(transposed_agrees);
  }
  CHECK(worst < 1e-15);

  const Tensor row = vec({1, 2}), square_matrix = Tensor::from({2, 2}, {1, 2, 3, 4});
  CHECK_VALUES(matmul(row, square_matrix), Values{7, 10});
  CHECK_VALUES(matmul(square_matrix, row), Values{5, 11});
  CHECK_VALUES(matmul(row, row), Values{5});
  CHECK(matmul(row, row).shape() == Shape{});
}

TEST_CASE("indexed operations agree with loops, for strided operands and indices") {
  Draw draw(31);
  Rng rng(8);
  for (int round = 0; round < 100; ++round) {
    CAPTURE(round);
    Shape shape = draw.shape(3, 1);
    if (shape.rank() == 0) continue;
    const std::int64_t axis = draw.integer(0, static_cast<std::int64_t>(shape.rank()));
    const auto along = static_cast<std::size_t>(axis);
    const Tensor x = draw.tensor(shape);
    Dims of_index = shape;
    for (std::size_t i = 0; i < shape.rank(); ++i) of_index[i] = draw.integer(1, shape[i] + 1);
    of_index[along] = draw.integer(0, 7);
    Dims in_memory = of_index;
    std::swap(in_memory[0], in_memory[in_memory.size() - 1]);
    const Tensor index = rng.integers(Shape(in_memory), 0, shape[along]).transposed(0, -1);
    const Tensor source = draw.tensor(Shape(of_index));
    const Tensor gathered = gather(x, index, axis), scattered = scatter_add(x, index, source, axis);
    const Tensor dense = x.contiguous(), picks = index.to(f64);
    Values expected = elements(dense);
    const Dims strides = contiguous_strides(shape);
    int wrong = 0;
    for_each_index(Shape(of_index), [&](const Dims& at, std::int64_t n) {
      Dims place = at;
      place[along] = static_cast<std::int64_t>(element(picks, at));
      wrong += gathered.data<double>()[static_cast<std::size_t>(n)] != element(x, place);
      std::int64_t offset = 0;
      for (std::size_t i = 0; i < place.size(); ++i) offset += place[i] * strides[i];
      expected[static_cast<std::size_t>(offset)] += element(source, at);
    });
    wrong += !same(elements(scattered), expected);
    CHECK(wrong == 0);
  }
}

TEST_CASE("the second derivatives of the cross-entropies are finite where an output saturates") {
  const auto bernoulli = [](double a, double y) {
    return hessian([y](Var x) { return bernoulli_cross_entropy(x, full({1}, y)); }, full({1}, a)).item();
  };
  CHECK(bernoulli(1, 1) == 1);  // of -ln a
  CHECK(bernoulli(0, 0) == 1);  // of -ln(1 - a)
  CHECK(hvp([](Var z) { return bernoulli_cross_entropy(sigmoid(z), ones({1})); }, full({1}, 40.0), ones({1})).item() ==
        doctest::Approx(0));
  const Tensor y = Tensor::from({2}, {1, 0});
  const Tensor H = hessian([&](Var a) { return categorical_cross_entropy(a, y); }, y);
  CHECK(identical(H, Tensor::from({2, 2}, {1, 0, 0, 0})));
  const Tensor Hv = hvp([&](Var z) { return categorical_cross_entropy(softmax(z), y); }, 800.0 * y, ones({2}));
  CHECK(identical(abs(Hv), zeros({2})));
}
