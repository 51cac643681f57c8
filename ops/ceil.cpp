#include <cmath>
#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Ceil::elementwise = kernels::without_derivative<kernels::Same, kernels::Same>([](auto x) {
  if constexpr (std::is_integral_v<decltype(x)>)
    return x;
  else
    return std::ceil(x);
});

std::vector<Sample> Ceil::samples() { return elementwise_samples(Ceil{}); }
std::vector<BadCall> Ceil::bad_calls() { return elementwise_bad_calls(Ceil{}); }

}  // namespace ops

template const OpTable& op_table<ops::Ceil>();

}  // namespace nabla
