#include <nabla/op.hpp>

namespace nabla {
namespace ops {

void Transpose::forward(Tensors in, Tensor& out) const { out = in[0].transposed(axis0, axis1); }

template <Value V>
void Transpose::vjp(const Pullback<V>& p) const {
  p.grad[0] = transpose(p.ct, axis0, axis1);
}

std::vector<Sample> Transpose::samples() {
  return {{Transpose{}, {Shape{2, 3}}},
          {Transpose{0, 2}, {Shape{2, 3, 4}}},
          {Transpose{0, 0}, {Shape{3}}},
          {Transpose{}, {Shape{0, 2}}}};
}

std::vector<BadCall> Transpose::bad_calls() {
  return {{Transpose{}, {Shape{3}}, Mistake::shape, "There is no axis -2 in shape [3]"},
          {Transpose{0, 2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Transpose{0, 0}, {Shape{}}, Mistake::shape, "a scalar has no axes"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Transpose>();

}  // namespace nabla
