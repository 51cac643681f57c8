#include <nabla/op.hpp>

namespace nabla {
namespace ops {

void Expand::forward(Tensors in, Tensor& out) const { out = in[0].expanded(shape); }

template <Value V>
void Expand::vjp(const Pullback<V>& p) const {
  p.grad[0] = sum_to(p.ct, p.in[0].shape());
}

std::vector<Sample> Expand::samples() {
  return {{Expand{{2, 3}}, {Shape{3}}},
          {Expand{{2, 3}}, {Shape{2, 1}}},
          {Expand{{2, 2}}, {Shape{}}},
          {Expand{{0, 3}}, {Shape{1, 3}}}};
}

std::vector<BadCall> Expand::bad_calls() {
  return {{Expand{{2, 4}}, {Shape{3}}, Mistake::shape, "Shapes [3] and [2, 4] do not broadcast"},
          {Expand{{3}}, {Shape{2, 3}}, Mistake::shape, "Shape [2, 3] does not stretch to [3]"},
          {Expand{{1, 3}}, {Shape{2, 3}}, Mistake::shape, "Shape [2, 3] does not stretch to [1, 3]"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Expand>();

}  // namespace nabla
