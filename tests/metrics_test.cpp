// Figures of outputs and targets, against values worked out by hand.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <nabla/nabla.hpp>

#include "temporary_folder.hpp"

using namespace nabla;
using doctest::Approx;
using test::complaint;

namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// Rows of class 0 0 0 1 1 2; found to be of 0 0 1 1 1 0.
const Tensor scores = Tensor::from({6, 3}, {3, 1, 2, 9, 8, 7, 1, 2, 0, 0, 1, 0, 4, 5, 4.5, 6, 2, 4});
const Tensor classes = Tensor::from({6}, {0, 0, 0, 1, 1, 2}, i64);

}  // namespace

TEST_CASE("accuracy takes one-hot targets, and any whose largest entry names the class") {
  const Tensor one_hot_targets = one_hot(classes, 3);
  CHECK(train::accuracy(scores, classes) == Approx(4.0 / 6));
  CHECK(train::accuracy(scores, one_hot_targets) == Approx(4.0 / 6));
  CHECK(train::accuracy(scores.to(f32), 0.1 + 0.8 * one_hot_targets.to(f64)) == Approx(4.0 / 6));
  const auto net = [](const Tensor& x) { return x; };
  CHECK(train::accuracy(net, data::Dataset(scores, one_hot_targets), 4) == Approx(4.0 / 6));
}

TEST_CASE("accuracy of a single output asks on which side of 0.5 it and its target are") {
  const Tensor a = Tensor::from({6, 1}, {0.2, 0.5, 0.500001, 0.9, no_number, 1e30});
  CHECK(train::accuracy(a, Tensor::from({6, 1}, {0, 0, 1, 1, 1, 1})) == Approx(5.0 / 6));
  CHECK(train::accuracy(a, Tensor::from({6, 1}, {1, 1, 0, 0.4, 0, 0}, f32)) == 0);
}

TEST_CASE("top_k_accuracy asks whether the target is among the k largest scores") {
  CHECK(train::top_k_accuracy(scores, classes, 1) == train::accuracy(scores, classes));
  CHECK(train::top_k_accuracy(scores, classes, 2) == 1);
  CHECK(train::top_k_accuracy(scores, Tensor::from({6}, {1, 2, 2, 2, 0, 1}, i64), 2) == 0);
  CHECK(train::top_k_accuracy(scores, classes, 99) == 1);
  // Of equal scores the first counts; a NaN is before all.
  const Tensor ties = Tensor::from({1, 4}, {1, 7, 7, 7}), with_nan = Tensor::from({1, 3}, {2, no_number, 1});
  for (int k = 1; k <= 3; ++k) {
    CHECK(train::top_k_accuracy(ties, Tensor::from({1}, {2}, i64), k) == (k >= 2 ? 1 : 0));
    CHECK(train::top_k_accuracy(with_nan, Tensor::from({1}, {0}, i64), k) == (k >= 2 ? 1 : 0));
    CHECK(train::top_k_accuracy(with_nan, Tensor::from({1}, {1}, i64), k) == 0);
  }
}

TEST_CASE("a confusion matrix counts rows by their class and by the class found") {
  const train::ConfusionMatrix matrix = train::confusion_matrix(scores, classes);
  CHECK(identical(matrix.counts, Tensor::from({3, 3}, {2, 1, 0, 0, 2, 0, 1, 0, 0}, i64)));
  CHECK(matrix.classes() == 3);
  CHECK(matrix.accuracy() == Approx(4.0 / 6));
  CHECK(matrix.precision(0) == Approx(2.0 / 3));
  CHECK(matrix.precision(1) == Approx(2.0 / 3));
  CHECK(matrix.precision(2) == 0);  // never found: 0/0
  CHECK(matrix.recall(0) == Approx(2.0 / 3));
  CHECK(matrix.recall(1) == 1);
  CHECK(matrix.recall(2) == 0);
  CHECK(matrix.f1(0) == Approx(2.0 / 3));
  CHECK(matrix.f1(1) == Approx(0.8));
  CHECK(matrix.f1(2) == 0);
  CHECK(matrix.macro_precision() == Approx(4.0 / 9));
  CHECK(matrix.macro_recall() == Approx(5.0 / 9));
  CHECK(matrix.macro_f1() == Approx((2.0 / 3 + 0.8) / 3));
  CHECK(fmt::format("{}", matrix) ==
        "true  0  1  2  precision  recall\n"
        "   0  2  1  0      0.667   0.667\n"
        "   1  0  2  0      0.667   1.000\n"
        "   2  1  0  0      0.000   0.000");
  const Tensor single = Tensor::from({3, 1}, {0.1, 0.8, 0.9}), yes_or_no = Tensor::from({3, 1}, {0, 0, 1});
  CHECK(identical(train::confusion_matrix(single, yes_or_no).counts, Tensor::from({2, 2}, {1, 1, 0, 1}, i64)));
}

TEST_CASE("r_squared and rmse of outputs beside their targets") {
  const Tensor y = Tensor::from({4, 2}, {1, 5, 2, 5, 3, 5, 6, 5}), a = Tensor::from({4, 2}, {1, 5, 3, 5, 3, 5, 4, 5});
  // Column 0: mean 3, Σ (y − 3)² = 4 + 1 + 0 + 9 = 14, Σ (y − a)² = 0 + 1 + 0 + 4 = 5. Column 1 is met exactly.
  CHECK(train::r_squared(a.sliced(1, 0, 1), y.sliced(1, 0, 1)) == Approx(9.0 / 14));
  CHECK(train::r_squared(a, y) == Approx((9.0 / 14 + 1) / 2));
  CHECK(train::r_squared(y, a) == Approx((1 - 5 / 4.75 + 1) / 2));
  CHECK(train::rmse(a, y) == Approx(std::sqrt(5.0 / 8)));
  CHECK(train::rmse(a.to(f32), y) == Approx(std::sqrt(5.0 / 8)));
  CHECK(train::r_squared(full({3}, 0.2), full({3}, 0.1)) == 0);  // nothing to explain, and not met
  CHECK(train::r_squared(full({3}, 0.1), full({3}, 0.1)) == 1);
}

TEST_CASE("a metric of a net is that of its outputs, computed some rows at a time") {
  const data::Dataset digits = data::digits();
  const auto ink = [](const Tensor& x) { return x.sliced(1, 20, 30); };
  CHECK(identical(train::outputs(ink, digits, 100), ink(digits.inputs).contiguous()));
  CHECK(train::top_k_accuracy(ink, digits, 3) == train::top_k_accuracy(ink(digits.inputs), digits.targets, 3));
  CHECK(identical(train::confusion_matrix(ink, digits).counts,
                  train::confusion_matrix(ink(digits.inputs), digits.targets).counts));
  const data::Dataset values(digits.inputs, digits.inputs.sliced(1, 21, 31));
  CHECK(train::rmse(ink, values) == train::rmse(ink(values.inputs), values.targets));
  CHECK(train::r_squared(ink, values) == train::r_squared(ink(values.inputs), values.targets));
}

TEST_CASE("metrics are given by name, functions of the library as they are") {
  const std::map<std::string, train::Metric> metrics{
      {"accuracy", train::accuracy},
      {"top 2", [](const Tensor& s, const Tensor& t) { return train::top_k_accuracy(s, t, 2); }}};
  CHECK(metrics.at("accuracy")(scores, classes) == train::accuracy(scores, classes));
  CHECK(metrics.at("top 2")(scores, classes) == 1);
}

TEST_CASE("metrics refuse what does not fit, and say what would") {
  CHECK(complaint<ValueError>([] { train::top_k_accuracy(scores, classes, 0); }) ==
        "[top_k_accuracy] k is 0; take 1 or more of the scores");
  CHECK(complaint<ShapeError>([] { train::top_k_accuracy(scores, zeros({5}, i64), 2); }) ==
        "[top_k_accuracy] Scores [6, 3] and targets [5] do not belong together; give scores [n, k] and one class index "
        "for each row, [n], or targets like the scores");
  CHECK(complaint<DTypeError>([] { train::confusion_matrix(scores, zeros({6})); }).starts_with("[confusion_matrix] "));
  CHECK(complaint<ShapeError>([] { train::accuracy(zeros({3, 0}), zeros({3, 0})); }).starts_with("[accuracy] Scores"));
  CHECK(complaint<ValueError>([] {
          train::confusion_matrix(Tensor::from({2, 2}, {1, 2, no_number, 1}), zeros({2}, i64));
        }) == "[confusion_matrix] A score of row 1 is NaN: no class can be told; train with a lower learning_rate");
  CHECK(complaint<ShapeError>([] { train::confusion_matrix(scores, classes).recall(3); }) ==
        "[confusion_matrix] There is no class 3 among 3; they are counted from 0");
  CHECK(complaint<ShapeError>([] {
          train::rmse(zeros({3}), zeros({3, 1}));
        }) ==
        "[rmse] Outputs [3] and targets [3, 1] do not belong together; both need the same shape, with one row for each "
        "sample");
  CHECK(complaint<DTypeError>([] { train::r_squared(zeros({3}), zeros({3}, i64)); }) ==
        "[r_squared] Outputs are f64 and targets i64; both must be f32 or f64");
  CHECK(complaint<ValueError>([] {
          train::rmse(zeros({0, 2}), zeros({0, 2}));
        }) == "[rmse] There are no samples to be judged; give at least one");
  const auto net = [](const Tensor& x) { return x; };
  CHECK(complaint<ValueError>([&] {
          train::outputs(net, data::Dataset(zeros({0, 2}), zeros({0}, i64)));
        }) == "[outputs] There are no rows to compute the outputs of; give at least one");
}
