#include <nabla/op.hpp>

namespace nabla {
namespace ops {

Shape Triangle::infer(Shapes in) const {
  if (in[0].rank() < 2)
    throw ShapeError(info.name, fmt::format("Shape {} has no matrices; x must have two axes or more", in[0]));
  return in[0];
}

void Triangle::forward(Tensors in, Tensor& out) const {
  const Tensor x = in[0].contiguous();
  const std::int64_t columns = x.shape().back();
  const std::int64_t rows_of_one = x.shape()[x.rank() - 2];
  const std::int64_t nearest = std::clamp(diagonal, -rows_of_one, columns);  // further ones cut as little or as much
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* from = x.data<T>().data();
    T* to = out.mutable_data<T>().data();
    for (std::int64_t row = 0; row * columns < x.size(); ++row, from += columns, to += columns) {
      const std::int64_t first = row % rows_of_one + nearest + (upper ? 0 : 1);  // column behind the border
      const std::int64_t border = std::clamp<std::int64_t>(first, 0, columns);
      std::fill(to, to + columns, T{});
      if (upper)
        std::copy(from + border, from + columns, to + border);
      else
        std::copy(from, from + border, to);
    }
  });
}

template <Value V>
void Triangle::vjp(const Pullback<V>& p) const {
  p.grad[0] = triangle(p.ct, diagonal, upper);
}

std::vector<Sample> Triangle::samples() {
  return {{Triangle{0, false}, {Shape{3, 3}}},  {Triangle{1, true}, {Shape{3, 5}}},
          {Triangle{-1, false}, {Shape{5, 3}}}, {Triangle{-2, true}, {Shape{2, 3, 2}}},
          {Triangle{9, true}, {Shape{2, 2}}},   {Triangle{0, false}, {Shape{0, 3}}},
          {Triangle{0, true}, {Shape{3, 0}}}};
}

std::vector<BadCall> Triangle::bad_calls() {
  return {{Triangle{0, true}, {Shape{3}}, Mistake::shape, "Shape [3] has no matrices"},
          {Triangle{0, false}, {Shape{}}, Mistake::shape, "Shape [] has no matrices"},
          {Triangle{}, {Shape{2, 2}, Shape{2, 2}}, Mistake::value, "2 operands were given; it takes 1"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Triangle>();

}  // namespace nabla
