// The axes that a reduction runs over.
#pragma once

#include <nabla/shape.hpp>

namespace nabla {

/// All axes, one, or several; negative axes count from the end. `keep` leaves each reduced axis with extent 1, so that
/// the result broadcasts against the operand.
struct Axes {
  Axes() = default;
  Axes(int axis) : Axes(std::int64_t{axis}) {}
  Axes(std::int64_t axis) : list{axis}, all(false) {}
  Axes(std::initializer_list<std::int64_t> axes) : list(axes), all(false) {}
  explicit Axes(const Dims& axes) : list(axes), all(false) {}

  Dims list;
  bool all = true;
};

/// Per axis of `shape`, whether it is reduced. @throws ShapeError, naming `where`, for an axis out of range or named
/// twice
struct ReducedAxes {
  ReducedAxes(std::string_view where, const Axes& axes, const Shape& shape);

  bool operator[](std::size_t axis) const { return reduced_[axis]; }
  /// The shape of the result.
  Shape result(const Shape& shape, bool keep) const;

 private:
  bool reduced_[max_rank] = {};
};

}  // namespace nabla
