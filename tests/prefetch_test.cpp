#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <nabla/nabla.hpp>
#include <ranges>
#include <thread>
#include <vector>

#include "temporary_folder.hpp"

using namespace nabla;
using nabla::test::complaint;

namespace {

/// n samples of w numbers; the targets count them.
data::Dataset numbers(std::int64_t n, std::int64_t w) {
  return {Rng(7).uniform({n, w}, 0, 1, f32), arange(0, static_cast<double>(n), 1, i64)};
}

template <class Pass>
std::vector<data::Batch> all(Pass pass) {
  std::vector<data::Batch> kept;
  for (const data::Batch& batch : pass) kept.push_back(batch);
  return kept;
}

bool same(const std::vector<data::Batch>& a, const std::vector<data::Batch>& b) {
  return std::ranges::equal(a, b, [](const data::Batch& x, const data::Batch& y) {
    return identical(x.inputs, y.inputs) && identical(x.targets, y.targets);
  });
}

/// Batches of one number, 0 to n - 1; then what `last` does.
template <class F>
auto counting_source(int n, F last) {
  return [n, last, i = 0]() mutable -> data::Batch {
    if (i == n) return last();
    const Tensor x = full({1}, i++);
    return {x, x};
  };
}

}  // namespace

static_assert(std::ranges::input_range<data::Prefetched>);

TEST_CASE("prefetched batches are those of the pass, in a thread and without one") {
  struct Case {
    std::int64_t samples, width, batch_size;
    bool in_thread;
  };
  for (const auto& [samples, width, batch_size, in_thread] :
       {Case{1001, 800, 7, true}, Case{100, 3, 7, false}, Case{40, 5000, 64, true}, Case{1, 5000, 1, true}}) {
    const data::Dataset set = numbers(samples, width);
    Rng rng(3);
    const data::Batches pass = data::batches(set, batch_size, rng);
    CHECK((pass.bytes_gathered() >= (16 << 10)) == in_thread);
    for (int times = 0; times < 3; ++times) CHECK(same(all(data::prefetch(pass)), all(pass)));
    CHECK(same(all(data::prefetch(data::batches(set, batch_size))), all(data::batches(set, batch_size))));
  }
  CHECK(all(data::prefetch(data::batches(data::Dataset(), 3))).empty());
  const data::Dataset set = numbers(10, 2);
  CHECK((*data::prefetch(data::batches(set, 3)).begin()).inputs.shares_storage_with(set.inputs));
}

TEST_CASE("a pass begins behind the batches that are skipped") {
  const data::Dataset set = numbers(100, 2000);
  for (const bool shuffled : {true, false}) {
    const auto pass = [&] {
      Rng rng(3);
      return shuffled ? data::batches(set, 8, rng) : data::batches(set, 8);
    };
    const std::vector<data::Batch> whole = all(pass());
    REQUIRE(whole.size() == 13);
    for (const std::int64_t skipped : {0, 1, 12, 13}) {
      const std::vector<data::Batch> rest(whole.begin() + skipped, whole.end());
      CHECK(same(all(pass().skip(skipped)), rest));
      CHECK(same(all(data::prefetch(pass().skip(skipped))), rest));
      CHECK(pass().skip(skipped).size() == 13);
      CHECK(same(all(pass().skip(skipped).skip(0)), whole));
    }
    for (const std::int64_t bad : {-1, 14})
      CHECK(complaint<ValueError>([&] { pass().skip(bad); }) ==
            fmt::format("[batches] {} of 13 batches cannot be skipped; take 0 to 13", bad));
  }
}

TEST_CASE("batches are prepared in order") {
  const data::Dataset set = numbers(500, 20);
  const auto with_noise = [rng = Rng(5)](const data::Batch& batch) mutable {
    return data::Batch{batch.inputs + rng.normal(batch.inputs.shape(), 0, 1, f32), batch.targets};
  };
  std::vector<data::Batch> expected;
  auto prepare = with_noise;
  for (const data::Batch& batch : data::batches(set, 16)) expected.push_back(prepare(batch));
  for (int times = 0; times < 20; ++times)
    CHECK(same(all(data::prefetch(data::batches(set, 16), with_noise)), expected));
}

TEST_CASE("the next batches are made while one is in use, all through the pass") {
  constexpr int n = 40;
  std::atomic<int> calls = 0;
  const auto source = [&calls, batches = counting_source(n, [] { return data::Batch(); })]() mutable {
    ++calls;
    return batches();
  };
  data::Prefetched pass = data::prefetch(source);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  int taken = 0;
  for (const data::Batch& batch : pass) {
    CHECK(batch.inputs.at({0}) == taken++);
    const int ahead = std::min(taken + 9, n + 1);  // the queue of sixteen is more than half full, or all is made
    while (calls < ahead && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    REQUIRE(calls >= ahead);
  }
  CHECK(taken == n);
  CHECK(calls == n + 1);  // a source that has ended is asked no more
}

TEST_CASE("what a source throws comes where its batch would have come") {
  for (const int n : {0, 1, 8, 16, 17, 40}) {
    data::Prefetched pass =
        data::prefetch(counting_source(n, []() -> data::Batch { throw IoError("source", "Gone."); }));
    int seen = 0;
    const auto go = [&] {
      for (const data::Batch& batch : pass) CHECK(batch.inputs.at({0}) == seen++);
    };
    CHECK(complaint<IoError>(go) == "[source] Gone.");
    CHECK(seen == n);
    CHECK(complaint<IoError>(go) == "[source] Gone.");
  }
}

TEST_CASE("a pass that is left, moved or replaced leaves nothing running") {
  std::atomic<int> made = 0;
  const auto endless = [&made] {
    ++made;
    return data::Batch{ones({1}), ones({1})};
  };
  for (int taken = 0; taken < 20; ++taken) {
    data::Prefetched pass = data::prefetch(endless);
    auto place = pass.begin();
    for (int i = 0; i < taken; ++i) ++place;
  }
  { const data::Prefetched never_begun = data::prefetch(endless); }
  data::Prefetched pass = data::prefetch(endless);
  pass = data::prefetch(counting_source(3, [] { return data::Batch(); }));
  const int before = made;
  data::Prefetched moved = std::move(pass);
  CHECK(all(std::move(moved)).size() == 3);
  CHECK(made == before);
}
