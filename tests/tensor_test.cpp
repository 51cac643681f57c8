#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/tensor.hpp>
#include <string>
#include <utility>
#include <vector>

#include "elements.hpp"

using namespace nabla;
using doctest::Contains;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// The elements in row-major order, one at a time by at(): knows nothing of strides.
std::vector<double> elements(const Tensor& x) {
  std::vector<double> all;
  const Tensor flat = x.contiguous().to(f64).reshaped({-1});
  for (std::int64_t i = 0; i < flat.size(); ++i) all.push_back(flat.at({i}));
  return all;
}

/// 0, 1, 2, ... in a shape.
Tensor counted(const Shape& shape, DType dtype = f64) {
  return arange(0, static_cast<double>(shape.elements()), 1, dtype).reshaped(shape);
}

std::uintptr_t address(const Tensor& x) { return reinterpret_cast<std::uintptr_t>(x.strided_data<std::uint8_t>()); }

}  // namespace

TEST_CASE("tensors are created with the values, shape and dtype asked for") {
  const Tensor x = Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(x.dtype() == f64);
  CHECK(x.shape() == Shape{2, 3});
  CHECK(x.rank() == 2);
  CHECK(x.size() == 6);
  CHECK(x.defined());
  CHECK(elements(x) == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(x.strides() == Dims{3, 1});

  for (const DType dtype : {f32, f64, i64, u8}) {
    CAPTURE(std::string(name(dtype)));
    CHECK(Tensor::from({2}, {0, 7}, dtype).dtype() == dtype);
    CHECK(elements(Tensor::from({2}, {0, 7}, dtype)) == std::vector<double>{0, 7});
    CHECK(elements(zeros({2}, dtype)) == std::vector<double>{0, 0});
    CHECK(elements(ones({2}, dtype)) == std::vector<double>{1, 1});
    CHECK(elements(full({2}, 9, dtype)) == std::vector<double>{9, 9});
    CHECK(elements(eye(2, dtype)) == std::vector<double>{1, 0, 0, 1});
    CHECK(elements(arange(2, 5, 1, dtype)) == std::vector<double>{2, 3, 4});
    CHECK(Tensor::scalar(3, dtype).item() == 3);
  }
  CHECK(elements(Tensor::copy_of({2}, std::vector<float>{0.5F, 1})) == std::vector<double>{0.5, 1});
  CHECK(Tensor::copy_of({1}, std::vector<std::uint8_t>{200}).dtype() == u8);
  CHECK(Tensor::from({1}, {0.1}, f32).item() == static_cast<double>(0.1F));
}

TEST_CASE("a creation with another number of values than the shape has is refused") {
  CHECK_THROWS_WITH_AS(Tensor::from({2, 3}, {1, 2}),
                       "[from] 2 values for shape [2, 3], which has 6 elements; give one value for each", ShapeError);
  CHECK_THROWS_AS(Tensor::from({}, {}), ShapeError);
  CHECK_THROWS_AS(Tensor::from({0}, {1}), ShapeError);
  CHECK_THROWS_AS(Tensor::copy_of({3}, std::vector<double>(4)), ShapeError);
  CHECK_THROWS_WITH_AS(eye(-1), Contains("negative extent"), ShapeError);
}

TEST_CASE("arange counts up and down as NumPy's and refuses what is no range") {
  CHECK(elements(arange(0, 5, 2)) == std::vector<double>{0, 2, 4});
  CHECK(elements(arange(0, 4, 2)) == std::vector<double>{0, 2});
  CHECK(elements(arange(3, 0, -1)) == std::vector<double>{3, 2, 1});
  CHECK(elements(arange(-1, 1, 0.5)) == std::vector<double>{-1, -0.5, 0, 0.5});
  CHECK(arange(0, 1, 0.1).size() == 10);
  CHECK(arange(0, 1, 0.1).at({3}) == 3 * 0.1);
  for (const Tensor& none : {arange(1, 0), arange(0, 1, -1), arange(2, 2)}) CHECK(none.shape() == Shape{0});
  const double misfits[][3] = {{0, 1, 0},      {0, 0, 0},    {not_a_number, 1, 1},
                               {0, inf, 1},    {-inf, 0, 1}, {0, 1, not_a_number},
                               {0, 1, 1e-300}, {0, 1e16, 1}};
  for (const auto& range : misfits) {
    CAPTURE(range[0]);
    CAPTURE(range[1]);
    CAPTURE(range[2]);
    CHECK_THROWS_WITH_AS(arange(range[0], range[1], range[2]), Contains("[arange] start "), ValueError);
  }
}

TEST_CASE("a buffer that cannot be had is std::bad_alloc, not a write out of bounds") {
  CHECK_THROWS_AS(zeros({(std::int64_t{1} << 60) - 1}), std::bad_alloc);
}

TEST_CASE("elements are read by index from both ends, and every wrong index is refused") {
  const Tensor x = counted({2, 3, 4});
  for (const Tensor& view : {x, x.transposed(0, 2).contiguous().transposed(0, 2)})
    for (std::int64_t i = 0; i < 2; ++i)
      for (std::int64_t k = 0; k < 4; ++k) {
        CHECK(view.at({i, 1, k}) == static_cast<double>(12 * i + 4 + k));
        CHECK(view.at({i - 2, -2, k - 4}) == view.at({i, 1, k}));
      }
  CHECK(Tensor::scalar(2.5).at({}) == 2.5);
  CHECK_THROWS_WITH_AS(x.at({0, 3, 0}), "[at] Index 3 is outside axis 1 of shape [2, 3, 4]; it runs from -3 to 2",
                       ShapeError);
  CHECK_THROWS_WITH_AS(x.at({0, 0, -5}), Contains("Index -5 is outside axis 2"), ShapeError);
  CHECK_THROWS_WITH_AS(x.at({0, 0}), "[at] 2 indices for shape [2, 3, 4]; give one for each of its 3 axes", ShapeError);
  CHECK_THROWS_AS(x.at({}), ShapeError);
  CHECK_THROWS_AS(zeros({0}).at({0}), ShapeError);
}

TEST_CASE("item gives the only element of any shape") {
  CHECK(full({1, 1, 1}, 4).item() == 4);
  CHECK(counted({2, 3}).sliced(0, 1, 2).sliced(1, 2, 3).item() == 5);
  CHECK(Tensor::from({}, {-3}, i64).item() == -3);
  CHECK_THROWS_WITH_AS(counted({2}).item(),
                       "[item] There are 2 elements in shape [2]; only a tensor of one element is a number",
                       ShapeError);
  CHECK_THROWS_WITH_AS(zeros({0}).item(), Contains("There are 0 elements"), ShapeError);
  CHECK_THROWS_WITH_AS(Tensor().item(), Contains("There are 0 elements"), ShapeError);
}

TEST_CASE("data gives the elements of contiguous tensors of the right dtype only") {
  const Tensor x = counted({2, 3}, f32);
  CHECK(x.data<float>()[4] == 4);
  CHECK(x.data<float>().size() == 6);
  CHECK(x.sliced(0, 1, 2).is_contiguous());  // rows of rows are contiguous
  CHECK(elements<double>(zeros({0, 3})).empty());
  CHECK_THROWS_WITH_AS(x.data<double>(), "[data] The elements are f32, not f64; convert with to(f64)", DTypeError);
  CHECK_THROWS_WITH_AS(elements<std::int64_t>(zeros({1}, u8)), Contains("The elements are u8, not i64"), DTypeError);
  CHECK_THROWS_WITH_AS(
      elements<float>(x.transposed()),
      "[data] This is a view of shape [3, 2] with strides [1, 3]; call contiguous() first, which makes "
      "it one block",
      ValueError);
  Tensor copy = x;
  CHECK_THROWS_WITH_AS(copy.mutable_data<double>(), Contains("The elements are f32, not f64"), DTypeError);
  CHECK(identical(copy, x));
}

TEST_CASE("to converts every element as a cast does, and shares when there is nothing to do") {
  const Tensor x = Tensor::from({4}, {-1.75, 0, 2.5, 300});
  CHECK(elements(x.to(i64)) == std::vector<double>{-1, 0, 2, 300});
  CHECK(elements(Tensor::from({2}, {2.9, 0.1}).to(u8)) == std::vector<double>{2, 0});
  CHECK(elements(Tensor::from({2}, {0.1, 1e300}).to(f32)) == std::vector<double>{static_cast<double>(0.1F), inf});
  CHECK(x.to(f64).shares_storage_with(x));
  CHECK(elements(counted({2, 3}).transposed().to(f32)) == std::vector<double>{0, 3, 1, 4, 2, 5});
  CHECK(zeros({0, 2}).to(i64).shape() == Shape{0, 2});
  CHECK(elements(Tensor::copy_of({1}, std::vector<std::int64_t>{-5}).to(f64)) == std::vector<double>{-5});
}

TEST_CASE("views show the elements they should, without a copy") {
  const Tensor x = counted({2, 3, 4});
  struct {
    std::string what;
    Tensor view;
    Shape shape;
    std::int64_t (*element)(std::int64_t i, std::int64_t j, std::int64_t k);
  } const views[] = {
      {"transposed", x.transposed(), {2, 4, 3}, [](auto i, auto j, auto k) { return 12 * i + 4 * k + j; }},
      {"outer axes", x.transposed(0, -1), {4, 3, 2}, [](auto i, auto j, auto k) { return 12 * k + 4 * j + i; }},
      {"permuted", x.permuted({2, 0, 1}), {4, 2, 3}, [](auto i, auto j, auto k) { return 12 * j + 4 * k + i; }},
      {"sliced", x.sliced(2, 1, 4, 2), {2, 3, 2}, [](auto i, auto j, auto k) { return 12 * i + 4 * j + 1 + 2 * k; }},
      {"negative bounds", x.sliced(-2, -2, -1), {2, 1, 4}, [](auto i, auto, auto k) { return 12 * i + 4 + k; }},
      {"expanded",
       x.sliced(1, 2, 3).expanded({2, 5, 4}),
       {2, 5, 4},
       [](auto i, auto, auto k) { return 12 * i + 8 + k; }},
      {"a new axis in front",
       x.sliced(0, 1, 2).reshaped({3, 4}).expanded({2, 3, 4}),
       {2, 3, 4},
       [](auto, auto j, auto k) { return 12 + 4 * j + k; }},
      {"slice of a permutation",
       x.permuted({1, 2, 0}).sliced(1, 0, 4, 3).sliced(0, 1, 3),
       {2, 2, 2},
       [](auto i, auto j, auto k) { return 12 * k + 4 * (i + 1) + 3 * j; }},
      {"transposed expansion",
       x.sliced(0, 0, 1).expanded({2, 3, 4}).transposed(0, 2).sliced(2, 1, 2),
       {4, 3, 1},
       [](auto i, auto j, auto) { return 4 * j + i; }},
  };
  for (const auto& v : views) {
    CAPTURE(v.what);
    CHECK(v.view.shape() == v.shape);
    CHECK(v.view.shares_storage_with(x));
    const Tensor dense = v.view.contiguous();
    CHECK(dense.is_contiguous());
    int wrong = 0;
    for (std::int64_t i = 0; i < v.shape[0]; ++i)
      for (std::int64_t j = 0; j < v.shape[1]; ++j)
        for (std::int64_t k = 0; k < v.shape[2]; ++k) {
          const auto expected = static_cast<double>(v.element(i, j, k));
          wrong += v.view.at({i, j, k}) != expected;
          wrong += dense.at({i, j, k}) != expected;
        }
    CHECK(wrong == 0);
  }
}

TEST_CASE("a view knows whether its elements lie in row-major order without gaps") {
  const Tensor x = counted({4, 1, 6});
  for (const Tensor& dense : {x, x.sliced(0, 1, 3), x.transposed(0, 1), x.reshaped({2, 12}), x.expanded({4, 1, 6}),
                              x.sliced(0, 1, 2).sliced(2, 3, 4).transposed(0, 2), x.sliced(0, 2, 2),
                              x.sliced(0, 1, 2).sliced(2, 1, 5), x.permuted({1, 0, 2})})
    CHECK(dense.is_contiguous());
  for (const Tensor& strided : {x.sliced(2, 0, 3), x.sliced(0, 0, 4, 2), x.transposed(0, 2), x.expanded({4, 2, 6}),
                                x.sliced(2, 0, 1).expanded({4, 1, 6})})
    CHECK_FALSE(strided.is_contiguous());
  CHECK(x.contiguous().shares_storage_with(x));
  CHECK(x.expanded({4, 2, 6}).strides() == Dims{6, 0, 1});
}

TEST_CASE("reshaped works out one extent, shares where it can, and keeps row-major order") {
  const Tensor x = counted({2, 6});
  CHECK(x.reshaped({3, -1}).shape() == Shape{3, 4});
  CHECK(x.reshaped({-1}).shape() == Shape{12});
  CHECK(x.reshaped({-1, 12}).shape() == Shape{1, 12});
  CHECK(x.reshaped({3, 4}).shares_storage_with(x));
  CHECK(elements(x.transposed().reshaped({3, 4})) == elements(x.transposed()));
  CHECK(x.reshaped({1, 2, 1, 6, 1}).at({0, 1, 0, 2, 0}) == 8);
  CHECK(Tensor::scalar(3).reshaped({1, 1}).at({0, 0}) == 3);
  CHECK(full({1, 1}, 3).reshaped({}).item() == 3);
  CHECK(zeros({0, 3}).reshaped({5, 0}).shape() == Shape{5, 0});
  CHECK(zeros({0, 3}).reshaped({-1, 3}).shape() == Shape{0, 3});

  struct {
    Tensor x;
    Dims extents;
    const char* text;
  } const misfits[] = {
      {x, {5}, "[reshape] Shape [2, 6] has 12 elements, [5] would have 5; the numbers must be equal"},
      {x, {-1, 5}, "12 elements of shape [2, 6] do not fill [-1, 5] evenly"},
      {x, {-1, -1}, "More than one -1 in [-1, -1]"},
      {x, {-2, 6}, "A negative extent in [-2, 6]"},
      {x, {-2, -6}, "A negative extent in [-2, -6]"},
      {x, {-1, -2, -6}, "A negative extent"},
      {x, {}, "would have 1"},
      {zeros({0, 3}), {-1, 0}, "do not fill [-1, 0] evenly"},  // any extent would do: there is none to work out
      {x, {1 << 21, 1 << 21, 1 << 21}, "more elements than can be addressed"},
  };
  for (const auto& m : misfits) CHECK_THROWS_WITH_AS(m.x.reshaped(m.extents), Contains(m.text), ShapeError);
}

TEST_CASE("views that do not exist are refused") {
  const Tensor x = counted({2, 3});
  struct {
    std::function<Tensor()> view;
    const char* text;
  } const misfits[] = {
      {[&] { return x.transposed(0, 2); }, "[transpose] There is no axis 2 in shape [2, 3]"},
      {[&] { return counted({3}).transposed(); }, "[transpose] There is no axis -2 in shape [3]"},
      {[&] { return x.permuted({0}); }, "[permute] [0] is no order of the axes of shape [2, 3]"},
      {[&] {
         return x.permuted({0, 0});
       },
       "[permute] [0, 0] is no order"},
      {[&] {
         return x.permuted({1, -1});
       },
       "[permute] [1, -1] is no order"},
      {[&] {
         return x.permuted({0, 1, 2});
       },
       "[permute] [0, 1, 2] is no order"},
      {[&] {
         return x.permuted({0, 2});
       },
       "[permute] There is no axis 2"},
      {[&] { return x.sliced(1, 0, 4); }, "[slice] start 0, stop 4, step 1 do not fit axis 1 of shape [2, 3]"},
      {[&] { return x.expanded({3}); }, "[expand] Shape [2, 3] does not stretch to [3]"},
      {[&] {
         return x.expanded({2, 1});
       },
       "[expand] Shape [2, 3] does not stretch to [2, 1]"},
      {[&] {
         return x.expanded({4, 3});
       },
       "[expand] Shapes [2, 3] and [4, 3] do not broadcast: axis -2 has 2 and 4"},
      {[&] {
         return x.expanded({0, 3});
       },
       "do not broadcast"},
  };
  for (const auto& m : misfits) CHECK_THROWS_WITH_AS(m.view(), Contains(m.text), ShapeError);
}

TEST_CASE("no tensor ever sees what is written through another") {
  // Every way to share a storage; then one of the two is written, and the other must keep its elements.
  struct {
    std::string what;
    std::function<Tensor(const Tensor&)> share;
  } const ways[] = {
      {"copy", [](const Tensor& x) { return x; }},
      {"assignment",
       [](const Tensor& x) {
         Tensor y = zeros({1});
         y = x;
         return y;
       }},
      {"reshaped", [](const Tensor& x) { return x.reshaped({6}); }},
      {"transposed", [](const Tensor& x) { return x.transposed(); }},
      {"row", [](const Tensor& x) { return x.sliced(0, 1, 2); }},
      {"column", [](const Tensor& x) { return x.sliced(1, 1, 2); }},
      {"expanded",
       [](const Tensor& x) {
         return x.sliced(0, 0, 1).expanded({4, 3});
       }},
      {"contiguous", [](const Tensor& x) { return x.contiguous(); }},
      {"to the same dtype", [](const Tensor& x) { return x.to(f64); }},
      {"view of a view", [](const Tensor& x) { return x.transposed().sliced(0, 1, 3).transposed(); }},
  };
  for (const auto& way : ways)
    for (const bool write_first : {true, false}) {
      CAPTURE(way.what);
      Tensor first = counted({2, 3});
      Tensor second = way.share(first);
      REQUIRE(second.shares_storage_with(first));
      Tensor& written = write_first ? first : second;
      const Tensor& kept = write_first ? second : first;
      const std::vector<double> before = elements(kept), old = elements(written);
      const std::span<double> out = written.mutable_data<double>();
      REQUIRE(std::vector<double>(out.begin(), out.end()) == old);  // detaching keeps the elements, in order
      for (double& value : out) value = -1;
      CHECK(elements(kept) == before);
      CHECK(elements(written) == std::vector<double>(old.size(), -1));
      CHECK_FALSE(kept.shares_storage_with(written));
    }
}

TEST_CASE("writing does not copy when nobody else looks") {
  Tensor x = counted({2, 3});
  const std::uintptr_t before = address(x);
  static_cast<void>(x.mutable_data<double>());
  CHECK(address(x) == before);
  { const Tensor copy = x; }
  x = x.sliced(0, 1, 2);  // the view is now the only owner
  x.mutable_data<double>()[0] = 7;
  CHECK(address(x) == before + 3 * sizeof(double));
  CHECK(elements(x) == std::vector<double>{7, 4, 5});
}

TEST_CASE("an expansion that is written has an element of its own for each place") {
  Tensor x = Tensor::scalar(2).expanded({2, 2});
  x.mutable_data<double>()[1] = 5;
  CHECK(elements(x) == std::vector<double>{2, 5, 2, 2});
  CHECK(x.is_contiguous());
}

TEST_CASE("a tensor that was moved from holds nothing") {
  Tensor x = counted({2, 3});
  const Tensor y = std::move(x);
  CHECK(elements(y) == elements(counted({2, 3})));
  CHECK_FALSE(x.defined());  // NOLINT(bugprone-use-after-move): this is what is tested
  x = counted({2});
  CHECK(elements(x) == std::vector<double>{0, 1});
  Tensor& self = x;
  x = self;
  CHECK(elements(x) == std::vector<double>{0, 1});
  x = std::move(self);
  CHECK(elements(x) == std::vector<double>{0, 1});
  x = x.sliced(0, 1, 2);  // assigned from a view of itself
  CHECK(elements(x) == std::vector<double>{1});
}

TEST_CASE("every buffer of more than 48 bytes begins at a multiple of 64 bytes, and a smaller one at one of 16") {
  for (const DType dtype : {f32, f64, i64, u8})
    for (const std::int64_t n : {1, 3, 8, 63, 64, 65, 1000, 4096, 65537, 1 << 18}) {
      CAPTURE(n);
      const std::size_t alignment = static_cast<std::size_t>(n) * size_of(dtype) <= 48 ? 16 : 64;
      CHECK(address(zeros({n}, dtype)) % alignment == 0);
    }
  Tensor detached = counted({100}).sliced(0, 1, 99);
  const Tensor copy = detached;
  static_cast<void>(detached.mutable_data<double>());
  CHECK(address(detached) % 64 == 0);
}

TEST_CASE("empty tensors have a shape and a dtype, and nothing else") {
  Tensor x = zeros({3, 0, 2}, i64);
  CHECK(x.defined());
  CHECK(x.size() == 0);
  CHECK(x.is_contiguous());
  CHECK(x.mutable_data<std::int64_t>().empty());
  CHECK(x.transposed(0, 1).shape() == Shape{0, 3, 2});
  CHECK(x.sliced(0, 1, 3, 2).shape() == Shape{1, 0, 2});
  CHECK(x.sliced(1, 0, 0).shape() == Shape{3, 0, 2});
  CHECK(x.expanded({4, 3, 0, 2}).contiguous().shape() == Shape{4, 3, 0, 2});
  CHECK(zeros({1, 0}).expanded({5, 0}).size() == 0);
  CHECK(eye(0).shape() == Shape{0, 0});
  CHECK(identical(x, zeros({3, 0, 2}, i64)));
}

TEST_CASE("a default-constructed tensor holds nothing, and says so") {
  const Tensor nothing;
  CHECK_FALSE(nothing.defined());
  CHECK(nothing.size() == 0);
  CHECK(nothing.data<double>().empty());
  CHECK_FALSE(nothing.contiguous().defined());
  CHECK_FALSE(nothing.to(f32).defined());
  CHECK_FALSE(nothing.shares_storage_with(Tensor()));
  CHECK_THROWS_WITH_AS(nothing.at({}), Contains("An empty Tensor object has no elements"), ShapeError);
  CHECK_THROWS_AS(nothing.transposed(), ShapeError);
  CHECK_THROWS_AS(nothing.sliced(0, 0, 0), ShapeError);
}

TEST_CASE("a tensor that holds nothing has no elements to write") {
  Tensor empty;
  CHECK(empty.mutable_data<double>().empty());
  Tensor x = counted({2, 3});
  const Tensor y = std::move(x);
  CHECK(x.mutable_data<double>().empty());  // NOLINT(bugprone-use-after-move): this is what is tested
}

TEST_CASE("nothing cannot be made into something by a view") {
  CHECK_THROWS_AS(Tensor().expanded({1}), Error);
  CHECK_THROWS_AS(Tensor().expanded({2, 2}), Error);
}

TEST_CASE("identical compares dtype, shape and every bit") {
  const Tensor x = Tensor::from({2, 2}, {1, 2, 2, 1});
  CHECK(identical(x, Tensor::from({2, 2}, {1, 2, 2, 1})));
  CHECK(identical(x, x.transposed()));
  CHECK(identical(Tensor(), Tensor()));
  CHECK(identical(full({2}, not_a_number), full({2}, not_a_number)));
  CHECK(identical(counted({4, 4}).transposed().sliced(0, 1, 3),
                  counted({4, 4}).transposed().sliced(0, 1, 3).contiguous()));
  CHECK_FALSE(identical(x, x.to(f32)));
  CHECK_FALSE(identical(x, x.reshaped({4})));
  CHECK_FALSE(identical(zeros({1}), full({1}, -0.0)));
  CHECK_FALSE(identical(counted({2, 2}), counted({2, 2}).transposed()));
  CHECK_FALSE(identical(Tensor(), zeros({0})));
  CHECK_FALSE(identical(zeros({0, 1}), zeros({1, 0})));
}

TEST_CASE("what an integer type cannot hold becomes its nearest bound, and NaN becomes 0") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor x = Tensor::from({7}, {-inf, -1e30, -1.5, nan, 1.5, 300, inf});
  const std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                     greatest = std::numeric_limits<std::int64_t>::max();
  CHECK(elements<std::int64_t>(x.to(i64)) == std::vector<std::int64_t>{least, least, -1, 0, 1, 300, greatest});
  CHECK(elements<std::uint8_t>(x.to(u8)) == std::vector<std::uint8_t>{0, 0, 0, 0, 1, 255, 255});
  CHECK(elements<std::uint8_t>(full({1}, 300, u8)) == std::vector<std::uint8_t>{255});
}
