#include <nabla/nn/dropout.hpp>
#include <nabla/op.hpp>

namespace nabla::nn {

Dropout::Dropout(double p) : probability(detail::checked("dropout", "probability", p, 0, 1)) {}

template <Value V>
V Dropout::operator()(const V& x, const Training& training) const {
  const V kept = bernoulli(constant_like(x, full({}, 1 - probability, x.dtype()).expanded(x.shape())), training.rng);
  return dropout_mask(x, kept, probability);
}
template Tensor Dropout::operator()(const Tensor&, const Training&) const;
template Var Dropout::operator()(const Var&, const Training&) const;

std::string Dropout::description() const { return fmt::format("Dropout {}", probability); }

template <Value V>
V StochasticBinary::operator()(const V& x, const Training& training) const {
  return stochastic_binary(x, training.rng, estimator);
}
template Tensor StochasticBinary::operator()(const Tensor&, const Training&) const;
template Var StochasticBinary::operator()(const Var&, const Training&) const;

}  // namespace nabla::nn
