#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nabla/data.hpp>
#include <nabla/error.hpp>
#include <nabla/train/accuracy.hpp>
#include <ranges>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "temporary_folder.hpp"

using namespace nabla;
using nabla::test::complaint;
using nabla::test::TemporaryFolder;

namespace {

/// n samples; the inputs of sample i are 10 i and 10 i + 1, its target i.
data::Dataset counted(std::int64_t n) {
  Tensor inputs = Tensor::uninitialized({n, 2}, f32);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t k = 0; k < 2; ++k)
      inputs.mutable_data<float>()[static_cast<std::size_t>(2 * i + k)] = static_cast<float>(10 * i + k);
  return {inputs, arange(0, static_cast<double>(n), 1, i64)};
}

std::vector<std::int64_t> targets_of(const data::Dataset& set) {
  const Tensor dense = set.targets.contiguous();
  return {dense.data<std::int64_t>().begin(), dense.data<std::int64_t>().end()};
}

/// Whether every input still stands by its target.
bool rows_belong_together(const Tensor& inputs, const Tensor& targets) {
  for (std::int64_t i = 0; i < targets.size(); ++i)
    if (inputs.at({i, 0}) != 10 * targets.at({i}) || inputs.at({i, 1}) != 10 * targets.at({i}) + 1) return false;
  return true;
}

}  // namespace

static_assert(std::ranges::input_range<data::Batches>);

TEST_CASE("a data set counts its samples and classes") {
  const data::Dataset set(zeros({3, 2, 2}, f32), Tensor::from({3}, {1, 4, 0}, i64));
  CHECK(set.size() == 3);
  CHECK(set.classes() == 5);
  CHECK(data::Dataset(zeros({2, 1}), zeros({2, 7})).classes() == 7);
  CHECK(data::Dataset().size() == 0);
  CHECK(complaint<ShapeError>([] {
          data::Dataset(zeros({3, 2}), zeros({4}));
        }) == "[dataset] Inputs [3, 2] and targets [4] do not belong together; both need one row for each sample");
  CHECK(complaint<ShapeError>([] { data::Dataset(zeros({}), zeros({})); }).starts_with("[dataset] Inputs [] and"));
  CHECK(
      complaint<DTypeError>([] {
        data::Dataset(zeros({3, 2}), zeros({3})).classes();
      }) ==
      "[dataset.classes] Targets [3] of f64 name no classes; give class indices, i64 [n], or a column for each class, "
      "[n, k]");
  CHECK(complaint<ValueError>([] { data::Dataset(zeros({1}), Tensor::from({1}, {-2}, i64)).classes(); }) ==
        "[dataset.classes] Class index -2 is negative; count classes from 0");
}

TEST_CASE("rows are gathered in the order asked for, from views too") {
  const std::array<std::int64_t, 4> indices = {4, 0, 4, 2};
  const data::Dataset picked = counted(5).rows(indices);
  CHECK(targets_of(picked) == std::vector<std::int64_t>{4, 0, 4, 2});
  CHECK(rows_belong_together(picked.inputs, picked.targets));
  const data::Dataset set(arange(0, 10, 1, f32).reshaped({2, 5}).transposed(), arange(0, 5, 1, i64));
  CHECK(to_string(set.rows(indices).inputs) == "[[4. 9.]\n [0. 5.]\n [4. 9.]\n [2. 7.]]");
  for (std::int64_t bad : {std::int64_t{5}, std::int64_t{-1}})
    CHECK(complaint<ShapeError>([&] {
            (void)set.rows({&bad, 1});
          }) == fmt::format("[dataset.rows] There is no row {} among 5; rows are counted from 0", bad));
}

TEST_CASE("a split holds every sample once, in an order that the seed alone decides") {
  const data::Dataset set = counted(101);
  const auto [first, second] = set.split(0.8, 1);
  CHECK(first.size() == 81);
  CHECK(second.size() == 20);
  CHECK(rows_belong_together(first.inputs, first.targets));
  CHECK(rows_belong_together(second.inputs, second.targets));
  std::vector<std::int64_t> all = targets_of(first);
  std::ranges::copy(targets_of(second), std::back_inserter(all));
  CHECK(!std::ranges::is_sorted(all));
  std::ranges::sort(all);
  CHECK(all == targets_of(set));

  CHECK(identical(set.split(0.8, 1).first.targets, first.targets));
  CHECK(!identical(set.split(0.8, 2).first.targets, first.targets));
  CHECK(set.split(0, 1).first.size() == 0);
  CHECK(set.split(1, 1).second.size() == 0);
  for (double bad : {-0.1, 1.5, std::numeric_limits<double>::quiet_NaN()})
    CHECK(complaint<ValueError>([&] { (void)set.split(bad, 1); }) ==
          fmt::format("[dataset.split] fraction {} is no part of a whole; give 0 <= fraction <= 1", bad));
}

TEST_CASE("batches hold every row once, the last one what is left") {
  Rng rng(3);
  data::Batches pass = data::batches(counted(10), 4, rng);  // a temporary data set may go
  CHECK(pass.size() == 3);
  for (int times = 0; times < 2; ++times) {
    std::vector<std::int64_t> sizes;
    std::set<double> seen;
    for (const data::Batch& batch : pass) {
      sizes.push_back(batch.targets.size());
      CHECK(rows_belong_together(batch.inputs, batch.targets));
      for (std::int64_t target : batch.targets.data<std::int64_t>()) seen.insert(static_cast<double>(target));
    }
    CHECK(sizes == std::vector<std::int64_t>{4, 4, 2});
    CHECK(seen.size() == 10);
  }
}

TEST_CASE("every call shuffles anew, and the seed alone decides how") {
  const data::Dataset set = counted(50);
  const auto order = [&](Rng& rng) { return (*data::batches(set, 50, rng).begin()).targets; };
  Rng one(8), two(8), other(9);
  const Tensor first = order(one), second = order(one);
  CHECK(!identical(first, second));
  CHECK(identical(first, order(two)));
  CHECK(identical(second, order(two)));
  CHECK(!identical(first, order(other)));
  CHECK(one.position() == 100);
}

TEST_CASE("a batch that is kept stays as it was") {
  Rng rng(3);
  std::vector<data::Batch> kept;
  for (const data::Batch& batch : data::batches(counted(30), 7, rng)) kept.push_back(batch);
  std::set<double> seen;
  for (const data::Batch& batch : kept) {
    CHECK(rows_belong_together(batch.inputs, batch.targets));
    for (std::int64_t i = 0; i < batch.targets.size(); ++i) seen.insert(batch.targets.at({i}));
  }
  CHECK(seen.size() == 30);
}

TEST_CASE("without a generator batches are views in order") {
  const data::Dataset set = counted(10);
  std::int64_t next = 0;
  for (const data::Batch& batch : data::batches(set, 3)) {
    CHECK(batch.inputs.shares_storage_with(set.inputs));
    CHECK(rows_belong_together(batch.inputs, batch.targets));
    CHECK(batch.targets.at({0}) == next);
    next += batch.targets.size();
  }
  CHECK(next == 10);
  CHECK(data::batches(set, std::numeric_limits<std::int64_t>::max()).size() == 1);
  for (const data::Batch& batch : data::batches(data::Dataset(), 3)) FAIL(batch.inputs.size());
  Rng rng;
  for (std::int64_t bad : {0, -3}) {
    const std::string message = fmt::format("[batches] batch_size is {}; take 1 or more rows at a time", bad);
    CHECK(complaint<ValueError>([&] { (void)data::batches(set, bad); }) == message);
    CHECK(complaint<ValueError>([&] { (void)data::batches(set, bad, rng); }) == message);
  }
  CHECK(rng.position() == 0);
}

TEST_CASE("the digits of the library are those of the UCI repository") {
  std::vector<data::Dataset> sets(4);
  std::vector<std::thread> threads;
  for (data::Dataset& set : sets) threads.emplace_back([&set] { set = data::digits(); });
  for (std::thread& thread : threads) thread.join();
  const data::Dataset& digits = sets[0];
  CHECK(sets[3].inputs.shares_storage_with(digits.inputs));

  CHECK(digits.size() == 1797);
  CHECK(digits.classes() == 10);
  CHECK(digits.inputs.shape() == Shape{1797, 64});
  CHECK(digits.inputs.dtype() == f32);
  std::array<int, 10> count{};
  for (std::int64_t target : digits.targets.data<std::int64_t>()) ++count.at(static_cast<std::size_t>(target));
  CHECK(count == std::array{178, 182, 177, 183, 181, 182, 181, 179, 174, 180});
  const auto [least, greatest] = std::ranges::minmax(digits.inputs.data<float>());
  CHECK(least == 0);
  CHECK(greatest == 1);
  CHECK(to_string(digits.inputs.sliced(0, 0, 1).reshaped({8, 8}).sliced(0, 0, 2), 4) ==
        "[[0.     0.     0.3125 0.8125 0.5625 0.0625 0.     0.    ]\n"
        " [0.     0.     0.8125 0.9375 0.625  0.9375 0.3125 0.    ]]");
}

TEST_CASE("a folder of MNIST's form is read, and what does not fit is refused") {
  const TemporaryFolder folder;
  const std::string images =
      std::string("\0\0\x08\x03\0\0\0\2\0\0\0\1\0\0\0\3", 16) + std::string("\x00\x33\xff\x66\x99\xcc", 6);
  const std::string labels = std::string("\0\0\x08\x01\0\0\0\2\x07\x02", 10);
  folder.write("train-images-idx3-ubyte", images);
  folder.write("train-labels-idx1-ubyte.gz", test::gzipped(labels));
  folder.write("t10k-images-idx3-ubyte.gz", test::gzipped(images));
  CHECK(complaint<IoError>([&] { data::load_mnist(folder.path()); }) ==
        "[load_idx] " + folder.path("t10k-labels-idx1-ubyte") +
            " cannot be opened (No such file or directory); check the path");
  folder.write("t10k-labels-idx1-ubyte", labels);
  const auto [train, test] = data::load_mnist(folder.path());
  CHECK(identical(train.inputs, Tensor::from({2, 3}, {0, 0.2f, 1, 0.4f, 0.6f, 0.8f}, f32)));
  CHECK(identical(train.targets, Tensor::from({2}, {7, 2}, i64)));
  CHECK(identical(test.inputs, train.inputs));

  folder.write("t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\1\x07", 9));
  CHECK(complaint<IoError>([&] { data::load_mnist(folder.path()); }) ==
        fmt::format(
            "[load_mnist] {} holds [2, 1, 3] of u8 and {} holds [1] of u8; images must be [n, rows, columns] of u8 and "
            "their labels [n] of u8",
            folder.path("t10k-images-idx3-ubyte.gz"), folder.path("t10k-labels-idx1-ubyte")));
  CHECK(complaint<IoError>([&] { data::fashion_mnist(folder.path("nowhere")); }) ==
        "[fashion_mnist] There is no folder " + folder.path("nowhere") +
            "; install the Debian package dataset-fashion-mnist");
}

TEST_CASE("Fashion-MNIST is read where the Debian package is installed") {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) return;
  const auto [train, test] = data::fashion_mnist();
  CHECK(train.inputs.shape() == Shape{60000, 784});
  CHECK(test.inputs.shape() == Shape{10000, 784});
  CHECK(train.classes() == 10);
  std::array<int, 10> count{};
  for (std::int64_t target : test.targets.data<std::int64_t>()) ++count.at(static_cast<std::size_t>(target));
  CHECK(count == std::array{1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000});
}

TEST_CASE("accuracy is the share of rows whose target has the largest score") {
  const Tensor scores = Tensor::from({4, 3}, {1, 2, 0, 5, 5, 1, -1, -2, -3, 0, 0, 7});
  CHECK(train::accuracy(scores, Tensor::from({4}, {1, 0, 0, 2}, i64)) == 1);
  CHECK(train::accuracy(scores.to(f32), Tensor::from({4}, {1, 1, 0, 0}, i64)) == 0.5);  // the first of ties counts
  CHECK(train::accuracy(scores.transposed(), Tensor::from({3}, {1, 1, 3}, i64)) == 1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(train::accuracy(Tensor::from({2, 2}, {nan, 1, nan, nan}), Tensor::from({2}, {1, 0}, i64)) == 0);
}

TEST_CASE("accuracy of a net goes through a data set in pieces") {
  const data::Dataset digits = data::digits();
  const auto ink_decides = [](const Tensor& x) { return x.sliced(1, 20, 30); };
  const double whole = train::accuracy(ink_decides(digits.inputs), digits.targets);
  CHECK(train::accuracy(ink_decides, digits) == whole);
  CHECK(train::accuracy(ink_decides, digits, 7) == whole);
  CHECK(complaint<ValueError>([&] { train::accuracy(ink_decides, digits.split(0, 1).first); }) ==
        "[accuracy] There are no rows to be right about; give at least one");
}

TEST_CASE("accuracy refuses what does not fit") {
  CHECK(complaint<ShapeError>([] {
          train::accuracy(zeros({3, 2}), zeros({2}, i64));
        }) ==
        "[accuracy] Scores [3, 2] and targets [2] do not belong together; give scores [n, k] and one class index for "
        "each row, [n], or targets like the scores");
  CHECK(complaint<ShapeError>([] {
          train::accuracy(zeros({3}), zeros({3}, i64));
        }).starts_with("[accuracy] Scores [3] and"));
  CHECK(complaint<DTypeError>([] {
          train::accuracy(zeros({3, 2}), zeros({3}));
        }) == "[accuracy] Scores are f64 and targets f64; scores must be f32 or f64, targets class indices of i64");
  for (int bad : {2, -1})
    CHECK(complaint<ValueError>([&] {
            train::accuracy(zeros({1, 2}), full({1}, bad, i64));
          }) ==
          fmt::format(
              "[accuracy] Target {} of row 0 is none of the 2 classes; class indices run from 0 to below the number "
              "of columns",
              bad));
  CHECK(complaint<ValueError>([] {
          train::accuracy(zeros({0, 2}), zeros({0}, i64));
        }) == "[accuracy] There are no rows to be right about; give at least one");
}
