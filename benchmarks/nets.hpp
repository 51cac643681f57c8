// The networks whose training step is measured, as plain data, so that every library trains the same one.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

enum class Neuron { sigmoid, relu, tanh };
/// quadratic: 1/(2m) Σ ‖y − a‖², and the output layer has the neurons of the hidden ones.
/// softmax_cross_entropy: −1/m Σ ln softmax(z)_class, and the output layer gives the logits z.
enum class Cost { quadratic, softmax_cross_entropy };

struct Net {
  std::string_view name;
  std::vector<std::size_t> sizes;  // n_0 … n_L
  Neuron hidden;
  Cost cost;
  std::size_t batch;

  std::size_t depth() const { return sizes.size() - 1; }
};

constexpr float learning_rate = 0.01F;

inline std::span<const Net> nets() {
  using enum Neuron;
  using enum Cost;
  static const std::vector<Net> all{
      {"A", {784, 30, 10}, sigmoid, quadratic, 10},
      {"B", {784, 128, 64, 10}, relu, softmax_cross_entropy, 32},
      {"C", {784, 512, 512, 10}, relu, softmax_cross_entropy, 128},
      {"D", {1024, 1024, 1024, 1024, 1024, 10}, relu, softmax_cross_entropy, 256},
      {"E", {2, 8, 1}, tanh, quadratic, 1},
      {"F", {2, 8, 1}, tanh, quadratic, 4},
  };
  return all;
}

/// @throws std::invalid_argument for a name that no net has
inline const Net& net(std::string_view name) {
  for (const Net& one : nets())
    if (one.name == name) return one;
  throw std::invalid_argument("There is no net " + std::string(name) + "; the nets are A to F.");
}

/// A net with its first weights and one batch, always the same numbers.
struct Problem {
  explicit Problem(const Net& of) : net(of) {
    for (std::size_t l = 1; l < net.sizes.size(); ++l) {
      const auto fan_in = static_cast<float>(net.sizes[l - 1]);
      weights.push_back(uniform(net.sizes[l] * net.sizes[l - 1], std::sqrt(6 / fan_in)));  // He et al. 2015
      biases.push_back(uniform(net.sizes[l], 0.1F));
    }
    inputs = uniform(net.batch * net.sizes.front(), 1);
    for (std::size_t s = 0; s < net.batch; ++s) {
      labels.push_back(static_cast<std::int64_t>(7 * s % net.sizes.back()));
      for (std::size_t j = 0; j < net.sizes.back(); ++j)
        targets.push_back(static_cast<std::size_t>(labels.back()) == j ? 0.9F : 0.1F);
    }
  }

  Net net;
  std::vector<std::vector<float>> weights, biases;  // of layer l at l - 1; W_l is [n_l, n_{l-1}], row-major
  std::vector<float> inputs;                        // [batch, n_0]
  std::vector<std::int64_t> labels;                 // [batch], for softmax_cross_entropy
  std::vector<float> targets;                       // [batch, n_L], for quadratic

 private:
  /// Uniform on ±bound, from a linear congruential generator (Knuth's MMIX).
  std::vector<float> uniform(std::size_t n, float bound) {
    std::vector<float> values(n);
    for (float& v : values) {
      state_ = state_ * 6364136223846793005U + 1442695040888963407U;
      v = bound * (static_cast<float>(state_ >> 40) / 8388608.0F - 1);
    }
    return values;
  }

  std::uint64_t state_ = 1;
};

}  // namespace bench
