#include "functions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bench {

using nabla::Tensor;

std::vector<double> numbers(std::size_t n, double bound, std::uint64_t seed) {
  std::vector<double> values(n);
  for (double& v : values) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    v = bound * (static_cast<double>(seed >> 11) / 4503599627370496.0 - 1);
  }
  return values;
}

Tensor data(const nabla::Shape& shape, std::uint64_t seed) {
  return Tensor::copy_of(shape, numbers(static_cast<std::size_t>(shape.elements()), 1, seed));
}

double Rosenbrock::double_value() const {
  const std::span<const double> x = numbers_of(0);
  double total = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double valley = x[i + 1] - x[i] * x[i], distance = 1 - x[i];
    total += 100 * valley * valley + distance * distance;
  }
  return total;
}

GaussianMixture::GaussianMixture(std::int64_t dimensions, std::int64_t k, std::int64_t count)
    : d(dimensions), components(k), n(count), points(data({n, d}, 11)) {
  add({components}, 1);
  add({components, d}, 1);
  add({components, d}, 0.5);
  add({components, d * (d - 1) / 2}, 0.5);

  std::vector<std::int64_t> of_one;
  for (std::int64_t i = 0; i < d; ++i) of_one.push_back(i * d + i);
  for (std::int64_t column = 0; column < d; ++column)
    for (std::int64_t row = column + 1; row < d; ++row) of_one.push_back(row * d + column);
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < components; ++i) all.insert(all.end(), of_one.begin(), of_one.end());
  places = Tensor::copy_of({components, d * (d + 1) / 2}, all);
  empty_factors = nabla::zeros({components, d * d});
}

double GaussianMixture::constant() const {
  const auto p = static_cast<double>(d);
  const double freedom = p + wishart_m + 1;
  double log_gamma = 0.25 * p * (p - 1) * std::log(std::numbers::pi);  // of the multivariate gamma function
  for (int j = 1; j <= d; ++j) log_gamma += std::lgamma(0.5 * freedom + 0.5 * (1 - j));
  const double wishart = freedom * p * (std::log(gamma) - 0.5 * std::log(2.0)) - log_gamma;
  return -static_cast<double>(n) * p * 0.5 * std::log(2 * std::numbers::pi) - static_cast<double>(components) * wishart;
}

double GaussianMixture::double_value() const {
  const std::span<const double> alpha = numbers_of(0), means = numbers_of(1), logs = numbers_of(2),
                                below = numbers_of(3), x = points.data<double>();
  const auto dims = static_cast<std::size_t>(d), count = static_cast<std::size_t>(components);
  static std::vector<double> diagonal, sums, centred, moved, exponents;
  diagonal.resize(logs.size());
  for (std::size_t i = 0; i < logs.size(); ++i) diagonal[i] = std::exp(logs[i]);
  sums.assign(count, 0);
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t i = 0; i < dims; ++i) sums[k] += logs[k * dims + i];
  centred.resize(dims);
  moved.resize(dims);
  exponents.resize(count);

  const auto log_sum_exp = [](std::span<const double> v) {
    const double highest = *std::ranges::max_element(v);
    double sum = 0;
    for (const double e : v) sum += std::exp(e - highest);
    return highest + std::log(sum);
  };

  double total = 0;
  for (std::size_t point = 0; point < static_cast<std::size_t>(n); ++point) {
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t i = 0; i < dims; ++i) centred[i] = x[point * dims + i] - means[k * dims + i];
      for (std::size_t i = 0; i < dims; ++i) moved[i] = diagonal[k * dims + i] * centred[i];
      const double* l = below.data() + k * dims * (dims - 1) / 2;
      for (std::size_t column = 0; column < dims; ++column)
        for (std::size_t row = column + 1; row < dims; ++row) moved[row] += *l++ * centred[column];
      double squares = 0;
      for (std::size_t i = 0; i < dims; ++i) squares += moved[i] * moved[i];
      exponents[k] = alpha[k] + sums[k] - 0.5 * squares;
    }
    total += log_sum_exp(exponents);
  }
  double squares = 0, log_sum = 0;
  for (const double v : diagonal) squares += v * v;
  for (const double v : below) squares += v * v;
  for (const double v : sums) log_sum += v;
  return total - static_cast<double>(n) * log_sum_exp(alpha) + 0.5 * gamma * gamma * squares - wishart_m * log_sum +
         constant();
}

Lstm::Lstm() {
  add({2, 2, 4, width}, 0.5);
  add({3, width}, 0.5);
  add({2, 2, width}, 0.5);
  for (std::int64_t t = 0; t < steps; ++t) {
    sequence.push_back(data({width}, static_cast<std::uint64_t>(100 + t)));
    sum_of_sequence.push_back(sum(sequence.back()).item());
  }
}

double Lstm::double_value() const {
  constexpr auto b = static_cast<std::size_t>(width);
  const std::span<const double> layers = numbers_of(0), ends = numbers_of(1);
  double hidden[2][b], cell[2][b];
  for (std::size_t l = 0; l < 2; ++l)
    for (std::size_t i = 0; i < b; ++i) {
      hidden[l][i] = numbers_of(2)[(2 * l) * b + i];
      cell[l][i] = numbers_of(2)[(2 * l + 1) * b + i];
    }
  const auto sigmoid = [](double z) { return 1 / (1 + std::exp(-z)); };
  double total = 0;
  for (std::size_t t = 0; t + 1 < sequence.size(); ++t) {
    const std::span<const double> now = sequence[t].data<double>(), gold = sequence[t + 1].data<double>();
    double x[b];
    for (std::size_t i = 0; i < b; ++i) x[i] = now[i] * ends[i];
    for (std::size_t l = 0; l < 2; ++l) {
      const double* w = &layers[8 * l * b];
      const double* bias = w + 4 * b;
      for (std::size_t i = 0; i < b; ++i) {
        const double forget = sigmoid(x[i] * w[i] + bias[i]);
        const double input = sigmoid(hidden[l][i] * w[b + i] + bias[b + i]);
        const double output = sigmoid(x[i] * w[2 * b + i] + bias[2 * b + i]);
        const double change = std::tanh(hidden[l][i] * w[3 * b + i] + bias[3 * b + i]);
        cell[l][i] = cell[l][i] * forget + input * change;
        hidden[l][i] = output * std::tanh(cell[l][i]);
        x[i] = hidden[l][i];
      }
    }
    double sum = 0, correct = 0;
    for (std::size_t i = 0; i < b; ++i) {
      const double predicted = x[i] * ends[b + i] + ends[2 * b + i];
      sum += std::exp(predicted);
      correct += gold[i] * predicted;
    }
    total += correct - sum_of_sequence[t + 1] * std::log(sum + 2);
  }
  return -total / static_cast<double>(b * (sequence.size() - 1));
}

}  // namespace bench
