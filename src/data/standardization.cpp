#include <fmt/core.h>

#include <cmath>
#include <nabla/data/standardization.hpp>
#include <nabla/error.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace nabla::data {
namespace {

void require_samples(std::string_view where, const Tensor& x) {
  if (!x.defined() || x.rank() == 0 || x.shape()[0] == 0)
    throw ShapeError(where, fmt::format("Inputs {} have no samples; give [n, ...], n at least 1", x.shape()));
  if (!is_floating(x.dtype()))
    throw DTypeError(where, fmt::format("Inputs are {}; convert them to f32 or f64", x.dtype()));
}

Shape shape_of_sample(const Tensor& x) {
  const Dims extents = x.shape();
  return Shape(Dims(std::span(extents.begin() + 1, extents.size() - 1)));
}

/// f(value, k) for all values, k being the place in its sample.
template <class F>
void for_each_input(const Tensor& x, F f) {
  const auto width = static_cast<std::size_t>(x.size() / x.shape()[0]);
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    std::size_t k = 0;
    for (const T value : x.data<T>()) {
      f(static_cast<double>(value), k);
      if (++k == width) k = 0;
    }
  });
}

/// out = f(x, mean, deviation), input by input.
template <class F>
Tensor by_input(std::string_view where, const Standardization& figures, const Tensor& inputs, F f) {
  if (!figures.mean.defined())
    throw ValueError(where, "There are no figures yet; take them from the training set with Standardization::of");
  if (!inputs.defined() || inputs.rank() == 0 || shape_of_sample(inputs) != figures.mean.shape())
    throw ShapeError(where, fmt::format("Inputs {} are not samples of shape {}, to which the figures belong; give "
                                        "[n, ...] of such samples",
                                        inputs.shape(), figures.mean.shape()));
  if (inputs.shape()[0] == 0) return inputs;
  require_samples(where, inputs);
  const Tensor x = inputs.contiguous(), means = figures.mean.contiguous(), deviations = figures.deviation.contiguous();
  const auto mean = means.data<double>(), deviation = deviations.data<double>();
  Tensor out = Tensor::uninitialized(x.shape(), x.dtype());
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    T* next = out.mutable_data<T>().data();
    for_each_input(x, [&](double value, std::size_t k) { *next++ = static_cast<T>(f(value, mean[k], deviation[k])); });
  });
  return out;
}

}  // namespace

Standardization Standardization::of(const Tensor& inputs) {
  constexpr const char* where = "standardization";
  require_samples(where, inputs);
  const Tensor x = inputs.contiguous();
  const auto n = static_cast<double>(x.shape()[0]);
  Standardization figures{zeros(shape_of_sample(x)), zeros(shape_of_sample(x))};
  const auto mean = figures.mean.mutable_data<double>(), deviation = figures.deviation.mutable_data<double>();

  // Distances from the first sample: they add up to exactly 0 where all samples are the same, and lose no digits to a
  // large mean.
  std::vector<double> first(mean.size());
  std::size_t seen = 0;
  for_each_input(x, [&](double value, std::size_t k) {
    const std::size_t sample = seen++ / mean.size();
    if (!std::isfinite(value))
      throw ValueError(where, fmt::format("Input {} of sample {} is {}; leave out such samples", k, sample, value));
    if (sample == 0) first[k] = value;
    mean[k] += (value - first[k]) / n;
  });
  for_each_input(x, [&](double value, std::size_t k) {
    const double distance = value - first[k] - mean[k];
    deviation[k] += distance * distance / n;
  });
  for (std::size_t k = 0; k < mean.size(); ++k) {
    mean[k] += first[k];
    deviation[k] = deviation[k] > 0 ? std::sqrt(deviation[k]) : 1;
  }
  return figures;
}

Tensor Standardization::operator()(const Tensor& x) const {
  return by_input("standardization", *this, x,
                  [](double value, double mu, double sigma) { return (value - mu) / sigma; });
}

Tensor Standardization::inverse(const Tensor& standardized) const {
  return by_input("standardization.inverse", *this, standardized,
                  [](double value, double mu, double sigma) { return value * sigma + mu; });
}

Standardization Standardization::from(const NamedTensors& tensors) {
  constexpr const char* where = "standardization.from";
  const auto take = [&](const char* name) {
    const auto found = tensors.find(name);
    if (found == tensors.end())
      throw ValueError(where, fmt::format("There is no tensor named {}; give what tensors() gave", name));
    if (found->second.dtype() != f64 || !found->second.defined())
      throw ValueError(where, fmt::format("{} is {}; give what tensors() gave, f64", name, found->second.dtype()));
    return found->second.contiguous();
  };
  Standardization figures{take("mean"), take("deviation")};
  if (figures.mean.shape() != figures.deviation.shape())
    throw ValueError(where, fmt::format("mean {} and deviation {} do not belong together; give both of one object",
                                        figures.mean.shape(), figures.deviation.shape()));
  const auto mean = figures.mean.data<double>(), deviation = figures.deviation.data<double>();
  for (std::size_t k = 0; k < mean.size(); ++k)
    if (!std::isfinite(mean[k]) || !std::isfinite(deviation[k]) || !(deviation[k] > 0))
      throw ValueError(where, fmt::format("Input {} has mean {} and deviation {}; means must be finite and deviations "
                                          "positive",
                                          k, mean[k], deviation[k]));
  return figures;
}

}  // namespace nabla::data
