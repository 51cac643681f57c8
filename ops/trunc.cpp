#include <cmath>
#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Trunc::elementwise = kernels::without_derivative<kernels::Same, kernels::Same>([](auto x) {
  if constexpr (std::is_integral_v<decltype(x)>)
    return x;
  else
    return std::trunc(x);
});

std::vector<Sample> Trunc::samples() { return elementwise_samples(Trunc{}); }
std::vector<BadCall> Trunc::bad_calls() { return elementwise_bad_calls(Trunc{}); }

}  // namespace ops

template const OpTable& op_table<ops::Trunc>();

}  // namespace nabla
