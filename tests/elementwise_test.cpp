// The mathematical functions on packs, at every level this machine has: accuracy against long double over all exponents
// and at the edges, and loops that touch nothing beside their elements.
#include <sys/mman.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/simd/loops.hpp>
#include <nabla/simd/math.hpp>
#include <random>
#include <tuple>
#include <vector>

namespace {

using namespace nabla;
using simd::Level;

/// The arguments of a function of one or two.
template <class T>
using Arguments = std::vector<std::vector<T>>;

template <class F, class T, std::size_t... k>
void map(Level level, std::vector<T>& y, const Arguments<T>& x, std::index_sequence<k...>) {
  const void* const in[] = {x[k].data()...};
  const auto n = static_cast<std::int64_t>(y.size());
  if (level == Level::plain) simd::plain::map<F, T, k...>(nullptr, n, y.data(), in);
  if (level == Level::avx2) simd::avx2::map<F, T, k...>(nullptr, n, y.data(), in);
  if (level == Level::avx512) simd::avx512::map<F, T, k...>(nullptr, n, y.data(), in);
}

std::vector<Level> levels() {
  std::vector<Level> found;
  for (Level level : simd::all_levels)
    if (simd::supported(level)) found.push_back(level);
  return found;
}

constexpr double wrong = 1e30;

/// |y − exact| in units of the last place of T there; a NaN, an infinity or a zero of the wrong sign is wrong.
template <class T>
double ulps(T y, long double exact) {
  using Limits = std::numeric_limits<T>;
  const T nearest = static_cast<T>(exact);
  if (std::isnan(nearest) || std::isnan(y)) return std::isnan(nearest) && std::isnan(y) ? 0 : wrong;
  if (y == nearest && y == 0) return std::signbit(y) == std::signbit(nearest) ? 0 : wrong;
  if (std::isinf(exact) || std::isinf(nearest)) {
    if (y == nearest) return 0;
    if (std::isinf(exact)) return wrong;
  }
  const long double value = std::isinf(y) ? std::copysign(std::ldexp(1.0L, Limits::max_exponent), y) : y;
  int exponent;
  std::frexp(exact, &exponent);
  exponent = std::clamp(exponent, Limits::min_exponent, Limits::max_exponent);
  return static_cast<double>(std::fabs(value - exact) / std::ldexp(1.0L, exponent - Limits::digits));
}

template <class T>
std::vector<T> edges() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> x;
  for (T edge :
       {T(0), Limits::denorm_min(), Limits::min(), std::nextafter(Limits::min(), T(0)), T(0.25), T(0.5), T(1),
        std::nextafter(T(1), T(0)), std::nextafter(T(1), T(2)), T(2), T(3), T(88.72283), T(103.97208),
        T(709.782712893384), T(745.13321910194), T(1e10), Limits::max(), Limits::infinity(), Limits::quiet_NaN()})
    for (T sign : {T(1), T(-1)}) x.push_back(sign * edge);
  return x;
}

/// The number whose bits these are.
template <class T>
T of_bits(std::uint64_t bits) {
  using Word = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<T>(static_cast<Word>(bits));
}

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;  // its multiples spread evenly

template <class T>
constexpr int argument_count = sizeof(T) == 4 ? 1 << 18 : 1 << 17;

/// Edges, every exponent with evenly spread fractions, and numbers evenly spread over [low, high].
template <class T>
Arguments<T> arguments(double low, double high) {
  std::vector<T> x = edges<T>();
  std::uint64_t bits = 0;
  for (int i = 0; i < argument_count<T>; ++i) x.push_back(of_bits<T>(bits += golden));
  std::mt19937_64 random(7);
  for (int i = 0; i < argument_count<T>; ++i) {
    const double u = static_cast<double>(random() >> 11) * 0x1p-53;
    x.push_back(static_cast<T>(low + u * (high - low)));
    x.push_back(static_cast<T>((4 * u - 2) * (i % 2 ? 1 : 0.25)));
  }
  return {x};
}

/// The same of pairs: one number of any bits, and one beside it that is as large, or of any bits too; and numbers of
/// [low, high] beside those of [−bound, bound].
template <class T>
Arguments<T> pairs(double low, double high, double bound) {
  std::vector<T> x, y;
  for (T a : edges<T>())
    for (T b : edges<T>()) x.push_back(a), y.push_back(b);
  std::mt19937_64 random(8);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  for (int i = 0; i < argument_count<T>; ++i) {
    const T a = of_bits<T>(random());
    x.push_back(a), y.push_back(i % 2 ? of_bits<T>(random()) : static_cast<T>(4 * uniform() - 2) * a);
    x.push_back(static_cast<T>(low + uniform() * (high - low)));
    y.push_back(static_cast<T>((2 * uniform() - 1) * bound));
  }
  return {x, y};
}

template <class T, std::size_t... k>
void check_accuracy(const char* name, auto f, auto exact, double bar, const Arguments<T>& x,
                    std::index_sequence<k...> operands) {
  const std::size_t n = x[0].size();
  std::vector<long double> expected(n);
  for (std::size_t i = 0; i < n; ++i) expected[i] = exact(static_cast<long double>(x[k][i])...);
  for (Level level : levels()) {
    std::vector<T> y(n);
    map<decltype(f)>(level, y, x, operands);
    double worst = 0;
    std::size_t where = 0;
    for (std::size_t i = 0; i < n; ++i)
      if (const double error = ulps(y[i], expected[i]); error > worst) worst = error, where = i;
    std::string at;
    for (const std::vector<T>& argument : x) at += fmt::format("{}{:.9g}", at.empty() ? "" : ", ", argument[where]);
    fmt::print("| {:<10} | {} | {:<6} | {:.2f} | {} |\n", name, sizeof(T) == 4 ? "f32" : "f64", simd::name(level),
               worst, at);
    CHECK_MESSAGE(worst <= bar, name << " at " << at << ": " << worst << " ulp");
  }
}

#define ACCURACY(function, bar, low, high, ...)                                                               \
  {                                                                                                           \
    const auto f = [](auto x) { return function(x); };                                                        \
    const auto exact = [](long double x) { return __VA_ARGS__; };                                             \
    check_accuracy<float>(#function, f, exact, bar, arguments<float>(low, high), std::index_sequence<0>());   \
    check_accuracy<double>(#function, f, exact, bar, arguments<double>(low, high), std::index_sequence<0>()); \
  }
#define ACCURACY_OF_TWO(function, bar, low, high, bound, ...)                                                       \
  {                                                                                                                 \
    const auto f = [](auto x, auto y) { return function(x, y); };                                                   \
    const auto exact = [](long double x, long double y) { return __VA_ARGS__; };                                    \
    check_accuracy<float>(#function, f, exact, bar, pairs<float>(low, high, bound), std::index_sequence<0, 1>());   \
    check_accuracy<double>(#function, f, exact, bar, pairs<double>(low, high, bound), std::index_sequence<0, 1>()); \
  }

constexpr long double sqrt_half = 0.70710678118654752440084436210484903928L;
constexpr long double inv_sqrt_2pi = 0.39894228040143267793994605993438186848L;

/// Where it does not cancel.
template <simd::AnyPack P>
NABLA_SIMD_INLINE P logaddexp_of_abs(P x, P y) {
  return logaddexp(abs(x), y);
}
long double logaddexp(long double x, long double y) {
  if (std::isnan(x) || std::isnan(y)) return x + y;
  return std::fmax(x, y) + (x == y ? std::log(2.0L) : std::log1p(std::exp(-std::fabs(x - y))));
}

/// x − tanh x = (x cosh x − sinh x) / cosh x, whose series has no cancellation.
long double tanhshrink(long double x) {
  if (!(std::fabs(x) < 1)) return x - std::tanh(x);
  long double sum = 0 * x, power = x;  // x²ᵏ⁺¹ / (2k + 1)!
  for (int k = 1; k < 14; ++k) power *= x * x / (2 * k * (2 * k + 1)), sum += 2 * k * power;
  return sum / std::cosh(x);
}

long double sigmoid(long double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }

/// Where the exponential is a normal number.
template <simd::AnyPack P>
NABLA_SIMD_INLINE P mish_of_normal(P x) {
  return mish(max(x, -85));
}
long double mish_of_normal(long double x) {
  x = x < -85 ? -85 : x;
  const long double e = std::exp(-std::fabs(x));
  return x < 0 ? x * (e * (e + 2) / (e * (e + 2) + 2)) : x * ((1 + 2 * e) / (1 + 2 * e + 2 * e * e));
}

template <simd::AnyPack P>
NABLA_SIMD_INLINE P gelu_tanh_of_normal(P x) {
  return gelu_tanh(max(x, -9));
}
long double gelu_tanh_of_normal(long double x) {
  constexpr long double root_of_8_by_pi = 1.59576912160573071175978423973752747903L;
  x = x < -9 ? -9 : x;
  return x * sigmoid(root_of_8_by_pi * (x + 0.044715L * x * x * x));
}

}  // namespace

TEST_SUITE("elementwise") {
  TEST_CASE("the functions are within 2.5 ulp, activations within 5, of long double at every level") {
    fmt::print("| function | dtype | level | largest error, ulp | at |\n|---|---|---|---|---|\n");
    ACCURACY(exp, 2.5, -110, 110, std::exp(x));
    ACCURACY(exp2, 2.5, -160, 140, std::exp2(x));
    ACCURACY(expm1, 2.5, -40, 90, std::expm1(x));
    ACCURACY(log, 2.5, 0, 100, std::log(x));
    ACCURACY(log2, 2.5, 0, 100, std::log2(x));
    ACCURACY(log10, 2.5, 0, 100, std::log10(x));
    ACCURACY(log1p, 2.5, -1, 100, std::log1p(x));
    ACCURACY(sqrt, 0.5, 0, 100, std::sqrt(x));
    ACCURACY(sigmoid, 2.5, -110, 40, sigmoid(x));
    ACCURACY(logistic_density, 5, -110, 110, sigmoid(x) * sigmoid(-x));
    ACCURACY(softplus, 2.5, -110, 40, (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))));
    ACCURACY(tanh, 2.5, -20, 20, std::tanh(x));
    ACCURACY(sinh, 2.5, -95, 95, std::sinh(x));
    ACCURACY(cosh, 2.5, -95, 95, std::cosh(x));
    ACCURACY(tanhshrink, 5, -2, 2, tanhshrink(x));
    ACCURACY(mish_of_normal, 5, -85, 40, mish_of_normal(x));
    ACCURACY(gelu_tanh_of_normal, 5, -9, 6, gelu_tanh_of_normal(x));
    ACCURACY(asinh, 2.5, -10, 10, std::asinh(x));
    ACCURACY(acosh, 2.5, 1, 10, std::acosh(x));
    ACCURACY(atanh, 2.5, -1, 1, std::atanh(x));
    ACCURACY(erf, 2.5, -6, 6, std::erf(x));
    ACCURACY(erfc, 2.5, -6, 28, std::erfc(x));
    ACCURACY(normal_cdf, 2.5, -39, 6, std::erfc(-x * sqrt_half) / 2);
    ACCURACY(normal_pdf, 2.5, -39, 39, std::exp(-x * x / 2) * inv_sqrt_2pi);
    ACCURACY(sin, 2.5, -1e5, 1e5, std::sin(x));
    ACCURACY(cos, 2.5, -1e5, 1e5, std::cos(x));
    ACCURACY(tan, 2.5, -1e5, 1e5, std::tan(x));
    ACCURACY(asin, 2.5, -1, 1, std::asin(x));
    ACCURACY(acos, 2.5, -1, 1, std::acos(x));
    ACCURACY(atan, 2.5, -10, 10, std::atan(x));
    ACCURACY_OF_TWO(atan2, 2.5, -10, 10, 10, std::atan2(x, y));
    ACCURACY_OF_TWO(hypot, 2.5, -10, 10, 10, std::hypot(x, y));
    ACCURACY_OF_TWO(pow, 2.5, 0, 10, 40, std::pow(x, y));
    ACCURACY_OF_TWO(logaddexp_of_abs, 2.5, 0, 100, 100, logaddexp(std::fabs(x), y));
    ACCURACY(floor, 0, -1e9, 1e9, std::floor(x));
    ACCURACY(ceil, 0, -1e9, 1e9, std::ceil(x));
    ACCURACY(trunc, 0, -1e9, 1e9, std::trunc(x));
    ACCURACY(round, 0, -1e3, 1e3, std::nearbyint(x));
  }

  struct Mixed {
    template <class P>
    auto operator()(P x, P y) const {
      return select(x > y, exp(x) * y, sin(x - y) / 3);
    }
  };

  /// Memory that ends where the next page may not be touched.
  struct Fenced {
    Fenced() : page(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
      begin = static_cast<char*>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
      REQUIRE(begin != MAP_FAILED);
      REQUIRE(mprotect(begin + page, page, PROT_NONE) == 0);
    }
    Fenced(const Fenced&) = delete;
    ~Fenced() { munmap(begin, 2 * page); }
    template <class T>
    T* last(std::int64_t n) const {
      return reinterpret_cast<T*>(begin + page) - n;
    }
    std::size_t page;
    char* begin;
  };

  template <class T>
  void check_positions(auto loop) {
    const Fenced left, right, result;
    std::mt19937_64 random(3);
    const auto draw = [&] { return static_cast<T>(static_cast<double>(random() % 4001) / 1000 - 2); };
    for (std::int64_t n = 1; n <= 40; ++n) {
      T *const a = left.last<T>(n), *const b = right.last<T>(n), *const y = result.last<T>(n);
      for (std::int64_t i = 0; i < n; ++i) a[i] = draw(), b[i] = draw();
      y[-1] = 42;
      const void* const in[] = {a, b};
      loop(nullptr, n, y, in);
      CHECK(y[-1] == 42);
      for (std::int64_t i = 0; i < n; ++i) {
        const void* const one[] = {a + i, b + i};
        T expected;
        loop(nullptr, 1, &expected, one);
        CHECK_MESSAGE(std::memcmp(&y[i], &expected, sizeof(T)) == 0, n << " elements");
      }
    }
  }

  struct FirstRule {
    template <class P>
    auto operator()(P u, P x, P y, P out) const {
      return u * exp(x) + y * out;
    }
  };
  struct SecondRule {
    template <class P>
    auto operator()(P u, P x, P y, P out) const {
      return u - x * y * out;
    }
  };
  using TwoRules = std::tuple<FirstRule, SecondRule>;

  /// Every choice of gradients, set or added, one of them in the place of the cotangent.
  template <class T>
  void check_gradients(auto loop) {
    const Fenced cotangent, first, second;
    std::mt19937_64 random(4);
    const auto draw = [&] { return static_cast<T>(static_cast<double>(random() % 4001) / 1000 - 2); };
    for (std::int64_t n : {1, 2, 3, 7, 8, 15, 16, 17, 33})
      for (int choice = 0; choice < 32; ++choice) {
        const bool wanted[] = {(choice & 1) != 0, (choice & 2) != 0}, add[] = {(choice & 4) != 0, (choice & 8) != 0};
        const bool in_place = (choice & 16) != 0 && wanted[0] && !add[0];
        const auto count = static_cast<std::size_t>(n);
        std::vector<T> x(count), y(count), out(count), u(count), g[2] = {std::vector<T>(count), std::vector<T>(count)};
        for (std::vector<T>* values : {&x, &y, &out, &u, &g[0], &g[1]})
          for (T& value : *values) value = draw();
        T* const ct = std::copy_n(u.data(), n, cotangent.last<T>(n)) - n;
        T* const to[] = {in_place ? ct : std::copy_n(g[0].data(), n, first.last<T>(n)) - n,
                         std::copy_n(g[1].data(), n, second.last<T>(n)) - n};
        const void* const in[] = {x.data(), y.data(), out.data()};
        void* const grad[] = {wanted[0] ? to[0] : nullptr, wanted[1] ? to[1] : nullptr};
        loop(nullptr, n, ct, in, grad, add);

        CAPTURE(n);
        CAPTURE(choice);
        for (std::size_t i = 0; i < count; ++i)
          for (int k = 0; k < 2; ++k) {
            const void* const one[] = {&x[i], &y[i], &out[i]};
            T alone = 0;
            void* grad_alone[] = {nullptr, nullptr};
            grad_alone[k] = &alone;
            const bool set[] = {false, false};
            loop(nullptr, 1, &u[i], one, grad_alone, set);
            const T expected = wanted[k] ? (add[k] ? g[k][i] + alone : alone) : in_place && k == 0 ? u[i] : g[k][i];
            CHECK(std::memcmp(&to[k][i], &expected, sizeof(T)) == 0);
          }
      }
  }

  TEST_CASE("an element's bits do not depend on its place, and nothing beside the elements is touched") {
    for (Level level : levels()) {
      CAPTURE(simd::name(level));
      if (level == Level::plain) check_positions<float>(simd::plain::map<Mixed, float, 0, 1>);
      if (level == Level::plain) check_positions<double>(simd::plain::map<Mixed, double, 0, 1>);
      if (level == Level::avx2) check_positions<float>(simd::avx2::map<Mixed, float, 0, 1>);
      if (level == Level::avx2) check_positions<double>(simd::avx2::map<Mixed, double, 0, 1>);
      if (level == Level::avx512) check_positions<float>(simd::avx512::map<Mixed, float, 0, 1>);
      if (level == Level::avx512) check_positions<double>(simd::avx512::map<Mixed, double, 0, 1>);
    }
  }

  TEST_CASE("a function may read the attributes of its operation") {
    struct Line {
      double slope;
      float offset;
    };
    using F = simd::Bound<Line, decltype([](const Line& line, auto x) { return line.slope * x + line.offset; })>;
    using Pull = simd::Bound<Line, decltype([](const Line& line, auto u, auto, auto) { return line.slope * u; })>;
    const Line line{-1.5, 0.25f};
    const auto check = [&](auto forward, auto reverse, auto number) {
      const std::vector<decltype(number)> x(37, 2);
      std::vector<decltype(number)> y(37), g(37);
      const void* const in[] = {x.data(), y.data()};
      void* const grad[] = {g.data()};
      const bool add[] = {false};
      forward(&line, 37, y.data(), in);
      reverse(&line, 37, x.data(), in, grad, add);
      for (std::size_t i = 0; i < y.size(); ++i) {
        CHECK(y[i] == -2.75);
        CHECK(g[i] == -3);
      }
    };
    for (Level level : levels()) {
      CAPTURE(simd::name(level));
      if (level == Level::plain)
        check(simd::plain::map<F, float, 0>, simd::plain::pull<std::tuple<Pull>, float, 0>, 0.f);
      if (level == Level::avx2) check(simd::avx2::map<F, double, 0>, simd::avx2::pull<std::tuple<Pull>, double, 0>, 0.);
      if (level == Level::avx512)
        check(simd::avx512::map<F, float, 0>, simd::avx512::pull<std::tuple<Pull>, float, 0>, 0.f);
    }
  }

  TEST_CASE("the gradients that are wanted are set or added to, the first also in the place of the cotangent") {
    for (Level level : levels()) {
      CAPTURE(simd::name(level));
      if (level == Level::plain) check_gradients<float>(simd::plain::pull<TwoRules, float, 0, 1>);
      if (level == Level::plain) check_gradients<double>(simd::plain::pull<TwoRules, double, 0, 1>);
      if (level == Level::avx2) check_gradients<float>(simd::avx2::pull<TwoRules, float, 0, 1>);
      if (level == Level::avx2) check_gradients<double>(simd::avx2::pull<TwoRules, double, 0, 1>);
      if (level == Level::avx512) check_gradients<float>(simd::avx512::pull<TwoRules, float, 0, 1>);
      if (level == Level::avx512) check_gradients<double>(simd::avx512::pull<TwoRules, double, 0, 1>);
    }
  }

  TEST_CASE("the environment variable NABLA_SIMD names a level, or is refused") {
    CHECK(simd::level_named("plain") == Level::plain);
    CHECK(simd::level_named("") == levels().back());
    for (Level level : levels()) CHECK(simd::level_named(simd::name(level)) == level);
    CHECK_THROWS_WITH_AS(
        simd::level_named("sse9"),
        "[NABLA_SIMD] The environment variable is \"sse9\"; set it to avx512, avx2 or plain, or leave it "
        "unset for the best that the machine has",
        ValueError);
    for (Level level : simd::all_levels)
      if (!simd::supported(level)) CHECK_THROWS_AS(simd::level_named(simd::name(level)), ValueError);
  }
}
