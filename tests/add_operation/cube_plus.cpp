#include <algorithm>
#include <nabla/op.hpp>

namespace nabla {
namespace ops {

void CubePlus::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const Tensor x = in[0].contiguous();
    std::ranges::transform(x.data<T>(), out.mutable_data<T>().begin(),
                           [c = static_cast<T>(c)](T value) { return value * value * value + c; });
  });
}

template <Value V>
void CubePlus::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (3.0 * square(p.in[0]));
}

std::vector<Sample> CubePlus::samples() { return elementwise_samples(CubePlus{.c = 0.5}); }
std::vector<BadCall> CubePlus::bad_calls() { return elementwise_bad_calls(CubePlus{}); }

}  // namespace ops

template const OpTable& op_table<ops::CubePlus>();

}  // namespace nabla
