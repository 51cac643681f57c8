#include "compare.hpp"

#include <fmt/core.h>

#include <cmath>
#include <limits>

namespace reference {

std::optional<Excess> worst_excess(const nabla::Tensor& got, const nabla::Tensor& expected, Bar bar) {
  const nabla::Tensor a = got.to(nabla::f64).contiguous(), b = expected.to(nabla::f64).contiguous();
  std::optional<Excess> worst;
  double most = 1;
  for (std::int64_t i = 0; i < b.size(); ++i) {
    const double x = a.strided_data<double>()[i], y = b.strided_data<double>()[i];
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    const double ratio = std::abs(x - y) / (bar.absolute + bar.relative * std::abs(y));
    const double excess = std::isfinite(x) && std::isfinite(y) ? ratio : std::numeric_limits<double>::infinity();
    if (!(excess > most)) continue;
    most = excess;
    worst = Excess{i, x, y};
  }
  return worst;
}

std::string to_string(const Excess& excess, const nabla::Shape& shape) {
  nabla::Dims index = shape;
  std::int64_t rest = excess.element;
  for (std::size_t axis = shape.rank(); axis-- > 0; rest /= shape[axis]) index[axis] = rest % shape[axis];
  return fmt::format("{:.17g} instead of {:.17g} at {}, relative error {:.1e}", excess.got, excess.expected,
                     to_string(index), std::abs(excess.got - excess.expected) / std::abs(excess.expected));
}

}  // namespace reference
