#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Step::elementwise =
    kernels::without_derivative<kernels::Same, kernels::Same>([](auto x) { return x > 0 ? 1 : 0; });

std::vector<Sample> Step::samples() { return elementwise_samples(Step{}); }
std::vector<BadCall> Step::bad_calls() { return elementwise_bad_calls(Step{}); }

}  // namespace ops

template const OpTable& op_table<ops::Step>();

}  // namespace nabla
