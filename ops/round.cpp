#include <cmath>
#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Round::elementwise = kernels::without_derivative<kernels::Same, kernels::Same>([](auto x) {
  if constexpr (std::is_integral_v<decltype(x)>)
    return x;
  else
    return std::nearbyint(x);
});

std::vector<Sample> Round::samples() { return elementwise_samples(Round{}); }
std::vector<BadCall> Round::bad_calls() { return elementwise_bad_calls(Round{}); }

}  // namespace ops

template const OpTable& op_table<ops::Round>();

}  // namespace nabla
