#include <nabla/op.hpp>

namespace nabla {
namespace ops {

void Reshape::forward(Tensors in, Tensor& out) const { out = in[0].reshaped(extents); }

template <Value V>
void Reshape::vjp(const Pullback<V>& p) const {
  p.grad[0] = reshape(p.ct, p.in[0].shape());
}

std::vector<Sample> Reshape::samples() {
  return {{Reshape{{3, 2}}, {Shape{2, 3}}},
          {Reshape{{-1}}, {Shape{2, 3}}},
          {Reshape{{}}, {Shape{1, 1}}},
          {Reshape{{2, -1, 1}}, {Shape{4}}},
          {Reshape{{0, 5}}, {Shape{3, 0}}}};
}

std::vector<BadCall> Reshape::bad_calls() {
  const Shape x{2, 3};
  return {{Reshape{{4}}, {x}, Mistake::shape, "Shape [2, 3] has 6 elements, [4] would have 4"},
          {Reshape{{-1, -1}}, {x}, Mistake::shape, "More than one -1 in [-1, -1]"},
          {Reshape{{-1, 4}}, {x}, Mistake::shape, "6 elements of shape [2, 3] do not fill [-1, 4] evenly"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Reshape>();

}  // namespace nabla
