#include "sleef_functions.hpp"

#if defined(BENCH_HAS_SLEEF) && (defined(__AVX512F__) || defined(__AVX2__))

#include <immintrin.h>
#include <sleef.h>

namespace bench {
namespace {

#ifdef __AVX512F__
using Floats = __m512;
using Doubles = __m512d;
Floats load(const float* x) { return _mm512_loadu_ps(x); }
Doubles load(const double* x) { return _mm512_loadu_pd(x); }
void store(float* y, Floats v) { _mm512_storeu_ps(y, v); }
void store(double* y, Doubles v) { _mm512_storeu_pd(y, v); }
#define BENCH_SLEEF_F32(f) Sleef_##f##f16_u10avx512f
#define BENCH_SLEEF_F64(f) Sleef_##f##d8_u10avx512f
#define BENCH_SLEEF_ERFC_F32 Sleef_erfcf16_u15avx512f
#define BENCH_SLEEF_ERFC_F64 Sleef_erfcd8_u15avx512f
#else
using Floats = __m256;
using Doubles = __m256d;
Floats load(const float* x) { return _mm256_loadu_ps(x); }
Doubles load(const double* x) { return _mm256_loadu_pd(x); }
void store(float* y, Floats v) { _mm256_storeu_ps(y, v); }
void store(double* y, Doubles v) { _mm256_storeu_pd(y, v); }
#define BENCH_SLEEF_F32(f) Sleef_##f##f8_u10avx2
#define BENCH_SLEEF_F64(f) Sleef_##f##d4_u10avx2
#define BENCH_SLEEF_ERFC_F32 Sleef_erfcf8_u15avx2
#define BENCH_SLEEF_ERFC_F64 Sleef_erfcd4_u15avx2
#endif

template <class T, auto function>
void apply(const T* x, T* y, std::size_t n) {
  constexpr std::size_t lanes = sizeof(decltype(load(x))) / sizeof(T);
  for (std::size_t i = 0; i < n; i += lanes) store(y + i, function(load(x + i)));
}

/// σ(x) = 1 / (1 + e^(−x)) on whole vectors.
template <auto exponential, class V>
V logistic(V x) {
  return 1 / (1 + exponential(-x));
}

}  // namespace

template <>
ArrayFunction<float> sleef<float>(std::string_view name) {
  if (name == "exp") return apply<float, BENCH_SLEEF_F32(exp)>;
  if (name == "log") return apply<float, BENCH_SLEEF_F32(log)>;
  if (name == "tanh") return apply<float, BENCH_SLEEF_F32(tanh)>;
  if (name == "sin") return apply<float, BENCH_SLEEF_F32(sin)>;
  if (name == "cos") return apply<float, BENCH_SLEEF_F32(cos)>;
  if (name == "erf") return apply<float, BENCH_SLEEF_F32(erf)>;
  if (name == "erfc") return apply<float, BENCH_SLEEF_ERFC_F32>;
  if (name == "sigmoid") return apply<float, logistic<BENCH_SLEEF_F32(exp), Floats>>;
  return nullptr;
}

template <>
ArrayFunction<double> sleef<double>(std::string_view name) {
  if (name == "exp") return apply<double, BENCH_SLEEF_F64(exp)>;
  if (name == "log") return apply<double, BENCH_SLEEF_F64(log)>;
  if (name == "tanh") return apply<double, BENCH_SLEEF_F64(tanh)>;
  if (name == "sin") return apply<double, BENCH_SLEEF_F64(sin)>;
  if (name == "cos") return apply<double, BENCH_SLEEF_F64(cos)>;
  if (name == "erf") return apply<double, BENCH_SLEEF_F64(erf)>;
  if (name == "erfc") return apply<double, BENCH_SLEEF_ERFC_F64>;
  if (name == "sigmoid") return apply<double, logistic<BENCH_SLEEF_F64(exp), Doubles>>;
  return nullptr;
}

}  // namespace bench

#else

namespace bench {

template <>
ArrayFunction<float> sleef<float>(std::string_view) {
  return nullptr;
}
template <>
ArrayFunction<double> sleef<double>(std::string_view) {
  return nullptr;
}

}  // namespace bench

#endif
