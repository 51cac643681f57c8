// When a training ends before all epochs are made, and what is kept then.
#include <doctest/doctest.h>

#include <cmath>
#include <csignal>
#include <limits>
#include <nabla/nabla.hpp>
#include <vector>

#include "small_training.hpp"

using namespace nabla;
using namespace nabla::test;

namespace {

/// Trains a line with a metric that is told in advance, and stops early by it.
struct EarlyStop {
  train::History history;
  std::vector<Tensor> after_epoch;  // the slope
  Tensor in_the_end;
};
EarlyStop stop_early(const std::vector<double>& figures, const train::EarlyStopping& rule) {
  const data::Dataset points = points_of_a_line();
  Line line;
  optim::Sgd sgd{.learning_rate = 0.01};
  std::size_t next = 0;
  EarlyStop result;
  result.history = train::fit(
      line, nn::quadratic_cost, sgd, points,
      {.epochs = static_cast<std::int64_t>(figures.size()),
       .validation = &points,
       .metrics = {{"told", [&](const Tensor&, const Tensor&) { return figures.at(next++); }}},
       .watch = "told",
       .early_stopping = rule,
       .after_epoch = [&](const train::Epoch&, train::Stop&) { result.after_epoch.push_back(line.slope.value); }});
  result.in_the_end = line.slope.value;
  return result;
}

}  // namespace

TEST_CASE("early stopping waits for as many epochs as it is told to, and goes back to the best") {
  const std::vector<double> falls_and_rises{5, 4, 3, 3.5, 2.9, 3, 3.1, 2.95, 2, 1};
  const EarlyStop two = stop_early(falls_and_rises, {.patience = 2});
  CHECK(two.history.epochs.size() == 7);
  CHECK(two.history.reason == train::StopReason::early_stopping);
  CHECK(two.history.stopped_because == "no improvement in 2 epochs; the best was epoch 5");
  CHECK(identical(two.in_the_end, two.after_epoch[4]));
  const EarlyStop one = stop_early(falls_and_rises, {.patience = 1});
  CHECK(one.history.epochs.size() == 4);
  CHECK(one.history.stopped_because == "no improvement in 1 epoch; the best was epoch 3");
  CHECK(identical(one.in_the_end, one.after_epoch[2]));
  const EarlyStop four = stop_early(falls_and_rises, {.patience = 4});
  CHECK(four.history.epochs.size() == 10);
  CHECK(four.history.reason == train::StopReason::finished);
  CHECK(four.history.stopped_because.empty());
}

TEST_CASE("early stopping does not count what is too little, and can leave the last parameters") {
  const std::vector<double> creeps{5, 4, 3.95, 3.94, 3.93, 3.92, 3};
  CHECK(stop_early(creeps, {.patience = 3, .least_improvement = 0.1}).history.epochs.size() == 5);
  CHECK(stop_early(creeps, {.patience = 4, .least_improvement = 0.1}).history.epochs.size() == 6);
  const EarlyStop three = stop_early(creeps, {.patience = 3, .least_improvement = 0.1, .restore_best = false});
  CHECK(identical(three.in_the_end, three.after_epoch[4]));
}

TEST_CASE("early stopping by a figure that is to be large, and by one that is NaN") {
  const EarlyStop larger = stop_early({1, 2, 3, 2, 1, 9}, {.patience = 2, .larger_is_better = true});
  CHECK(larger.history.epochs.size() == 5);
  CHECK(identical(larger.in_the_end, larger.after_epoch[2]));
  const double no_number = std::numeric_limits<double>::quiet_NaN();
  const EarlyStop never_better = stop_early({no_number, no_number, no_number, 1}, {.patience = 3});
  CHECK(never_better.history.epochs.size() == 3);
  CHECK(never_better.history.stopped_because == "no improvement in 3 epochs; 'told' was never a number");
  CHECK(identical(never_better.in_the_end, never_better.after_epoch.back()));
  CHECK(stop_early({no_number, 2, no_number, 1}, {.patience = 2}).history.epochs.size() == 4);
}

TEST_CASE("the best parameters come back when all epochs are made, with running statistics") {
  const data::Dataset digits = some_digits(0, 150), test_set = some_digits(200, 280);
  nn::Sequential net = net_with_dropout_and_statistics();
  optim::Sgd sgd{.learning_rate = 3};
  std::vector<Tensor> best;
  double lowest = std::numeric_limits<double>::infinity();
  const train::History history = train::fit(net, nn::softmax_cross_entropy, sgd, digits,
                                            {.epochs = 12,
                                             .validation = &test_set,
                                             .early_stopping = {.patience = 12},
                                             .after_epoch = [&](const train::Epoch& epoch, train::Stop&) {
                                               if (*epoch.validation_loss < lowest) {
                                                 lowest = *epoch.validation_loss;
                                                 best = values_of(net);
                                               }
                                             }});
  CHECK(history.epochs.size() == 12);
  CHECK(lowest < *history.epochs.back().validation_loss);  // or nothing is tested
  CHECK(same(values_of(net), best));
}

TEST_CASE("after a signal the net is the last one, and the reason names the best epoch there was") {
  const data::Dataset points = points_of_a_line();
  const std::vector<double> figures{5, 3, 4, 4, 4};
  const auto interrupt = [&](std::int64_t at_step, const train::EarlyStopping& rule) {
    Line line;
    optim::Sgd sgd{.learning_rate = 0.01};
    std::size_t next = 0;
    Tensor slope;
    const train::History history =
        train::fit(line, nn::quadratic_cost, sgd, points,
                   {.epochs = 5,
                    .batch_size = 2,
                    .validation = &points,
                    .metrics = {{"told", [&](const Tensor&, const Tensor&) { return figures.at(next++); }}},
                    .watch = rule.patience > 0 ? "told" : "",
                    .early_stopping = rule,
                    .after_step =
                        [&](const train::Step& step, train::Stop&) {
                          slope = line.slope.value;
                          if (step.number == at_step) raise(SIGINT);
                        },
                    .stop_on_signals = true});
    CHECK(identical(line.slope.value, slope));
    return history.stopped_because;
  };
  CHECK(interrupt(7, {.patience = 4}) == "SIGINT in epoch 4, after 1 of 2 batches; the best was epoch 2");
  CHECK(interrupt(8, {.patience = 4}) == "SIGINT in epoch 4, after 2 of 2 batches; the best was epoch 2");
  CHECK(interrupt(3, {.patience = 4}) == "SIGINT in epoch 2, after 1 of 2 batches; the best was epoch 1");
  CHECK(interrupt(1, {.patience = 4}) == "SIGINT in epoch 1, after 1 of 2 batches");
  CHECK(interrupt(7, {}) == "SIGINT in epoch 4, after 1 of 2 batches");
}

TEST_CASE("without a validation set the loss of the training is watched") {
  Line line;
  optim::Sgd sgd{.learning_rate = 0};
  const train::History history =
      train::fit(line, nn::quadratic_cost, sgd, points_of_a_line(), {.epochs = 9, .early_stopping = {.patience = 3}});
  CHECK(history.epochs.size() == 4);
}

TEST_CASE("training stops once all derivatives of an epoch are below a threshold, as one text has it") {
  const data::Dataset points = points_of_a_line();
  for (const std::int64_t batch_size : {1, 4}) {
    Line line;
    optim::Sgd sgd{.learning_rate = 0.1};
    const train::History history =
        train::fit(line, nn::quadratic_cost, sgd, points,
                   {.epochs = 10'000, .batch_size = batch_size, .derivative_threshold = 1e-3});
    REQUIRE(history.epochs.size() < 10'000);
    CHECK(history.reason == train::StopReason::threshold);
    CHECK(history.stopped_because == fmt::format("all derivatives of epoch {} are below 0.001", history.epochs.size()));
    CHECK(line.slope.value.item() == doctest::Approx(2).epsilon(0.01));

    // The same epochs by hand: only the last one's derivatives are all below.
    Line other;
    Tape tape;
    Rng order(0, 1);
    optim::Sgd same_sgd{.learning_rate = 0.1};
    for (std::uint64_t epoch = 1; epoch <= history.epochs.size(); ++epoch) {
      double derivative = 0;
      for (const data::Batch& batch : data::batches(points, batch_size, order)) {
        tape.clear();
        const Gradients g = gradient(quadratic_cost(other(tape.constant(batch.inputs)), tape.constant(batch.targets)),
                                     other.parameters());
        for (const Parameter* p : other.parameters()) derivative = std::max(derivative, std::abs(g[*p].item()));
        same_sgd.step(other.parameters(), g);
      }
      CHECK((derivative < 1e-3) == (epoch == history.epochs.size()));
    }
  }
}

TEST_CASE("training stops once all error terms of an epoch are below a threshold, as another text has it") {
  const Tensor x = Tensor::from({4, 2}, {0, 0, 0, 1, 1, 0, 1, 1}), y = Tensor::from({4, 1}, {0, 1, 1, 1});
  nn::Mlp net({2, 3, 1}, {.hidden = nn::tanh, .output = nn::sigmoid, .seed = 1, .dtype = f64}), other = net;
  optim::Sgd sgd{.learning_rate = 1}, same_sgd = sgd;
  const train::History history = train::fit(net, nn::bernoulli_cross_entropy, sgd, {x, y},
                                            {.epochs = 10'000, .batch_size = 4, .delta_threshold = 0.01});
  REQUIRE(history.epochs.size() < 10'000);
  CHECK(history.reason == train::StopReason::threshold);
  CHECK(history.stopped_because == fmt::format("all deltas of epoch {} are below 0.01", history.epochs.size()));

  // δ_l = ∂C/∂z_l, asked for by name.
  Rng order(0, 1);
  for (std::uint64_t epoch = 1; epoch <= history.epochs.size(); ++epoch) {
    for (const data::Batch& batch : data::batches({x, y}, 4, order)) {
      Tape tape;
      const Var z1 = other.layers()[0].linear(tape.constant(batch.inputs)), z2 = other.layers()[1].linear(tanh(z1));
      const Var cost = bernoulli_cross_entropy(sigmoid(z2), tape.constant(batch.targets));
      const Gradients delta = gradient(cost, {z1, z2});
      const double largest = std::max(max(abs(delta[z1])).item(), max(abs(delta[z2])).item());
      CHECK((largest < 0.01) == (epoch == history.epochs.size()));
      same_sgd.step(other.parameters(), gradient(cost, other.parameters()));
    }
  }
}

TEST_CASE("a callback ends the training after a step or after an epoch, and says why") {
  const data::Dataset digits = some_digits(0, 150);
  nn::Mlp net = small_mlp();
  optim::Adam adam;
  std::vector<std::int64_t> numbers, epochs, batches;
  const train::History by_step =
      train::fit(net, nn::softmax_cross_entropy, adam, digits,
                 {.epochs = 5, .after_step = [&](const train::Step& step, train::Stop& stop) {
                    numbers.push_back(step.number);
                    epochs.push_back(step.epoch);
                    batches.push_back(step.batch);
                    CHECK(std::isfinite(step.loss));
                    if (step.number == 7) stop("seven are enough");
                  }});
  CHECK(by_step.reason == train::StopReason::callback);
  CHECK(by_step.stopped_because == "seven are enough");
  CHECK(by_step.epochs.size() == 1);
  CHECK(numbers == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7});
  CHECK(epochs == std::vector<std::int64_t>{1, 1, 1, 1, 1, 2, 2});
  CHECK(batches == std::vector<std::int64_t>{1, 2, 3, 4, 5, 1, 2});

  const train::History by_epoch =
      train::fit(net, nn::softmax_cross_entropy, adam, digits,
                 {.epochs = 5, .after_epoch = [&](const train::Epoch& epoch, train::Stop& stop) {
                    if (epoch.number == 2) stop();
                  }});
  CHECK(by_epoch.reason == train::StopReason::callback);
  CHECK(by_epoch.stopped_because == "a callback asked for it");
  CHECK(by_epoch.epochs.size() == 2);
}

TEST_CASE("a loss that is not finite ends the training, and what was learnt before is kept") {
  const data::Dataset digits = some_digits(0, 150);
  nn::Mlp net = small_mlp();
  optim::Adam adam;
  std::vector<Tensor> after_epoch;
  NamedTensors state;
  bool spoil = false;
  const auto cost = [&](const Var& z, const Var& y) {
    const Var loss = softmax_cross_entropy(z, y);
    return spoil ? loss / 0.0 : loss;
  };
  const train::History history =
      train::fit(net, cost, adam, digits,
                 {.epochs = 9,
                  .after_epoch =
                      [&](const train::Epoch&, train::Stop&) {
                        after_epoch = values_of(net);
                        state = adam.state(std::as_const(net).parameters());
                      },
                  .after_step = [&](const train::Step& step, train::Stop&) { spoil = step.number == 13; }});
  CHECK(history.epochs.size() == 2);
  CHECK(history.reason == train::StopReason::not_finite);
  CHECK(history.stopped_because ==
        "the loss is inf after 13 steps (epoch 3, batch 3); net and optimiser are as they were after 10 steps. Lower "
        "learning_rate (0.001), or set clip_norm");
  CHECK(same(values_of(net), after_epoch));
  const NamedTensors now = adam.state(std::as_const(net).parameters());
  REQUIRE(now.size() == state.size());
  for (const auto& [name, tensor] : state) CHECK(identical(tensor, now.at(name)));
}

TEST_CASE("where early stopping restores the best epoch, it stands after a loss that is not finite, and is named") {
  const data::Dataset points = points_of_a_line();
  const std::vector<double> figures{5, 3, 4};
  const auto diverge = [&](const train::EarlyStopping& rule) {
    Line line;
    optim::Sgd sgd{.learning_rate = 0.01, .momentum = 0.9};
    std::size_t next = 0;
    std::vector<Tensor> slopes, velocities;
    const auto velocity = [&] {
      return sgd.state(ConstParameters{&line.slope, &line.offset}).at("velocity/line.slope");
    };
    const train::History history =
        train::fit(line, nn::quadratic_cost, sgd, points,
                   {.epochs = 5,
                    .batch_size = 2,
                    .validation = &points,
                    .schedule = [](std::int64_t step) { return step < 6 ? 0.01 : 1e200; },
                    .metrics = {{"told", [&](const Tensor&, const Tensor&) { return figures.at(next++); }}},
                    .watch = "told",
                    .early_stopping = rule,
                    .after_epoch =
                        [&](const train::Epoch&, train::Stop&) {
                          slopes.push_back(line.slope.value);
                          velocities.push_back(velocity());
                        }});
    REQUIRE(history.epochs.size() == 3);
    CHECK(history.reason == train::StopReason::not_finite);
    CHECK(identical(line.slope.value, slopes[rule.restore_best ? 1 : 2]));
    CHECK(history.best_epoch == (rule.restore_best ? std::optional<std::int64_t>(2) : std::nullopt));
    CHECK(train::History::from_json(history.json()).best_epoch == history.best_epoch);
    CHECK(identical(velocity(), velocities[2]));
    return history.stopped_because;
  };
  const std::string best = diverge({.patience = 4}), last = diverge({.patience = 4, .restore_best = false});
  CHECK(best.find("; the net is that of epoch 2, the best, and the optimiser as it was after 6 steps. ") !=
        std::string::npos);
  CHECK(last.find("; net and optimiser are as they were after 6 steps. ") != std::string::npos);
}

TEST_CASE("weights that are not finite end the training before anything is made of them") {
  Line line;
  optim::Sgd sgd{.learning_rate = 1e200};
  const data::Dataset points = points_of_a_line();
  const train::History one_step =
      train::fit(line, nn::quadratic_cost, sgd, points,
                 {.epochs = 1, .batch_size = 4, .after_step = [&](const train::Step&, train::Stop&) {
                    line.slope.value = Tensor::scalar(std::numeric_limits<double>::infinity());
                  }});
  CHECK(one_step.epochs.empty());
  CHECK(
      one_step.stopped_because.starts_with("'line.slope' is not finite after 1 step (epoch 1, batch 1); net and "
                                           "optimiser are as they were after 0 steps."));
  CHECK(line.slope.value.item() == 0);
}
