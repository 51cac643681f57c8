// How far a result may be from its reference, and how far it is.
#pragma once

#include <nabla/tensor.hpp>
#include <optional>
#include <string>

namespace reference {

/// |got − expected| ≤ absolute + relative |expected|. NaN equals NaN, and an infinity itself.
struct Bar {
  double absolute;
  double relative;
};

/// An element that is farther off than the bar allows: the worst of all.
struct Excess {
  std::int64_t element;  ///< row-major
  double got;
  double expected;
};

/// The worst element, if one is too far off. The shapes must be equal.
std::optional<Excess> worst_excess(const nabla::Tensor& got, const nabla::Tensor& expected, Bar bar);

/// "1.25 instead of 1.5 at [1, 2], relative error 1.7e-01"
std::string to_string(const Excess& excess, const nabla::Shape& shape);

}  // namespace reference
