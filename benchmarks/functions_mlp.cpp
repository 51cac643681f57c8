#include <cmath>

#include "functions.hpp"

namespace bench {
namespace {

/// ⟨x, w⟩ in eight partial sums, which need no order between them.
double dot(const double* __restrict x, const double* __restrict w, std::size_t n) {
  double sums[8] = {};
  std::size_t p = 0;
  for (; p + 8 <= n; p += 8)
    for (std::size_t q = 0; q < 8; ++q) sums[q] += x[p + q] * w[p + q];
  for (; p < n; ++p) sums[p % 8] += x[p] * w[p];
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

/// z = x Wᵀ + b for rows x [m, fan_in]; many of them pay for transposing W, so that the inner loop runs along a row of
/// z.
void layer(std::size_t m, std::span<const double> x, std::span<const double> weight, std::span<const double> bias,
           std::vector<double>& transposed, std::vector<double>& z) {
  const std::size_t n = bias.size(), k = weight.size() / n;
  z.resize(m * n);
  if (m < 8) {
    for (std::size_t s = 0; s < m; ++s)
      for (std::size_t j = 0; j < n; ++j) z[s * n + j] = bias[j] + dot(&x[s * k], &weight[j * k], k);
    return;
  }
  transposed.resize(n * k);
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t p = 0; p < k; ++p) transposed[p * n + j] = weight[j * k + p];
  for (std::size_t s = 0; s < m; ++s) {
    double* __restrict row = &z[s * n];
    for (std::size_t j = 0; j < n; ++j) row[j] = bias[j];
    for (std::size_t p = 0; p < k; ++p) {
      const double factor = x[s * k + p];
      const double* __restrict w = &transposed[p * n];
      for (std::size_t j = 0; j < n; ++j) row[j] += factor * w[j];
    }
  }
}

}  // namespace

MlpCost::MlpCost(std::int64_t batch) : inputs(data({batch, 20}, 11)), targets(data({batch, 1}, 12)) {
  add({32, 20}, 0.3);
  add({32}, 0.1);
  add({32, 32}, 0.3);
  add({32}, 0.1);
  add({1, 32}, 0.3);
  add({1}, 0.1);
}

double MlpCost::double_value() const {
  static std::vector<double> transposed, a1, a2, a3;
  const auto m = static_cast<std::size_t>(inputs.shape()[0]);
  layer(m, inputs.data<double>(), numbers_of(0), numbers_of(1), transposed, a1);
  for (double& z : a1) z = std::tanh(z);
  layer(m, a1, numbers_of(2), numbers_of(3), transposed, a2);
  for (double& z : a2) z = std::tanh(z);
  layer(m, a2, numbers_of(4), numbers_of(5), transposed, a3);
  const std::span<const double> y = targets.data<double>();
  double sum = 0;
  for (std::size_t s = 0; s < m; ++s) sum += (a3[s] - y[s]) * (a3[s] - y[s]);
  return sum / (2 * static_cast<double>(m));
}

}  // namespace bench
