#include <nabla/op.hpp>

namespace nabla {
namespace ops {

void Permute::forward(Tensors in, Tensor& out) const { out = in[0].permuted(order); }

template <Value V>
void Permute::vjp(const Pullback<V>& p) const {
  Dims inverse = order;
  for (std::size_t i = 0; i < order.size(); ++i)
    inverse[normalize_axis(info.name, order[i], p.in[0].shape())] = static_cast<std::int64_t>(i);
  p.grad[0] = permute(p.ct, inverse);
}

std::vector<Sample> Permute::samples() {
  return {{Permute{{1, 0}}, {Shape{2, 3}}},
          {Permute{{2, 0, 1}}, {Shape{2, 3, 4}}},
          {Permute{{-1, 1, 0}}, {Shape{2, 3, 2}}},
          {Permute{{}}, {Shape{}}},
          {Permute{{1, 0}}, {Shape{0, 2}}}};
}

std::vector<BadCall> Permute::bad_calls() {
  const Shape x{2, 3};
  return {{Permute{{0}}, {x}, Mistake::shape, "[0] is no order of the axes of shape [2, 3]"},
          {Permute{{0, -2}}, {x}, Mistake::shape, "[0, -2] is no order of the axes of shape [2, 3]"},
          {Permute{{0, 2}}, {x}, Mistake::shape, "There is no axis 2 in shape [2, 3]"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Permute>();

}  // namespace nabla
