#include "gemm.hpp"

namespace bench {
namespace {

/// b is [k, n] as it lies in memory: rows of c are sums of rows of b.
void add_rows(int m, int n, int k, float alpha, Operand a, Operand b, float* c) {
  const int down = a.transposed ? 1 : a.stride, across = a.transposed ? a.stride : 1;
  for (int i = 0; i < m; ++i)
    for (int p = 0; p < k; ++p) {
      const float factor = alpha * a.data[i * down + p * across];
      for (int j = 0; j < n; ++j) c[i * n + j] += factor * b.data[p * b.stride + j];
    }
}

/// b is the transpose of a matrix [n, k] in memory: elements of c are products of rows.
void multiply_rows(int m, int n, int k, float alpha, Operand a, Operand b, float* c) {
  const int down = a.transposed ? 1 : a.stride, across = a.transposed ? a.stride : 1;
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      float sum = 0;
      for (int p = 0; p < k; ++p) sum += a.data[i * down + p * across] * b.data[j * b.stride + p];
      c[i * n + j] += alpha * sum;
    }
}

}  // namespace

const Gemm loops{"loops",
                 [](int m, int n, int k, float alpha, Operand a, Operand b, float beta, float* c) {
                   if (beta != 1)
                     for (int i = 0; i < m * n; ++i) c[i] = beta == 0 ? 0 : beta * c[i];
                   (b.transposed ? multiply_rows : add_rows)(m, n, k, alpha, a, b, c);
                 },
                 [](int) {}};

}  // namespace bench
