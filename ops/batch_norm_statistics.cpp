#include <nabla/op.hpp>
#include <nabla/option.hpp>

#include "kernels/normalization.hpp"

namespace nabla {
namespace ops {

Shape BatchNormStatistics::infer(Shapes in) const {
  detail::checked(info.name, "momentum", momentum, 0, 1);
  const kernels::Normalization batch = kernels::Normalization::of_channels(info.name, in[0], 0);
  for (const Shape& running : {in[1], in[2]})
    if (running != Shape{batch.groups})
      throw ShapeError(info.name,
                       fmt::format("The running mean has shape {}, the variance {}; both must be [channels], "
                                   "{}",
                                   in[1], in[2], Shape{batch.groups}));
  if (batch.group_size() < 2)
    throw ShapeError(info.name, fmt::format("x has shape {}, which is {} values a channel; a variance takes 2 or more",
                                            in[0], batch.group_size()));
  return {2, batch.groups};
}

void BatchNormStatistics::forward(Tensors in, Tensor& out) const {
  const Tensor x = in[0].contiguous();
  const kernels::Normalization batch = kernels::Normalization::of_channels(info.name, x.shape(), 0);
  const auto size = static_cast<double>(batch.group_size());
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    T* const to = out.mutable_data<T>().data();
    batch.moments(x.strided_data<T>(), to, to + batch.groups);
    const auto mix = [&](T* batch_values, const Tensor& running, double factor) {
      const Tensor old = running.contiguous();
      for (std::int64_t k = 0; k < batch.groups; ++k)
        batch_values[k] = static_cast<T>((1 - momentum) * static_cast<double>(old.strided_data<T>()[k]) +
                                         momentum * factor * static_cast<double>(batch_values[k]));
    };
    mix(to, in[1], 1);
    mix(to + batch.groups, in[2], size / (size - 1));
  });
}

std::vector<Sample> BatchNormStatistics::samples() {
  return {{BatchNormStatistics{}, {Shape{3, 2, 2}, Shape{2}, Shape{2}}},
          {BatchNormStatistics{0.3}, {Shape{4, 3}, Shape{3}, Shape{3}}},
          {BatchNormStatistics{1}, {Shape{1, 2, 5}, Shape{2}, Shape{2}}}};
}

std::vector<BadCall> BatchNormStatistics::bad_calls() {
  const Shape x{3, 4}, w{4};
  const BatchNormStatistics op;
  return {{op, {Shape{4}, w, w}, Mistake::shape, "x has shape [4]; it must be [samples, channels, ...]"},
          {op, {x, w, Shape{3}}, Mistake::shape, "The running mean has shape [4], the variance [3]"},
          {op, {Shape{1, 4}, w, w}, Mistake::shape, "which is 1 values a channel; a variance takes 2 or more"},
          {op, {x, w, indices(w, 2)}, Mistake::dtype, "Operands of f64 and i64"},
          {BatchNormStatistics{5}, {x, w, w}, Mistake::value, "momentum is 5; it must lie between 0 and 1"}};
}

}  // namespace ops

template const OpTable& op_table<ops::BatchNormStatistics>();

}  // namespace nabla
