// Normalisations: (x − mean) / √(variance + ε), times a weight, plus a bias, with the mean and the (biased) variance of
// groups of elements.
#pragma once

#include <nabla/op.hpp>

namespace nabla::kernels {

/// Which elements are a group, and which weight an element has: x is seen as [outer, groups, inner], and a group is
/// what has one index in the middle. Element i of a group has weight (group mod period) · inner / run + i / run.
struct Normalization {
  std::int64_t outer, groups, inner;
  std::int64_t run;     ///< elements of a group that lie side by side and have one weight
  std::int64_t period;  ///< groups until the weights begin again
  double eps;
  Dims beside;  ///< the shape in which the weights broadcast against x

  /// The last axes, of shape `normalized`, of each sample: layer normalisation.
  static Normalization of_last_axes(std::string_view where, const Shape& x, const Shape& normalized, double eps);
  /// So many parts of the channels, axis 1, of each sample.
  static Normalization of_channel_groups(std::string_view where, const Shape& x, std::int64_t groups, double eps);
  /// Each channel, over all samples.
  static Normalization of_channels(std::string_view where, const Shape& x, double eps);

  std::int64_t group_size() const { return outer * inner; }
  /// @throws ShapeError unless the weight and the bias have one number for each weight, in `shape`, or one for all
  void require_weights(std::string_view where, const Shape& shape, const Shape& weight, const Shape& bias) const;

  /// The mean and the biased variance of each group.
  template <class T>
  void moments(const T* x, T* mean, T* variance) const;
  /// y from x, which are dense.
  void forward(const Tensor& x, const Tensor& weight, const Tensor& bias, Tensor& y) const;
  /// The reverse rule of forward(), in passes over memory; that of a weight for all elements is left to operations.
  void pull(const Pullback<Tensor>& p) const;
};

/// The reverse rule in operations. With n = (x − mean) / √(variance + ε) and u = ∂C/∂n,
/// ∂C/∂x = (u − mean u − n mean(u n)) / √(variance + ε), means over groups.
template <Value V>
void pull_normalized(const Pullback<V>& p, const Normalization& normalization) {
  if (!p.needs[0] && !p.needs[1] && !p.needs[2]) return;
  const Shape& shape = p.in[0].shape();
  const Dims grid{normalization.outer, normalization.groups, normalization.inner};
  const Axes within{0, 2};
  const V x = reshape(p.in[0], grid);
  const V residual = x - mean(x, within, true);
  const V scale = 1.0 / sqrt(mean(square(residual), within, true) + normalization.eps);
  const V normal = residual * scale;
  const auto beside = [&](const V& weight) {
    return weight.rank() == 0 ? weight : reshape(weight, normalization.beside);
  };
  const auto to_weight = [&](const V& ct, const Shape& weight) {
    return reshape(sum_to(ct, weight.rank() == 0 ? weight : Shape(normalization.beside)), weight);
  };
  if (p.needs[0]) {
    const V u = reshape(p.ct * beside(p.in[1]), grid);
    const V pulled = u - mean(u, within, true) - normal * mean(u * normal, within, true);
    p.grad[0] = reshape(pulled * scale, shape);
  }
  if (p.needs[1]) p.grad[1] = to_weight(p.ct * reshape(normal, shape), p.in[1].shape());
  if (p.needs[2]) p.grad[2] = to_weight(p.ct, p.in[2].shape());
}

}  // namespace nabla::kernels
