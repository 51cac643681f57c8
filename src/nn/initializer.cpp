#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <nabla/nn/initializer.hpp>
#include <numeric>

namespace nabla::nn {
namespace {

double of(Fan fan, const Fans& fans) {
  switch (fan) {
    case Fan::in:
      return fans.in;
    case Fan::out:
      return fans.out;
    case Fan::average:
      break;
  }
  return (fans.in + fans.out) / 2;
}

/// Takes from v what it has of the unit vector u.
void remove_component(std::span<double> v, std::span<const double> u) {
  const double along = std::inner_product(v.begin(), v.end(), u.begin(), 0.0);
  for (std::size_t i = 0; i < v.size(); ++i) v[i] -= along * u[i];
}

/// The rows, each of `length`, become orthonormal (Gram and Schmidt; twice, and they are so to the last digits).
void make_orthonormal(std::span<double> rows, std::size_t length) {
  for (std::size_t k = 0; k < rows.size(); k += length) {
    const std::span<double> row = rows.subspan(k, length);
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t j = 0; j < k; j += length) remove_component(row, rows.subspan(j, length));
    const double norm = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0));
    for (double& x : row) x /= norm;
  }
}

}  // namespace

Fans::Fans(const Shape& shape) {
  if (shape.rank() == 0) throw ShapeError("fans", "A scalar has no fans; a weight has the shape [out, in, …]");
  double kernel = 1;
  for (std::size_t axis = 2; axis < shape.rank(); ++axis) kernel *= static_cast<double>(shape[axis]);
  in = kernel * (shape.rank() == 1 ? 1 : static_cast<double>(shape[1]));
  out = kernel * static_cast<double>(shape[0]);
}

double gain(std::string_view activation, double negative_slope) {
  if (activation == "linear" || activation == "identity" || activation == "sigmoid" || activation == "softmax" ||
      activation.starts_with("conv"))
    return 1;
  if (activation == "tanh") return 5.0 / 3;
  if (activation == "relu") return std::sqrt(2.0);
  if (activation == "leaky_relu") return std::sqrt(2 / (1 + negative_slope * negative_slope));
  if (activation == "selu") return 0.75;
  throw ValueError("gain", fmt::format("No gain is known for '{}'; give a number, or one of linear, sigmoid, softmax, "
                                       "tanh, relu, leaky_relu, selu",
                                       activation));
}

Initializer scaled_uniform(double gain, Fan fan) {
  return [=](const Shape& shape, Rng& rng, DType dtype) {
    const double bound = gain * std::sqrt(3 / of(fan, Fans(shape)));
    return rng.uniform(shape, -bound, bound, dtype);
  };
}

Initializer scaled_normal(double gain, Fan fan) {
  return [=](const Shape& shape, Rng& rng, DType dtype) {
    return rng.normal(shape, 0, gain * std::sqrt(1 / of(fan, Fans(shape))), dtype);
  };
}

Initializer orthogonal(double gain) {
  return [=](const Shape& shape, Rng& rng, DType dtype) {
    if (shape.rank() == 0) throw ShapeError("orthogonal", "A scalar is no matrix; a weight has the shape [out, in, …]");
    const std::int64_t rows = shape[0], columns = shape.elements() / std::max<std::int64_t>(rows, 1);
    const bool wide = rows <= columns;
    Tensor matrix = rng.normal({std::min(rows, columns), std::max(rows, columns)});
    make_orthonormal(matrix.mutable_data<double>(), static_cast<std::size_t>(std::max(rows, columns)));
    for (double& x : matrix.mutable_data<double>()) x *= gain;
    return (wide ? matrix : matrix.transposed().contiguous()).reshaped(shape).to(dtype);
  };
}

Initializer normal(double standard_deviation) {
  return [=](const Shape& shape, Rng& rng, DType dtype) { return rng.normal(shape, 0, standard_deviation, dtype); };
}

Initializer uniform(double low, double high) {
  return [=](const Shape& shape, Rng& rng, DType dtype) { return rng.uniform(shape, low, high, dtype); };
}

Initializer constant(double value) {
  return [=](const Shape& shape, Rng&, DType dtype) { return Tensor::full(shape, value, dtype); };
}

}  // namespace nabla::nn
