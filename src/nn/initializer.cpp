#include <cmath>
#include <nabla/nn/initializer.hpp>

namespace nabla::nn {
namespace {

double fans(std::int64_t fan_out, std::int64_t fan_in) { return static_cast<double>(fan_out + fan_in); }

}  // namespace

Initializer glorot_uniform() {
  return [](std::int64_t fan_out, std::int64_t fan_in, Rng& rng, DType dtype) {
    const double bound = std::sqrt(6 / fans(fan_out, fan_in));
    return rng.uniform({fan_out, fan_in}, -bound, bound, dtype);
  };
}

Initializer glorot_normal() {
  return [](std::int64_t fan_out, std::int64_t fan_in, Rng& rng, DType dtype) {
    return rng.normal({fan_out, fan_in}, 0, std::sqrt(2 / fans(fan_out, fan_in)), dtype);
  };
}

Initializer normal(double standard_deviation) {
  return [=](std::int64_t fan_out, std::int64_t fan_in, Rng& rng, DType dtype) {
    return rng.normal({fan_out, fan_in}, 0, standard_deviation, dtype);
  };
}

Initializer zeros() {
  return [](std::int64_t fan_out, std::int64_t fan_in, Rng&, DType dtype) {
    return nabla::zeros({fan_out, fan_in}, dtype);
  };
}

}  // namespace nabla::nn
