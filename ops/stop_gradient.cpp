#include <nabla/op.hpp>

namespace nabla {
namespace ops {

void StopGradient::forward(Tensors in, Tensor& out) const { out = in[0]; }

std::vector<Sample> StopGradient::samples() { return elementwise_samples(StopGradient{}); }
std::vector<BadCall> StopGradient::bad_calls() { return elementwise_bad_calls(StopGradient{}); }

}  // namespace ops

template const OpTable& op_table<ops::StopGradient>();

}  // namespace nabla
