#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Sign::elementwise = kernels::without_derivative<kernels::Same, kernels::Same>([](auto x) {
  return x > 0 ? decltype(x)(1) : x < 0 ? decltype(x)(-1) : decltype(x)(0);
});

std::vector<Sample> Sign::samples() { return elementwise_samples(Sign{}); }
std::vector<BadCall> Sign::bad_calls() { return elementwise_bad_calls(Sign{}); }

}  // namespace ops

template const OpTable& op_table<ops::Sign>();

}  // namespace nabla
