// How weights begin: their bounds and standard deviations.
#include <cmath>
#include <nabla/nabla.hpp>

#include "run_item.hpp"

namespace reference {

using namespace nabla;

namespace {

/// Such as kaiming_normal_fan_in_std.
nn::Initializer initializer_named(std::string_view name, double gain) {
  const bool uniform = name.find("uniform") != name.npos;
  const nn::Fan fan = name.find("fan_out") != name.npos ? nn::Fan::out : nn::Fan::in;
  if (name.starts_with("xavier")) return uniform ? nn::glorot_uniform(gain) : nn::glorot_normal(gain);
  if (name.starts_with("kaiming")) return uniform ? nn::he_uniform(fan, gain) : nn::he_normal(fan, gain);
  throw Unknown(fmt::format("the initialiser '{}' is unknown", name));
}

/// A draw is a multiple of one with bound or deviation 1 from the same numbers: of which, is what the corpus tells.
/// And the draw looks as such a draw should.
void compare_draw(const std::string& name, const Shape& shape, double gain, double expected, Comparison& comparison) {
  const bool uniform = name.ends_with("_bound");
  if (!uniform && !name.ends_with("_std")) throw Unknown(fmt::format("the expectation '{}' is unknown", name));
  Rng rng(7), same(7);
  const Tensor draw = initializer_named(name, gain)(shape, rng, f64);
  const Tensor unit = uniform ? same.uniform(shape, -1, 1) : same.normal(shape);
  comparison.values(name, draw, expected * unit);

  const double n = static_cast<double>(draw.size()), deviation = uniform ? expected / std::sqrt(3.0) : expected;
  const double m = mean(draw).item(), s = stddev(draw).item();
  comparison.require(std::abs(m) < 5 * deviation / std::sqrt(n), fmt::format("{}: the mean is {}", name, m));
  comparison.require(std::abs(s / deviation - 1) < 5 / std::sqrt(2 * n),
                     fmt::format("{}: the standard deviation is {} instead of {}", name, s, deviation));
}

}  // namespace

void run_initializer(const Item& item, Comparison& comparison) {
  const Attributes& attributes = item.attributes;
  const Shape shape(attributes.dims("shape"));
  const nn::Fans fans(shape);
  const auto compare = [&](std::string_view name, double got) {
    comparison.values(name, Tensor::scalar(got), Tensor::scalar(attributes.number(name)));
  };
  compare("fan_in", fans.in);
  compare("fan_out", fans.out);
  double gain = 1;
  try {
    gain = nn::gain(attributes.text("nonlinearity"), attributes.number("negative_slope", 0.01));
  } catch (const ValueError& error) {
    throw Unknown(error.what());
  }
  compare("gain", gain);
  const Attributes expected = attributes.group("expected");
  for (const std::string& name : expected.names()) compare_draw(name, shape, gain, expected.number(name), comparison);
}

}  // namespace reference
