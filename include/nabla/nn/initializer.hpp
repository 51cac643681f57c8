// How weights begin.
#pragma once

#include <functional>
#include <nabla/random.hpp>

namespace nabla::nn {

/// Draws the initial value of a weight [fan_out, fan_in].
using Initializer = std::function<Tensor(std::int64_t fan_out, std::int64_t fan_in, Rng& rng, DType dtype)>;

/// Uniform on ±√(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, eq. 16).
Initializer glorot_uniform();
/// Normal with mean 0 and variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010).
Initializer glorot_normal();
/// Normal with mean 0 and the given standard deviation ε. @throws ValueError unless ε ≥ 0, when it draws
Initializer normal(double standard_deviation);
Initializer zeros();

}  // namespace nabla::nn
