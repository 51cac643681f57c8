// The tape beside the closed form, over every kind of net that both know; and whether the comparison would notice.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <bp/bp.hpp>
#include <cmath>
#include <functional>
#include <nabla/compare.hpp>
#include <nabla/error.hpp>
#include <nabla/gradient.hpp>
#include <nabla/operators.hpp>
#include <nabla/random.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "temporary_folder.hpp"

using namespace nabla;
using nabla::test::complaint;

namespace {

const nn::Activation activations[] = {nn::identity, nn::relu, nn::sigmoid, nn::tanh,
                                      nn::softplus, nn::gelu, nn::softmax};
constexpr Cost costs[] = {Cost::quadratic, Cost::quadratic_per_neuron, Cost::bernoulli_cross_entropy,
                          Cost::categorical_cross_entropy};

/// Whether C exists for every value of the output: backprop.md, "for 0 < a < 1 only" and "a is a distribution".
bool is_defined(Cost cost, const nn::Activation& output) {
  if (cost == Cost::bernoulli_cross_entropy) return output.name() == "sigmoid" || output.name() == "softmax";
  if (cost == Cost::categorical_cross_entropy) return output.name() == "softmax";
  return true;
}

/// A net of 6 inputs, hidden layers of 12 and 8 outputs, with samples and targets that every cost takes. Wide enough
/// that no array of a single sample cancels as a whole: what is left of it would be rounding errors, in bp<float> too.
struct Problem {
  Problem(int layers, std::int64_t samples, const nn::Activation& hidden, const nn::Activation& output, DType dtype,
          std::uint64_t seed = 1)
      : net(sizes(layers),
            {.hidden = hidden, .output = output, .bias = nn::normal(0.5), .seed = seed, .dtype = dtype}) {
    Rng rng(seed, 1);
    x = rng.uniform({samples, inputs}, -1, 1, dtype);
    y = softmax(rng.normal({samples, outputs}, 0, 1, dtype));
  }

  BackpropReport compare(Cost cost) const { return compare_backprop(net, x, y, cost); }

  static std::vector<std::int64_t> sizes(int layers) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(layers) + 1, hidden_width);
    all.front() = inputs, all.back() = outputs;
    return all;
  }

  static constexpr std::int64_t inputs = 6, hidden_width = 12, outputs = 8;
  nn::Mlp net;
  Tensor x, y;
};

/// All pairs, for one dtype: 1 to 6 layers, batches of 1, 7 and 64, every hidden and output activation, every cost.
void compare_all(DType dtype, double bound) {
  std::uint64_t seed = 0;
  for (int layers = 1; layers <= 6; ++layers)
    for (const std::int64_t samples : {1, 7, 64})
      for (const nn::Activation& hidden : activations)
        for (const nn::Activation& output : activations) {
          if (layers == 1 && hidden.name() != "identity") continue;  // there is no hidden layer
          const Problem problem(layers, samples, hidden, output, dtype, ++seed);
          for (const Cost cost : costs) {
            CAPTURE(layers);
            CAPTURE(samples);
            CAPTURE(hidden.name());
            CAPTURE(output.name());
            CAPTURE(std::string(name(cost)));
            if (is_defined(cost, output))
              CHECK(problem.compare(cost).largest_difference() <= bound);
            else
              CHECK_THROWS_AS(problem.compare(cost), ValueError);
          }
        }
}

/// A function of Var under the name of another.
struct Impostor {
  std::string name;
  std::function<Var(const Var&)> function;
  Var operator()(const Var& z) const { return function(z); }
};

/// The largest difference in one layer.
double difference_in(const BackpropReport& report, int layer) {
  double largest = 0;
  for (const BackpropRow& row : report.rows())
    if (row.layer == layer) largest = std::max(largest, row.difference);
  return largest;
}

bp::Vector<double> row_of(const Tensor& rows, std::int64_t i) {
  const Tensor row = rows.sliced(0, i, i + 1).contiguous();
  return {row.data<double>().begin(), row.data<double>().end()};
}

double largest_difference(const bp::Vector<double>& a, const bp::Vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace

TEST_CASE("the tape's gradients in f64 are those of BP1 to BP4 within 1e-13") { compare_all(f64, 1e-13); }
TEST_CASE("the tape's gradients in f32 are those of BP1 to BP4 within 1e-5") { compare_all(f32, 1e-5); }

TEST_CASE("the matrix forms of BP1 and BP2 agree with the tape") {
  for (const auto& [hidden, output, neuron1, neuron2] :
       {std::tuple(activations[3], activations[2], bp::Neuron::tanh, bp::Neuron::sigmoid),
        std::tuple(activations[6], activations[6], bp::Neuron::softmax, bp::Neuron::softmax)}) {
    const Problem problem(2, 5, hidden, output, f64);
    const auto& [layer1, layer2] = std::tie(problem.net.layers()[0], problem.net.layers()[1]);
    Tape tape;
    const Var z1 = layer1.linear(tape.constant(problem.x)), a1 = layer1.activation(z1);
    const Var z2 = layer2.linear(a1), a2 = layer2.activation(z2);
    const Var C = 5.0 * quadratic_cost(a2, problem.y);  // a sum over the 5 samples: ∇_a C = a - y for each
    const Gradients delta = gradient(C, {z1, z2, a2});

    bp::Layer<double> next = bp::make_layer<double>(12, 8, neuron2);
    next.weight.assign(layer2.linear.weight.value.data<double>().begin(),
                       layer2.linear.weight.value.data<double>().end());
    for (std::int64_t i = 0; i < 5; ++i) {
      const bp::Vector<double> grad_a = row_of(delta[a2], i), delta2 = row_of(delta[z2], i);
      const std::vector<bp::Neuron> neurons1(12, neuron1), neurons2(8, neuron2);
      CHECK(largest_difference(grad_a, row_of(a2.value() - problem.y, i)) < 1e-15);
      CHECK(largest_difference(bp::bp1_matrix(neurons2, row_of(z2.value(), i), grad_a), delta2) < 1e-15);
      CHECK(largest_difference(bp::bp2_matrix(neurons1, row_of(z1.value(), i), next, delta2), row_of(delta[z1], i)) <
            1e-15);
    }
  }
}

TEST_CASE("a report has three rows for each layer, from the output down, and names the worst entry") {
  const Problem problem(3, 7, nn::tanh, nn::sigmoid, f32);
  const BackpropReport report = problem.compare(Cost::quadratic);
  CHECK(report.cost() == Cost::quadratic);
  CHECK(report.samples() == 7);
  CHECK(report.dtype() == f32);
  REQUIRE(report.rows().size() == 9);

  std::string equations;
  double largest = 0;
  for (const BackpropRow& row : report.rows()) {
    equations += fmt::format("{} {}, ", row.layer, row.equation);
    largest = std::max(largest, row.difference);
    REQUIRE(row.worst.size() == row.shape.rank());
    for (std::size_t axis = 0; axis < row.worst.size(); ++axis) CHECK(row.worst[axis] < row.shape[axis]);
    CHECK(row.difference > 0.0);  // in f32 something is always rounded
    CHECK(row.difference >= row.ulp * 0x1p-24);
    CHECK(row.difference <= row.ulp * 0x1p-23);
    CHECK(row.loops_difference > 0.0);
    CHECK(row.loops_difference < 1e-5);
    CHECK(row.by_tape != row.closed_form);
    CHECK(std::abs(row.by_tape - row.closed_form) < 1e-6);
  }
  CHECK(equations == "3 BP1, 3 BP3, 3 BP4, 2 BP2, 2 BP3, 2 BP4, 1 BP2, 1 BP3, 1 BP4, ");
  CHECK(report.largest_difference() == largest);
  CHECK(report.rows()[0].activation == "sigmoid");
  CHECK(report.rows()[0].shape == Shape{7, 8});
  CHECK(report.rows()[4].shape == Shape{12});
  CHECK(report.rows()[8].activation == "tanh");
  CHECK(report.rows()[8].shape == Shape{12, 6});
}

TEST_CASE("a report prints as a table") {
  const std::string text = fmt::format("{}", Problem(2, 1, nn::relu, nn::softmax, f64).compare(costs[3]));
  std::vector<std::string> lines(1);
  for (const char c : text) c == '\n' ? lines.emplace_back() : lines.back() += std::string(1, c);
  REQUIRE(lines.size() == 2 + 6);
  CHECK(lines[0] ==
        "categorical_cross_entropy cost, 1 sample, f64: how far the tape and bp<double> are from BP1 to BP4 in long "
        "double");
  CHECK(lines[1].starts_with("layer  activation  equation  array"));
  for (const char* head : {"difference", "ulp", "bp<double>", "worst at", "by the tape", "closed form"})
    CHECK(lines[1].find(head) != std::string::npos);
  CHECK(lines[2].starts_with("    2  softmax     BP1       δ [1, 8]"));
  CHECK(lines[4].starts_with("    2  softmax     BP4       ∂C/∂W [8, 12]"));
  CHECK(lines[5].starts_with("    1  relu        BP2       δ [1, 12]"));
  CHECK(lines[6].starts_with("    1  relu        BP3       ∂C/∂b [12]"));
}

TEST_CASE("a wrong function and a wrong derivative are caught, in the layer where they are") {
  const nn::Named wrong{"sigmoid", [](const auto& z) { return tanh(z); }};
  CHECK(Problem(2, 7, nn::tanh, wrong, f64).compare(Cost::quadratic).largest_difference() > 0.01);

  // The right value; the derivative is σ' + 0.001.
  const Impostor slightly_wrong{"sigmoid",
                                [](const Var& z) { return sigmoid(z) + 0.001 * (z - z.tape().constant(z.value())); }};
  Problem problem(3, 7, nn::sigmoid, nn::softmax, f64);
  problem.net.layers()[1].activation = slightly_wrong;
  const BackpropReport report = problem.compare(Cost::categorical_cross_entropy);
  CHECK(difference_in(report, 3) < 1e-13);
  CHECK(difference_in(report, 2) > 1e-3);
  CHECK(difference_in(report, 1) > 1e-3);
}

TEST_CASE("a gradient that is not a number differs by infinity") {
  const nn::Named not_a_number{"relu", [](const auto& z) { return log(-square(z)); }};
  const BackpropReport report = Problem(1, 7, nn::relu, not_a_number, f64).compare(Cost::quadratic);
  CHECK(std::isinf(report.largest_difference()));
  CHECK(fmt::format("{}", report).find(" inf ") != std::string::npos);
}

TEST_CASE("a saturated output loses digits in a cross-entropy of a, and the report says so") {
  const auto at_z = [](double z, const nn::Activation& output, Cost cost) {
    nn::Mlp net({1, 2}, {.output = output, .dtype = f64});
    net.layers()[0].linear.weight.value = Tensor::from({2, 1}, {z, 0});
    return compare_backprop(net, ones({1, 1}), Tensor::from({1, 2}, {0, 1}), cost).largest_difference();
  };
  CHECK(at_z(2, nn::softmax, Cost::bernoulli_cross_entropy) < 1e-13);
  CHECK(at_z(20, nn::softmax, Cost::bernoulli_cross_entropy) > 1e-13);      // 1 - a has 7 digits left
  CHECK(std::isinf(at_z(50, nn::softmax, Cost::bernoulli_cross_entropy)));  // and none: (1 - y) / (1 - a) is 1/0
  CHECK(std::isinf(at_z(50, nn::sigmoid, Cost::bernoulli_cross_entropy)));
  // Where only ln a is asked for, nothing is lost; nor where σ' is a (1 - a), which cancels it. Near 1, σ' comes from
  // z.
  CHECK(at_z(50, nn::softmax, Cost::categorical_cross_entropy) < 1e-13);
  CHECK(at_z(9, nn::sigmoid, Cost::bernoulli_cross_entropy) < 1e-13);
  CHECK(at_z(11, nn::sigmoid, Cost::bernoulli_cross_entropy) < 1e-10);
}

TEST_CASE("a softmax that is almost certain keeps the digits of its small derivatives") {
  nn::Mlp net({1, 3}, {.output = nn::softmax, .dtype = f64});
  net.layers()[0].linear.weight.value = Tensor::from({3, 1}, {30, 1, 0});  // a = 1 - 3.5e-13, …
  const BackpropReport report = compare_backprop(net, ones({1, 1}), Tensor::from({1, 3}, {0, 1, 0}), Cost::quadratic);
  CHECK(report.largest_difference() < 1e-13);
}

TEST_CASE("a dead layer has gradients of zero, which do not differ") {
  Problem problem(2, 7, nn::relu, nn::identity, f64);
  problem.net.layers()[0].linear.bias.value = -100.0 * ones({12});
  const BackpropReport report = problem.compare(Cost::quadratic);
  CHECK(difference_in(report, 1) == 0.0);
  CHECK(report.rows()[3].ulp == 0.0);
}

TEST_CASE("views are compared as what they show, and the net stays as it was") {
  Problem problem(2, 7, nn::gelu, nn::identity, f64);
  problem.x = problem.x.transposed().contiguous().transposed();
  problem.y = problem.y.transposed().contiguous().transposed();
  const Tensor weight = problem.net.layers()[0].linear.weight.value;
  CHECK(problem.compare(Cost::quadratic).largest_difference() < 1e-13);  // loops read by index, the tape by strides
  CHECK(identical(problem.net.layers()[0].linear.weight.value, weight));
}

TEST_CASE("a cost is chosen by name") {
  const Tensor a = Tensor::from({2, 2}, {0.2, 0.8, 0.6, 0.4}), y = Tensor::from({2, 2}, {0, 1, 1, 0});
  CHECK(cost(Cost::quadratic, a, y).item() == quadratic_cost(a, y).item());
  CHECK(cost(Cost::quadratic_per_neuron, a, y).item() == quadratic_per_neuron_cost(a, y).item());
  CHECK(cost(Cost::bernoulli_cross_entropy, a, y).item() == bernoulli_cross_entropy(a, y).item());
  CHECK(cost(Cost::categorical_cross_entropy, a, y).item() == categorical_cross_entropy(a, y).item());
  CHECK(name(Cost::quadratic_per_neuron) == "quadratic_per_neuron");
}

TEST_CASE("an activation without a closed form is refused by name") {
  Problem problem(3, 7, nn::tanh, nn::identity, f64);
  problem.net.layers()[1].activation = [](const auto& z) { return z * sigmoid(z); };
  CHECK(complaint<ValueError>([&] { problem.compare(Cost::quadratic); }) ==
        "[compare_backprop] The activation of layer 2 of 3 is custom, which has no closed form; take identity, relu, "
        "sigmoid, tanh, softplus, gelu or softmax");
  problem.net.layers()[1].activation = nn::Named{"swish", [](const auto& z) { return z * sigmoid(z); }};
  CHECK(complaint<ValueError>([&] { problem.compare(Cost::quadratic); }).find("is swish") != std::string::npos);
}

TEST_CASE("a cost outside its range is refused") {
  CHECK(complaint<ValueError>([] { Problem(2, 7, nn::tanh, nn::relu, f64).compare(Cost::bernoulli_cross_entropy); }) ==
        "[compare_backprop] bernoulli_cross_entropy is defined where 0 < a < 1, but the output layer is relu; take "
        "sigmoid or softmax outputs, or the quadratic cost");
  CHECK(complaint<ValueError>(
            [] { Problem(2, 7, nn::tanh, nn::sigmoid, f64).compare(Cost::categorical_cross_entropy); }) ==
        "[compare_backprop] categorical_cross_entropy is defined where a is a distribution, but the output layer is "
        "sigmoid; take softmax outputs, or the quadratic cost");
  const nn::Mlp one({4, 1}, {.output = nn::softmax, .dtype = f64});
  CHECK(complaint<ValueError>([&] {
          compare_backprop(one, zeros({2, 4}), zeros({2, 1}), Cost::bernoulli_cross_entropy);
        }) ==
        "[compare_backprop] bernoulli_cross_entropy is defined where 0 < a < 1, but a softmax of 1 output is always 1; "
        "take a sigmoid output, or 2 outputs or more");
}

TEST_CASE("samples, targets and dtypes that do not fit are refused") {
  const auto refused = [](const Tensor& x, const Tensor& y) {
    return [=] { compare_backprop(nn::Mlp({4, 3}, {.dtype = f64}), x, y, Cost::quadratic); };
  };
  CHECK(complaint<ShapeError>(refused(zeros({7, 5}), zeros({7, 3}))) ==
        "[compare_backprop] x has shape [7, 5]; give [samples, 4], a sample a row, at least 1");
  CHECK(complaint<ShapeError>(refused(zeros({4}), zeros({3}))).find("x has shape [4]") != std::string::npos);
  CHECK(complaint<ShapeError>(refused(zeros({0, 4}), zeros({0, 3}))).find("x has shape [0, 4]") != std::string::npos);
  CHECK(complaint<ShapeError>(refused(zeros({7, 4}), zeros({6, 3}))) ==
        "[compare_backprop] y has shape [6, 3] beside x [7, 4]; the targets of 3 outputs are [7, 3]");
  CHECK(complaint<DTypeError>(refused(zeros({7, 4}), zeros({7, 3}, f32))) ==
        "[compare_backprop] y is f32 beside x of f64; parameters, x and y share one dtype, f32 or f64: convert with "
        "to()");
  CHECK(complaint<DTypeError>(refused(zeros({7, 4}, f32), zeros({7, 3}, f32)))
            .find("net.0.weight is f64 beside x of "
                  "f32") != std::string::npos);
  CHECK_THROWS_AS(refused(zeros({7, 4}, i64), zeros({7, 3}, i64))(), DTypeError);
  CHECK_THROWS_AS(refused(Tensor(), Tensor())(), ShapeError);

  nn::Mlp empty({4, 3}, {.dtype = f64});
  empty.layers().clear();
  CHECK(complaint<ValueError>([&] {
          compare_backprop(empty, zeros({7, 4}), zeros({7, 3}), Cost::quadratic);
        }) == "[compare_backprop] The net has 0 layers; a cost needs the outputs of at least 1");
}
