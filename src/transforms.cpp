#include <algorithm>
#include <nabla/error.hpp>
#include <nabla/op.hpp>
#include <nabla/transforms.hpp>

#include "deferral.hpp"

namespace nabla {
namespace detail {
namespace {

const Tensor& value_of(const Var& x) { return x.value(); }
const Tensor& value_of(const Parameter* p) { return p->value; }

/// @throws ValueError unless there are as many directions as xs; ShapeError, DTypeError unless each is like its x
template <class X>
void require_directions(std::string_view where, std::span<const X> xs, std::span<const Tensor> directions) {
  if (xs.empty() || xs.size() != directions.size())
    throw ValueError(where, fmt::format("{} directions for {} values of x; give one for each, and one at least",
                                        directions.size(), xs.size()));
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const Tensor &x = value_of(xs[i]), &direction = directions[i];
    if (!direction.defined()) throw ValueError(where, "The direction is an empty Tensor object; give it a value first");
    if (direction.shape() != x.shape())
      throw ShapeError(where, fmt::format("A direction of shape {} for an x of shape {}; they must be equal",
                                          direction.shape(), x.shape()));
    if (direction.dtype() != x.dtype())
      throw DTypeError(where, fmt::format("A direction of {} for an x of {}; convert it with to({})", direction.dtype(),
                                          x.dtype(), x.dtype()));
  }
}

PooledVector<Var> values_of(const RecordedGradients& gradients) {
  PooledVector<Var> values;
  for (std::size_t i = 0; i < gradients.size(); ++i) values.push_back(gradients.at(i));
  return values;
}

}  // namespace

PooledVector<Tensor> jacobians_of(const Var& y, std::span<const Var> xs) {
  if (!is_floating(y.dtype()))
    throw DTypeError("jacobian", fmt::format("f is {}; only f32 and f64 results have derivatives", y.dtype()));
  PooledVector<Tensor> jacobians;
  for (const Var& x : xs) {
    Dims extents = y.shape();
    for (const std::int64_t extent : x.shape()) extents.push_back(extent);
    jacobians.push_back(Tensor::uninitialized(Shape(extents), x.dtype()));
  }
  for (std::int64_t row = 0; row < y.shape().elements(); ++row) {
    Tensor seed = zeros(y.shape(), y.dtype());
    visit_floating(y.dtype(),
                   [&]<class T>(std::type_identity<T>) { seed.mutable_data<T>()[static_cast<std::size_t>(row)] = 1; });
    const Gradients derivatives = gradient(y, xs, seed);
    for (std::size_t i = 0; i < xs.size(); ++i)
      visit_floating(xs[i].dtype(), [&]<class T>(std::type_identity<T>) {
        const std::span<const T> values = derivatives.at(i).data<T>();
        std::ranges::copy(values, jacobians[i].mutable_data<T>().data() + row * std::ssize(values));
      });
  }
  return jacobians;
}

Tensor jacobian_of(const Var& y, const Var& x) { return std::move(jacobians_of(y, {&x, 1})[0]); }

Tensor tangent_of(const Var& y, std::span<const Var> xs, std::span<const Tensor> directions) {
  require_directions("jvp", xs, directions);
  Deferral deferral(y.tape());
  const Var u = y.tape().variable(zeros(y.shape(), y.dtype()));
  const RecordedGradients uJ = gradient_recorded(y, xs, u);
  return std::move(gradient(values_of(uJ), {&u, 1}, directions).at(0));
}

}  // namespace detail

namespace {

template <class X>
Gradients hessian_product(const Var& f, std::span<const X> wrt, std::span<const Tensor> directions) {
  detail::require_directions("hvp", wrt, directions);
  detail::Deferral deferral(f.tape());
  return gradient(detail::values_of(gradient_recorded(f, wrt)), wrt, directions);
}

}  // namespace

Gradients hvp(const Var& f, std::span<const Var> wrt, std::span<const Tensor> directions) {
  return hessian_product(f, wrt, directions);
}
Gradients hvp(const Var& f, std::span<const Parameter* const> parameters, std::span<const Tensor> directions) {
  return hessian_product(f, parameters, directions);
}

}  // namespace nabla
