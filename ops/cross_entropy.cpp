#include <algorithm>
#include <limits>
#include <nabla/op.hpp>
#include <nabla/option.hpp>
#include <numeric>

#include "kernels/classes.hpp"
#include "kernels/exponential_rows.hpp"

namespace nabla {
namespace ops {

namespace {

/// The weighted, smoothed targets w ((1 − e) y + e / classes), one sample after the other.
template <class T>
class Targets {
 public:
  /// Of one class, or of all of them; of none for a sample that is ignored.
  struct Target {
    std::int64_t k = 0;
    T weight = 0;
    const T* all = nullptr;
  };

  Targets(const CrossEntropy& op, Tensors in)
      : op_(op),
        classes_(kernels::classes_of(in[0].shape())),
        by_index_(in[1].dtype() == i64),
        targets_(by_index_ ? in[1].contiguous() : kernels::as_class_rows(in[1])),
        weight_(in[2]),
        row_(static_cast<std::size_t>(classes_)) {}

  Target operator[](std::int64_t sample) {
    const auto even = static_cast<T>(op_.label_smoothing / static_cast<double>(classes_));
    const auto share = static_cast<T>(1 - op_.label_smoothing);
    T* const row = row_.data();
    if (by_index_) {
      const std::int64_t k = targets_.template strided_data<std::int64_t>()[sample];
      if (k == op_.ignore_index) return {};
      kernels::require_class(CrossEntropy::info.name, k, classes_);
      if (even == 0) return {k, weight_[k]};
      std::fill(row, row + classes_, even);
      row[k] += share;
    } else {
      const T* const y = targets_.template strided_data<T>() + sample * classes_;
      for (std::int64_t k = 0; k < classes_; ++k) row[k] = share * y[k] + even;
    }
    for (std::int64_t k = 0; k < classes_; ++k) row[k] *= weight_[k];
    return {0, std::accumulate(row, row + classes_, T{}), row};
  }

 private:
  const CrossEntropy& op_;
  std::int64_t classes_;
  bool by_index_;
  Tensor targets_;
  kernels::ClassWeights<T> weight_;
  PooledVector<T> row_;
};

}  // namespace

Shape CrossEntropy::infer(Shapes in) const {
  detail::checked(info.name, "label_smoothing", label_smoothing, 0, 1);
  if (in[1] != in[0]) return kernels::indexed_samples_shape(info.name, in[0], in[1], in[2]);
  kernels::require_class_weight(info.name, in[0], in[2]);
  return kernels::samples_shape(info.name, in[0]);
}

DType CrossEntropy::infer_dtype(Tensors in) const {
  kernels::samples_shape(info.name, in[0].shape());
  const bool by_index = in[1].shape() != in[0].shape();
  return by_index ? kernels::indexed_samples_dtype(info, in) : detail::common_dtype(info, in);
}

void CrossEntropy::forward(Tensors in, Tensor& out) const {
  const Tensor z = kernels::as_class_rows(in[0]);
  const std::int64_t classes = kernels::classes_of(in[0].shape());
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    Targets<T> targets(*this, in);
    T* const loss = out.mutable_data<T>().data();
    for (std::int64_t i = 0; i < out.size(); ++i) {
      loss[i] = 0;
      const auto y = targets[i];
      if (y.weight == 0 && !y.all) continue;
      const kernels::Surprise<T> surprise(z.strided_data<T>() + i * classes, classes);
      if (!y.all) loss[i] = y.weight * surprise[y.k];
      for (std::int64_t k = 0; y.all && k < classes; ++k)
        if (y.all[k] != 0) loss[i] += y.all[k] * surprise[k];
    }
  });
}

template <Value V>
void CrossEntropy::vjp(const Pullback<V>& p) const {
  if (!p.needs[0] && !p.needs[1] && !p.needs[2]) return;
  const V &z = p.in[0], &y = p.in[1];
  const Shape& shape = z.shape();
  const std::int64_t axis = kernels::class_axis(shape);
  const bool by_index = y.dtype() == i64;
  V target = y, ct = p.ct;
  if (by_index) {
    const V kept = not_equal(y, ignore_index);
    target = kernels::as_distributions(y, kept, shape, z.dtype());
    ct = where(kept, ct, 0.0);  // which may be infinite, of the mean of nothing
  }
  if (label_smoothing != 0) {
    const double even = label_smoothing / static_cast<double>(kernels::classes_of(shape));
    target = by_index ? (1 - label_smoothing) * target + even * sum(target, axis, true)
                      : (1 - label_smoothing) * target + even;
  }
  ct = kernels::beside_scores(ct, shape);
  const V weight = kernels::weights_beside_scores(p.in[2], shape);
  if (p.needs[0]) {
    const V weighted = weight * target;
    p.grad[0] = ct * (softmax(z, axis) * sum(weighted, axis, true) - weighted);
  }
  if (!p.needs[1] && !p.needs[2]) return;
  const V surprise = -log_softmax(z, axis);
  if (p.needs[1]) p.grad[1] = ct * (1 - label_smoothing) * weight * surprise;
  if (!p.needs[2]) return;
  // a class of target 0 and probability 0 counts as 0, as in the value
  const V impossible = where(equal(surprise, std::numeric_limits<double>::infinity()), equal(target, 0.0), 0);
  p.grad[2] = kernels::summed_to_weight(ct * (target * where(impossible, 0.0, surprise)), p.in[2].shape());
}

void CrossEntropy::vjp_fused(const Pullback<Tensor>& p) const {
  const bool composed[] = {false, p.needs[1], p.needs[2]};
  vjp(Pullback<Tensor>{p.in, p.out, p.ct, composed, p.grad});
  if (!p.needs[0]) return;
  const Shape& shape = p.in[0].shape();
  const Tensor z = kernels::as_class_rows(p.in[0]), ct = p.ct.contiguous();
  const std::int64_t classes = kernels::classes_of(shape);
  Tensor grad = Tensor::uninitialized_like(z);
  visit_floating(p.out.dtype(), [&]<class T>(std::type_identity<T>) {
    Targets<T> targets(*this, p.in);
    T* to = reinterpret_cast<T*>(grad.new_data());
    const T* x = z.strided_data<T>();
    for (std::int64_t i = 0; i < ct.size(); ++i, x += classes, to += classes) {
      const auto y = targets[i];
      if (y.weight == 0 && !y.all) {
        std::fill(to, to + classes, T{});
        continue;
      }
      // softmax(x)_k Σ y − y_k; where that is softmax(x)_k − 1, with all its digits
      const T u = ct.strided_data<T>()[i];
      const kernels::Exponentials<T> sum = kernels::exponentials(x, classes);
      const kernels::Surprise<T> surprise(x, sum);
      kernels::exponential_rows<T>().map(classes, x, sum.top, u * y.weight * sum.inverse(), to);
      const auto take = [&](std::int64_t k, T part) {
        to[k] = part == y.weight ? u * part * std::expm1(-surprise[k]) : to[k] - u * part;
      };
      if (!y.all) take(y.k, y.weight);
      for (std::int64_t k = 0; y.all && k < classes; ++k)
        if (y.all[k] != 0) take(k, y.all[k]);
    }
  });
  p.grad[0] = kernels::from_class_rows(grad, shape);
}

std::vector<Sample> CrossEntropy::samples() {
  const Shape z{4, 3};
  const OperandSpec y = indices({4}, 3), weight({3}, 0.2, 2);
  return {{CrossEntropy{}, {z, y, weight}},
          {CrossEntropy{1, 0.2}, {z, y, weight}},
          {CrossEntropy{}, {z, distribution(z), weight}},
          {CrossEntropy{.label_smoothing = 0.3}, {z, distribution(z), Shape{}}},
          {CrossEntropy{}, {Shape{3}, indices({}, 3), Shape{}}},
          {CrossEntropy{0}, {Shape{2, 3, 2, 2}, indices({2, 2, 2}, 3), weight}},
          {CrossEntropy{}, {Shape{2, 3, 2}, OperandSpec({2, 3, 2}, 0, 1), weight}},
          {CrossEntropy{}, {Shape{0, 3}, indices({0}, 3), weight}}};
}

std::vector<BadCall> CrossEntropy::bad_calls() {
  std::vector<BadCall> calls = kernels::class_loss_bad_calls(CrossEntropy{});
  calls.push_back({CrossEntropy{.label_smoothing = 1.5},
                   {Shape{4, 3}, indices({4}, 3), Shape{}},
                   Mistake::value,
                   "label_smoothing is 1.5; it must lie between 0 and 1"});
  return calls;
}

}  // namespace ops

template const OpTable& op_table<ops::CrossEntropy>();

}  // namespace nabla
