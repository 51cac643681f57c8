// Nets with one illness each, and whether it is found; figures against plain sums.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nabla/data/digits.hpp>
#include <nabla/error.hpp>
#include <nabla/nabla.hpp>
#include <string>
#include <vector>

#include "temporary_folder.hpp"

using namespace nabla;
using nabla::test::complaint;
using train::examine;
using train::Health;
using train::LayerHealth;

namespace {

struct Batch {
  Tensor inputs, targets, one_hot;
};
const Batch& batch() {
  static const Batch made = [] {
    const data::Dataset digits = data::digits();
    const Tensor inputs = slice(digits.inputs, 0, 0, 200), targets = slice(digits.targets, 0, 0, 200);
    return Batch{inputs, targets, one_hot(targets, 10).to(f32)};
  }();
  return made;
}

bool warns(const Health& health, const std::string& words) {
  const std::vector<std::string> all = health.warnings();
  return std::any_of(all.begin(), all.end(), [&](const std::string& w) { return w.find(words) != std::string::npos; });
}

/// The text's neuron (G, learning slowdown): x = 1, w = b = 2, so z = 4, and is to give 0.
nn::Mlp neuron() {
  return nn::Mlp({1, 1}, {.output = nn::sigmoid, .weight = nn::constant(2), .bias = nn::constant(2), .dtype = f64});
}

nn::Mlp deep(const nn::Activation& hidden, const nn::Initializer& weight) {
  return nn::Mlp({64, 64, 64, 64, 64, 64, 10}, {.hidden = hidden, .weight = weight, .seed = 1});
}

}  // namespace

TEST_CASE("A healthy net has no warnings, before it is trained and after") {
  for (const nn::Activation& hidden : {nn::Activation(nn::relu), nn::Activation(nn::tanh), nn::Activation(nn::sigmoid),
                                       nn::Activation(nn::gelu), nn::Activation(nn::relu6)}) {
    CAPTURE(hidden.name());
    nn::Mlp net({64, 30, 10}, {.hidden = hidden, .seed = 1});
    optim::Sgd sgd{.learning_rate = 0.05};
    Tape tape;
    Rng rng(1);
    for (int epoch = 0; epoch < 4; ++epoch) {
      const Health health = examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets,
                                    {.learning_rate = sgd.learning_rate});
      CAPTURE(fmt::format("{}", health));
      CHECK(health.warnings().empty());
      for (const data::Batch& b : data::batches(data::digits(), 32, rng)) {
        tape.clear();
        sgd.step(net, softmax_cross_entropy(net(tape.constant(b.inputs)), tape.constant(b.targets)));
      }
    }
  }
}

TEST_CASE("A saturated output is slow under the quadratic cost, and not under a cross-entropy") {
  const nn::Mlp net = neuron();
  const Tensor x = ones({1, 1}), wrong = zeros({1, 1}), right = ones({1, 1});
  const Health quadratic = examine(net, nn::quadratic_cost, x, wrong);
  CHECK(quadratic.layers[0].saturated == 1.0);
  CHECK(quadratic.layers[0].slow == 1.0);
  CHECK(warns(quadratic, "net.0: 100 % of the outputs are saturated and wrong"));
  CHECK(warns(quadratic, "Take a cross-entropy"));
  // δ = (a − y) σ'(z)
  const double a = 1 / (1 + std::exp(-4.0));
  CHECK(quadratic.layers[0].delta_norm == doctest::Approx(a * a * (1 - a)).epsilon(1e-12));

  CHECK(examine(net, nn::bernoulli_cross_entropy, x, wrong).layers[0].slow == 0.0);
  CHECK(examine(net, nn::bernoulli_cross_entropy, x, wrong).warnings().empty());
  CHECK(examine(net, nn::quadratic_cost, x, right).warnings().empty());  // saturated, as it should be
  CHECK(examine(net, nn::quadratic_cost, x, full({1, 1}, 0.9)).warnings().empty());

  // δ = 0 to the last digit
  nn::Mlp hopeless = neuron();
  hopeless.layers()[0].linear.bias.value = full({1}, 1000);
  CHECK(examine(hopeless, nn::quadratic_cost, x, wrong).layers[0].slow == 1.0);
}

TEST_CASE("Saturated units are counted where the slope is below a tenth of the largest") {
  const Tensor z = Tensor::from({5, 1}, {-4, -1, 0, 3, 3.7});  // 4 σ'(3) = 0.18, 4 σ'(3.7) = 0.094
  nn::Mlp net({1, 1}, {.output = nn::sigmoid, .weight = nn::constant(1), .dtype = f64});
  CHECK(examine(net, nn::quadratic_cost, z, z).layers[0].saturated == doctest::Approx(2.0 / 5));
  net.layers()[0].activation = nn::tanh;  // 1 − tanh² 3 = 0.0099, of 1 0.42
  CHECK(examine(net, nn::quadratic_cost, z, z).layers[0].saturated == doctest::Approx(3.0 / 5));
  net.layers()[0].activation = [](const Var& x) { return 7.0 * tanh(x) + 1.0; };
  CHECK(examine(net, nn::quadratic_cost, z, z).layers[0].saturated == doctest::Approx(3.0 / 5));
  for (const nn::Activation& one_sided : {nn::Activation(nn::relu), nn::Activation(nn::relu6), nn::Activation(nn::gelu),
                                          nn::Activation(nn::softplus), nn::Activation(nn::hardshrink)}) {
    CAPTURE(one_sided.name());
    net.layers()[0].activation = one_sided;
    CHECK_FALSE(examine(net, nn::quadratic_cost, z, z).layers[0].saturated);
    CHECK(examine(net, nn::quadratic_cost, z, z).layers[0].dead == 0.0);
  }
  for (const nn::Activation& other : {nn::Activation(nn::identity), nn::Activation(nn::softmax)}) {
    CAPTURE(other.name());
    nn::Mlp wide({1, 3}, {.output = other, .weight = nn::constant(100), .dtype = f64});
    wide.layers()[0].linear.bias.value = Tensor::from({3}, {0, 500, 900});
    const LayerHealth layer = examine(wide, nn::quadratic_cost, z, ones({5, 3})).layers[0];
    CHECK_FALSE(layer.saturated);
    CHECK_FALSE(layer.dead);
    CHECK_FALSE(layer.slow);
  }
}

TEST_CASE("Each neuron of a layer is judged by its own activation") {
  nn::Mlp net({1, 4}, {.output = nn::by_neuron({{1, nn::sigmoid}, {2, nn::relu}, {1, nn::tanh}}),
                       .weight = nn::constant(1),
                       .dtype = f64});
  const LayerHealth layer = examine(net, nn::quadratic_cost, Tensor::from({2, 1}, {-3, -1}), ones({2, 4})).layers[0];
  CHECK(layer.units == 4);
  CHECK(layer.saturated == doctest::Approx(1.0 / 4));  // of 2 · 2 of sigmoid and tanh: tanh at −3
  CHECK(layer.dead == doctest::Approx(2.0 / 4));
}

TEST_CASE("Saturated hidden layers are told with what helps") {
  const nn::Mlp net({64, 30, 10}, {.hidden = nn::tanh, .weight = nn::normal(5), .seed = 1});
  const Health health = examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets);
  CHECK(health.layers[0].saturated > 0.8);
  CHECK(warns(health, "net.0: up to "));
  CHECK(warns(health, "Begin with smaller weights"));
}

TEST_CASE("δ vanishes through many sigmoid layers, and not through relu with He's weights") {
  const Health health =
      examine(deep(nn::sigmoid, nn::glorot_uniform()), nn::softmax_cross_entropy, batch().inputs, batch().targets);
  CHECK(warns(health, "δ vanishes towards the first layers"));
  CHECK(warns(health, "Take relu in the hidden layers"));
  CHECK(health.warnings().size() == 1);
  const Health mended =
      examine(deep(nn::relu, nn::he_normal()), nn::softmax_cross_entropy, batch().inputs, batch().targets);
  CAPTURE(fmt::format("{}", mended));
  CHECK(mended.warnings().empty());
  const Health small =
      examine(deep(nn::relu, nn::normal(0.02)), nn::softmax_cross_entropy, batch().inputs, batch().targets);
  CHECK(warns(small, "Take larger weights to begin with"));
  CHECK_FALSE(warns(small, "1/4"));
}

TEST_CASE("δ explodes where the weights are too large") {
  const Health health =
      examine(deep(nn::leaky_relu, nn::normal(0.6)), nn::softmax_cross_entropy, batch().inputs, batch().targets);
  CHECK(health.layers.front().delta_norm > 100 * health.layers.back().delta_norm);
  CHECK(warns(health, "δ explodes towards the first layers"));
  CHECK(warns(health, "bound the gradients (clip_norm)"));
}

TEST_CASE("Dead units are counted, and with leaky relu there are none") {
  nn::Mlp net({64, 10, 10}, {.hidden = nn::relu, .seed = 1});
  Tensor& bias = net.layers()[0].linear.bias.value;
  for (const std::size_t j : {0U, 3U, 5U, 7U, 8U}) bias.mutable_data<float>()[j] = -100;
  const Health health = examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets);
  CHECK(health.layers[0].dead == doctest::Approx(0.5));
  CHECK(warns(health, "net.0: up to 50 % of the units are dead"));
  CHECK(warns(health, "leaky_relu"));
  CHECK(health.warnings().size() == 1);

  const Tensor few = slice(batch().inputs, 0, 0, 5), their = slice(batch().targets, 0, 0, 5);
  CHECK(examine(net, nn::softmax_cross_entropy, few, their).warnings().empty());  // 5 samples may not say so

  net.layers()[0].activation = nn::leaky_relu;
  CHECK(examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets).layers[0].dead == 0.0);
  net.layers()[0].activation = nn::step;
  CHECK(examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets).layers[0].dead == 1.0);
  net.layers()[0].activation = nn::gelu;  // its slope is not quite 0 at −100, but no step would tell
  CHECK(examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets).layers[0].dead > 0.49);
}

TEST_CASE("The update of a step is measured against its weights") {
  nn::Mlp net({64, 20, 10}, {.seed = 1});
  const nn::Mlp before = net;
  CHECK_FALSE(examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets).layers[0].update_ratio);
  const Health planned =
      examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets, {.learning_rate = 0.5});

  Tape tape;
  const Var loss = softmax_cross_entropy(net(tape.constant(batch().inputs)), tape.constant(batch().targets));
  optim::Sgd{.learning_rate = 0.5}.step(net, loss);
  const Health made = examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets,
                              {.before = before.parameters(), .learning_rate = 1e9});
  for (std::size_t l = 0; l < 2; ++l) {
    const Tensor old = before.layers()[l].linear.weight.value, now = net.layers()[l].linear.weight.value;
    CHECK(*made.layers[l].update_ratio == doctest::Approx(norm(now - old).item() / norm(now).item()).epsilon(1e-6));
    CHECK(*planned.layers[l].update_ratio == doctest::Approx(norm(now - old).item() / norm(old).item()).epsilon(1e-4));
  }
  CHECK(made.warnings().empty());
  const auto with_rate = [&](double rate) {
    return examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets, {.learning_rate = rate});
  };
  CHECK(warns(with_rate(100), "net.0, net.1: a step changes the weights by up to"));
  CHECK(warns(with_rate(100), "Take a smaller learning rate"));
  CHECK(warns(with_rate(1e-8), "take a larger learning rate"));
  CHECK(with_rate(100).warnings({.largest_update = 1e9}).empty());
}

TEST_CASE("A net that has diverged is told to be so, and nothing else") {
  nn::Mlp net({64, 10, 10}, {.hidden = nn::sigmoid, .seed = 1});
  net.layers()[1].linear.weight.value.mutable_data<float>()[3] = std::numeric_limits<float>::quiet_NaN();
  const Health health = examine(net, nn::softmax_cross_entropy, batch().inputs, batch().targets, {.learning_rate = 1});
  CHECK(warns(health, "the training has diverged"));
  CHECK(health.warnings().size() == 1);
}

TEST_CASE("A Sequential is examined as the Mlp of the same layers, nested too") {
  const nn::Mlp net({64, 12, 10}, {.hidden = nn::tanh, .output = nn::sigmoid, .seed = 3});
  const auto& layers = net.layers();
  const nn::Sequential flat{layers[0].linear, nn::tanh, nn::Dropout(0.5), layers[1].linear, nn::sigmoid};
  const nn::Sequential nested{nn::Sequential{layers[0].linear}, nn::tanh,
                              nn::Sequential{nn::Dropout(0.5), layers[1].linear, nn::sigmoid}};
  const nn::Sequential holds_mlp{net};
  const Health expected = examine(net, nn::quadratic_cost, batch().inputs, batch().one_hot, {.learning_rate = 0.1});
  const auto same = [&](const nn::Sequential& other, const std::vector<std::string>& names) {
    const Health health = examine(other, nn::quadratic_cost, batch().inputs, batch().one_hot, {.learning_rate = 0.1});
    REQUIRE(health.layers.size() == 2);
    CHECK(health.cost == expected.cost);
    for (std::size_t l = 0; l < 2; ++l) {
      const LayerHealth &a = health.layers[l], &b = expected.layers[l];
      CHECK(a.name == names[l]);
      CHECK(a.activation == b.activation);
      CHECK(a.units == b.units);
      CHECK(a.saturated == b.saturated);
      CHECK(a.dead == b.dead);
      CHECK(a.slow == b.slow);
      CHECK(a.delta_norm == b.delta_norm);
      CHECK(a.update_ratio == b.update_ratio);
    }
  };
  same(flat, {"net.0", "net.3"});
  same(nested, {"net.0.0", "net.2.1"});
  same(holds_mlp, {"net.0.0", "net.0.1"});
}

TEST_CASE("The units of a convolution are its channels, dead where no place of any image moves them") {
  Rng rng(1);
  nn::Sequential net{nn::Conv2d(1, 4, 3, rng), nn::MaxPool2d{2}, nn::relu, nn::Flatten(), nn::Linear(36, 10, rng)};
  net.parameters()[1]->value.mutable_data<float>()[2] = -100;
  const Health health = examine(net, nn::softmax_cross_entropy, reshape(batch().inputs, {-1, 1, 8, 8}), batch().targets,
                                {.learning_rate = 0.01});
  REQUIRE(health.layers.size() == 2);
  CHECK(health.layers[0].units == 4);
  CHECK(health.layers[0].activation == "relu");
  CHECK(health.layers[0].dead == doctest::Approx(0.25));
  CHECK(health.layers[1].units == 10);
}

TEST_CASE("Costs may take the targets as a Tensor") {
  const nn::Mlp net = neuron();
  const auto cost = [](const Var& a, const Tensor& y) { return 0.5 * sum(square(a - y)); };
  CHECK(examine(net, cost, ones({1, 1}), zeros({1, 1})).layers[0].slow == 1.0);
}

TEST_CASE("What does not fit is refused") {
  const nn::Mlp net({64, 10}, {.seed = 1}), narrow({64, 9}, {.seed = 1}), deeper({64, 10, 10}, {.seed = 1});
  const auto look = [&](const nn::Mlp& examined, const nn::Mlp& before) {
    return [&] {
      examine(examined, nn::softmax_cross_entropy, batch().inputs, batch().targets, {.before = before.parameters()});
    };
  };
  CHECK(complaint<ShapeError>(look(net, narrow)) ==
        "[examine] net.0.weight has the shape [10, 64], and had [9, 64] a step ago; give the parameters of a copy of "
        "the net");
  CHECK(complaint<ValueError>(look(deeper, net)) ==
        "[examine] net.1.weight is not among the parameters of a step ago; give those of a copy of the net");
  CHECK(complaint<ShapeError>([&] {
          examine(net, nn::softmax_cross_entropy, zeros({0, 64}, f32), zeros({0}, i64));
        }).find("hold no samples") != std::string::npos);
}

TEST_CASE("Health prints as a table with its warnings") {
  const Health health = examine(neuron(), nn::quadratic_cost, ones({1, 1}), zeros({1, 1}), {.learning_rate = 0.15});
  CHECK(fmt::format("{}", health) ==
        "cost 0.4822 of 1 sample\n"
        "layer  activation  units  saturated  dead       ‖δ‖  ‖Δw‖/‖w‖\n"
        "net.0  sigmoid         1      100 %   0 %  1.73e-02   1.3e-03\n"
        "! " +
            health.warnings()[0]);
}
