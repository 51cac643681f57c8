// The training loop: what it makes of net, cost, optimiser and options, and when it stops.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nabla/nabla.hpp>
#include <string>
#include <vector>

#include "temporary_folder.hpp"

using namespace nabla;
using doctest::Contains;
using test::complaint;

namespace {

/// The first digits, 150 of them.
data::Dataset some_digits() {
  const data::Dataset all = data::digits();
  return {all.inputs.sliced(0, 0, 150), all.targets.sliced(0, 0, 150)};
}
data::Dataset other_digits() {
  const data::Dataset all = data::digits();
  return {all.inputs.sliced(0, 200, 280), all.targets.sliced(0, 200, 280)};
}

nn::Mlp small_mlp() { return {{64, 12, 10}, {.hidden = nn::relu, .dropout = 0.2, .seed = 5}}; }

nn::Sequential net_with_dropout_and_statistics() {
  Rng rng(3);
  return nn::Sequential{nn::Linear(64, 12, rng), nn::BatchNorm(12), nn::relu, nn::Dropout(0.3),
                        nn::Linear(12, 10, rng)};
}

/// A net of one's own: parameters(), and a call with a Var.
struct Line {
  Parameter slope{"line.slope", Tensor::scalar(0)}, offset{"line.offset", Tensor::scalar(0)};

  Var operator()(const Var& x) const { return nn::operand(slope, x) * x + nn::operand(offset, x); }
  Parameters parameters() { return {&slope, &offset}; }
};

/// y = 2 x − 1 at 0, 1, 2, 3.
data::Dataset points_of_a_line() {
  return {arange(0, 4).reshaped({4, 1}), (2.0 * arange(0, 4) - 1.0).reshaped({4, 1})};
}

std::vector<Tensor> values_of(auto& net) {
  std::vector<Tensor> values;
  for (const Parameter* p : io::stored_values(net)) values.push_back(p->value);
  return values;
}
bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) { return std::ranges::equal(a, b, identical); }

}  // namespace

TEST_CASE("fit makes the steps of a loop written out, bit for bit") {
  const data::Dataset digits = some_digits();
  nn::Mlp net = small_mlp(), by_hand = small_mlp();
  optim::Adam adam, same_adam;
  const train::History history =
      train::fit(net, nn::softmax_cross_entropy, adam, digits, {.epochs = 3, .batch_size = 32, .seed = 7});

  Rng draws(7, ~std::uint64_t{0});
  Tape tape;
  std::vector<double> losses;
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    Rng order(7, epoch);
    double sum = 0;
    for (const data::Batch& batch : data::batches(digits, 32, order)) {
      tape.clear();
      const Var loss = softmax_cross_entropy(by_hand(tape.constant(batch.inputs), nn::Training{draws}),
                                             tape.constant(batch.targets));
      sum += loss.value().item() * static_cast<double>(batch.size());
      same_adam.step(by_hand, loss);
    }
    losses.push_back(sum / 150);
  }
  CHECK(same(values_of(net), values_of(by_hand)));
  REQUIRE(history.epochs.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(history.epochs[i].number == static_cast<std::int64_t>(i) + 1);
    CHECK(history.epochs[i].loss == losses[i]);
    CHECK(history.epochs[i].learning_rate == 1e-3);
    CHECK(history.epochs[i].seconds > 0);
    CHECK(!history.epochs[i].validation_loss);
    CHECK(history.epochs[i].metrics.empty());
  }
  CHECK(history.stopped_because.empty());
  CHECK(losses[2] < losses[0]);
}

TEST_CASE("the same seed gives the same bits, in every run and for any number of threads") {
  const auto trained = [](std::uint64_t seed) {
    nn::Sequential net = net_with_dropout_and_statistics();
    optim::Sgd sgd{.learning_rate = 0.1, .momentum = 0.9};
    train::fit(net, nn::softmax_cross_entropy, sgd, some_digits(), {.epochs = 3, .seed = seed});
    return values_of(net);
  };
  const std::vector<Tensor> first = trained(1);
  CHECK(same(trained(1), first));
  CHECK(same(trained(1), first));
  set_threads(2);
  CHECK(same(trained(1), first));
  set_threads(1);
  CHECK(!same(trained(2), first));
}

TEST_CASE("fit trains a net and a cost of one's own, by any optimiser") {
  Line line;
  optim::Sgd sgd{.learning_rate = 0.2};
  const data::Dataset points = points_of_a_line();
  const auto cost = [](const Var& a, const Var& y) { return mean(square(a - y)) + 0.0; };
  const train::History history =
      train::fit(line, cost, sgd, points, {.epochs = 300, .batch_size = 4, .validation = &points});
  CHECK(line.slope.value.item() == doctest::Approx(2));
  CHECK(line.offset.value.item() == doctest::Approx(-1));
  CHECK(history.epochs.back().validation_loss.value() < 1e-10);

  // An optimiser that takes gradients only, and a cost of a Var and a Tensor.
  struct Descent {
    void step(std::span<Parameter* const> parameters, const Gradients& gradients) {
      for (Parameter* p : parameters) p->value = p->value - 0.2 * gradients[*p];
    }
  } descent;
  Line other;
  const auto other_cost = [](const Var& a, const Tensor& y) { return mean(square(a - y)); };
  const train::History same_history =
      train::fit(other, other_cost, descent, points, {.epochs = 300, .batch_size = 4, .validation = &points});
  CHECK(other.slope.value.item() == doctest::Approx(2));
  CHECK(std::isnan(same_history.epochs.back().learning_rate));
  CHECK(same_history.epochs.back().validation_loss.value() < 1e-10);
}

TEST_CASE("loss and metrics of the validation set are those of the net after the epoch") {
  const data::Dataset digits = some_digits(), test_set = other_digits();
  nn::Sequential net = net_with_dropout_and_statistics();
  optim::Adam adam{.learning_rate = 0.01};
  std::vector<double> losses, accuracies;
  const train::History history = train::fit(
      net, nn::softmax_cross_entropy, adam, digits,
      {.epochs = 3,
       .validation = &test_set,
       .metrics = {{"accuracy", train::accuracy},
                   {"top 3", [](const Tensor& z, const Tensor& y) { return train::top_k_accuracy(z, y, 3); }}},
       .after_epoch = [&](const train::Epoch& epoch, train::Stop&) {
         losses.push_back(softmax_cross_entropy(net(test_set.inputs), test_set.targets).item());
         accuracies.push_back(train::accuracy(net, test_set));
         CHECK(epoch.metrics.at("top 3") == train::top_k_accuracy(net, test_set, 3));
       }});
  REQUIRE(history.epochs.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(history.epochs[i].validation_loss == losses[i]);
    CHECK(history.epochs[i].metrics.at("accuracy") == accuracies[i]);
  }
  CHECK(history.csv().starts_with("epoch,loss,learning_rate,seconds,validation_loss,accuracy,top 3\n1,"));
}
