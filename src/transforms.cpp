#include <algorithm>
#include <nabla/error.hpp>
#include <nabla/op.hpp>
#include <nabla/transforms.hpp>

namespace nabla::detail {
namespace {

void require_direction(std::string_view where, const Var& x, const Tensor& direction) {
  if (!direction.defined()) throw ValueError(where, "The direction is an empty Tensor object; give it a value first");
  if (direction.shape() != x.shape())
    throw ShapeError(where, fmt::format("A direction of shape {} for an x of shape {}; they must be equal",
                                        direction.shape(), x.shape()));
  if (direction.dtype() != x.dtype())
    throw DTypeError(where, fmt::format("A direction of {} for an x of {}; convert it with to({})", direction.dtype(),
                                        x.dtype(), x.dtype()));
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
  for (std::size_t i = 0; i < xs.size(); ++i) require_direction("jvp", xs[i], directions[i]);
  const Var u = y.tape().variable(zeros(y.shape(), y.dtype()));
  const RecordedGradients uJ = gradient_recorded(y, xs, u);
  Tensor tangent = zeros(y.shape(), y.dtype());
  for (std::size_t i = 0; i < xs.size(); ++i) tangent = tangent + gradient(uJ.at(i), {u}, directions[i])[u];
  return tangent;
}

PooledVector<Tensor> hessian_product(const Var& y, std::span<const Var> xs, std::span<const Tensor> directions) {
  for (std::size_t i = 0; i < xs.size(); ++i) require_direction("hvp", xs[i], directions[i]);
  const RecordedGradients g = gradient_recorded(y, xs);
  Var along = sum(g.at(0) * directions[0]);
  for (std::size_t i = 1; i < xs.size(); ++i) along = along + sum(g.at(i) * directions[i]);
  const Gradients second = gradient(along, xs);
  PooledVector<Tensor> products;
  for (std::size_t i = 0; i < xs.size(); ++i) products.push_back(second.at(i));
  return products;
}

}  // namespace nabla::detail
