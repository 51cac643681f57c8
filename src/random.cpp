// Draws from Philox blocks. Compiled with -ffp-contract=off: see normal_quantile.hpp.
#include <Random123/philox.h>
#include <fmt/core.h>

#include <array>
#include <cmath>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/random.hpp>
#include <span>

#include "normal_quantile.hpp"

namespace nabla {
namespace {

/// Numbers 2·index and 2·index + 1: one block of Philox4x32-10, the key from the seed, the counter from (index,
/// stream).
std::array<std::uint64_t, 2> block(const Rng& rng, std::uint64_t index) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const auto join = [](std::uint32_t l, std::uint32_t h) { return std::uint64_t{h} << 32 | l; };
  const r123::Philox4x32::ctr_type counter = {{low(index), high(index), low(rng.stream()), high(rng.stream())}};
  const r123::Philox4x32::key_type key = {{low(rng.seed()), high(rng.seed())}};
  const r123::Philox4x32::ctr_type word = r123::Philox4x32()(counter, key);
  return {join(word[0], word[1]), join(word[2], word[3])};
}

/// Calls use(i, number at position + i) for i < n and moves the position on by n. Pairs share a block.
template <class Use>
void draw(Rng& rng, std::size_t n, Use use) {
  const std::uint64_t position = rng.position();
  std::size_t i = 0;
  if (n > 0 && position % 2 == 1) use(i++, block(rng, position / 2)[1]);
  for (; i + 1 < n; i += 2) {
    const auto [even, odd] = block(rng, (position + i) / 2);
    use(i, even);
    use(i + 1, odd);
  }
  if (i < n) use(i, block(rng, (position + i) / 2)[0]);
  rng.set_position(position + n);
}

/// A tensor of map(number), converted to T.
template <Element T, class Map>
Tensor draw_tensor(Rng& rng, const Shape& shape, Map map) {
  Tensor out = Tensor::uninitialized(shape, dtype_of<T>);
  const std::span<T> values = out.mutable_data<T>();
  draw(rng, values.size(), [&](std::size_t i, std::uint64_t bits) { values[i] = static_cast<T>(map(bits)); });
  return out;
}

void require_floating(const char* where, DType dtype) {
  if (!is_floating(dtype))
    throw DTypeError(where, fmt::format("dtype {} is not floating; draw f32 or f64, or use integers()", dtype));
}

/// k 2^-53 for the upper 53 bits k: 0 ≤ u < 1, every step exact.
double unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

/// (k + ½) 2^-52 for the upper 52 bits k: 0 < u < 1, symmetric about ½, every step exact.
double open_unit(std::uint64_t bits) { return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52; }

/// ⌊number · range / 2^64⌋ < range. Each value is met by ⌊2^64 / range⌋ numbers or one more, so its probability is off
/// by less than 2^-64, in proportion less than 2^-64 range: the price of a fixed cost of one number a draw.
std::uint64_t below(std::uint64_t range, std::uint64_t bits) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(bits) * range >> 64);
}

/// The largest T below x.
template <class T>
T largest_below(double x) {
  const T nearest = static_cast<T>(x);
  return nearest < x ? nearest : std::nextafter(nearest, -std::numeric_limits<T>::infinity());
}

}  // namespace

Tensor Rng::uniform(const Shape& shape, double low, double high, DType dtype) {
  require_floating("rng.uniform", dtype);
  if (!std::isfinite(high - low) || low > high)
    throw ValueError("rng.uniform",
                     fmt::format("low {} and high {} bound no interval; give finite low <= high, no further "
                                 "apart than the largest double",
                                 low, high));
  const auto draw_as = [&]<class T>(std::type_identity<T>) {
    // Rounding can reach `high`, in f64 as well as in the step to f32; the value below it then takes its place.
    const T last = low < high ? largest_below<T>(high) : static_cast<T>(low);
    return draw_tensor<T>(*this, shape, [=, width = high - low](std::uint64_t bits) {
      const T x = static_cast<T>(low + unit(bits) * width);
      return x < high ? x : last;
    });
  };
  return dtype == f32 ? draw_as(std::type_identity<float>{}) : draw_as(std::type_identity<double>{});
}

Tensor Rng::normal(const Shape& shape, double mean, double standard_deviation, DType dtype) {
  require_floating("rng.normal", dtype);
  if (!std::isfinite(mean) || !std::isfinite(standard_deviation) || standard_deviation < 0)
    throw ValueError("rng.normal",
                     fmt::format("mean {} and standard_deviation {} are no normal distribution; both must be "
                                 "finite and the standard deviation 0 or more",
                                 mean, standard_deviation));
  const auto value = [=](std::uint64_t bits) {
    return mean + standard_deviation * detail::normal_quantile(open_unit(bits));
  };
  return dtype == f32 ? draw_tensor<float>(*this, shape, value) : draw_tensor<double>(*this, shape, value);
}

Tensor Rng::integers(const Shape& shape, std::int64_t low, std::int64_t high) {
  if (low >= high)
    throw ValueError("rng.integers",
                     fmt::format("There is no integer from {} to below {}; give low < high", low, high));
  const auto origin = static_cast<std::uint64_t>(low);  // unsigned: the range may exceed the largest int64
  const std::uint64_t range = static_cast<std::uint64_t>(high) - origin;
  return draw_tensor<std::int64_t>(*this, shape, [=](std::uint64_t bits) { return origin + below(range, bits); });
}

PooledVector<std::int64_t> Rng::permutation(std::int64_t n) {
  if (n < 0) throw ValueError("rng.permutation", fmt::format("There is no order of {} things; give n >= 0", n));
  PooledVector<std::int64_t> order(static_cast<std::size_t>(n));
  // Inside out: i enters at a random place among the first i + 1, and what stood there moves to the end.
  draw(*this, order.size(), [&](std::size_t i, std::uint64_t bits) {
    const auto place = static_cast<std::size_t>(below(i + 1, bits));
    order[i] = order[place];
    order[place] = static_cast<std::int64_t>(i);
  });
  return order;
}

}  // namespace nabla
