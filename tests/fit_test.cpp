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

  Rng order(7, 1), draws(7, 2);
  Tape tape;
  std::vector<double> losses;
  for (int epoch = 1; epoch <= 3; ++epoch) {
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

// The learning rate, and how long the gradient may be.

TEST_CASE("a schedule is asked before every step, with the steps made so far") {
  nn::Mlp net = small_mlp();
  optim::Sgd sgd{.learning_rate = 99};
  std::vector<std::int64_t> asked;
  std::vector<double> used;
  const train::History history =
      train::fit(net, nn::softmax_cross_entropy, sgd, some_digits(),
                 {.epochs = 2,
                  .batch_size = 64,
                  .schedule =
                      [&](std::int64_t step) {
                        asked.push_back(step);
                        return 0.1 / static_cast<double>(step + 1);
                      },
                  .after_step = [&](const train::Step& step, train::Stop&) { used.push_back(step.learning_rate); }});
  CHECK(asked == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5});
  CHECK(used == std::vector<double>{0.1, 0.1 / 2, 0.1 / 3, 0.1 / 4, 0.1 / 5, 0.1 / 6});
  CHECK(history.epochs[0].learning_rate == 0.1 / 3);
  CHECK(sgd.learning_rate == 0.1 / 6);
}

TEST_CASE("a plateau lowers the rate that the optimiser has, by the loss, or by the metric that is watched") {
  const data::Dataset digits = some_digits(), test_set = other_digits();
  const auto rates = [&](const train::FitOptions& options) {
    nn::Mlp net = small_mlp();
    optim::Sgd sgd{.learning_rate = 0.05};
    std::vector<double> all;
    for (const train::Epoch& epoch : train::fit(net, nn::softmax_cross_entropy, sgd, digits, options).epochs)
      all.push_back(epoch.learning_rate);
    return all;
  };
  // Never better by a million: halved after every epoch but the first.
  const optim::Plateau halved{.factor = 0.5, .patience = 0, .threshold = 1e6, .absolute = true};
  CHECK(rates({.epochs = 4, .plateau = halved}) == std::vector<double>{0.05, 0.05, 0.025, 0.0125});
  // The watched metric grows with every epoch; the loss falls.
  double grows = 0;
  const std::map<std::string, train::Metric> metrics{{"grows", [&](const Tensor&, const Tensor&) { return ++grows; }}};
  const optim::Plateau patient{.factor = 0.5, .patience = 0, .threshold = 0},
      of_larger{.factor = 0.5, .patience = 0, .threshold = 0, .larger_is_better = true};
  CHECK(rates({.epochs = 4, .validation = &test_set, .plateau = patient}) == std::vector<double>(4, 0.05));
  CHECK(rates({.epochs = 4, .validation = &test_set, .plateau = patient, .metrics = metrics, .watch = "grows"}) ==
        std::vector<double>{0.05, 0.05, 0.025, 0.0125});
  CHECK(rates({.epochs = 4, .validation = &test_set, .plateau = of_larger, .metrics = metrics, .watch = "grows"}) ==
        std::vector<double>(4, 0.05));
}

TEST_CASE("clip_norm bounds the gradient of every step") {
  const data::Dataset digits = some_digits();
  nn::Mlp net = small_mlp(), by_hand = small_mlp();
  optim::Sgd sgd{.learning_rate = 0.5}, same_sgd = sgd;
  train::fit(net, nn::softmax_cross_entropy, sgd, digits, {.epochs = 2, .seed = 1, .clip_norm = 0.05});
  Rng order(1, 1), draws(1, 2);
  Tape tape;
  for (int epoch = 1; epoch <= 2; ++epoch) {
    for (const data::Batch& batch : data::batches(digits, 32, order)) {
      tape.clear();
      const Var loss = softmax_cross_entropy(by_hand(tape.constant(batch.inputs), nn::Training{draws}),
                                             tape.constant(batch.targets));
      Gradients g = gradient(loss, by_hand.parameters());
      CHECK(optim::clip_norm(g, 0.05) > 0.05);
      same_sgd.step(by_hand.parameters(), g);
    }
  }
  CHECK(same(values_of(net), values_of(by_hand)));
}

// When it stops.

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
  CHECK(two.history.stopped_because == "no improvement in 2 epochs; the best was epoch 5");
  CHECK(identical(two.in_the_end, two.after_epoch[4]));
  const EarlyStop one = stop_early(falls_and_rises, {.patience = 1});
  CHECK(one.history.epochs.size() == 4);
  CHECK(identical(one.in_the_end, one.after_epoch[2]));
  const EarlyStop four = stop_early(falls_and_rises, {.patience = 4});
  CHECK(four.history.epochs.size() == 10);
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
  CHECK(stop_early({no_number, 2, no_number, 1}, {.patience = 2}).history.epochs.size() == 4);
}

TEST_CASE("the best parameters come back when all epochs are made, with running statistics") {
  const data::Dataset digits = some_digits(), test_set = other_digits();
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
  const data::Dataset digits = some_digits();
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
  CHECK(by_epoch.stopped_because == "a callback asked for it");
  CHECK(by_epoch.epochs.size() == 2);
}

TEST_CASE("a loss that is not finite ends the training, and what was learnt before is kept") {
  const data::Dataset digits = some_digits();
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
  CHECK(history.stopped_because ==
        "the loss is inf after 13 steps (epoch 3, batch 3); net and optimiser are as they were after 10 steps. Lower "
        "learning_rate (0.001), or set clip_norm");
  CHECK(same(values_of(net), after_epoch));
  const NamedTensors now = adam.state(std::as_const(net).parameters());
  REQUIRE(now.size() == state.size());
  for (const auto& [name, tensor] : state) CHECK(identical(tensor, now.at(name)));
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
      one_step.stopped_because.starts_with("'line.slope' is not finite after 1 steps (epoch 1, batch 1); net and "
                                           "optimiser are as they were after 0 steps."));
  CHECK(line.slope.value.item() == 0);
}

// What is shown, and what is refused.

TEST_CASE("every epoch leaves a line in a log, with the metrics as the note") {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = open_memstream(&text, &size);
  const data::Dataset points = points_of_a_line();
  Line line;
  optim::Sgd sgd{.learning_rate = 0.1};
  train::FitOptions options{.epochs = 2,
                            .validation = &points,
                            .metrics = {{"rmse", train::rmse}},
                            .display = train::Display::lines,
                            .unit = "points",
                            .stream = stream};
  const train::History history = train::fit(line, nn::quadratic_cost, sgd, points, options);
  options.note = [](const train::Epoch& epoch) { return fmt::format("epoch no. {}", epoch.number); };
  options.after_epoch = [](const train::Epoch&, train::Stop& stop) { stop("one is enough"); };
  train::fit(line, nn::quadratic_cost, sgd, points, options);
  std::fclose(stream);
  const std::string log(text, size);
  std::free(text);
  CHECK(std::ranges::count(log, '\n') == 4);
  CHECK(log.starts_with(fmt::format("epoch 1/2  loss {:.4f}  rmse {:#.4g}  ", history.epochs[0].loss,
                                    history.epochs[0].metrics.at("rmse"))));
  CHECK(log.find(" points/s  ") != std::string::npos);
  CHECK(log.find("epoch no. 1") != std::string::npos);
  CHECK(log.ends_with("\nstopped: one is enough\n"));
}

TEST_CASE("fit refuses options out of range, and nothing is changed") {
  const data::Dataset points = points_of_a_line(), nothing(zeros({0, 1}), zeros({0, 1}));
  Line line;
  optim::Sgd sgd;
  const auto refused = [&](const train::FitOptions& options, const data::Dataset& dataset) {
    const std::string text =
        complaint<ValueError>([&] { train::fit(line, nn::quadratic_cost, sgd, dataset, options); });
    CHECK(line.slope.value.item() == 0);
    CHECK(sgd.learning_rate == 0.01);
    return text;
  };
  CHECK(refused({}, nothing) == "[fit] The data set is empty; there must be a sample to learn from");
  CHECK(refused({.epochs = 0}, points) == "[fit] epochs is 0; make 1 or more");
  CHECK(refused({.batch_size = 0}, points) == "[fit] batch_size is 0; take 1 or more samples at a time");
  CHECK(refused({.validation = &nothing}, points) ==
        "[fit] The validation set is empty; leave it out, or give it a sample");
  CHECK(refused({.schedule = optim::StepDecay{}, .plateau = optim::Plateau{}}, points) ==
        "[fit] Both schedule and plateau set the learning rate; choose one of them");
  CHECK(refused({.clip_norm = 0}, points) == "[fit] clip_norm is 0; it must be above 0");
  CHECK(refused({.metrics = {{"rmse", train::rmse}}}, points) ==
        "[fit] Metrics are of the validation set, and there is none; set `validation`");
  CHECK(refused({.watch = "rmse"}, points) ==
        "[fit] watch is 'rmse', which is no metric; name one of `metrics`, or leave it empty for the loss");
  CHECK(refused({.early_stopping = {.patience = -1}}, points) ==
        "[fit] early_stopping: patience -1, least_improvement 0; both must be 0 or more");
  CHECK(refused({.checkpoint_every_steps = -1}, points) ==
        "[fit] checkpoint_every_epochs 1, checkpoint_every_steps -1; both must be 0 or more");

  struct Descent {
    void step(std::span<Parameter* const>, const Gradients&) {}
  } descent;
  CHECK(complaint<ValueError>([&] {
          train::fit(line, nn::quadratic_cost, descent, points, {.schedule = optim::StepDecay{}});
        }) == "[fit] The optimiser has no `double learning_rate` that schedule or plateau could set; leave them out");
  CHECK(complaint<ValueError>([&] { train::fit(line, nn::quadratic_cost, descent, points, {.checkpoint = "file"}); }) ==
        "[fit] The optimiser cannot be saved in a checkpoint; give it state() and restore(), as those of the library");
}

TEST_CASE("data that do not fit the net, and a cost that is no number, are refused before anything is changed") {
  const data::Dataset points = points_of_a_line(), wider(zeros({2, 1}), zeros({2, 3}));
  Line line;
  optim::Sgd sgd;
  const auto each = [](const Var& a, const Var& y) { return square(a - y); };
  CHECK(complaint<ShapeError>([&] { train::fit(line, each, sgd, points, {.schedule = optim::StepDecay{}}); }) ==
        "[fit] The cost has shape [4, 1], not one element; reduce it, by mean() for example");
  CHECK(complaint<ShapeError>([&] {
          train::fit(line, nn::quadratic_cost, sgd, points, {.validation = &wider});
        }).starts_with("[quadratic_cost]"));
  CHECK(line.slope.value.item() == 0);
  CHECK(sgd.learning_rate == 0.01);
}
