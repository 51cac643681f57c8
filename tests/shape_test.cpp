#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include <nabla/axes.hpp>
#include <nabla/error.hpp>
#include <nabla/shape.hpp>
#include <nabla/tensor.hpp>
#include <string>
#include <vector>

using namespace nabla;
using doctest::Contains;

namespace {

constexpr std::int64_t largest_integer = std::numeric_limits<std::int64_t>::max();

std::vector<std::int64_t> values(const Dims& dims) { return {dims.begin(), dims.end()}; }

}  // namespace

TEST_CASE("Dims keep their values in order and up to eight of them") {
  Dims dims{3, 1};
  CHECK(dims.size() == 2);
  CHECK_FALSE(dims.empty());
  CHECK(dims.back() == 1);
  dims.push_back(4);
  dims.insert(0, 7);
  dims.insert(2, -9);
  CHECK(values(dims) == std::vector<std::int64_t>{7, 3, -9, 1, 4});
  dims.erase(2);
  dims.erase(3);
  dims[0] = 8;
  CHECK(values(dims) == std::vector<std::int64_t>{8, 3, 1});
  CHECK(to_string(dims) == "[8, 3, 1]");
  CHECK(Dims().empty());
  CHECK(to_string(Dims()) == "[]");

  Dims eight{1, 2, 3, 4, 5, 6, 7, 8};
  const Dims copy = eight;
  eight[7] = 0;
  CHECK(values(copy) == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8});
  eight = Dims{1};
  CHECK(values(eight) == std::vector<std::int64_t>{1});
}

TEST_CASE("Dims are equal when sizes and values are, whatever stood behind them before") {
  Dims longer{2, 3, 4, 5, 6};
  longer.erase(4);
  longer.erase(3);
  longer.erase(2);
  CHECK(longer == Dims{2, 3});
  CHECK_FALSE(Dims{2, 3} == Dims{2, 3, 1});
  CHECK_FALSE(Dims{2, 3} == Dims{3, 2});
  CHECK(Dims() == Dims{});
}

TEST_CASE("a ninth axis is refused, and the list is as it was") {
  Dims eight{1, 1, 1, 1, 1, 1, 1, 1};
  CHECK_THROWS_WITH_AS(eight.push_back(1), Contains("a tensor has at most 8"), ShapeError);
  CHECK_THROWS_WITH_AS(eight.insert(0, 1), Contains("a tensor has at most 8"), ShapeError);
  CHECK(eight.size() == 8);
  CHECK_THROWS_WITH_AS((Dims{1, 1, 1, 1, 1, 1, 1, 1, 1}), "[shape] 9 axes; a tensor has at most 8", ShapeError);
  CHECK_THROWS_WITH_AS((Shape{1, 1, 1, 1, 1, 1, 1, 1, 1}), Contains("9 axes"), ShapeError);
}

TEST_CASE("a shape counts its elements: 1 for a scalar, 0 as soon as an extent is 0") {
  CHECK(Shape{}.elements() == 1);
  CHECK(Shape{}.rank() == 0);
  CHECK(Shape{5}.elements() == 5);
  CHECK(Shape{2, 3, 4}.elements() == 24);
  CHECK(Shape{2, 0, 4}.elements() == 0);
  CHECK(values(contiguous_strides({2, 3, 4})) == std::vector<std::int64_t>{12, 4, 1});
  CHECK(contiguous_strides({}) == Dims{});
}

TEST_CASE("negative extents and counts beyond 63 bits are refused") {
  CHECK_THROWS_WITH_AS((Shape{2, -1}), "[shape] A negative extent in [2, -1]; extents are 0 or more", ShapeError);
  CHECK_THROWS_AS((Shape{std::numeric_limits<std::int64_t>::min()}), ShapeError);
  for (const Dims& extents : {Dims{largest_integer}, Dims{std::int64_t{1} << 32, std::int64_t{1} << 32},
                              Dims{3, largest_integer / 2}, Dims{1 << 21, 1 << 21, 1 << 21}})
    CHECK_THROWS_WITH_AS(Shape{extents}, Contains("has more elements than can be addressed"), ShapeError);
  CHECK(Shape{std::int64_t{1} << 40}.elements() == std::int64_t{1} << 40);
}

// A shape is checked when it is made, so nobody may change one in place.
static_assert(!std::is_assignable_v<decltype(std::declval<Shape&>()[0]), std::int64_t>);
static_assert(!std::is_assignable_v<decltype(*std::declval<Shape&>().begin()), std::int64_t>);

TEST_CASE("axes count from both ends") {
  const Shape shape{4, 5, 6};
  for (std::int64_t axis = 0; axis < 3; ++axis) {
    CHECK(normalize_axis("f", axis, shape) == static_cast<std::size_t>(axis));
    CHECK(normalize_axis("f", axis - 3, shape) == static_cast<std::size_t>(axis));
  }
  for (const std::int64_t axis : {std::int64_t{3}, std::int64_t{-4}, largest_integer, -largest_integer - 1})
    CHECK_THROWS_WITH_AS(normalize_axis("f", axis, shape), Contains("take an axis from -3 to 2"), ShapeError);
  CHECK_THROWS_WITH_AS(normalize_axis("f", 3, shape),
                       "[f] There is no axis 3 in shape [4, 5, 6]; take an axis from -3 to 2", ShapeError);
  CHECK_THROWS_WITH_AS(normalize_axis("f", 0, Shape{}), "[f] There is no axis 0 in shape []; a scalar has no axes",
                       ShapeError);
}

TEST_CASE("shapes broadcast as NumPy's do, in either order") {
  struct {
    Shape a, b, result;
  } const fits[] = {
      {{}, {}, {}},
      {{}, {3}, {3}},
      {{}, {0, 2}, {0, 2}},
      {{1}, {3}, {3}},
      {{3}, {3}, {3}},
      {{2, 3}, {3}, {2, 3}},
      {{2, 3}, {1}, {2, 3}},
      {{2, 1}, {3}, {2, 3}},
      {{2, 1, 4}, {3, 1}, {2, 3, 4}},
      {{5, 1, 1}, {1, 4, 1}, {5, 4, 1}},
      {{8, 1, 6, 1}, {7, 1, 5}, {8, 7, 6, 5}},
      {{1}, {0}, {0}},
      {{0}, {0}, {0}},
      {{2, 1}, {2, 0}, {2, 0}},
      {{1, 1, 1, 1, 1, 1, 1, 2}, {3, 1}, {1, 1, 1, 1, 1, 1, 3, 2}},
  };
  for (const auto& fit : fits) {
    CAPTURE(to_string(fit.a) + to_string(fit.b));
    CHECK(broadcast("f", fit.a, fit.b) == fit.result);
    CHECK(broadcast("f", fit.b, fit.a) == fit.result);
  }
}

TEST_CASE("shapes that do not broadcast are refused with the axis and both extents") {
  struct {
    Shape a, b;
    std::string text;
  } const misfits[] = {
      {{2, 3}, {4}, "Shapes [2, 3] and [4] do not broadcast: axis -1 has 3 and 4"},
      {{4}, {2, 3}, "Shapes [4] and [2, 3] do not broadcast: axis -1 has 4 and 3"},
      {{2, 3}, {3, 3}, "Shapes [2, 3] and [3, 3] do not broadcast: axis -2 has 2 and 3"},
      {{0}, {2}, "Shapes [0] and [2] do not broadcast: axis -1 has 0 and 2"},
      {{5, 2, 3}, {4, 2, 3}, "Shapes [5, 2, 3] and [4, 2, 3] do not broadcast: axis -3 has 5 and 4"},
  };
  for (const auto& [a, b, text] : misfits)
    CHECK_THROWS_WITH_AS(broadcast("f", a, b), ("[f] " + text + "; extents must be equal, or one of them 1").c_str(),
                         ShapeError);
}

TEST_CASE("what two shapes broadcast to is refused when it has too many elements") {
  const Shape column{std::int64_t{1} << 32, 1}, row{1, std::int64_t{1} << 32};
  CHECK_THROWS_WITH_AS(broadcast("f", column, row), Contains("more elements than can be addressed"), ShapeError);
  const Tensor one = Tensor::scalar(1);
  CHECK_THROWS_AS(one.expanded(column).expanded({std::int64_t{1} << 32, std::int64_t{1} << 32}), ShapeError);
}

TEST_CASE("a slice is counted from the front, with the number of elements it takes") {
  struct {
    std::int64_t axis, start, stop, step;
    std::int64_t first, count;
  } const slices[] = {
      {1, 0, 6, 1, 0, 6},  {1, 2, 5, 1, 2, 3}, {-1, -3, -1, 1, 3, 2}, {1, 0, 6, 2, 0, 3}, {1, 1, 6, 2, 1, 3},
      {1, 0, 5, 2, 0, 3},  {1, 0, 6, 4, 0, 2}, {1, 5, 6, 9, 5, 1},    {1, 6, 6, 1, 6, 0}, {1, 3, 3, 2, 3, 0},
      {1, -6, 6, 1, 0, 6}, {1, 0, 6, 6, 0, 1}, {1, 0, 6, 5, 0, 2},
  };
  for (const auto& s : slices) {
    CAPTURE(to_string(Dims{s.start, s.stop, s.step}));
    const AxisSlice slice("f", {4, 6}, s.axis, s.start, s.stop, s.step);
    CHECK(slice.axis == 1);
    CHECK(slice.start == s.first);
    CHECK(slice.step == s.step);
    CHECK(slice.shape == Shape{4, s.count});
  }
}

TEST_CASE("slices that do not fit are refused") {
  struct {
    std::int64_t start, stop, step;
  } const misfits[] = {{0, 7, 1}, {-7, 6, 1}, {4, 2, 1}, {0, 6, 0}, {0, 6, -1}, {7, 7, 1}, {3, -4, 1}, {0, -7, 1}};
  for (const auto& s : misfits)
    CHECK_THROWS_WITH_AS(AxisSlice("f", {4, 6}, 1, s.start, s.stop, s.step),
                         Contains("do not fit axis 1 of shape [4, 6]"), ShapeError);
  CHECK_THROWS_WITH_AS(AxisSlice("f", {4, 6}, 0, 1, 9, 2),
                       "[f] start 1, stop 9, step 2 do not fit axis 0 of shape [4, 6]; take 0 <= start <= stop <= 4 "
                       "(negative bounds count from the end) and a step of 1 or more",
                       ShapeError);
  CHECK_THROWS_WITH_AS(AxisSlice("f", {}, 0, 0, 1, 1), Contains("a scalar has no axes"), ShapeError);
}

TEST_CASE("a step larger than the axis takes one element, however large it is") {
  CHECK(AxisSlice("f", {6}, 0, 0, 6, largest_integer).shape == Shape{1});
  CHECK(AxisSlice("f", {6}, 0, 6, 6, largest_integer).shape == Shape{0});
}

TEST_CASE("the axes of a reduction may be all, one, several or none, each once") {
  const Shape shape{2, 3, 4};
  struct {
    Axes axes;
    Shape dropped, kept;
  } const reductions[] = {
      {Axes(), {}, {1, 1, 1}},
      {Axes(1), {2, 4}, {2, 1, 4}},
      {Axes(-1), {2, 3}, {2, 3, 1}},
      {Axes{0, 2}, {3}, {1, 3, 1}},
      {Axes{-1, 0}, {3}, {1, 3, 1}},
      {Axes{2, 1, 0}, {}, {1, 1, 1}},
      {Axes(Dims()), {2, 3, 4}, {2, 3, 4}},
  };
  for (const auto& [axes, dropped, kept] : reductions) {
    const ReducedAxes reduced("f", axes, shape);
    CHECK(reduced.result(shape, false) == dropped);
    CHECK(reduced.result(shape, true) == kept);
  }
  CHECK(ReducedAxes("f", Axes(), {}).result({}, true) == Shape{});
  CHECK_THROWS_WITH_AS(ReducedAxes("f", Axes{1, -2}, shape),
                       "[f] Axis -2 is named twice in [1, -2]; name each axis once", ShapeError);
  CHECK_THROWS_WITH_AS(ReducedAxes("f", Axes(3), shape), Contains("There is no axis 3"), ShapeError);
}
