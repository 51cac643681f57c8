#include <nabla/axes.hpp>
#include <nabla/error.hpp>

namespace nabla {

ReducedAxes::ReducedAxes(std::string_view where, const Axes& axes, const Shape& shape) {
  for (std::size_t i = 0; axes.all && i < shape.rank(); ++i) reduced_[i] = true;
  if (axes.all) return;
  for (const std::int64_t axis : axes.list) {
    const std::size_t i = normalize_axis(where, axis, shape);
    if (reduced_[i])
      throw ShapeError(where,
                       fmt::format("Axis {} is named twice in {}; name each axis once", axis, to_string(axes.list)));
    reduced_[i] = true;
  }
}

Shape ReducedAxes::result(const Shape& shape, bool keep) const {
  Dims extents;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    if (!reduced_[i]) extents.push_back(shape[i]);
    if (reduced_[i] && keep) extents.push_back(1);
  }
  return Shape(extents);
}

}  // namespace nabla
