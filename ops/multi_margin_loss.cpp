#include <cmath>
#include <limits>
#include <nabla/op.hpp>

#include "kernels/classes.hpp"

namespace nabla {
namespace ops {

Shape MultiMarginLoss::infer(Shapes in) const {
  if (p != 1 && p != 2) throw ValueError(info.name, fmt::format("p is {}; it must be 1 or 2", p));
  if (!std::isfinite(margin)) throw ValueError(info.name, fmt::format("margin is {}; it must be finite", margin));
  if (in[0].rank() > 2)
    throw ShapeError(info.name, fmt::format("Scores of shape {}; they must be [classes] or [samples, classes]", in[0]));
  return kernels::indexed_samples_shape(info.name, in[0], in[1], {});
}

DType MultiMarginLoss::infer_dtype(Tensors in) const { return kernels::indexed_samples_dtype(info, in); }

void MultiMarginLoss::forward(Tensors in, Tensor& out) const {
  const Tensor scores = in[0].contiguous(), targets = in[1].contiguous();
  const std::int64_t classes = scores.shape().back();
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* x = scores.strided_data<T>();
    T* const loss = out.mutable_data<T>().data();
    for (std::int64_t i = 0; i < out.size(); ++i, x += classes) {
      const std::int64_t y = targets.strided_data<std::int64_t>()[i];
      kernels::require_class(info.name, y, classes);
      T total{};
      for (std::int64_t k = 0; k < classes; ++k) {
        const T short_of = static_cast<T>(margin) - (x[y] - x[k]);
        if (k != y && !(short_of < 0)) total += p == 1 ? short_of : short_of * short_of;
      }
      loss[i] = total / static_cast<T>(classes);
    }
  });
}

template <Value V>
void MultiMarginLoss::vjp(const Pullback<V>& pull) const {
  const V& x = pull.in[0];
  Dims one = x.shape();
  one[one.size() - 1] = 1;
  const V y = reshape(pull.in[1], one), ct = reshape(pull.ct, one) / static_cast<double>(x.shape().back());
  const V target = one_hot(pull.in[1], x.shape().back(), x.dtype());
  const V short_of = where(target > 0.0, 0.0, margin - (gather(x, y, -1) - x));
  // of every x[k]; x[y] has the sum of them with the other sign
  const V pulled = where(short_of > 0.0, p == 1 ? ct : 2.0 * ct * short_of, 0.0);
  pull.grad[0] = pulled - target * sum(pulled, -1, true);
}

std::vector<Sample> MultiMarginLoss::samples() {
  return {{MultiMarginLoss{}, {Shape{4, 3}, indices({4}, 3)}},
          {MultiMarginLoss{2, 0.5}, {Shape{4, 3}, indices({4}, 3)}},
          {MultiMarginLoss{2}, {Shape{3}, indices({}, 3)}},
          {MultiMarginLoss{}, {Shape{0, 3}, indices({0}, 3)}}};
}

std::vector<BadCall> MultiMarginLoss::bad_calls() {
  const Shape x{4, 3};
  const OperandSpec y = indices({4}, 3);
  return {{MultiMarginLoss{3}, {x, y}, Mistake::value, "p is 3; it must be 1 or 2"},
          {MultiMarginLoss{1, std::numeric_limits<double>::quiet_NaN()}, {x, y}, Mistake::value, "margin is nan"},
          {MultiMarginLoss{}, {Shape{4, 3, 2}, indices({4, 2}, 3)}, Mistake::shape, "Scores of shape [4, 3, 2]"},
          {MultiMarginLoss{},
           {x, indices({3}, 3)},
           Mistake::shape,
           "The scores have shape [4, 3], the class indices [3]; they must be [4]"},
          {MultiMarginLoss{}, {x, Shape{4}}, Mistake::dtype, "The index is f64, not i64"},
          {MultiMarginLoss{}, {x, OperandSpec({4}, 3, 4, i64)}, Mistake::value, "Class 3 of 3 classes"}};
}

}  // namespace ops

template const OpTable& op_table<ops::MultiMarginLoss>();

}  // namespace nabla
