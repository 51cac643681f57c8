#include <nabla/op.hpp>

#include "kernels/classes.hpp"

namespace nabla {
namespace ops {

Shape TargetWeight::infer(Shapes in) const {
  kernels::indexed_samples_shape(info.name, in[0], in[1], in[2]);
  return {};
}

DType TargetWeight::infer_dtype(Tensors in) const { return kernels::indexed_samples_dtype(info, in); }

void TargetWeight::forward(Tensors in, Tensor& out) const {
  const Tensor y = in[1].contiguous();
  const std::int64_t classes = kernels::classes_of(in[0].shape());
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::ClassWeights<T> weight(in[2]);
    double total = 0;
    for (const std::int64_t k : y.data<std::int64_t>()) {
      if (k == ignore_index) continue;
      kernels::require_class(info.name, k, classes);
      total += static_cast<double>(weight[k]);
    }
    out.mutable_data<T>()[0] = static_cast<T>(total);
  });
}

template <Value V>
void TargetWeight::vjp(const Pullback<V>& p) const {
  if (!p.needs[2]) return;
  const Shape& shape = p.in[0].shape();
  const V target = kernels::as_distributions(p.in[1], not_equal(p.in[1], ignore_index), shape, p.ct.dtype());
  p.grad[2] = p.ct * kernels::summed_to_weight(target, p.in[2].shape());
}

std::vector<Sample> TargetWeight::samples() {
  const Shape x{4, 3};
  return {{TargetWeight{}, {x, indices({4}, 3), Shape{3}}},
          {TargetWeight{1}, {x, indices({4}, 3), Shape{3}}},
          {TargetWeight{}, {x, indices({4}, 3), Shape{}}},
          {TargetWeight{}, {Shape{2, 3, 2}, indices({2, 2}, 3), Shape{3}}},
          {TargetWeight{}, {Shape{0, 3}, indices({0}, 3), Shape{3}}}};
}

std::vector<BadCall> TargetWeight::bad_calls() { return kernels::class_loss_bad_calls(TargetWeight{}); }

}  // namespace ops

template const OpTable& op_table<ops::TargetWeight>();

}  // namespace nabla
