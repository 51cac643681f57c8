// Nets and data small enough to be trained many times, and what a training leaves behind.
#pragma once

#include <algorithm>
#include <cstdint>
#include <nabla/io.hpp>
#include <nabla/nabla.hpp>
#include <vector>

namespace nabla::test {

/// Some of the digits, first ≤ number < last.
inline data::Dataset some_digits(std::int64_t first, std::int64_t last) {
  static const data::Dataset all = data::digits();
  return {all.inputs.sliced(0, first, last), all.targets.sliced(0, first, last)};
}

inline nn::Mlp small_mlp() { return {{64, 12, 10}, {.hidden = nn::relu, .dropout = 0.2, .seed = 5}}; }

inline nn::Sequential net_with_dropout_and_statistics(std::uint64_t seed = 3) {
  Rng rng(seed);
  return nn::Sequential{nn::Linear(64, 8, rng), nn::BatchNorm(8), nn::relu, nn::Dropout(0.3), nn::Linear(8, 10, rng)};
}

/// A net of one's own: parameters(), and a call with a Var.
struct Line {
  Parameter slope{"line.slope", Tensor::scalar(0)}, offset{"line.offset", Tensor::scalar(0)};

  Var operator()(const Var& x) const { return nn::operand(slope, x) * x + nn::operand(offset, x); }
  Parameters parameters() { return {&slope, &offset}; }
};

/// y = 2 x − 1 at 0, 1, 2, 3.
inline data::Dataset points_of_a_line() {
  return {arange(0, 4).reshaped({4, 1}), (2.0 * arange(0, 4) - 1.0).reshaped({4, 1})};
}

struct Task {
  Tensor x, y;
};

/// Nine samples of noise, and targets between 0.1 and 0.9.
inline Task noise(std::int64_t inputs, std::int64_t outputs, DType dtype) {
  Rng rng(3);
  return {rng.normal({9, inputs}, 0, 1, dtype), rng.uniform({9, outputs}, 0.1, 0.9, dtype)};
}

inline nn::Mlp tanh_net(std::initializer_list<std::int64_t> sizes, const nn::Activation& output, DType dtype) {
  return {sizes, {.hidden = nn::tanh, .output = output, .seed = 2, .dtype = dtype}};
}

/// Parameters and buffers.
std::vector<Tensor> values_of(auto& net) {
  std::vector<Tensor> values;
  for (const Parameter* p : io::stored_values(net)) values.push_back(p->value);
  return values;
}
inline bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::ranges::equal(a, b, identical);
}

}  // namespace nabla::test
