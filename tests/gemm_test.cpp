// Matrix products by every routine, beside three loops in long double.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nabla/nabla.hpp>
#include <nabla/op.hpp>
#include <nabla/simd/level.hpp>
#include <random>
#include <string>
#include <vector>

#include "../src/kernels/gemm.hpp"
#include "../src/kernels/small_gemm.hpp"
#include "../src/kernels/sparse_gemm.hpp"

using namespace nabla;

namespace {

/// The level at which all loops run, for as long as it lives.
class AtLevel {
 public:
  explicit AtLevel(simd::Level level) : before_(simd::level()) { set(level); }
  ~AtLevel() { set(before_); }
  AtLevel(const AtLevel&) = delete;
  AtLevel& operator=(const AtLevel&) = delete;

 private:
  static void set(simd::Level level) { simd::detail::chosen.store(static_cast<signed char>(level)); }
  simd::Level before_;
};

struct Extents {
  std::int64_t m, n, k;
  double zeros = 0;  // share of them in a
};

/// A matrix in a block of memory of its own, that ends with its last element.
template <class T>
class Stored {
 public:
  /// `gap` elements stand between its rows, or its columns if it is the transpose of what is stored.
  Stored(std::int64_t rows, std::int64_t columns, bool transposed, std::int64_t gap, std::mt19937& rng)
      : rows_(rows), columns_(columns), transposed_(transposed) {
    const std::int64_t lines = transposed ? columns : rows, length = transposed ? rows : columns;
    stride_ = length + gap;
    elements_.resize(static_cast<std::size_t>(lines == 0 ? 0 : (lines - 1) * stride_ + length));
    std::uniform_real_distribution<T> uniform(-1, 1);
    for (T& x : elements_) x = uniform(rng);
  }

  kernels::Matrix<T> matrix() {
    return {elements_.data(), rows_, columns_, transposed_ ? 1 : stride_, transposed_ ? stride_ : 1};
  }
  kernels::Matrix<const T> operand() const {
    return {elements_.data(), rows_, columns_, transposed_ ? 1 : stride_, transposed_ ? stride_ : 1};
  }
  /// Such a share of all elements becomes 0 or −0.
  void erase(double share, std::mt19937& rng) {
    if (share > 0)
      for (T& x : elements_)
        if (std::bernoulli_distribution(share)(rng)) x = std::copysign(T{}, x);
  }
  std::vector<T>& elements() { return elements_; }
  std::int64_t stride() const { return stride_; }

 private:
  std::int64_t rows_, columns_, stride_;
  bool transposed_;
  std::vector<T> elements_;
};

/// c ← α a b + β c for one layout of the operands; the elements of c that are wrong. The error of each is bounded by
/// that of a sum of k products in any order; elements between the rows of c must stay.
template <class T, class Gemm>
std::int64_t wrong_elements(const Gemm& gemm, const Extents& e, bool a_transposed, bool b_transposed, std::int64_t gap,
                            T alpha, T beta, std::mt19937& rng) {
  Stored<T> a(e.m, e.k, a_transposed, gap, rng);
  const Stored<T> b(e.k, e.n, b_transposed, 2 * gap, rng);
  a.erase(e.zeros, rng);
  Stored<T> c(e.m, e.n, false, gap, rng);
  if (beta == 0)
    for (T& x : c.elements()) x = std::numeric_limits<T>::quiet_NaN();
  const std::vector<T> before = c.elements();
  gemm(alpha, a.operand(), b.operand(), beta, c.matrix());

  std::int64_t wrong = 0;
  for (std::size_t at = 0; at < before.size(); ++at) {
    const auto i = static_cast<std::int64_t>(at) / c.stride(), j = static_cast<std::int64_t>(at) % c.stride();
    const T found = c.elements()[at];
    if (j >= e.n) {
      wrong += beta == 0 ? !std::isnan(found) : found != before[at];
      continue;
    }
    long double sum = 0, magnitude = 0;
    const kernels::Matrix<const T> left = a.operand(), right = b.operand();
    for (std::int64_t p = 0; p < e.k; ++p) {
      const long double term = static_cast<long double>(left.data[i * left.row_stride + p * left.column_stride]) *
                               right.data[p * right.row_stride + j * right.column_stride];
      sum += term;
      magnitude += std::abs(term);
    }
    sum *= alpha, magnitude *= std::abs(alpha);
    if (beta != 0) {
      sum += static_cast<long double>(beta) * before[at];
      magnitude += std::abs(static_cast<long double>(beta) * before[at]);
    }
    const long double bound = static_cast<long double>(e.k + 3) * std::numeric_limits<T>::epsilon() * magnitude;
    wrong += !(std::abs(found - sum) <= bound);
  }
  return wrong;
}

/// For every level, dtype and layout of the operands, with α and β in turn.
template <class Gemm>
void check(const Gemm& gemm, const std::vector<Extents>& all) {
  for (const simd::Level level : simd::all_levels) {
    if (!simd::supported(level)) continue;
    const AtLevel at_level(level);
    std::mt19937 rng(7);
    std::size_t turn = 0;
    for (const Extents& e : all)
      for (const bool a_transposed : {false, true})
        for (const bool b_transposed : {false, true}) {
          constexpr double alphas[] = {1, -0.5, 0.3}, betas[] = {0, 1, 0.7, 0};
          const double alpha = alphas[turn % 3], beta = betas[turn % 4];
          const std::int64_t gap = turn % 5 % 2;
          ++turn;
          const std::int64_t wrong = wrong_elements<float>(gemm, e, a_transposed, b_transposed, gap,
                                                           static_cast<float>(alpha), static_cast<float>(beta), rng) +
                                     wrong_elements<double>(gemm, e, a_transposed, b_transposed, gap, alpha, beta, rng);
          if (wrong == 0) continue;
          CAPTURE(std::string(name(level)));
          CAPTURE(e.m);
          CAPTURE(e.n);
          CAPTURE(e.k);
          CAPTURE(a_transposed);
          CAPTURE(b_transposed);
          CAPTURE(alpha);
          CAPTURE(beta);
          CHECK(wrong == 0);
        }
  }
}

/// f(whether a is the transpose of what is stored) at the levels that leave zeros out.
template <class F>
void at_levels_that_leave_out(F f) {
  for (const simd::Level level : simd::all_levels) {
    if (!simd::supported(level) || level == simd::Level::plain) continue;
    const AtLevel at_level(level);
    CAPTURE(std::string(name(level)));
    for (const bool transposed : {false, true}) f(transposed);
  }
}

constexpr auto by_own_loops = [](const auto&... arguments) { kernels::small_gemm(arguments...); };
constexpr auto by_any_routine = [](const auto&... arguments) { kernels::gemm(arguments...); };

std::vector<Extents> products_of(const std::vector<std::int64_t>& extents) {
  std::vector<Extents> all;
  for (const std::int64_t m : extents)
    for (const std::int64_t n : extents)
      for (const std::int64_t k : extents) all.push_back({m, n, k});
  return all;
}

}  // namespace

TEST_SUITE("gemm") {
  TEST_CASE("small products agree with three loops, whatever their extents and layouts") {
    check(by_own_loops, products_of({0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17}));
    check(by_any_routine, products_of({0, 1, 2, 3, 4, 5, 8, 9}));
  }

  TEST_CASE("so do products around the blocks that are held in registers") {
    check(by_own_loops, {{1, 100, 37},
                         {2, 64, 33},
                         {6, 49, 31},
                         {8, 48, 32},
                         {11, 47, 32},
                         {12, 24, 100},
                         {15, 95, 16},
                         {16, 31, 129},
                         {23, 33, 64},
                         {33, 50, 65},
                         {40, 12, 70}});
  }

  TEST_CASE("so do products of several panels") {
    check(by_own_loops, {{2, 9, 1100}, {5, 20, 600}, {100, 50, 150}, {7, 52, 300}});
  }

  TEST_CASE("so do products at the sizes where the routine changes") {
    check(by_any_routine, {{8, 8, 8},
                           {8, 9, 8},
                           {1, 1, 70},
                           {1, 64, 64},
                           {3, 300, 5},
                           {16, 16, 17},
                           {31, 32, 33},
                           {10, 30, 200},
                           {32, 64, 128},
                           {64, 33, 40},
                           {65, 64, 257},
                           {130, 129, 64}});
  }

  const std::vector<Extents> with_zeros{{32, 128, 8, 0.7},   {33, 129, 9, 0.7},  {40, 143, 32, 0.6},
                                        {130, 257, 33, 0.5}, {47, 300, 64, 0.9}, {129, 784, 31, 0.5},
                                        {64, 130, 70, 1}};

  TEST_CASE("so do products whose left operand has many zeros") {
    check(by_any_routine, with_zeros);
    check(
        [](const auto&... arguments) {
          if (!kernels::sparse_gemm(arguments...)) kernels::small_gemm(arguments...);
        },
        with_zeros);
  }

  TEST_CASE("zeros are left out where they are many, and elsewhere the product is not touched") {
    std::mt19937 rng(5);
    const auto done = [&](const Extents& e, bool transposed) {
      Stored<float> a(e.m, e.k, transposed, 0, rng), c(e.m, e.n, false, 0, rng);
      const Stored<float> b(e.k, e.n, false, 0, rng);
      a.erase(e.zeros, rng);
      const std::vector<float> before = c.elements();
      const bool was_done = kernels::sparse_gemm(1.F, a.operand(), b.operand(), 1.F, c.matrix());
      CHECK(was_done == (c.elements() != before));
      return was_done;
    };
    at_levels_that_leave_out([&](bool transposed) {
      CHECK(done({128, 784, 32, 0.5}, transposed));
      CHECK(done({256, 1024, 256, 0.5}, transposed));
      CHECK(done({100, 200, 300, 0.7}, transposed));
      CHECK_FALSE(done({128, 784, 32, 0}, transposed));
      CHECK_FALSE(done({128, 784, 32, 0.1}, transposed));
      CHECK_FALSE(done({8, 784, 32, 0.9}, transposed));
      CHECK_FALSE(done({128, 20, 32, 0.9}, transposed));
    });
  }

  TEST_CASE("zero times infinity is NaN in products whose left operand has many zeros, too") {
    const double infinity = std::numeric_limits<double>::infinity();
    std::mt19937 rng(6);
    at_levels_that_leave_out([&](bool transposed) {
      Stored<double> a(64, 40, transposed, 0, rng), b(40, 200, false, 0, rng), c(64, 200, false, 0, rng);
      a.erase(0.6, rng);
      const auto row_of_b = [&](std::int64_t p) { return b.matrix().data + p * b.stride(); };
      row_of_b(3)[0] = infinity;
      row_of_b(35)[70] = -infinity;
      row_of_b(39)[199] = std::numeric_limits<double>::quiet_NaN();
      REQUIRE(kernels::sparse_gemm(1., a.operand(), b.operand(), 0., c.matrix()));
      const kernels::Matrix<const double> left = a.operand();
      std::int64_t wrong = 0;
      for (std::int64_t i = 0; i < 64; ++i)
        for (std::int64_t j = 0; j < 200; ++j) {
          double sum = 0;
          for (std::int64_t p = 0; p < 40; ++p)
            sum += left.data[i * left.row_stride + p * left.column_stride] * row_of_b(p)[j];
          const double found = c.elements()[static_cast<std::size_t>(i * 200 + j)];
          if (std::isfinite(sum))
            wrong += !(std::abs(found - sum) < 1e-13);
          else
            wrong += std::isnan(sum) ? !std::isnan(found) : found != sum;
        }
      CHECK(wrong == 0);
    });
  }

  TEST_CASE("vectors may have any stride") {
    const std::vector<double> x{1, -1, -1, 2, -1, -1, 3}, y{10, -1, 20, -1, 30};
    const kernels::Matrix<const double> row{x.data(), 1, 3, 100, 3}, column{y.data(), 3, 1, 2, 100};
    double dot = 0;
    kernels::gemm(1., row, column, 0., kernels::Matrix<double>{&dot, 1, 1, 1, 1});
    CHECK(dot == 140);
    std::vector<double> outer(9);
    kernels::gemm(1., row.transposed(), column.transposed(), 0., kernels::Matrix<double>{outer.data(), 3, 3, 3, 1});
    CHECK(outer == std::vector<double>{10, 20, 30, 20, 40, 60, 30, 60, 90});
  }

  TEST_CASE("the rule of matmul adds its gradients to the places it is offered, unless a place is the operand") {
    std::mt19937 rng(3);
    const auto random = [&](std::int64_t rows, std::int64_t columns) {
      Tensor x = zeros({rows, columns});
      for (double& v : x.mutable_data<double>()) v = std::uniform_real_distribution<double>(-1, 1)(rng);
      return x;
    };
    Tensor a = random(3, 4);
    const Tensor b = random(4, 5), ct = random(3, 5), before = random(4, 5), out = matmul(a, b);
    const Tensor a_gradient = matmul(ct, transpose(b)), b_gradient = matmul(transpose(a), ct);
    Tensor place = 1.0 * before;
    const auto difference = [](const Tensor& x, const Tensor& y) { return max(abs(x - y)).item(); };

    const Tensor* const in[] = {&a, &b};
    const bool needs[] = {true, true};
    Tensor grad[2];
    Into into[] = {{&a, -1, 1}, {&place, 2, 0.5}};
    const AnyOp op = ops::Matmul{};
    op.table().vjp(op.op(), {Tensors(std::span<const Tensor* const>(in)), out, ct, needs, grad, into});

    CHECK(into[0].target == &a);
    CHECK(difference(grad[0], a_gradient) < 1e-14);
    CHECK(into[1].target == nullptr);
    CHECK(!grad[1].defined());
    CHECK(difference(place, 2.0 * b_gradient + 0.5 * before) < 1e-14);
  }
}
