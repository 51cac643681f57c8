// The training loop: what it makes of net, cost, optimiser and options.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nabla/nabla.hpp>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace nabla;
using namespace nabla::test;

TEST_CASE("fit makes the steps of a loop written out, bit for bit") {
  const data::Dataset digits = some_digits(0, 150);
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
  CHECK(history.reason == train::StopReason::finished);
  CHECK(losses[2] < losses[0]);
}

TEST_CASE("the same seed gives the same bits, in every run and for any number of threads") {
  const auto trained = [](std::uint64_t seed) {
    nn::Sequential net = net_with_dropout_and_statistics();
    optim::Sgd sgd{.learning_rate = 0.1, .momentum = 0.9};
    train::fit(net, nn::softmax_cross_entropy, sgd, some_digits(0, 150), {.epochs = 3, .seed = seed});
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
  const data::Dataset digits = some_digits(0, 150), test_set = some_digits(200, 280);
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
      train::fit(net, nn::softmax_cross_entropy, sgd, some_digits(0, 150),
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
  const data::Dataset digits = some_digits(0, 150), test_set = some_digits(200, 280);
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
  const data::Dataset digits = some_digits(0, 150);
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

// How batches are made.

namespace {

data::Batch with_noise(const data::Batch& batch, Rng& rng) {
  return {batch.inputs + rng.normal(batch.inputs.shape(), 0, 0.1, f32), batch.targets};
}

}  // namespace

TEST_CASE("batches are prepared, by random numbers of their own; a second thread changes no bit") {
  const data::Dataset digits = some_digits(0, 150);
  const auto trained = [&](train::FitOptions options) {
    options.epochs = 3;
    options.seed = 7;
    nn::Mlp net = small_mlp();
    optim::Adam adam;
    train::fit(net, nn::softmax_cross_entropy, adam, digits, options);
    return values_of(net);
  };
  nn::Mlp by_hand = small_mlp();
  optim::Adam adam;
  Rng order(7, 1), draws(7, 2);
  std::uint64_t steps = 0;
  Tape tape;
  for (int epoch = 1; epoch <= 3; ++epoch)
    for (const data::Batch& batch : data::batches(digits, 32, order)) {
      tape.clear();
      Rng own(7, (std::uint64_t{1} << 32) + steps++);
      const data::Batch noisy = with_noise(batch, own);
      adam.step(by_hand, softmax_cross_entropy(by_hand(tape.constant(noisy.inputs), nn::Training{draws}),
                                               tape.constant(noisy.targets)));
    }
  const std::vector<Tensor> noisy = trained({.prepare = with_noise}), plain = trained({});
  CHECK(same(noisy, values_of(by_hand)));
  CHECK(!same(noisy, plain));
  CHECK(same(trained({.prepare = with_noise, .prefetch = true}), noisy));
  CHECK(same(trained({.prefetch = true}), plain));
  CHECK(same(trained({.batch_size = 150, .prefetch = true}), trained({.batch_size = 150})));  // 38 KB: in a thread
}

TEST_CASE("batches are prepared by a second thread where prefetch asks for one, and by the training's own elsewhere") {
  for (const bool prefetch : {false, true}) {
    nn::Mlp net = small_mlp();
    optim::Adam adam;
    const auto prepare = [&, own = std::this_thread::get_id()](const data::Batch& batch, Rng&) {
      CHECK((std::this_thread::get_id() != own) == prefetch);
      return batch;
    };
    train::fit(net, nn::softmax_cross_entropy, adam, some_digits(0, 64), {.prepare = prepare, .prefetch = prefetch});
  }
}

TEST_CASE("what prepare fails with comes out of fit, and so does a batch of another size") {
  const data::Dataset points = points_of_a_line();
  for (const bool prefetch : {false, true}) {
    const auto refused = [&]<class E>(std::type_identity<E>, auto prepare) {
      Line line;
      optim::Sgd sgd;
      return complaint<E>([&] {
        train::fit(line, nn::quadratic_cost, sgd, points, {.batch_size = 3, .prepare = prepare, .prefetch = prefetch});
      });
    };
    constexpr std::type_identity<ShapeError> of_shape;
    CHECK(refused(std::type_identity<IoError>(), [](const data::Batch&, Rng&) -> data::Batch {
            throw IoError("picture", "Gone.");
          }) == "[picture] Gone.");
    CHECK(refused(of_shape, [](const data::Batch&, Rng&) { return data::Batch(); }) ==
          "[fit] prepare made inputs none and targets none of a batch of 3 samples; there must be as many of them");
    CHECK(refused(of_shape,
                  [](const data::Batch& b, Rng&) {
                    return data::Batch{b.inputs, zeros({2, 1})};
                  }) ==
          "[fit] prepare made inputs [3, 1] and targets [2, 1] of a batch of 3 samples; there must be as many of them");
    CHECK(
        refused(of_shape, [](const data::Batch& b, Rng&) {
          return data::Batch{zeros({}), b.targets};
        }) == "[fit] prepare made inputs [] and targets [3, 1] of a batch of 3 samples; there must be as many of them");
  }
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
  CHECK(refused({.validation = &points, .metrics = {{"rmse", train::rmse}}, .watch = "rmse"}, points) ==
        "[fit] watch is 'rmse', and nothing watches it; set early_stopping.patience or plateau too, or leave it empty");
  CHECK(refused({.derivative_threshold = -1}, points) ==
        "[fit] derivative_threshold -1, delta_threshold 0; both must be 0 or more");
  CHECK(refused({.delta_threshold = std::nan("")}, points) ==
        "[fit] derivative_threshold 0, delta_threshold nan; both must be 0 or more");
  CHECK(refused({.early_stopping = {.patience = -1}}, points) ==
        "[fit] early_stopping: patience -1, least_improvement 0; both must be 0 or more");
  const auto watching = [&](const char* metric, train::EarlyStopping rule, std::optional<optim::Plateau> plateau) {
    return train::FitOptions{.validation = &points,
                             .plateau = plateau,
                             .metrics = {{metric, train::rmse}},
                             .watch = metric,
                             .early_stopping = rule};
  };
  CHECK(
      refused(watching("accuracy", {.patience = 1}, {}), points) ==
      "[fit] watch is 'accuracy', which is better the larger it is, but early_stopping.larger_is_better is false; set "
      "it to true, or give the metric another name");
  CHECK(
      refused(watching("r_squared", {.patience = 1, .larger_is_better = true}, optim::Plateau{}), points) ==
      "[fit] watch is 'r_squared', which is better the larger it is, but plateau.larger_is_better is false; set it to "
      "true, or give the metric another name");
  CHECK(refused(watching("rmse", {.patience = 1, .larger_is_better = true}, {}), points) ==
        "[fit] watch is 'rmse', which is better the smaller it is, but early_stopping.larger_is_better is true; set it "
        "to false, or give the metric another name");
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

TEST_CASE(
    "data that do not fit the net, and costs that nothing can be learnt from, are refused before a step is made") {
  const data::Dataset points = points_of_a_line(), wider(zeros({2, 1}), zeros({2, 3}));
  Line line;
  optim::Sgd sgd;
  const auto each = [](const Var& a, const Var& y) { return square(a - y); };
  CHECK(complaint<ShapeError>([&] { train::fit(line, each, sgd, points, {.schedule = optim::StepDecay{}}); }) ==
        "[fit] The cost has shape [4, 1], not one element; reduce it, by mean() for example");
  CHECK(complaint<ShapeError>([&] {
          train::fit(line, nn::quadratic_cost, sgd, points, {.validation = &wider});
        }).starts_with("[quadratic_cost]"));
  const auto of_values = [](const Var& a, const Var& y) { return mean(square(a.value() - y)); };
  CHECK(
      complaint<ValueError>([&] { train::fit(line, of_values, sgd, points, {.schedule = optim::StepDecay{}}); }) ==
      "[fit] The cost depends on no parameter of the net, and so nothing can be learnt; compute it from the outputs as "
      "they are, Vars, and not from their value()");
  CHECK(line.slope.value.item() == 0);
  CHECK(sgd.learning_rate == 0.01);
}
