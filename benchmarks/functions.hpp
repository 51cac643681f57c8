// Functions whose gradients are measured: each in plain double, by loops, and as a user of Nabla writes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nabla/nabla.hpp>
#include <vector>

namespace bench {

/// n numbers uniform on ±bound, always the same.
std::vector<double> numbers(std::size_t n, double bound, std::uint64_t seed);
/// A Tensor of them, uniform on ±1.
nabla::Tensor data(const nabla::Shape& shape, std::uint64_t seed);

/// A function of several arrays. double_value() computes it in plain double, from the same numbers.
struct Function {
  std::vector<nabla::Tensor> arguments;

  std::span<const double> numbers_of(std::size_t i) const { return arguments[i].data<double>(); }
  nabla::Tensor& add(const nabla::Shape& shape, double bound) {
    const auto n = static_cast<std::size_t>(shape.elements());
    return arguments.emplace_back(nabla::Tensor::copy_of(shape, numbers(n, bound, arguments.size() + 1)));
  }
};

/// C = 1/(2m) Σ ‖y − a‖² of the net 20-32-32-1, all tanh but the output, by its weights and biases.
struct MlpCost : Function {
  explicit MlpCost(std::int64_t batch);
  double double_value() const;

  template <nabla::Value V>
  V operator()(std::span<const V> p) const {
    using namespace nabla;
    const V a1 = tanh(linear(operand(inputs, p), p[0], p[1]));
    const V a2 = tanh(linear(a1, p[2], p[3]));
    return quadratic_cost(linear(a2, p[4], p[5]), operand(targets, p));
  }

  nabla::Tensor inputs, targets;

 private:
  static nabla::Var operand(const nabla::Tensor& data, std::span<const nabla::Var> p) {
    return p[0].tape().constant(data);
  }
  static const nabla::Tensor& operand(const nabla::Tensor& data, std::span<const nabla::Tensor>) { return data; }
};

/// Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)² (Rosenbrock 1960, extended to n variables).
struct Rosenbrock : Function {
  explicit Rosenbrock(std::int64_t n) { add({n}, 1); }
  double double_value() const;

  template <nabla::Value V>
  V operator()(std::span<const V> p) const {
    using namespace nabla;
    const std::int64_t n = p[0].shape()[0];
    const V x = slice(p[0], 0, 0, n - 1), next = slice(p[0], 0, 1, n);
    return sum(100.0 * square(next - square(x)) + square(1.0 - x));
  }
};

/// The negative log posterior of a Gaussian mixture, with Wishart prior, of ADBench (Šrajer, Kukelova and Fitzgibbon
/// 2018): d dimensions, K components, n points; by alpha [K], the means [K, d], and of each inverse covariance's
/// factor Q the logarithms of the diagonal [K, d] and what is below it, column by column [K, d (d − 1) / 2].
struct GaussianMixture : Function {
  GaussianMixture(std::int64_t d, std::int64_t components, std::int64_t points);
  double double_value() const;

  template <nabla::Value V>
  V operator()(std::span<const V> p) const {
    using namespace nabla;
    const V &alpha = p[0], &means = p[1], &log_diagonal = p[2], &below = p[3];
    const V diagonal = exp(log_diagonal);
    const V q = reshape(scatter_add(empty_factors, places, concat({diagonal, below}, 1), 1), {components, d, d});
    const V sum_of_logs = sum(log_diagonal, 1);

    // Q (x − μ) = Q x − Q μ for every component and point: [K, n, d].
    const V moved = matmul(points, transpose(q)) - matmul(reshape(means, {components, 1, d}), transpose(q));
    const V exponents = reshape(alpha + sum_of_logs, {components, 1}) - 0.5 * sum(square(moved), -1);
    const V prior = 0.5 * gamma * gamma * (sum(square(diagonal)) + sum(square(below))) - wishart_m * sum(sum_of_logs);
    return sum(logsumexp(exponents, 0)) - static_cast<double>(n) * logsumexp(alpha) + prior + constant();
  }

  /// What does not depend on the arguments.
  double constant() const;

  std::int64_t d, components, n;
  static constexpr double gamma = 1, wishart_m = 0;
  nabla::Tensor points;                 // [n, d]
  nabla::Tensor empty_factors, places;  // zeros [K, d d], and where in them the numbers of a Q go
};

/// The LSTM of ADBench, whose gates are elementwise: 2 layers of 14, 1024 steps; by the parameters of both layers
/// [2, 2, 4, 14], those of input and output [3, 14] and the first state [2, 2, 14].
struct Lstm : Function {
  Lstm();
  double double_value() const;

  template <nabla::Value V>
  V operator()(std::span<const V> p) const {
    using namespace nabla;
    const auto row = [](const V& x, std::initializer_list<std::int64_t> index) {
      std::int64_t at = 0;
      std::size_t axis = 0;
      for (const std::int64_t i : index) at = at * x.shape()[axis++] + i;
      return reshape(slice(reshape(x, {-1, width}), 0, at, at + 1), {width});
    };
    V weight[2][4], bias[2][4], hidden[2], cell[2];
    for (std::int64_t l = 0; l < 2; ++l) {
      for (std::int64_t gate = 0; gate < 4; ++gate) {
        weight[l][gate] = row(p[0], {l, 0, gate});
        bias[l][gate] = row(p[0], {l, 1, gate});
      }
      hidden[l] = row(p[2], {l, 0});
      cell[l] = row(p[2], {l, 1});
    }
    const V in = row(p[1], {0}), out = row(p[1], {1}), out_bias = row(p[1], {2});

    V total;
    for (std::size_t t = 0; t + 1 < sequence.size(); ++t) {
      V x = in * sequence[t];
      for (std::size_t l = 0; l < 2; ++l) {
        const V forget = sigmoid(x * weight[l][0] + bias[l][0]);
        const V input = sigmoid(hidden[l] * weight[l][1] + bias[l][1]);
        const V output = sigmoid(x * weight[l][2] + bias[l][2]);
        const V change = tanh(hidden[l] * weight[l][3] + bias[l][3]);
        cell[l] = cell[l] * forget + input * change;
        hidden[l] = output * tanh(cell[l]);
        x = hidden[l];
      }
      const V predicted = x * out + out_bias;
      const V log_likelihood =
          sum(predicted * sequence[t + 1]) - sum_of_sequence[t + 1] * log(sum(exp(predicted)) + 2.0);
      total = t == 0 ? log_likelihood : total + log_likelihood;
    }
    return -total / static_cast<double>(width * static_cast<std::int64_t>(sequence.size() - 1));
  }

  static constexpr std::int64_t width = 14, steps = 1024;
  std::vector<nabla::Tensor> sequence;  // steps of [14]
  std::vector<double> sum_of_sequence;
};

/// The gradient of a function on a tape that is kept, as in a training loop.
template <class F>
class Gradient {
 public:
  explicit Gradient(const F& f) : f_(f) {}

  nabla::Gradients operator()() {
    tape_.clear();
    variables_.clear();
    for (const nabla::Tensor& x : f_.arguments) variables_.push_back(tape_.variable(x));
    return gradient(f_(std::span<const nabla::Var>(variables_)), variables_);
  }

 private:
  const F& f_;
  nabla::Tape tape_;
  std::vector<nabla::Var> variables_;
};

/// H v along v = all arguments, on a tape that is kept.
template <class F>
class HessianProduct {
 public:
  explicit HessianProduct(const F& f) : f_(f) {}

  nabla::Gradients operator()() {
    using namespace nabla;
    tape_.clear();
    variables_.clear();
    for (const Tensor& x : f_.arguments) variables_.push_back(tape_.variable(x));
    return hvp(f_(std::span<const Var>(variables_)), std::span<const Var>(variables_), f_.arguments);
  }

 private:
  const F& f_;
  nabla::Tape tape_;
  std::vector<nabla::Var> variables_;
};

/// The value, computed without a tape.
template <class F>
nabla::Tensor forward(const F& f) {
  return f(std::span<const nabla::Tensor>(f.arguments));
}

}  // namespace bench
