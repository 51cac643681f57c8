#include <nabla/op.hpp>

#include "kernels/classes.hpp"

namespace nabla {
namespace ops {

Shape NllLoss::infer(Shapes in) const { return kernels::indexed_samples_shape(info.name, in[0], in[1], in[2]); }

DType NllLoss::infer_dtype(Tensors in) const { return kernels::indexed_samples_dtype(info, in); }

void NllLoss::forward(Tensors in, Tensor& out) const {
  const Tensor x = in[0].contiguous(), y = in[1].contiguous();
  const std::int64_t classes = kernels::classes_of(x.shape()), places = kernels::further_places(x.shape());
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::ClassWeights<T> weight(in[2]);
    const std::int64_t* const targets = y.strided_data<std::int64_t>();
    const T* const scores = x.strided_data<T>();
    T* const loss = out.mutable_data<T>().data();
    for (std::int64_t i = 0; i < y.size(); ++i) {
      const std::int64_t k = targets[i];
      loss[i] = 0;
      if (k == ignore_index) continue;
      kernels::require_class(info.name, k, classes);
      loss[i] = -weight[k] * scores[(i / places * classes + k) * places + i % places];
    }
  });
}

template <Value V>
void NllLoss::vjp(const Pullback<V>& p) const {
  const V &x = p.in[0], &y = p.in[1];
  const Shape& shape = x.shape();
  const V kept = not_equal(y, ignore_index);
  const V target = kernels::as_distributions(y, kept, shape, x.dtype());
  const V ct = kernels::beside_scores(where(kept, -p.ct, 0.0), shape);
  if (p.needs[0]) p.grad[0] = ct * (target * kernels::weights_beside_scores(p.in[2], shape));
  if (p.needs[2]) p.grad[2] = kernels::summed_to_weight(ct * where(target > 0.0, x, 0.0), p.in[2].shape());
}

std::vector<Sample> NllLoss::samples() {
  const Shape x{4, 3};
  return {{NllLoss{}, {x, indices({4}, 3), Shape{3}}},
          {NllLoss{1}, {x, indices({4}, 3), Shape{3}}},
          {NllLoss{}, {x, indices({4}, 3), Shape{}}},
          {NllLoss{}, {Shape{3}, indices({}, 3), Shape{3}}},
          {NllLoss{0}, {Shape{2, 3, 2, 2}, indices({2, 2, 2}, 3), Shape{3}}},
          {NllLoss{}, {Shape{0, 3}, indices({0}, 3), Shape{3}}}};
}

std::vector<BadCall> NllLoss::bad_calls() { return kernels::class_loss_bad_calls(NllLoss{}); }

}  // namespace ops

template const OpTable& op_table<ops::NllLoss>();

}  // namespace nabla
