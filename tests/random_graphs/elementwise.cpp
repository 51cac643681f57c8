// Recipes for functions of one and of two operands, element by element.
#include "graph.hpp"

namespace random_graphs {

using namespace nabla;

namespace {

struct Unary {
  template <class F>
  Unary(const char* t, F f) : text(t), add([=](Graph& g, Id a) { return g.add(t, {a}, f); }) {}
  /// With kinks, or steps, where an element equals one of the numbers.
  template <class F>
  Unary(const char* t, F f, std::vector<double> kinks)
      : text(t), add([=](Graph& g, Id a) {
          return g.add(t, {a}, f, [kinks](const Tensor& x) {
            std::vector<Tensor> sides;
            for (const double kink : kinks) sides.push_back(sign(x - kink));
            return stack(sides);
          });
        }) {}

  const char* text;
  std::function<bool(Graph&, Id)> add;
};

// Arguments are brought into the domain first: 1 + a² is positive, ¾ tanh a within ±1.
const std::vector<Unary> smooth{
    {"-a", [](const auto& a) { return -a; }},
    {"a^2", [](const auto& a) { return square(a); }},
    {"a^3", [](const auto& a) { return pow(a, 3); }},
    {"a * a", [](const auto& a) { return a * a; }},
    {"a / 2 - 1", [](const auto& a) { return a / 2 - 1; }},
    {"1 - a", [](const auto& a) { return 1 - a; }},
    {"exp(a)", [](const auto& a) { return exp(a); }},
    {"exp2(a)", [](const auto& a) { return exp2(a); }},
    {"expm1(a)", [](const auto& a) { return expm1(a); }},
    {"log(1 + a^2)", [](const auto& a) { return log(1 + square(a)); }},
    {"log2(1 + a^2)", [](const auto& a) { return log2(1 + square(a)); }},
    {"log10(1 + a^2)", [](const auto& a) { return log10(1 + a * a); }},
    {"log1p(a^2)", [](const auto& a) { return log1p(square(a)); }},
    {"sqrt(1 + a^2)", [](const auto& a) { return sqrt(1 + a * a); }},
    {"rsqrt(1 + a^2)", [](const auto& a) { return rsqrt(1 + square(a)); }},
    {"reciprocal(1 + a^2)", [](const auto& a) { return reciprocal(1 + square(a)); }},
    {"(1 + a^2)^1.7", [](const auto& a) { return pow(1 + square(a), 1.7); }},
    {"(1 + a^2)^-1.5", [](const auto& a) { return pow(1 + square(a), -1.5); }},
    {"sin(a)", [](const auto& a) { return sin(a); }},
    {"cos(a)", [](const auto& a) { return cos(a); }},
    {"tan(3/4 tanh(a))", [](const auto& a) { return tan(0.75 * tanh(a)); }},
    {"asin(3/4 tanh(a))", [](const auto& a) { return asin(0.75 * tanh(a)); }},
    {"acos(3/4 tanh(a))", [](const auto& a) { return acos(0.75 * tanh(a)); }},
    {"atan(a)", [](const auto& a) { return atan(a); }},
    {"sinh(a)", [](const auto& a) { return sinh(a); }},
    {"cosh(a)", [](const auto& a) { return cosh(a); }},
    {"tanh(a)", [](const auto& a) { return tanh(a); }},
    {"asinh(a)", [](const auto& a) { return asinh(a); }},
    {"acosh(2 + a^2)", [](const auto& a) { return acosh(2 + square(a)); }},
    {"atanh(3/4 tanh(a))", [](const auto& a) { return atanh(0.75 * tanh(a)); }},
    {"erf(a)", [](const auto& a) { return erf(a); }},
    {"erfc(a)", [](const auto& a) { return erfc(a); }},
    {"sigmoid(a)", [](const auto& a) { return sigmoid(a); }},
    {"logsigmoid(a)", [](const auto& a) { return logsigmoid(a); }},
    {"logistic_density(a)", [](const auto& a) { return logistic_density(a); }},
    {"softplus(a)", [](const auto& a) { return softplus(a); }},
    {"softplus(a, 1.5)", [](const auto& a) { return softplus(a, 1.5); }},
    {"silu(a)", [](const auto& a) { return silu(a); }},
    {"mish(a)", [](const auto& a) { return mish(a); }},
    {"gelu(a)", [](const auto& a) { return gelu(a); }},
    {"gelu_tanh(a)", [](const auto& a) { return gelu_tanh(a); }},
    {"tanhshrink(a)", [](const auto& a) { return tanhshrink(a); }},
    {"a + 0 stop_gradient(a)", [](const auto& a) { return a + 0.0 * stop_gradient(a); }},
};

const std::vector<Unary> kinked{
    {"abs(a)", [](const auto& a) { return abs(a); }, {0}},
    {"relu(a)", [](const auto& a) { return relu(a); }, {0}},
    {"relu6(4 a)", [](const auto& a) { return relu6(4 * a); }, {0, 1.5}},
    {"clamp(a, -1/2, 3/4)", [](const auto& a) { return clamp(a, -0.5, 0.75); }, {-0.5, 0.75}},
    {"hardtanh(a)", [](const auto& a) { return hardtanh(a); }, {-1, 1}},
    {"hardsigmoid(2 a)", [](const auto& a) { return hardsigmoid(2 * a); }, {-1.5, 1.5}},
    {"hardswish(2 a)", [](const auto& a) { return hardswish(2 * a); }, {-1.5, 1.5}},
    {"hardshrink(a)", [](const auto& a) { return hardshrink(a); }, {-0.5, 0.5}},
    {"softshrink(a)", [](const auto& a) { return softshrink(a); }, {-0.5, 0.5}},
    {"leaky_relu(a, 0.1)", [](const auto& a) { return leaky_relu(a, 0.1); }, {0}},
    {"elu(a, 1.3)", [](const auto& a) { return elu(a, 1.3); }, {0}},
    {"celu(a, 1.3)", [](const auto& a) { return celu(a, 1.3); }, {0}},
    {"selu(a)", [](const auto& a) { return selu(a); }, {0}},
    {"softsign(a)", [](const auto& a) { return softsign(a); }, {0}},
    {"a sign(a)", [](const auto& a) { return a * sign(a); }, {0}},
    {"a step(a)", [](const auto& a) { return a * step(a); }, {0}},
    {"a - floor(a)", [](const auto& a) { return a - floor(a); }, {-2, -1, 0, 1, 2}},
    {"a round(a)", [](const auto& a) { return a * round(a); }, {-1.5, -0.5, 0.5, 1.5}},
    {"a ceil(a) + trunc(a)", [](const auto& a) { return a * ceil(a) + trunc(a); }, {-2, -1, 0, 1, 2}},
};

constexpr int percent_with_kinks = 12;

const Unary& pick(Graph& g, const std::vector<Unary>& from) {
  return from[static_cast<std::size_t>(g.draw(static_cast<std::int64_t>(from.size())))];
}

bool broadcast_to(const Shape& a, const Shape& b) {
  for (std::size_t i = 1; i <= std::min(a.rank(), b.rank()); ++i) {
    const std::int64_t m = a[a.rank() - i], n = b[b.rank() - i];
    if (m != n && m != 1 && n != 1) return false;
  }
  return true;
}

const auto side = [](const Tensor& a, const Tensor& b) { return sign(a - b); };

}  // namespace

bool add_unary(Graph& g) { return pick(g, g.chance(percent_with_kinks) ? kinked : smooth).add(g, g.any()); }

bool add_binary(Graph& g) {
  const Id a = g.any();
  // One time in eight a value beside itself: x ⊙ x, x − x.
  const Id b = g.chance(12) ? a : *g.any([&](const Shape& s) { return broadcast_to(g.shape(a), s); });
  if (g.chance(percent_with_kinks)) switch (g.draw(6)) {
      case 0:
        return g.add(
            "maximum(a, b)", {a, b}, [](const auto& x, const auto& y) { return maximum(x, y); }, side);
      case 1:
        return g.add(
            "minimum(a, b)", {a, b}, [](const auto& x, const auto& y) { return minimum(x, y); }, side);
      case 2:
        return g.add(
            "where(a > b, a^2, b)", {a, b}, [](const auto& x, const auto& y) { return where(x > y, square(x), y); },
            side);
      case 3:
        return g.add(
            "where(a <= b, a b, 1)", {a, b}, [](const auto& x, const auto& y) { return where(x <= y, x * y, 1.0); },
            side);
      case 4:
        return g.add(
            "masked_fill(a, b < 0, 1/2)", {a, b},
            [](const auto& x, const auto& y) { return masked_fill(x, y < 0.0, 0.5); },
            [](const Tensor&, const Tensor& y) { return sign(y); });
      default:
        return g.add(
            "a sign(b)", {a, b}, [](const auto& x, const auto& y) { return x * sign(y); },
            [](const Tensor&, const Tensor& y) { return sign(y); });
    }
  switch (g.draw(13)) {
    case 0:
    case 1:
      return g.add("a + b", {a, b}, [](const auto& x, const auto& y) { return x + y; });
    case 2:
      return g.add("a - b", {a, b}, [](const auto& x, const auto& y) { return x - y; });
    case 3:
    case 4:
      return g.add("a * b", {a, b}, [](const auto& x, const auto& y) { return x * y; });
    case 5:
      return g.add("a / (1 + b^2)", {a, b}, [](const auto& x, const auto& y) { return x / (1 + square(y)); });
    case 6:
      return g.add("a / (3 + sin(b))", {a, b}, [](const auto& x, const auto& y) { return x / (3 + sin(y)); });
    case 7:
      return g.add("(1 + a^2)^b", {a, b}, [](const auto& x, const auto& y) { return pow(1 + square(x), y); });
    case 8:
      return g.add("logaddexp(a, b)", {a, b}, [](const auto& x, const auto& y) { return logaddexp(x, y); });
    case 9:
      return g.add("hypot(a, 1 + b^2)", {a, b}, [](const auto& x, const auto& y) { return hypot(x, 1 + square(y)); });
    case 10:
      return g.add("atan2(a, 1 + b^2)", {a, b}, [](const auto& x, const auto& y) { return atan2(x, 1 + square(y)); });
    case 11:
      return g.add("atan2(2 + cos(a), b)", {a, b}, [](const auto& x, const auto& y) { return atan2(2 + cos(x), y); });
    default: {
      const double keep = 0.75;
      Rng mask(static_cast<std::uint64_t>(g.draw(1000)));
      const Tensor kept = mask.uniform(g.shape(a)) < keep;
      return g.add("dropout_mask(a, …) + b", {a, b},
                   [=](const auto& x, const auto& y) { return dropout_mask(x, kept, 1 - keep) + y; });
    }
  }
}

}  // namespace random_graphs
