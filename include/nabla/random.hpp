// Random numbers by counting: the i-th number of a draw is a function of (seed, position + i) alone.
#pragma once

#include <cstdint>
#include <nabla/tensor.hpp>
#include <vector>

namespace nabla {

/// Counter-based generator (Philox4x32-10; Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*,
/// 2011). The same seed gives the same numbers on every platform, in any order of evaluation and for any number of
/// threads. A copy draws the same numbers again. Tensors are f64 unless another floating dtype is asked for; an f32
/// draw is the f64 draw, rounded.
class Rng {
 public:
  /// Streams of one seed are independent of each other.
  explicit Rng(std::uint64_t seed = 0, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  /// Uniform on [low, high). @throws DTypeError unless dtype is floating; ValueError unless low ≤ high, both finite
  Tensor uniform(const Shape& shape, double low = 0, double high = 1, DType dtype = f64);
  /// Normal with the given mean and standard deviation, by inversion: Wichura, algorithm AS 241 (PPND16), 1988.
  /// @throws DTypeError unless dtype is floating; ValueError unless both are finite and standard_deviation ≥ 0
  Tensor normal(const Shape& shape, double mean = 0, double standard_deviation = 1, DType dtype = f64);
  /// Integers, uniform on low ≤ n < high, as i64. @throws ValueError unless low < high
  Tensor integers(const Shape& shape, std::int64_t low, std::int64_t high);
  /// 0 … n-1 in random order (Fisher and Yates). @throws ValueError when n is negative
  PooledVector<std::int64_t> permutation(std::int64_t n);

  std::uint64_t seed() const { return seed_; }
  std::uint64_t stream() const { return stream_; }
  /// How many numbers have been drawn; set_position() goes back or ahead to any place.
  std::uint64_t position() const { return position_; }
  void set_position(std::uint64_t position) { position_ = position; }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
};

}  // namespace nabla
