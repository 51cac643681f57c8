// A training that is interrupted, and goes on from its checkpoint as if it had never been.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nabla/io.hpp>
#include <nabla/nabla.hpp>
#include <string>
#include <vector>

#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace nabla;
using namespace nabla::test;

namespace {

/// 100 digits: 7 batches of 16, the last one of 4.
const data::Dataset& some_digits() {
  static const data::Dataset some = test::some_digits(0, 100);
  return some;
}
const data::Dataset& other_digits() {
  static const data::Dataset some = test::some_digits(200, 260);
  return some;
}

/// The process is gone.
struct Killed {};

/// All that a training leaves behind.
struct Outcome {
  std::vector<Tensor> values;
  NamedTensors optimizer_state;
  double learning_rate;
  train::History history;
};

template <class O>
Outcome train_net(std::uint64_t net_seed, O optimizer, const train::FitOptions& options) {
  nn::Sequential net = net_with_dropout_and_statistics(net_seed);
  Outcome outcome;
  outcome.history = train::fit(net, nn::softmax_cross_entropy, optimizer, some_digits(), options);
  outcome.values = values_of(net);
  outcome.optimizer_state = optimizer.state(std::as_const(net).parameters());
  outcome.learning_rate = optimizer.learning_rate;
  return outcome;
}

/// Every bit but the time that it took.
void check_same(const Outcome& a, const Outcome& b) {
  CHECK(same(a.values, b.values));
  CHECK(std::ranges::equal(a.optimizer_state, b.optimizer_state, [](const auto& x, const auto& y) {
    return x.first == y.first && identical(x.second, y.second);
  }));
  CHECK(a.learning_rate == b.learning_rate);
  CHECK(a.history.reason == b.history.reason);
  CHECK(a.history.stopped_because == b.history.stopped_because);
  CHECK(std::ranges::equal(a.history.epochs, b.history.epochs, [](const train::Epoch& x, const train::Epoch& y) {
    return x.number == y.number && x.loss == y.loss && x.learning_rate == y.learning_rate &&
           x.validation_loss == y.validation_loss && x.metrics == y.metrics;
  }));
}

/// Interrupts the training after each of these steps, in a way that still writes the checkpoint and in one that does
/// not, and goes on with another net and optimiser. Returns what the training leaves behind that is not interrupted.
template <class O>
Outcome check_resumed(const O& optimizer, train::FitOptions options, std::initializer_list<std::int64_t> steps) {
  const TemporaryFolder folder;
  options.batch_size = 16;
  options.seed = 11;
  options.validation = &other_digits();
  const Outcome whole = train_net(1, optimizer, options);
  for (const std::int64_t last : steps)
    for (const bool killed : {false, true}) {
      CAPTURE(last);
      CAPTURE(killed);
      train::FitOptions interrupted = options;
      interrupted.checkpoint = folder.path("checkpoint");
      interrupted.checkpoint_every_steps = 3;
      interrupted.after_step = [&](const train::Step& step, train::Stop& stop) {
        if (step.number < last) return;
        if (killed) throw Killed();
        stop();
      };
      if (killed) {
        CHECK_THROWS_AS(train_net(1, optimizer, interrupted), Killed);
      } else {
        CHECK(train_net(1, optimizer, interrupted).history.reason == train::StopReason::callback);
      }
      train::FitOptions resumed = options;
      resumed.resume = folder.path("checkpoint");
      O another = optimizer;
      another.learning_rate *= 2;
      check_same(train_net(99, another, resumed), whole);
    }
  return whole;
}

}  // namespace

TEST_CASE("an interrupted training ends with the bits of one that was not: Adam, dropout, running statistics") {
  check_resumed(optim::Adam{.learning_rate = 5e-3}, {.epochs = 4}, {3, 4, 6, 7, 8, 14, 16, 20, 21, 27, 28});
}

TEST_CASE("an interrupted training ends with the bits of one that was not: Sgd with momentum and a schedule") {
  check_resumed(optim::Sgd{.learning_rate = 0.1, .momentum = 0.9},
                {.epochs = 3, .schedule = optim::CosineDecay{.learning_rate = 0.1, .steps = 21}}, {3, 7, 10, 19});
}

TEST_CASE("an interrupted training ends with the bits of one that was not: early stopping") {
  train::FitOptions options{.epochs = 40, .early_stopping = {.patience = 2}};
  options.watch = "accuracy";
  options.metrics = {{"accuracy", train::accuracy}};
  options.early_stopping.larger_is_better = true;
  const Outcome whole = train_net(1, optim::Sgd{.learning_rate = 0.5}, [&] {
    train::FitOptions all = options;
    all.batch_size = 16;
    all.seed = 11;
    all.validation = &other_digits();
    return all;
  }());
  const auto steps = static_cast<std::int64_t>(7 * whole.history.epochs.size());
  REQUIRE(steps < 7 * 40);  // it does stop early
  check_resumed(optim::Sgd{.learning_rate = 0.5}, options, {5, steps - 14, steps - 9, steps - 7, steps - 1, steps});
}

TEST_CASE("an interrupted training ends with the bits of one that was not: plateau and clipping") {
  const optim::Plateau often{.factor = 0.7, .patience = 1, .threshold = 0.2, .cooldown = 1};
  const Outcome whole = check_resumed(optim::Adam{.learning_rate = 0.01},
                                      {.epochs = 8, .plateau = often, .clip_norm = 0.5}, {5, 14, 22, 28, 33, 41});
  CHECK(whole.learning_rate < 0.01);
}

TEST_CASE("an interrupted training ends with the bits of one that was not: batches prepared at random, and ahead") {
  for (const bool prefetch : {false, true})
    check_resumed(optim::Adam{.learning_rate = 5e-3},
                  {.epochs = 3,
                   .prepare =
                       [](const data::Batch& batch, Rng& rng) {
                         return data::Batch{data::shift_randomly(batch.inputs, 1, rng), batch.targets};
                       },
                   .prefetch = prefetch},
                  {3, 5, 7, 8, 14, 19});
}

TEST_CASE("a plateau goes on counting where the checkpoint says, between any two epochs") {
  const TemporaryFolder folder;
  const data::Dataset points = points_of_a_line();
  const std::vector<double> figures{5, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3};
  std::size_t next = 0;
  const auto train_line = [&](train::FitOptions options) {
    options.validation = &points;
    options.plateau = optim::Plateau{.factor = 0.5, .patience = 1, .cooldown = 2};
    options.metrics = {{"told", [&](const Tensor&, const Tensor&) { return figures.at(next++); }}};
    options.watch = "told";
    Rng rng(1);
    nn::Linear line(1, 1, rng, {.dtype = f64});
    optim::Sgd sgd{.learning_rate = 0.01};
    std::vector<double> rates;
    for (const train::Epoch& epoch : train::fit(line, nn::quadratic_cost, sgd, points, options).epochs)
      rates.push_back(epoch.learning_rate);
    return rates;
  };
  const std::vector<double> rates = train_line({.epochs = 14});
  CHECK(rates.back() == 0.01 / 8);
  for (std::int64_t epochs = 1; epochs < 14; ++epochs) {
    next = 0;
    train_line({.epochs = epochs, .checkpoint = folder.path("checkpoint")});
    CHECK(train_line({.epochs = 14, .resume = folder.path("checkpoint")}) == rates);
  }
}

TEST_CASE("a training that stops by its derivatives stops at the same step when it was interrupted shortly before") {
  const TemporaryFolder folder;
  const data::Dataset points = points_of_a_line();
  Rng rng(1);
  const nn::Linear line(1, 1, rng, {.dtype = f64});
  const auto train_line = [&](nn::Linear& net, train::FitOptions options, std::int64_t last) {
    options.epochs = 10'000;
    options.batch_size = 1;
    options.derivative_threshold = options.delta_threshold = 1e-3;
    options.after_step = [last](const train::Step& step, train::Stop& stop) {
      if (step.number == last) stop();
    };
    optim::Sgd sgd{.learning_rate = 0.1};
    return train::fit(net, nn::quadratic_cost, sgd, points, options);
  };
  nn::Linear whole = line;
  const train::History history = train_line(whole, {}, 0);
  REQUIRE(history.epochs.size() > 2);
  REQUIRE(history.reason == train::StopReason::threshold);
  const auto steps = static_cast<std::int64_t>(4 * history.epochs.size());
  for (std::int64_t last = steps - 8; last <= steps; ++last) {
    CAPTURE(last);
    nn::Linear first = line, second = line;
    train_line(first, {.checkpoint = folder.path("checkpoint")}, last);
    const train::History resumed = train_line(second, {.resume = folder.path("checkpoint")}, 0);
    CHECK(resumed.epochs.size() == history.epochs.size());
    CHECK(resumed.stopped_because == history.stopped_because);
    CHECK(identical(second.weight.value, whole.weight.value));
  }
}

TEST_CASE("a training that has come to its end is over when it is resumed") {
  const TemporaryFolder folder;
  train::FitOptions options{
      .epochs = 2, .batch_size = 16, .validation = &other_digits(), .checkpoint = folder.path("checkpoint")};
  const Outcome whole = train_net(1, optim::Adam(), options);
  options.resume = options.checkpoint;
  options.after_step = [](const train::Step&, train::Stop&) { FAIL("there is no step to be made"); };
  check_same(train_net(2, optim::Adam(), options), whole);

  options.after_step = nullptr;
  options.epochs = 3;  // more of them
  const Outcome longer = train_net(2, optim::Adam(), options);
  options.resume.clear();
  check_same(longer, train_net(1, optim::Adam(), options));

  options.epochs = 100;
  options.early_stopping = {.patience = 1, .least_improvement = 0.3};
  const Outcome stopped = train_net(1, optim::Adam(), options);
  CHECK(stopped.history.reason == train::StopReason::early_stopping);
  options.resume = options.checkpoint;
  check_same(train_net(2, optim::Adam(), options), stopped);
}

TEST_CASE("the checkpoint is written after as many epochs and steps as was asked for, and at the end") {
  const TemporaryFolder folder;
  const std::string path = folder.path("checkpoint");
  const auto written = [&](train::FitOptions options) {
    options.batch_size = 16;
    options.epochs = 3;
    options.checkpoint = path;
    std::vector<std::int64_t> after;  // so many steps it has appeared
    options.after_step = [&](const train::Step& step, train::Stop&) {
      if (std::filesystem::remove(path)) after.push_back(step.number - 1);
    };
    train_net(1, optim::Adam(), options);
    if (std::filesystem::remove(path)) after.push_back(21);
    return after;
  };
  CHECK(written({}) == std::vector<std::int64_t>{7, 14, 21});
  CHECK(written({.checkpoint_every_epochs = 2}) == std::vector<std::int64_t>{14, 21});
  CHECK(written({.checkpoint_every_epochs = 0, .checkpoint_every_steps = 8}) == std::vector<std::int64_t>{8, 16, 21});
  CHECK(written({.checkpoint_every_epochs = 0}) == std::vector<std::int64_t>{21});
}

namespace {

struct Fixture {
  TemporaryFolder folder;
  std::string path = folder.path("checkpoint");
  nn::Sequential net = net_with_dropout_and_statistics(2);
  optim::Adam adam{.learning_rate = 0.5};
  std::vector<Tensor> before;

  Fixture() {
    train_net(1, optim::Adam(), {.epochs = 1, .batch_size = 16, .checkpoint = path});
    before = values_of(net);
  }

  /// The message with which this training refuses the checkpoint, having changed nothing.
  template <class E = IoError, class O = optim::Adam>
  std::string refused(train::FitOptions options, const data::Dataset& dataset = some_digits(), O optimizer = {}) {
    options.resume = path;
    if (options.batch_size == 32) options.batch_size = 16;
    const double rate = optimizer.learning_rate;
    const std::string text =
        complaint<E>([&] { train::fit(net, nn::softmax_cross_entropy, optimizer, dataset, options); });
    CHECK(optimizer.learning_rate == rate);
    CHECK(optimizer.states.empty());
    CHECK(same(values_of(net), before));
    return text;
  }

  io::TensorFile file() const { return io::load_tensors(path); }
  void write(const io::TensorFile& file) const { io::save_tensors(path, file.tensors, file.metadata); }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a checkpoint of another training is refused, and nothing is changed") {
  const std::string beginning = "[fit] " + path + " is a checkpoint of another training: ",
                    end = "; resume with what it was begun with, or begin anew";
  CHECK(refused<ValueError>({.seed = 1}) == beginning + "seed is 0 there and 1 here" + end);
  CHECK(refused<ValueError>({.batch_size = 20, .seed = 0}) == beginning + "batch_size is 16 there and 20 here" + end);
  CHECK(refused<ValueError>({}, other_digits()) == beginning + "the number of samples is 100 there and 60 here" + end);
  const data::Dataset as_many = test::some_digits(200, 300);
  const std::string differs = "the data set has as many samples there and here, but other values, shapes or types";
  CHECK(refused<ValueError>({}, as_many) == beginning + differs + end);
  CHECK(refused<ValueError>({}, {some_digits().inputs, as_many.targets}) == beginning + differs + end);
  CHECK(refused<ValueError>({}, {some_digits().inputs.to(f64), some_digits().targets}) == beginning + differs + end);
  CHECK(refused<ValueError>({.seed = 1}, as_many) == beginning + "seed is 0 there and 1 here; " + differs + end);
  CHECK(refused<ValueError>({}, {-some_digits().inputs, some_digits().targets}) == beginning + differs + end);
  CHECK(refused<ValueError>({}, some_digits(), optim::AdamW()) ==
        beginning + "the optimiser is nabla::optim::Adam there and nabla::optim::AdamW here" + end);
  CHECK(refused<ValueError>({}, some_digits(), optim::Adam{.amsgrad = true}).starts_with("[restore] "));
  net = nn::Sequential{nn::Linear(64, 10, *std::make_unique<Rng>())};
  before = values_of(net);
  CHECK(refused({}).starts_with("[load] " + path + " does not fit the net: "));
}

TEST_CASE_FIXTURE(Fixture, "a checkpoint goes on only with the configuration that it was begun with") {
  const std::string beginning = "[fit] " + path + " is a checkpoint of another training: ",
                    end = "; resume with what it was begun with, or begin anew";
  const auto begin_with = [&](const std::string& configuration) {
    train_net(1, optim::Adam(), {.epochs = 1, .batch_size = 16, .checkpoint = path, .configuration = configuration});
  };
  const auto difference = [&](const std::string& configuration) {
    const std::string text = refused<ValueError>({.configuration = configuration});
    REQUIRE(text.starts_with(beginning));
    REQUIRE(text.ends_with(end));
    return text.substr(beginning.size(), text.size() - beginning.size() - end.size());
  };
  const auto goes_on_with = [&](const std::string& configuration) {
    train_net(2, optim::Adam(), {.epochs = 1, .batch_size = 16, .resume = path, .configuration = configuration});
  };
  CHECK(difference("hidden = 8") == "hidden is not set there and '8' here");
  begin_with("hidden = 64, 32\nshift = 1\n");
  CHECK(difference("") == "hidden is '64, 32' there and not set here; shift is '1' there and not set here");
  CHECK(difference("shift = 1\nhidden = 64") == "hidden is '64, 32' there and '64' here");
  CHECK(difference("hidden = 64, 32\nshift = 1\ndropout = 0.1") == "dropout is not set there and '0.1' here");
  CHECK(difference("no key") == "configuration is 'hidden = 64, 32\nshift = 1\n' there and 'no key' here");
  CHECK(difference("shift = 1\nshift = 1").starts_with("configuration is "));
  CHECK(difference("= 1").starts_with("configuration is "));
  goes_on_with("shift=1\r\n\n  hidden = 64, 32");  // says the same
  begin_with(R"({"shift": 1})");
  CHECK(difference(R"({"shift": 2})") == R"(configuration is '{"shift": 1}' there and '{"shift": 2}' here)");
  goes_on_with(R"({"shift": 1})");
  begin_with("caf\xe9 = 1");  // not UTF-8
  goes_on_with("caf\xe9 = 1");
  CHECK(difference("caf\xe9 = 2") == "caf\xef\xbf\xbd is '1' there and '2' here");
}

TEST_CASE_FIXTURE(Fixture, "a best value is not compared with those of another figure") {
  train::FitOptions options{
      .epochs = 1, .batch_size = 16, .validation = &other_digits(), .early_stopping = {.patience = 2}};
  options.checkpoint = path;
  train_net(1, optim::Adam(), options);
  options.metrics = {{"accuracy", train::accuracy}};
  options.watch = "accuracy";
  options.early_stopping.larger_is_better = true;
  CHECK(refused<ValueError>(options).find(": what is watched is the validation loss there and 'accuracy' here; ") !=
        std::string::npos);
  options.early_stopping.patience = 0;  // nothing is watched
  options.watch.clear();
  options.resume = path;
  train_net(1, optim::Adam(), options);
}

TEST_CASE_FIXTURE(Fixture, "a checkpoint of an older or a newer kind is told from a file that is none") {
  const io::TensorFile good = file();
  const auto of_kind = [&](const std::string& kind) {
    io::TensorFile other = good;
    other.metadata = {{"kind", kind}, {"state", "anything"}};
    write(other);
    return refused({});
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  const std::string older = of_kind("nabla checkpoint 2"), newer = of_kind("nabla checkpoint 1000");
  CHECK(older.starts_with("[fit] " + path + " is a checkpoint of the older kind 2, and this Nabla goes on from kind "));
  CHECK(
      has(older,
          "; resume it with the Nabla that wrote it, or begin anew. It is a safetensors file, whose tensors \"net/…\" "
          "are the weights"));
  CHECK(newer.starts_with("[fit] " + path + " is a checkpoint of the newer kind 1000, and "));
  for (const char* kind :
       {"nabla checkpoint ", "nabla checkpoint 2x", "nabla checkpoint 99999999999999999999", "other"})
    CHECK(has(of_kind(kind), " is no checkpoint of a training; "));
}

TEST_CASE_FIXTURE(Fixture, "where a saved net is wanted, a checkpoint is told from a net of another kind") {
  CHECK(complaint<IoError>([&] { io::load(path, net); }) ==
        "[load] " + path +
            " is no saved net: what the net is made of stands there as 'net/…', as in the checkpoint of a training; "
            "resume from it, or assign the tensors of one of these beginnings");
  CHECK(same(values_of(net), before));
}

TEST_CASE_FIXTURE(Fixture, "a file that is no checkpoint, or a damaged one, is refused") {
  const io::TensorFile good = file();
  io::save(path, net);
  CHECK(refused({}) ==
        "[fit] " + path +
            " is no checkpoint of a training; resume from a file that a training wrote as its checkpoint");

  const auto with_state = [&](const std::string& from, const std::string& to) {
    io::TensorFile bad = good;
    std::string& state = bad.metadata.at("state");
    const std::size_t at = state.find(from);
    REQUIRE(at != std::string::npos);
    state.replace(at, from.size(), to);
    write(bad);
    return refused({});
  };
  const std::string damaged = "; it is damaged, take another checkpoint";
  CHECK(with_state("{", "").ends_with(damaged));
  for (const char* to :
       {"\"epoch\":0", "\"epoch\":-1", "\"epoch\":1e3", "\"epoch\":\"2\"", "\"epoch\":18446744073709551615"})
    CHECK(with_state("\"epoch\":2", to).ends_with(damaged));
  CHECK(with_state("\"batch\":0", "\"batch\":8") == "[fit] " + path + ": batch 8 of an epoch of 7" + damaged);
  CHECK(with_state("\"net_draws\"", "\"draws\"").ends_with(damaged));
  CHECK(with_state("\"learning_rate\":", "\"learning_rate\":{},\"a\":").ends_with(damaged));
  for (const char* key : {"identity", "state", "history"}) {
    io::TensorFile bad = good;
    bad.metadata.at(key) = "[[[[";
    write(bad);
    CHECK(refused({}).ends_with(damaged));
    bad.metadata.erase(key);
    write(bad);
    CHECK(refused({}).ends_with(damaged));
  }
  io::TensorFile less = good;
  less.tensors.erase("net/net.0.weight");
  write(less);
  CHECK(refused({}).find("'net.0.weight' [8, 64] f32 is missing") != std::string::npos);
  less = good;
  less.tensors.erase("optimizer/steps/net.0.weight");
  write(less);
  CHECK(refused<ValueError>({}).starts_with("[restore] "));

  write(good);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  CHECK(refused({}).starts_with("[load_tensors] "));
  std::filesystem::remove(path);
  CHECK(refused({}).starts_with("[load_tensors] "));
}

TEST_CASE_FIXTURE(Fixture, "a checkpoint that cannot be written is refused before the first step") {
  path = folder.path("none/checkpoint");
  const auto no_step = [](const train::Step&, train::Stop&) { FAIL("a step was made"); };
  CHECK(complaint<IoError>([&] {
          train::fit(net, nn::softmax_cross_entropy, adam, some_digits(), {.after_step = no_step, .checkpoint = path});
        }) == "[fit] There is no folder " + folder.path("none") + " for the checkpoint; make it first");
  Rng rng(1);
  struct Twins {
    Parameter a{"w", zeros({64, 10}, f32)}, b{"w", zeros({64, 10}, f32)};
    Var operator()(const Var& x) const { return matmul(x, nn::operand(a, x) + nn::operand(b, x)); }
    Parameters parameters() { return {&a, &b}; }
  } twins;
  CHECK(complaint<ValueError>([&] {
          train::fit(twins, nn::softmax_cross_entropy, adam, some_digits(),
                     {.after_step = no_step, .checkpoint = folder.path("c")});
        }).starts_with("[named_values] Two parameters are named 'w'"));
  train::fit(twins, nn::softmax_cross_entropy, adam, some_digits());  // without a checkpoint they may be
}
