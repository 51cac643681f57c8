// How weights begin.
#pragma once

#include <functional>
#include <nabla/random.hpp>
#include <string_view>

namespace nabla::nn {

/// Draws the initial value of a weight of that shape: [out, in] of a layer that is fully connected, [out, in, …] with
/// the extents of the kernel of a convolution, [out] of a bias.
using Initializer = std::function<Tensor(const Shape& shape, Rng& rng, DType dtype)>;

/// How many inputs an output sees, and how many outputs see an input: in · |kernel| and out · |kernel|, |kernel| the
/// number of its elements. A bias has fan_in 1. @throws ShapeError for a scalar
struct Fans {
  explicit Fans(const Shape& shape);

  double in, out;
};
enum class Fan { in, out, average };

/// By which the standard deviation of weights is multiplied in front of an activation, so that signals keep their size:
/// 1 for linear (or identity), sigmoid, softmax and convolutions, 5/3 for tanh, √2 for relu, √(2/(1 + a²)) for
/// leaky_relu of slope a, ¾ for selu; as in PyTorch. @throws ValueError for another name
double gain(std::string_view activation, double negative_slope = 0.01);

/// @name Mean 0 and variance gain² / fan
/// @{
/// Uniform on ±gain √(3 / fan).
Initializer scaled_uniform(double gain, Fan fan);
Initializer scaled_normal(double gain, Fan fan);

/// Xavier's: the average of both fans (Glorot and Bengio 2010; eq. 16 with gain 1).
inline Initializer glorot_uniform(double gain = 1) { return scaled_uniform(gain, Fan::average); }
inline Initializer glorot_normal(double gain = 1) { return scaled_normal(gain, Fan::average); }
/// Kaiming's (He, Zhang, Ren and Sun 2015, eq. 10 with fan in, eq. 14 with fan out).
inline Initializer he_uniform(Fan fan = Fan::in, double factor = gain("relu")) { return scaled_uniform(factor, fan); }
inline Initializer he_normal(Fan fan = Fan::in, double factor = gain("relu")) { return scaled_normal(factor, fan); }
/// LeCun, Bottou, Orr and Müller 1998, *Efficient backprop*, eq. 16.
inline Initializer lecun_uniform() { return scaled_uniform(1, Fan::in); }
inline Initializer lecun_normal() { return scaled_normal(1, Fan::in); }
/// @}

/// As a matrix [out, the rest]: its rows are orthogonal to each other and of length `gain`, or its columns where there
/// are more rows than columns; of all such matrices each is as likely (Saxe, McClelland and Ganguli 2014).
/// @throws ShapeError for a scalar, when it draws
Initializer orthogonal(double gain = 1);

/// Normal with mean 0 and the given standard deviation ε. @throws ValueError unless ε ≥ 0, when it draws
Initializer normal(double standard_deviation);
/// normal(0.01), the small weights N(0, ε) of textbooks.
inline Initializer small_normal() { return normal(0.01); }
/// Uniform on [low, high). @throws ValueError unless low ≤ high, when it draws
Initializer uniform(double low, double high);
Initializer constant(double value);
inline Initializer zeros() { return constant(0); }

}  // namespace nabla::nn
