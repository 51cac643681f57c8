// Operations that pick, order and move elements, where the conformance suite does not look: ties, NaN, and what a
// caller is told.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nabla/nabla.hpp>
#include <string>
#include <vector>

#include "elements.hpp"

using namespace nabla;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
const double none = std::nan("");

using Indices = std::vector<std::int64_t>;

Indices indices_of(const Tensor& x) { return elements<std::int64_t>(x.contiguous()); }

template <class F>
std::string complaint(F call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("sort and topk keep the order of equal elements, and take NaN for the largest") {
  const Tensor x = Tensor::from({7}, {2, none, -inf, 2, 1, inf, 2});
  CHECK(indices_of(argsort(x)) == Indices{2, 4, 0, 3, 6, 5, 1});
  CHECK(indices_of(argsort(x, 0, true)) == Indices{1, 5, 0, 3, 6, 4, 2});
  CHECK(indices_of(topk(x, 4).indices) == Indices{1, 5, 0, 3});
  CHECK(indices_of(topk(x, 3, 0, false).indices) == Indices{2, 4, 0});
  CHECK(identical(sort(x).values, gather(x, argsort(x))));
  CHECK(indices_of(sort(Tensor::from({2, 3}, {3, 1, 2, 0, 5, 4}).transposed(), 0).indices) ==
        Indices{1, 0, 2, 2, 0, 1});
}

TEST_CASE("argmax and argmin take the first of equal elements, and a NaN before all others") {
  CHECK(argmax(Tensor::from({4}, {1, 3, 3, 2})).item() == 1);
  CHECK(argmin(Tensor::from({4}, {1, 3, 0, 0})).item() == 2);
  CHECK(argmax(Tensor::from({4}, {1, none, 3, none})).item() == 1);
  CHECK(argmin(Tensor::from({3}, {-inf, 2, none})).item() == 2);
  CHECK(indices_of(argmax(Tensor::from({2, 2}, {1, 2, 4, 3}), 0)) == Indices{1, 1});
}

TEST_CASE("max_dim gives the cotangent to one element, max to all that are equal") {
  const Tensor x = Tensor::from({3}, {2, 2, 1});
  CHECK(elements<double>(grad([](Var v) { return max_dim(v, 0).values; }, x)) == std::vector<double>{1, 0, 0});
  CHECK(elements<double>(grad([](Var v) { return min_dim(-v, 0).values; }, x)) == std::vector<double>{-1, 0, 0});
  CHECK(elements<double>(grad([](Var v) { return amax(v); }, x)) == std::vector<double>{0.5, 0.5, 0});
  CHECK(elements<double>(grad([](Var v) { return amin(-v); }, x)) == std::vector<double>{-0.5, -0.5, 0});
  const Tensor with_nan = Tensor::from({4}, {3, none, 1, none});
  CHECK(elements<double>(grad([](Var v) { return amax(v); }, with_nan)) == std::vector<double>{0, 0.5, 0, 0.5});
  CHECK(elements<double>(grad([](Var v) { return amin(v); }, with_nan)) == std::vector<double>{0, 0.5, 0, 0.5});
  CHECK(max_dim(ones({2, 3}), 1, true).values.shape() == Shape{2, 1});
  CHECK(max_dim(ones({2, 3}), -1).indices.shape() == Shape{2});
}

TEST_CASE("an embedding has no gradient in the row of the padding") {
  const Tensor index = Tensor::from({2, 2}, {0, 1, 1, 2}, i64), weight = ones({3, 2});
  const auto rows = [&](std::optional<std::int64_t> padding) {
    return grad([&](Var w) { return sum(embedding(w.tape().constant(index), w, padding)); }, weight);
  };
  CHECK(elements<double>(rows({})) == std::vector<double>{1, 1, 2, 2, 1, 1});
  CHECK(elements<double>(rows(1)) == std::vector<double>{1, 1, 0, 0, 1, 1});
  CHECK(elements<double>(rows(-1)) == std::vector<double>{1, 1, 2, 2, 0, 0});
}

TEST_CASE("split is the inverse of concat, and refuses sizes that do not add up") {
  const Tensor x = Rng(1).uniform({3, 7}, 0, 1);
  const std::vector<Tensor> parts = split(x, {3, 0, 4}, 1);
  REQUIRE(parts.size() == 3);
  CHECK(parts[1].shape() == Shape{3, 0});
  CHECK(identical(concat(parts, 1), x));
  CHECK(complaint([&] {
          split(x, {3, 3}, 1);
        }) == "[split] Sizes [3, 3] for axis 1 of shape [3, 7]; they must be 0 or more and add up to 7");
  CHECK(complaint([&] { split(x, {8, -1}, 1); }).find("[split] Sizes [8, -1]") == 0);
  CHECK(complaint([&] { split(x, {3}, 2); }).find("[split] There is no axis 2") == 0);
}

TEST_CASE("masked_fill takes nothing from what it covers") {
  const Tensor mask = Tensor::from({2}, {1, 0}, u8), x = Tensor::from({2, 2}, {none, 1, inf, 2});
  CHECK(elements<double>(masked_fill(x, mask, -1)) == std::vector<double>{-1, 1, -1, 2});
  CHECK(elements<double>(grad([&](Var v) { return sum(masked_fill(v, v.tape().constant(mask), 5)); }, x)) ==
        std::vector<double>{0, 1, 0, 1});
  CHECK_THROWS_AS(masked_fill(x, ones({2}), 0), DTypeError);
}

TEST_CASE("a triangle and a pad leave nothing of what they cut off") {
  const Tensor x = Tensor::from({2, 2}, {1, none, inf, 2});
  CHECK(elements<double>(tril(x)) == std::vector<double>{1, 0, inf, 2});
  CHECK(elements<double>(triu(transpose(x), 1)) == std::vector<double>{0, inf, 0, 0});
  CHECK(elements<double>(pad(x, {{-1, 1}, {1, -1}}, 7)) == std::vector<double>{7, inf, 7, 7});
}

TEST_CASE("a diagonal may be any number, and a padding or dilation that would overflow is refused") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const Tensor x = Tensor::from({2, 2}, {1, 2, 3, 4}), image = ones({1, 1, 4, 4}), filter = ones({1, 1, 2, 2});
  CHECK(identical(tril(x, most), x));
  CHECK(identical(triu(x, least), x));
  CHECK(identical(triu(x, most), zeros({2, 2})));
  CHECK(identical(tril(x, least), zeros({2, 2})));
  CHECK_THROWS_AS(pad(x, {{most, most}, {0, 0}}), ValueError);
  CHECK_THROWS_AS(pad(x, {{least, least}, {0, 0}}), ValueError);
  CHECK_THROWS_AS(conv2d(image, filter, {.padding = most}), ValueError);
  CHECK_THROWS_AS(conv2d(image, filter, {.dilation = std::int64_t{1} << 62}), ValueError);
  CHECK_THROWS_AS(conv1d(ones({1, 1, 4}), ones({1, 1, 2}), {.padding = most}), ValueError);
  CHECK_THROWS_AS(avg_pool2d(image, 2, {.padding = most}), ValueError);
}

TEST_CASE("what lies in an empty table, and a kernel below 1, are refused in words that fit") {
  const Tensor table = zeros({0, 2}), index = zeros({1}, i64);
  CHECK_THROWS_WITH_AS(embedding(index, table),
                       "[embedding] Index 0 is outside axis 0 of shape [0, 2]; there is nothing to pick", ValueError);
  CHECK_THROWS_WITH_AS(embedding(index, table, 0), "[embedding] padding_index 0 of 0 entries; leave it out",
                       ValueError);
  CHECK_THROWS_WITH_AS(avg_pool2d(ones({1, 1, 4, 4}), -2),
                       "[avg_pool2d] A kernel of -2 with stride -2, padding 0 and dilation 1; the padding must be 0 or "
                       "more, the others 1 or more",
                       ValueError);
}
