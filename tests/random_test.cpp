#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/random.hpp>
#include <string>
#include <vector>

#include "elements.hpp"

#include "../src/normal_quantile.hpp"

using namespace nabla;

namespace {

using Words = std::array<std::uint32_t, 4>;

/// Philox4x32-10 written from the paper's figure 2, as an oracle that shares nothing with the library.
Words philox(Words c, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ key[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return c;
}

/// The 64-bit number at a position of a stream, as random.hpp promises it.
std::uint64_t number(std::uint64_t seed, std::uint64_t stream, std::uint64_t position) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const std::uint64_t block = position / 2;
  const Words w = philox({low(block), high(block), low(stream), high(stream)}, {low(seed), high(seed)});
  return position % 2 == 0 ? std::uint64_t{w[1]} << 32 | w[0] : std::uint64_t{w[3]} << 32 | w[2];
}

double mean(std::span<const double> x) {
  double sum = 0;
  for (double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

double variance(std::span<const double> x) {
  const double m = mean(x);
  double sum = 0;
  for (double v : x) sum += (v - m) * (v - m);
  return sum / static_cast<double>(x.size());
}

/// √n times the largest distance between the empirical distribution and cdf (Kolmogorov and Smirnov); above 1.95 in one
/// case of a thousand.
template <class Cdf>
double kolmogorov_smirnov(std::span<const double> draws, Cdf cdf) {
  std::vector<double> x(draws.begin(), draws.end());
  std::sort(x.begin(), x.end());
  const auto n = static_cast<double>(x.size());
  double distance = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double f = cdf(x[i]);
    distance = std::max({distance, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
  }
  return distance * std::sqrt(n);
}

/// Φ^-1 by bisection of erfc in long double; p ≤ ½.
long double bisected_quantile(long double p) {
  long double low = -40, high = 0;
  for (int i = 0; i < 120; ++i) {
    const long double middle = (low + high) / 2;
    (std::erfc(-middle / std::sqrt(2.0L)) / 2 < p ? low : high) = middle;
  }
  return low;
}

template <class E, class F>
std::string complaint(F f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  }
  return "no such exception";
}

}  // namespace

TEST_CASE("the oracle gives the known answers of the Random123 distribution") {
  CHECK(philox({}, {}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t ones = 0xffffffff;
  CHECK(philox({ones, ones, ones, ones}, {ones, ones}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("number i of a draw is Philox of seed, stream and position + i") {
  constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
  for (std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{42}, std::uint64_t{0x299f31d0a4093822}, all})
    for (std::uint64_t stream : {std::uint64_t{0}, std::uint64_t{1} << 40, all})
      for (std::uint64_t position : {std::uint64_t{0}, std::uint64_t{5}, (std::uint64_t{1} << 33) - 1, all - 1}) {
        Rng rng(seed, stream);
        rng.set_position(position);
        const Tensor x = rng.uniform({5});  // across the end of the counter, too
        for (std::uint64_t i = 0; i < 5; ++i)
          CHECK(x.data<double>()[i] == static_cast<double>(number(seed, stream, position + i) >> 11) * 0x1p-53);
        CHECK(rng.position() == position + 5);
      }
}

TEST_CASE("draws have these very bits on every platform") {
  const auto bits = [](const Tensor& x) {
    return std::vector<double>(x.data<double>().begin(), x.data<double>().end());
  };
  CHECK(bits(Rng(42, 7).uniform({5})) == std::vector{0x1.caa82198cfdcdp-1, 0x1.55ce634db1fb2p-2, 0x1.803d865b9777ap-2,
                                                     0x1.6476c1cc7e6fcp-3, 0x1.e001559a49d9fp-1});
  CHECK(bits(Rng(42, 7).normal({5})) == std::vector{0x1.420fdd4ad2613p+0, -0x1.b7c3bc096468ep-2, -0x1.45a7298f28dbfp-2,
                                                    -0x1.e06401d908541p-1, 0x1.88c18ca413acfp+0});
  CHECK(bits(Rng(~std::uint64_t{0}, 3).normal({5})) == std::vector{0x1.784a797d793b3p-1, 0x1.fda1e3694dd51p-3,
                                                                   0x1.1879441c54accp-1, -0x1.f00f2729833c6p+0,
                                                                   0x1.f918a1fd20e7fp-4});
  std::uint64_t hash = 0;  // of all bits of many draws: a single fused multiply-add would change it
  for (double z : elements<double>(Rng(1, 2).normal({20000})))
    hash = hash * 6364136223846793005 + std::bit_cast<std::uint64_t>(z);
  CHECK(hash == 0x108a0b7c8eaa112b);
  const Tensor dice = Rng(42).integers({10}, 3, 10);
  CHECK(identical(dice, Tensor::from({10}, {6, 5, 5, 6, 7, 8, 7, 5, 8, 4}, i64)));
  CHECK(Rng(42).permutation(8) == PooledVector<std::int64_t>{2, 3, 1, 7, 6, 0, 5, 4});
}

TEST_CASE("a draw in parts equals one draw, and a copy draws the same again") {
  Rng whole(9), parts(9);
  const Tensor all = whole.normal({20});
  for (std::int64_t start = 0, n = 1; start < 20; start += n++) {
    n = std::min<std::int64_t>(n, 20 - start);
    const Rng copy = parts;
    CHECK(identical(parts.normal({n}), all.sliced(0, start, start + n)));
    CHECK(identical(Rng(copy).normal({n}), all.sliced(0, start, start + n)));
  }
  CHECK(parts.position() == whole.position());
  parts.set_position(13);
  CHECK(identical(parts.normal({3}), all.sliced(0, 13, 16)));
}

TEST_CASE("an f32 draw is the f64 draw, rounded") {
  CHECK(identical(Rng(1).normal({4, 5}, 2, 3, f32), Rng(1).normal({4, 5}, 2, 3).to(f32)));
  CHECK(identical(Rng(1).uniform({4, 5}, -2, 3, f32), Rng(1).uniform({4, 5}, -2, 3).to(f32)));
}

TEST_CASE("streams and seeds differ") {
  const Tensor x = Rng(3).uniform({1000});
  for (const Tensor& y :
       {Rng(3, 1).uniform({1000}), Rng(4).uniform({1000}), Rng(std::uint64_t{3} << 32).uniform({1000})}) {
    double covariance = 0;
    for (std::size_t i = 0; i < 1000; ++i) covariance += (x.data<double>()[i] - 0.5) * (y.data<double>()[i] - 0.5);
    CHECK(std::abs(covariance / 1000) < 4.0 / 12 / std::sqrt(1000.0));
  }
}

TEST_CASE("uniform draws have mean, variance and distribution of the interval") {
  const Tensor x = Rng(11).uniform({200000}, -1, 3);
  CHECK(mean(x.data<double>()) == doctest::Approx(1).epsilon(0.01));
  CHECK(variance(x.data<double>()) == doctest::Approx(16.0 / 12).epsilon(0.01));
  CHECK(kolmogorov_smirnov(x.data<double>(), [](double v) { return (v + 1) / 4; }) < 1.95);
}

TEST_CASE("uniform draws stay below high, after rounding too") {
  const double next = std::nextafter(1.0, 2.0);
  for (double v : elements<double>(Rng(1).uniform({100}, 1, next))) CHECK(v == 1);
  for (float v : elements<float>(Rng(1).uniform({1000}, 1 - 0x1p-25, 1, f32))) CHECK(v == 1 - 0x1p-24f);
  for (float v : elements<float>(Rng(1).uniform({1000}, 0.3, 0.7, f32))) CHECK(static_cast<double>(v) < 0.7);
  for (double v : elements<double>(Rng(1).uniform({10}, 0.1, 0.1))) CHECK(v == 0.1);
}

TEST_CASE("normal draws have mean, variance, tails and distribution of the normal") {
  const Tensor x = Rng(12).normal({200000}, 5, 2);
  CHECK(mean(x.data<double>()) == doctest::Approx(5).epsilon(0.005));
  CHECK(variance(x.data<double>()) == doctest::Approx(4).epsilon(0.02));
  CHECK(kolmogorov_smirnov(x.data<double>(), [](double v) { return std::erfc((5 - v) / 2 / std::sqrt(2.0)) / 2; }) <
        1.95);
  const auto far =
      std::ranges::count_if(x.data<double>(), [](double v) { return std::abs(v - 5) > 6; });  // 3 sigma: 540
  CHECK(std::abs(static_cast<double>(far) - 540) < 100);
  for (double v : elements<double>(Rng(1).normal({10}, 7, 0))) CHECK(v == 7);
}

TEST_CASE("the normal quantile has a relative error below 2^-50 from 1e-300 to 1 - 2^-53") {
  double worst = 0;
  const auto compare = [&](double p) {
    const double z = detail::normal_quantile(p);
    const long double exact = p <= 0.5 ? bisected_quantile(p) : -bisected_quantile(1 - static_cast<long double>(p));
    worst = std::max(worst, static_cast<double>(std::abs((z - exact) / exact)));
  };
  for (int i = 1; i < 1000; ++i)
    if (i != 500) compare(i / 1000.0);
  for (double p = 0.07; p > 1e-300; p *= 0.83) compare(p);
  for (int k = 2; k <= 53; ++k) compare(1 - std::ldexp(1.0, -k));
  CHECK(worst < 0x1p-50);
  CHECK(detail::normal_quantile(0.5) == 0);
  CHECK(detail::normal_quantile(0x1p-53) == -detail::normal_quantile(1 - 0x1p-53));
}

TEST_CASE("the portable logarithm agrees with std::log to a relative 2^-51") {
  double worst = 0;
  for (double x = 1e-300; x < 1e300; x *= 1.37) {
    const double exact = std::log(x);
    worst = std::max(worst, std::abs(detail::portable_log(x) - exact) / std::abs(exact));
  }
  CHECK(worst < 0x1p-51);
  CHECK(detail::portable_log(1) == 0);
}

TEST_CASE("integers are uniform on their range, whatever its size") {
  std::array<int, 6> count{};
  for (std::int64_t v : elements<std::int64_t>(Rng(5).integers({60000}, -2, 4)))
    ++count.at(static_cast<std::size_t>(v + 2));
  for (int n : count) CHECK(std::abs(n - 10000) < 400);
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                         greatest = std::numeric_limits<std::int64_t>::max();
  std::int64_t negative = 0;
  for (std::int64_t v : elements<std::int64_t>(Rng(5).integers({1000}, least, greatest))) negative += v < 0;
  CHECK(std::abs(negative - 500) < 70);
  for (std::int64_t v : elements<std::int64_t>(Rng(5).integers({10}, greatest - 1, greatest))) CHECK(v == greatest - 1);
}

TEST_CASE("a permutation holds every index once, and all orders are equally likely") {
  Rng rng(6);
  PooledVector<std::int64_t> order = rng.permutation(1000);
  CHECK(rng.position() == 1000);
  std::sort(order.begin(), order.end());
  for (std::int64_t i = 0; i < 1000; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  std::array<int, 27> count{};
  for (int i = 0; i < 6000; ++i) {
    const PooledVector<std::int64_t> p = rng.permutation(3);
    ++count.at(static_cast<std::size_t>(9 * p[0] + 3 * p[1] + p[2]));
  }
  for (int n : count) CHECK((n == 0 || std::abs(n - 1000) < 120));
  CHECK(std::ranges::count(count, 0) == 21);
  CHECK(rng.permutation(0).empty());
}

TEST_CASE("empty shapes draw nothing and scalars one number") {
  Rng rng;
  CHECK(rng.normal({0, 3}).size() == 0);
  CHECK(rng.position() == 0);
  CHECK(rng.uniform({}).rank() == 0);
  CHECK(rng.position() == 1);
}

TEST_CASE("arguments that make no sense are refused, and nothing is drawn") {
  Rng rng(1);
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(complaint<ValueError>([&] { rng.uniform({2}, 3, 2); }) ==
        "[rng.uniform] low 3 and high 2 bound no interval; give finite low <= high, no further apart than the largest "
        "double");
  CHECK(complaint<ValueError>([&] { rng.uniform({2}, 0, inf); }).starts_with("[rng.uniform] low 0 and high inf"));
  CHECK(complaint<ValueError>([&] { rng.uniform({2}, std::nan(""), 1); }).starts_with("[rng.uniform] low nan"));
  CHECK(complaint<ValueError>([&] { rng.uniform({2}, -1e308, 1e308); }).starts_with("[rng.uniform] low -1e+308"));
  CHECK(complaint<DTypeError>([&] { rng.uniform({2}, 0, 1, i64); }) ==
        "[rng.uniform] dtype i64 is not floating; draw f32 or f64, or use integers()");
  CHECK(
      complaint<ValueError>([&] { rng.normal({2}, 0, -1); }) ==
      "[rng.normal] mean 0 and standard_deviation -1 are no normal distribution; both must be finite and the standard "
      "deviation 0 or more");
  CHECK(complaint<ValueError>([&] { rng.normal({2}, inf, 1); }).starts_with("[rng.normal] mean inf"));
  CHECK(complaint<DTypeError>([&] { rng.normal({2}, 0, 1, u8); }).starts_with("[rng.normal] dtype u8"));
  CHECK(complaint<ValueError>([&] { rng.integers({2}, 5, 5); }) ==
        "[rng.integers] There is no integer from 5 to below 5; give low < high");
  CHECK(complaint<ValueError>([&] { rng.permutation(-1); }) ==
        "[rng.permutation] There is no order of -1 things; give n >= 0");
  CHECK(rng.position() == 0);
}
