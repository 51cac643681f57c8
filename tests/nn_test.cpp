// Layers, how they are put together, and what is added to costs.
#include <doctest/doctest.h>

#include <cmath>
#include <nabla/nabla.hpp>
#include <set>

using namespace nabla;

namespace {

double difference(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() ? max(abs(a - b)).item() : 1e9; }

template <class Net>
std::vector<std::string> names(const Net& net) {
  std::vector<std::string> all;
  for (const Parameter* p : net.parameters()) all.push_back(p->name());
  return all;
}

/// A module of a user's: x ⊙ s.
struct Scale {
  Parameter scale{"scale", ones({3})};

  template <Value V>
  V operator()(const V& x) const {
    return x * nn::operand(scale, x);
  }
  Parameters parameters() { return {&scale}; }
  ConstParameters parameters() const { return {&scale}; }
};

const nn::LinearOptions in_f64{.dtype = f64};

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("a Sequential is its layers, one after the other, computed and recorded") {
    Rng rng(1);
    const nn::Linear first(4, 3, rng, in_f64), last(3, 2, rng, in_f64);
    const nn::Sequential net{first, nn::tanh, Scale(), [](const Var& z) { return square(z); }, last, nn::softmax};
    const Tensor x = rng.normal({5, 4});
    const Tensor expected = softmax(last(square(tanh(first(x)))), -1);
    CHECK(difference(net(x), expected) == 0);
    Tape tape;
    const Var recorded = net(tape.constant(x));
    CHECK(difference(recorded.value(), expected) == 0);
    CHECK(gradient(sum(square(recorded)), net.parameters()).size() == 5);
  }

  TEST_CASE("layers are named by their places, also within each other") {
    Rng rng(1);
    const nn::Linear linear(3, 3, rng);
    const nn::Sequential inner{nn::relu, linear, nn::BatchNorm(3)};
    const nn::Sequential net{linear, Scale(), inner};
    CHECK(names(net) == std::vector<std::string>{"net.0.weight", "net.0.bias", "net.1.scale", "net.2.1.weight",
                                                 "net.2.1.bias", "net.2.2.weight", "net.2.2.bias"});
    CHECK(net.buffers()[1]->name() == "net.2.2.running_var");
    CHECK(names(nn::Mlp({2, 3, 1})) ==
          std::vector<std::string>{"net.0.weight", "net.0.bias", "net.1.weight", "net.1.bias"});
    CHECK(linear.weight.name() == "linear.weight");
  }

  TEST_CASE("a module whose parameters share a name is refused") {
    struct Twice {
      Scale a, b;
      Tensor operator()(const Tensor& x) const { return b(a(x)); }
      Var operator()(const Var& x) const { return b(a(x)); }
      Parameters parameters() { return {&a.scale, &b.scale}; }
      ConstParameters parameters() const { return {&a.scale, &b.scale}; }
    };
    CHECK_THROWS_WITH_AS(nn::Sequential({Twice()}),
                         doctest::Contains("[sequential] Two parameters are named net.0.scale"), ValueError);
  }

  TEST_CASE("a copy of a net learns by itself, and a moved one is the same") {
    Rng rng(1);
    nn::Sequential net{nn::Linear(2, 2, rng), nn::relu};
    nn::Sequential copy = net;
    const Tensor before = net.parameters()[0]->value;
    copy.parameters()[0]->value = zeros({2, 2}, f32);
    CHECK(difference(net.parameters()[0]->value, before) == 0);
    CHECK(copy.parameters()[0]->id() != net.parameters()[0]->id());
    const Parameter::Id id = net.parameters()[0]->id();
    const nn::Sequential moved = std::move(net);
    CHECK(moved.parameters()[0]->id() == id);
    CHECK(copy.layers()[0].as<nn::Linear>()->fan_in() == 2);
    CHECK(copy.layers()[0].as<nn::BatchNorm>() == nullptr);
  }

  TEST_CASE("neurons of one layer may differ") {
    const auto mixed = nn::by_neuron({{2, nn::sigmoid}, {1, nn::identity}, {1, [](const Var& z) { return z * z; }}});
    CHECK(mixed.name() == "2 sigmoid, 1 identity, 1 custom");
    const Tensor z = Tensor::from({2, 4}, {1, -2, 3, 4, 0, 5, -6, 7});
    const auto s = [](double t) { return 1 / (1 + std::exp(-t)); };
    CHECK(difference(mixed(z), Tensor::from({2, 4}, {s(1), s(-2), 3, 16, s(0), s(5), -6, 49})) < 1e-15);
    const Tensor slope = grad([&](const Var& v) { return sum(mixed(v)); }, z);
    CHECK(slope.at({1, 2}) == 1);
    CHECK(slope.at({1, 3}) == 14);
    CHECK(slope.at({0, 0}) == doctest::Approx(s(1) * (1 - s(1))).epsilon(1e-15));
    CHECK_THROWS_AS(mixed(ones({2, 3})), ShapeError);
    CHECK_THROWS_AS(nn::by_neuron({}), ValueError);
    CHECK_THROWS_AS(nn::by_neuron({{0, nn::relu}}), ValueError);
  }

  TEST_CASE("dropout drops in training only, keeps the expectation, and draws the same from the same seed") {
    const nn::Dropout dropout(0.25);
    const Tensor x = full({200, 100}, 3.0);
    CHECK(difference(dropout(x), x) == 0);
    Rng rng(7), again(7);
    const Tensor y = dropout(x, nn::Training{rng});
    CHECK(difference(dropout(x, nn::Training{again}), y) == 0);
    CHECK(difference(dropout(x, nn::Training{again}), y) == 4);  // the next draw
    CHECK(mean(equal(y, 0.0).to(f64)).item() == doctest::Approx(0.25).epsilon(0.04));
    CHECK(difference(where(equal(y, 0.0), 4.0, y), full({200, 100}, 4.0)) < 1e-15);

    Tape tape;
    const Var v = tape.variable(x);
    Rng third(7);
    const Var recorded = dropout(v, nn::Training{third});
    CHECK(difference(gradient(sum(recorded), {v})[v], y / 3.0) < 1e-15);
    CHECK_THROWS_AS(nn::Dropout(1.5), ValueError);
  }

  TEST_CASE("an Mlp with dropout drops outputs of hidden layers, in training") {
    const nn::Mlp net({3, 50, 2}, {.hidden = nn::sigmoid, .dropout = 0.5, .seed = 1});
    const nn::Mlp plain({3, 50, 2}, {.hidden = nn::sigmoid, .seed = 1});
    const Tensor x = ones({4, 3}, f32);
    Rng rng(1);
    CHECK(difference(net(x), plain(x)) == 0);
    CHECK(difference(nn::forward(net, x, {rng}), plain(x)) > 0);
    CHECK(difference(nn::forward(plain, x, {rng}), plain(x)) == 0);
    CHECK(nn::forward(nn::relu, x, {rng}).shape() == x.shape());
    CHECK_THROWS_AS(nn::Mlp({3, 2}, {.dropout = -1}), ValueError);
  }

  TEST_CASE("stochastic neurons draw in training; their derivative is the estimator's") {
    const nn::StochasticBinary neurons;
    Tape tape;
    const Var p = tape.variable(full({1000}, 0.3));
    Rng rng(2);
    const Var drawn = neurons(p, nn::Training{rng});
    CHECK(mean(drawn).value().item() == doctest::Approx(0.3).epsilon(0.1));
    CHECK(difference(square(drawn.value()), drawn.value()) == 0);  // 0 or 1
    CHECK(difference(gradient(sum(drawn), {p})[p], ones({1000})) == 0);
    const Var fixed = nn::StochasticBinary{Estimator::none}(p, nn::Training{rng});
    CHECK(max(gradient(sum(fixed), {p})[p]).item() == 0);
    CHECK(neurons(p) == p);
  }

  TEST_CASE("batch norm normalises by the batch in training, and by what it remembers afterwards") {
    nn::Sequential net{nn::BatchNorm(2, {.momentum = 0.5}, f64)};
    const Tensor a = Tensor::from({2, 2}, {1, 10, 3, 30}), b = Tensor::from({2, 2}, {5, 0, 5, 4});
    Rng rng(1);
    const Tensor y = net(a, nn::Training{rng});
    CHECK(difference(y, Tensor::from({2, 2}, {-1, -1, 1, 1})) < 1e-5);
    Tape tape;
    net(tape.constant(b), nn::Training{rng});
    const Tensor mean = Tensor::from({2}, {0.5 * 1 + 0.5 * 5, 0.5 * 10 + 0.5 * 2});
    const Tensor variance =
        Tensor::from({2}, {0.5 * (0.5 * 1 + 0.5 * 2) + 0.5 * 0, 0.5 * (0.5 * 1 + 0.5 * 200) + 0.5 * 8});
    CHECK(difference(net.buffers()[0]->value, mean) < 1e-14);
    CHECK(difference(net.buffers()[1]->value, variance) < 1e-14);

    const nn::Sequential& fixed = net;
    CHECK(difference(fixed(a), (a - mean) / sqrt(variance + 1e-5)) < 1e-14);
    CHECK(difference(fixed(tape.constant(a)).value(), fixed(a)) == 0);
    CHECK(difference(net.buffers()[0]->value, mean) < 1e-14);
    CHECK(fixed.parameters().size() == 2);
    CHECK_THROWS_AS(tape.replay(net), TapeError);  // the running statistics would stand still
    CHECK_THROWS_AS(nn::BatchNorm(0), ValueError);
    CHECK_THROWS_AS(nn::BatchNorm(1, {}, i64), DTypeError);
  }

  TEST_CASE("layer norm brings every sample to mean 0 and variance 1, then scales and shifts") {
    nn::LayerNorm norm({4}, 1e-5, f64);
    norm.weight.value = full({4}, 2.0);
    norm.bias.value = full({4}, 3.0);
    Rng rng(1);
    const Tensor y = norm(rng.normal({6, 4}, 5, 20));
    CHECK(difference(mean(y, 1), full({6}, 3.0)) < 1e-13);
    CHECK(difference(mean(square(y - 3.0), 1), full({6}, 4.0)) < 1e-4);
  }

  TEST_CASE("an embedding is rows of its weight, and only those rows learn") {
    Rng rng(1);
    const nn::Embedding words(5, 3, rng, {.padding_index = 0, .dtype = f64});
    const Tensor index = Tensor::from({2, 2}, {1, 4, 0, 1}, i64);
    CHECK(words(index).shape() == Shape{2, 2, 3});
    Tape tape;
    const Gradients g = gradient(sum(words(tape.constant(index))), words.parameters());
    CHECK(difference(g.at(0), Tensor::from({5, 1}, {0, 2, 0, 0, 1}).expanded({5, 3})) == 0);
    CHECK_THROWS_AS(nn::Embedding(0, 3, rng), ValueError);
  }

  TEST_CASE("a convolutional net has the gradients that differences give") {
    Rng rng(2);
    const nn::Sequential net{nn::Conv2d(1, 2, 3, rng, {.padding = 1, .dtype = f64}), nn::softplus, nn::MaxPool2d{2},
                             nn::Flatten(), nn::Linear(8, 3, rng, in_f64)};
    const Tensor x = rng.normal({2, 1, 4, 4});
    CHECK(net(x).shape() == Shape{2, 3});
    CHECK(gradcheck([&](const Var& v) { return sum(square(net(v))); }, x).passed());
    CHECK_THROWS_AS(nn::Conv2d(3, 4, 3, rng, {.groups = 2}), ValueError);
    CHECK_THROWS_AS(nn::Conv2d(1, 1, 0, rng), ValueError);
    CHECK_THROWS_AS(nn::Flatten()(Tensor::scalar(1)), ShapeError);
    CHECK(nn::Flatten()(ones({0, 2, 2})).shape() == Shape{0, 0});
  }

  TEST_CASE("a description is a table with a total") {
    Rng rng(1);
    const nn::Sequential head{nn::Linear(72, 10, rng)};
    const nn::Sequential net{nn::Conv2d(1, 8, 3, rng), nn::relu, nn::MaxPool2d{2}, nn::Flatten(),
                             nn::Dropout(0.2),         head};
    CHECK(nn::describe(net) ==
          "name     layer                parameters                     numbers\n"
          "net.0    Conv2d 1 → 8, 3 × 3  weight [8, 1, 3, 3], bias [8]       80\n"
          "net.1    relu                                                      0\n"
          "net.2    MaxPool2d 2 × 2                                           0\n"
          "net.3    Flatten                                                   0\n"
          "net.4    Dropout 0.2                                               0\n"
          "net.5.0  Linear 72 → 10       weight [10, 72], bias [10]         730\n"
          "total                                                            810");
    CHECK(nn::describe(nn::Mlp({784, 30, 10}, {.hidden = nn::sigmoid})) ==
          "name   layer                     parameters                   numbers\n"
          "net.0  Linear 784 → 30, sigmoid  weight [30, 784], bias [30]    23550\n"
          "net.1  Linear 30 → 10, identity  weight [10, 30], bias [10]       310\n"
          "total                                                           23860");
    CHECK(nn::describe(Scale()) ==
          "name   layer  parameters  numbers\n"
          "scale         scale [3]         3\n"
          "total                           3");
  }

  TEST_CASE("ridge and lasso are of the weights, not of the biases, and have the update of the text") {
    nn::Mlp net({2, 3, 1}, {.bias = nn::normal(1), .seed = 3, .dtype = f64});
    double squares = 0, magnitudes = 0;
    for (const auto& layer : net.layers())
      for (double w : layer.linear.weight.value.data<double>()) squares += w * w, magnitudes += std::abs(w);
    const Tensor one = ones({1});
    CHECK(nn::ridge(net, one).item() == doctest::Approx(squares / 2).epsilon(1e-15));
    CHECK(nn::lasso(net, one).item() == doctest::Approx(magnitudes).epsilon(1e-15));

    Rng rng(1);
    const Tensor x = rng.normal({5, 2}), y = rng.normal({5, 1});
    const double lambda = 0.3, eta = 0.1, m = 5;
    Tape tape;
    const Var c0 = quadratic_cost(net(tape.constant(x)), y);
    const Gradients g0 = gradient(c0, net.parameters());
    const Var c = c0 + lambda / m * nn::ridge(net, c0);
    const Gradients g = gradient(c, net.parameters());
    const auto parameters = net.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const Tensor& w = parameters[i]->value;
      const double kept = w.rank() == 2 ? 1 - eta * lambda / m : 1;
      CHECK(difference(w - eta * g.at(i), kept * w - eta * g0.at(i)) < 1e-15);
    }
    const Gradients signs = gradient(nn::lasso(net, c0), net.parameters());
    CHECK(difference(signs.at(0), sign(parameters[0]->value)) == 0);
    CHECK(max(abs(signs.at(1))).item() == 0);
    CHECK(nn::ridge(Scale(), one).item() == 0);
  }

  TEST_CASE("the costs are those of the texts") {
    const Tensor a = Tensor::from({2, 2}, {0.9, 0.2, 0.4, 0.6}), y = Tensor::from({2, 2}, {1, 0, 0, 1});
    const double squares = 0.01 + 0.04 + 0.16 + 0.16, m = 2, n = 2;
    const double logs = std::log(0.9) + std::log(0.8) + std::log(0.6) + std::log(0.6);
    CHECK(nn::quadratic_cost(a, y).item() == doctest::Approx(squares / (2 * m)).epsilon(1e-14));
    CHECK(nn::quadratic_per_neuron_cost(a, y).item() == doctest::Approx(squares / (2 * m * n)).epsilon(1e-14));
    CHECK(nn::half_squared_error(a, y).item() == doctest::Approx(squares / 2).epsilon(1e-14));
    CHECK(nn::bernoulli_cross_entropy(a, y).item() == doctest::Approx(-logs / m).epsilon(1e-14));
    CHECK(nn::categorical_cross_entropy(a, y).item() ==
          doctest::Approx(-(std::log(0.9) + std::log(0.6)) / m).epsilon(1e-14));
    CHECK(nn::summed(nn::bernoulli_cross_entropy)(a, y).item() == doctest::Approx(-logs).epsilon(1e-14));
    CHECK(nn::summed(nn::quadratic_cost)(a, y).item() == doctest::Approx(squares / 2).epsilon(1e-14));
    CHECK(nn::summed(nn::quadratic_cost)(ones({3}), zeros({3})).item() == 1.5);
  }

  TEST_CASE("cross-entropy with class weights and smoothed targets is that of its definition") {
    Rng rng(1);
    const Tensor z = rng.normal({4, 3}), y = Tensor::from({4}, {0, 2, 2, 1}, i64), w = Tensor::from({3}, {1, 0.5, 3});
    const double e = 0.1;
    const Tensor logs = log_softmax(z, -1);
    double total = 0, weights = 0;
    for (std::int64_t i = 0; i < 4; ++i) {
      const auto label = static_cast<std::int64_t>(y.at({i}));
      for (std::int64_t k = 0; k < 3; ++k) total -= w.at({k}) * ((k == label ? 1 - e : 0) + e / 3) * logs.at({i, k});
      weights += w.at({label});
    }
    const nn::CrossEntropy cost{.class_weights = w, .label_smoothing = e};
    CHECK(cost(z, y).item() == doctest::Approx(total / weights).epsilon(1e-14));
    Tape tape;
    CHECK(cost(tape.variable(z), tape.constant(y)).value().item() == cost(z, y).item());
    CHECK(nn::CrossEntropy()(z, y).item() == doctest::Approx(softmax_cross_entropy(z, y).item()).epsilon(1e-14));
  }
}
