#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nabla/io.hpp>
#include <nabla/nabla.hpp>
#include <set>
#include <vector>

#include "temporary_folder.hpp"

using namespace nabla;
using data::Standardization;
using nabla::test::complaint;
using nabla::test::TemporaryFolder;

namespace {

std::vector<std::int64_t> sorted_targets(const data::Dataset& set) {
  const Tensor dense = set.targets.contiguous();
  std::vector<std::int64_t> targets(dense.data<std::int64_t>().begin(), dense.data<std::int64_t>().end());
  std::ranges::sort(targets);
  return targets;
}

/// The mean and the deviation of a column, in long double.
std::pair<double, double> figures_of(const Tensor& x, std::int64_t k) {
  const std::int64_t n = x.shape()[0];
  long double sum = 0, squares = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += static_cast<long double>(x.at({i, k}));
  const long double mean = sum / static_cast<long double>(n);
  for (std::int64_t i = 0; i < n; ++i) squares += std::pow(static_cast<long double>(x.at({i, k})) - mean, 2.0L);
  return {static_cast<double>(mean), static_cast<double>(std::sqrt(squares / static_cast<long double>(n)))};
}

}  // namespace

TEST_CASE("standardised inputs have mean 0 and deviation 1, by the figures of the training set") {
  for (const DType dtype : {f32, f64}) {
    const Tensor x =
        (Rng(1).normal({500, 3}) * Tensor::from({3}, {2, 1e-3, 50}) + Tensor::from({3}, {0, 1000, -7})).to(dtype);
    const Standardization standardize = Standardization::of(x);
    const Tensor z = standardize(x);
    CHECK(z.dtype() == dtype);
    for (std::int64_t k = 0; k < 3; ++k) {
      const auto [mean, deviation] = figures_of(x, k);
      CHECK(standardize.mean.at({k}) == doctest::Approx(mean).epsilon(1e-14));
      CHECK(standardize.deviation.at({k}) == doctest::Approx(deviation).epsilon(1e-10));
      const auto [new_mean, new_deviation] = figures_of(z, k);
      CHECK(std::abs(new_mean) < (dtype == f32 ? 1e-7 : 1e-9));
      CHECK(new_deviation == doctest::Approx(1).epsilon(1e-7));
    }
    const Tensor other = Tensor::from({1, 3}, {4, 1000, 0}, dtype);
    for (std::int64_t k = 0; k < 3; ++k) {
      CHECK(standardize(other).at({0, k}) ==
            doctest::Approx((other.at({0, k}) - standardize.mean.at({k})) / standardize.deviation.at({k})));
      CHECK(standardize.inverse(standardize(other)).at({0, k}) == doctest::Approx(other.at({0, k})));
    }
  }
}

TEST_CASE("an input that never changes becomes 0, and pictures keep their shape") {
  Tensor x = full({7, 2, 2}, 0.1, f32);
  x.mutable_data<float>()[3] = 0.5;  // of the first picture, at the last place
  const Standardization standardize = Standardization::of(x.transposed(1, 2));
  CHECK(standardize.mean.shape() == Shape{2, 2});
  const Tensor z = standardize(x);
  for (std::int64_t i = 0; i < 7; ++i)
    for (std::int64_t k = 0; k < 3; ++k) CHECK(z.at({i, k / 2, k % 2}) == 0);
  CHECK(z.at({0, 1, 1}) == doctest::Approx(std::sqrt(6)));
  CHECK(identical(Standardization::of(full({3, 1}, 5e8, f64))(full({3, 1}, 5e8, f64)), zeros({3, 1})));
  CHECK(standardize(zeros({0, 2, 2}, f32)).shape() == Shape{0, 2, 2});
}

TEST_CASE("the figures of a training set go through a file") {
  const data::Dataset iris = data::iris();
  const Standardization standardize = Standardization::of(iris);
  const TemporaryFolder folder;
  io::save_tensors(folder.path("figures"), standardize.tensors());
  const Standardization again = Standardization::from(io::load_tensors(folder.path("figures")).tensors);
  CHECK(identical(again(iris).inputs, standardize(iris).inputs));
  CHECK(identical(again(iris).targets, iris.targets));
}

TEST_CASE("standardisation refuses what has no figures or does not fit them") {
  CHECK(complaint<ShapeError>([] {
          Standardization::of(zeros({0, 3}));
        }) == "[standardization] Inputs [0, 3] have no samples; give [n, ...], n at least 1");
  CHECK(complaint<DTypeError>([] {
          Standardization::of(zeros({2, 3}, i64));
        }) == "[standardization] Inputs are i64; convert them to f32 or f64");
  CHECK(complaint<ValueError>([] {
          Standardization::of(Tensor::from({2, 2}, {1, 2, 3, std::numeric_limits<double>::quiet_NaN()}));
        }) == "[standardization] Input 1 of sample 1 is nan; leave out such samples");
  const Standardization standardize = Standardization::of(ones({2, 3}));
  CHECK(complaint<ShapeError>([&] {
          standardize(ones({2, 4}));
        }) ==
        "[standardization] Inputs [2, 4] are not samples of shape [3], to which the figures belong; give [n, ...] of "
        "such samples");
  CHECK(complaint<ValueError>([] {
          Standardization().inverse(ones({2, 4}));
        }) ==
        "[standardization.inverse] There are no figures yet; take them from the training set with Standardization::of");
  CHECK(complaint<ValueError>([] {
          Standardization::from({{"mean", zeros({2})}});
        }) == "[standardization.from] There is no tensor named deviation; give what tensors() gave");
  CHECK(complaint<ValueError>([] {
          Standardization::from({{"mean", zeros({2})}, {"deviation", ones({3})}});
        }) == "[standardization.from] mean [2] and deviation [3] do not belong together; give both of one object");
  CHECK(complaint<ValueError>([] {
          Standardization::from({{"mean", zeros({2}, f32)}, {"deviation", ones({2})}});
        }) == "[standardization.from] mean is f32; give what tensors() gave, f64");
  CHECK(complaint<ValueError>([] {
          Standardization::from({{"mean", zeros({2})}, {"deviation", zeros({2})}});
        }) ==
        "[standardization.from] Input 0 has mean 0 and deviation 0; means must be finite and deviations positive");
}

TEST_CASE("shifted pictures are where the formula says, with fill around them") {
  const Tensor pictures = arange(1, 25, 1, f32).reshaped({2, 3, 4});
  for (std::int64_t dx = -5; dx <= 5; ++dx)
    for (std::int64_t dy = -4; dy <= 4; ++dy) {
      const Tensor moved = data::shift(pictures, dx, dy, {.fill = -1});
      for (std::int64_t i = 0; i < 2; ++i)
        for (std::int64_t y = 0; y < 3; ++y)
          for (std::int64_t x = 0; x < 4; ++x) {
            const bool within = y - dy >= 0 && y - dy < 3 && x - dx >= 0 && x - dx < 4;
            REQUIRE(moved.at({i, y, x}) == (within ? pictures.at({i, y - dy, x - dx}) : -1));
          }
      CHECK(identical(data::shift(pictures.reshaped({2, 12}), dx, dy, {.fill = -1, .width = 4}),
                      moved.reshaped({2, 12})));
    }
  const std::int64_t far = std::numeric_limits<std::int64_t>::max();
  CHECK(identical(data::shift(pictures, far, -far - 1), zeros({2, 3, 4}, f32)));
  CHECK(identical(data::shift(arange(0, 4, 1, f64).reshaped({1, 4}), 1, 0), Tensor::from({1, 4}, {0, 0, 0, 2})));
  CHECK(identical(data::shift(pictures.transposed(1, 2), 1, 2),
                  data::shift(pictures, 2, 1).transposed(1, 2).contiguous()));
}

TEST_CASE("random shifts are those of the generator, all within bounds, each picture by itself") {
  Tensor dot = zeros({2000, 7, 7}, f32);
  for (std::int64_t i = 0; i < 2000; ++i) dot.mutable_data<float>()[static_cast<std::size_t>(49 * i + 24)] = 1;
  Rng one(4), two(4), other(5);
  const Tensor moved = data::shift_randomly(dot, 2, one);
  CHECK(identical(moved, data::shift_randomly(dot, 2, two)));
  CHECK(!identical(moved, data::shift_randomly(dot, 2, other)));
  std::array<int, 49> count{};
  for (std::int64_t i = 0; i < 2000; ++i)
    for (std::int64_t k = 0; k < 49; ++k) count[static_cast<std::size_t>(k)] += moved.at({i, k / 7, k % 7}) == 1;
  for (std::int64_t y = 0; y < 7; ++y)
    for (std::int64_t x = 0; x < 7; ++x) {
      const int n = count[static_cast<std::size_t>(7 * y + x)];
      if (x >= 1 && x <= 5 && y >= 1 && y <= 5)
        CHECK((n > 40 && n < 130));  // 80 expected, with a deviation of 9
      else
        CHECK(n == 0);
    }
  CHECK(identical(data::shift_randomly(dot, 0, one), dot));
}

TEST_CASE("shifts refuse what are no pictures") {
  CHECK(complaint<ShapeError>([] {
          data::shift(zeros({2, 12}), 1, 0);
        }) ==
        "[shift] [2, 12] are no pictures of width 0; give [n, h, w], or [n, h * w] with the width w unless they are "
        "square");
  CHECK(complaint<ShapeError>([] {
          data::shift(zeros({2, 12}), 1, 0, {.width = 5});
        }).starts_with("[shift] [2, 12] are no pictures of width 5"));
  CHECK(complaint<ShapeError>([] { data::shift(zeros({4}), 1, 0); }).starts_with("[shift] [4] are no pictures"));
  Rng rng;
  for (const std::int64_t bad : {-1, 4})
    CHECK(complaint<ValueError>([&] {
            data::shift_randomly(zeros({2, 9}), bad, rng);
          }) == fmt::format("[shift_randomly] most is {}; take 0 to 3 pixels", bad));
  CHECK(rng.position() == 0);
}

TEST_CASE("a stratified split holds every class in proportion") {
  std::vector<std::int64_t> classes;
  for (std::int64_t c : {0, 1, 2, 5})
    for (std::int64_t i = 0; i < std::int64_t{10} << c; ++i) classes.push_back(c);
  const auto n = static_cast<std::int64_t>(classes.size());
  const data::Dataset set(arange(0, static_cast<double>(n)).reshaped({n, 1}), Tensor::copy_of({n}, classes));
  const auto [first, second] = set.split_stratified(0.75, 3);
  const auto count = [](const data::Dataset& d, std::int64_t c) { return std::ranges::count(sorted_targets(d), c); };
  for (std::int64_t c : {0, 1, 2, 5}) {
    CHECK(count(first, c) == std::llround(0.75 * static_cast<double>(10 << c)));
    CHECK(count(first, c) + count(second, c) == 10 << c);
  }
  std::set<double> seen;
  for (const data::Dataset& part : {first, second})
    for (std::int64_t i = 0; i < part.size(); ++i) {
      const double row = part.inputs.at({i, 0});
      seen.insert(row);
      CHECK(part.targets.at({i}) == static_cast<double>(classes[static_cast<std::size_t>(row)]));
    }
  CHECK(static_cast<std::int64_t>(seen.size()) == n);
  CHECK(!std::ranges::is_sorted(first.targets.data<std::int64_t>()));
  CHECK(identical(set.split_stratified(0.75, 3).first.inputs, first.inputs));
  CHECK(!identical(set.split_stratified(0.75, 4).first.inputs, first.inputs));
  CHECK(complaint<DTypeError>([] {
          data::Dataset(zeros({2, 1}), zeros({2, 3})).split_stratified(0.5, 1);
        }) == "[dataset.split_stratified] Targets [2, 3] of f64 are no class indices; give i64 [n]");
  CHECK(complaint<ValueError>([] { data::Dataset(zeros({1}), full({1}, -1, i64)).split_stratified(0.5, 1); }) ==
        "[dataset.split_stratified] Class index -1 is negative; count classes from 0");
  CHECK(complaint<ValueError>([&] { set.split_stratified(2, 1); }) ==
        "[dataset.split_stratified] fraction 2 is no part of a whole; give 0 <= fraction <= 1");
}

TEST_CASE("folds test every sample once, and train with all others") {
  const data::Dataset set(zeros({11, 1}), arange(0, 11, 1, i64));
  std::vector<std::int64_t> tested;
  for (std::int64_t i = 0; i < 4; ++i) {
    const auto [training, test] = set.fold(i, 4, 7);
    CHECK(test.size() == (i < 3 ? 3 : 2));
    std::vector<std::int64_t> both = sorted_targets(training);
    std::ranges::copy(sorted_targets(test), std::back_inserter(both));
    std::ranges::sort(both);
    CHECK(both == sorted_targets(set));
    std::ranges::copy(sorted_targets(test), std::back_inserter(tested));
  }
  CHECK(!std::ranges::is_sorted(tested));
  std::ranges::sort(tested);
  CHECK(tested == sorted_targets(set));
  CHECK(!identical(set.fold(0, 4, 8).second.targets, set.fold(0, 4, 7).second.targets));
  CHECK(complaint<ValueError>([&] { set.fold(4, 4, 7); }) ==
        "[dataset.fold] There is no fold 4 of 4; take 0 <= i < k and k at least 2");
  CHECK(complaint<ValueError>([&] { set.fold(0, 1, 7); }).starts_with("[dataset.fold] There is no fold 0 of 1"));
}
