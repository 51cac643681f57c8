#include <fmt/format.h>

#include <algorithm>
#include <bp/bp.hpp>
#include <cmath>
#include <limits>
#include <nabla/compare.hpp>
#include <nabla/error.hpp>
#include <nabla/gradient.hpp>
#include <optional>

#include "table.hpp"

namespace nabla {
namespace {

constexpr std::string_view here = "compare_backprop";

// The same things in the language of bp.

std::optional<bp::Neuron> neuron_of(const nn::Activation& activation) {
  constexpr std::pair<std::string_view, bp::Neuron> neurons[] = {
      {"identity", bp::Neuron::linear}, {"relu", bp::Neuron::relu},         {"sigmoid", bp::Neuron::sigmoid},
      {"tanh", bp::Neuron::tanh},       {"softplus", bp::Neuron::softplus}, {"gelu", bp::Neuron::gelu},
      {"softmax", bp::Neuron::softmax}};
  for (const auto& [name, neuron] : neurons)
    if (activation.name() == name) return neuron;
  return std::nullopt;
}

bp::Cost closed_form_of(Cost cost) {
  switch (cost) {
    case Cost::quadratic:
      return bp::Cost::quadratic;
    case Cost::quadratic_per_neuron:
      return bp::Cost::quadratic_per_neuron;
    case Cost::bernoulli_cross_entropy:
      return bp::Cost::bernoulli_cross_entropy;
    case Cost::categorical_cross_entropy:
      break;
  }
  return bp::Cost::categorical_cross_entropy;
}

template <class T>
bp::Vector<T> vector_of(const Tensor& tensor) {
  const Tensor dense = tensor.contiguous();
  return visit_floating(dense.dtype(), [&]<class From>(std::type_identity<From>) {
    const std::span<const From> values = dense.data<From>();
    bp::Vector<T> converted(values.size());
    std::transform(values.begin(), values.end(), converted.begin(), [](From v) { return static_cast<T>(v); });
    return converted;
  });
}

template <class T>
bp::Backprop<T> closed_form(const nn::Mlp& net, const Tensor& x, const Tensor& y, Cost cost) {
  bp::Network<T> network;
  for (const auto& [linear, activation] : net.layers()) {
    auto layer = bp::make_layer<T>(static_cast<std::size_t>(linear.fan_in()),
                                   static_cast<std::size_t>(linear.fan_out()), *neuron_of(activation));
    layer.weight = vector_of<T>(linear.weight.value);
    layer.bias = vector_of<T>(linear.bias.value);
    network.add(std::move(layer));
  }
  const auto samples = static_cast<std::size_t>(x.shape()[0]);
  return network.backprop(vector_of<T>(x), vector_of<T>(y), samples, closed_form_of(cost));
}

void check(const nn::Mlp& net, const Tensor& x, const Tensor& y, Cost cost) {
  const auto& layers = net.layers();
  if (layers.empty()) throw ValueError(here, "The net has 0 layers; a cost needs the outputs of at least 1");

  for (std::size_t l = 1; l <= layers.size(); ++l)
    if (!neuron_of(layers[l - 1].activation))
      throw ValueError(here, fmt::format("The activation of layer {} of {} is {}, which has no closed form; take "
                                         "identity, relu, sigmoid, tanh, softplus, gelu or softmax",
                                         l, layers.size(), layers[l - 1].activation.name()));

  const bp::Neuron output = *neuron_of(layers.back().activation);
  const std::int64_t outputs = layers.back().linear.fan_out();
  const bool bernoulli = cost == Cost::bernoulli_cross_entropy;
  if (!bp::defined_on_range(output, closed_form_of(cost)))
    throw ValueError(here, fmt::format("{} is defined where {}, but the output layer is {}; take {} outputs, or the "
                                       "quadratic cost",
                                       name(cost), bernoulli ? "0 < a < 1" : "a is a distribution",
                                       layers.back().activation.name(), bernoulli ? "sigmoid or softmax" : "softmax"));
  if (bernoulli && output == bp::Neuron::softmax && outputs == 1)
    throw ValueError(here, fmt::format("{} is defined where 0 < a < 1, but a softmax of 1 output is always 1; take a "
                                       "sigmoid output, or 2 outputs or more",
                                       name(cost)));

  const std::int64_t inputs = layers.front().linear.fan_in();
  if (x.rank() != 2 || x.shape()[0] < 1 || x.shape()[1] != inputs)
    throw ShapeError(here,
                     fmt::format("x has shape {}; give [samples, {}], a sample a row, at least 1", x.shape(), inputs));
  if (const Shape expected{x.shape()[0], outputs}; y.shape() != expected)
    throw ShapeError(here, fmt::format("y has shape {} beside x {}; the targets of {} outputs are {}", y.shape(),
                                       x.shape(), outputs, expected));

  const auto check_dtype = [&](std::string_view what, DType dtype) {
    if (dtype != x.dtype() || !is_floating(dtype))
      throw DTypeError(here, fmt::format("{} is {} beside x of {}; parameters, x and y share one dtype, f32 or f64: "
                                         "convert with to()",
                                         what, dtype, x.dtype()));
  };
  for (const Parameter* parameter : net.parameters()) check_dtype(parameter->name(), parameter->dtype());
  check_dtype("y", y.dtype());
}

// What the tape gives, and how far it is off.

struct Difference {
  long double absolute = 0;  ///< the largest one
  long double relative = 0;  ///< over the largest entry of the truth
  long double ulp = 0;       ///< of that entry
  std::size_t at = 0;
};

/// T is the precision in which an ulp is counted.
template <class T>
Difference difference(std::span<const T> values, const bp::Vector<long double>& truth) {
  Difference worst;
  long double largest = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    largest = std::max(largest, std::abs(truth[i]));
    long double d = std::abs(values[i] - truth[i]);
    if (std::isnan(d)) d = std::numeric_limits<long double>::infinity();
    if (d > worst.absolute) worst.absolute = d, worst.at = i;
  }
  if (worst.absolute == 0) return worst;
  using Limits = std::numeric_limits<T>;
  const int exponent = std::max(std::ilogb(largest), Limits::min_exponent - 1);
  worst.relative = worst.absolute / largest;
  worst.ulp = worst.absolute / std::ldexp(1.0L, exponent - (Limits::digits - 1));
  return worst;
}

Dims index_of(std::size_t position, const Shape& shape) {
  Dims index(std::span(shape.begin(), shape.rank()));
  auto rest = static_cast<std::int64_t>(position);
  for (std::size_t axis = shape.rank(); axis-- > 0; rest /= shape[axis]) index[axis] = rest % shape[axis];
  return index;
}

/// Equation and array of layer l, with the array by the tape, by loops in the same precision, and in long double.
template <class T>
BackpropRow row_of(const nn::Mlp& net, std::size_t l, std::string_view equation, std::string_view array,
                   const Tensor& by_tape, const bp::Vector<T>& by_loops, const bp::Vector<long double>& truth) {
  const Tensor dense = by_tape.contiguous();
  const std::span<const T> values = dense.data<T>();
  const Difference tape = difference<T>(values, truth), loops = difference<T>(by_loops, truth);
  return {.layer = static_cast<int>(l),
          .activation = net.layers()[l - 1].activation.name(),
          .equation = equation,
          .array = array,
          .shape = dense.shape(),
          .difference = static_cast<double>(tape.relative),
          .ulp = static_cast<double>(tape.ulp),
          .loops_difference = static_cast<double>(loops.relative),
          .worst = index_of(tape.at, dense.shape()),
          .by_tape = values[tape.at],
          .closed_form = static_cast<double>(truth[tape.at])};
}

/// ∂C/∂z_l, ∂C/∂b_l, ∂C/∂W_l for l = 1 … L, in this order.
Gradients gradients_by_tape(Tape& tape, const nn::Mlp& net, const Tensor& x, const Tensor& y, Cost which) {
  std::vector<Var> wrt;
  Var a = tape.constant(x);
  for (const auto& [linear, activation] : net.layers()) {
    const Var z = linear(a);
    wrt.insert(wrt.end(), {z, tape.parameter(linear.bias), tape.parameter(linear.weight)});
    a = activation(z);
  }
  return gradient(cost(which, a, tape.constant(y)), wrt);
}

}  // namespace

BackpropReport compare_backprop(const nn::Mlp& net, const Tensor& x, const Tensor& y, Cost cost) {
  check(net, x, y, cost);
  Tape tape;
  const Gradients by_tape = gradients_by_tape(tape, net, x, y, cost);
  const bp::Backprop<long double> truth = closed_form<long double>(net, x, y, cost);

  const std::size_t L = net.layers().size();
  std::vector<BackpropRow> rows;
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const bp::Backprop<T> loops = closed_form<T>(net, x, y, cost);
    for (std::size_t l = L; l >= 1; --l) {
      const std::size_t i = 3 * (l - 1);
      rows.push_back(row_of(net, l, l == L ? "BP1" : "BP2", "δ", by_tape.at(i), loops.delta[l], truth.delta[l]));
      rows.push_back(row_of(net, l, "BP3", "∂C/∂b", by_tape.at(i + 1), loops.grad_bias[l], truth.grad_bias[l]));
      rows.push_back(row_of(net, l, "BP4", "∂C/∂W", by_tape.at(i + 2), loops.grad_weight[l], truth.grad_weight[l]));
    }
  });
  return {cost, x.shape()[0], x.dtype(), std::move(rows)};
}

double BackpropReport::largest_difference() const {
  double largest = 0;
  for (const BackpropRow& row : rows_) largest = std::max(largest, row.difference);
  return largest;
}

std::string to_string(const BackpropReport& report) {
  const std::string loops = report.dtype() == f32 ? "bp<float>" : "bp<double>";
  std::vector<std::vector<std::string>> rows;
  for (const BackpropRow& row : report.rows())
    rows.push_back({fmt::format("{}", row.layer), row.activation, std::string(row.equation),
                    fmt::format("{} {}", row.array, row.shape), fmt::format("{:.1e}", row.difference),
                    fmt::format("{:.3g}", row.ulp), fmt::format("{:.1e}", row.loops_difference), to_string(row.worst),
                    fmt::format("{:.10g}", row.by_tape), fmt::format("{:.10g}", row.closed_form)});
  return fmt::format("{} cost, {} sample{}, {}: how far the tape and {} are from BP1 to BP4 in long double\n{}",
                     name(report.cost()), report.samples(), report.samples() == 1 ? "" : "s", report.dtype(), loops,
                     table({"layer", "<activation", "<equation", "<array", "difference", "ulp", loops, "<worst at",
                            "by the tape", "closed form"},
                           rows));
}

}  // namespace nabla
