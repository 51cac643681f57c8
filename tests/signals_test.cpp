// Ctrl-C: a training that stops after the step under way.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <nabla/io.hpp>
#include <nabla/nabla.hpp>
#include <vector>

#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace nabla;
using test::same;
using test::values_of;

namespace {

volatile std::sig_atomic_t calls_of_own_handler = 0;
void own_handler(int) { calls_of_own_handler = calls_of_own_handler + 1; }

/// A handler for as long as this object lives.
class Handler {
 public:
  Handler(int signal, void (*handler)(int))
      : signal_(signal), before_(std::signal(signal, handler)), handler_(handler) {}
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  ~Handler() { std::signal(signal_, before_); }

  bool is_in_place() const {
    struct sigaction now {};
    sigaction(signal_, nullptr, &now);
    return now.sa_handler == handler_;
  }

 private:
  int signal_;
  void (*before_)(int);
  void (*handler_)(int);
};

data::Dataset some_digits() { return test::some_digits(0, 100); }

/// What raises a signal after so many steps.
auto raising(int signal, std::int64_t step) {
  return [=](const train::Step& made, train::Stop&) {
    if (made.number == step) raise(signal);
  };
}

train::History train_net(nn::Mlp& net, train::FitOptions options) {
  options.batch_size = 25;
  optim::Adam adam{.learning_rate = 0.01};
  return train::fit(net, nn::softmax_cross_entropy, adam, some_digits(), options);
}

/// How a process ends that does this.
template <class F>
int status_of(F f) {
  const pid_t child = fork();
  if (child == 0) {
    f();
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("a signal ends the training after the step under way, and the handler of before is back") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Handler handler(signal, own_handler);
    calls_of_own_handler = 0;
    nn::Mlp net({64, 8, 10}, {.seed = 1}), six_steps = net;
    const train::History history =
        train_net(net, {.epochs = 5, .after_step = raising(signal, 6), .stop_on_signals = true});
    CHECK(history.epochs.size() == 1);
    CHECK(history.reason == (signal == SIGINT ? train::StopReason::sigint : train::StopReason::sigterm));
    CHECK(history.stopped_because ==
          fmt::format("{} in epoch 2, after 2 of 4 batches", signal == SIGINT ? "SIGINT" : "SIGTERM"));
    CHECK(calls_of_own_handler == 0);
    CHECK(handler.is_in_place());
    train_net(six_steps, {.epochs = 5, .after_step = [](const train::Step& step, train::Stop& stop) {
                            if (step.number == 6) stop();
                          }});
    CHECK(same(values_of(net), values_of(six_steps)));
  }
}

TEST_CASE("unless it is asked for, handlers are left alone") {
  const Handler handler(SIGINT, own_handler);
  calls_of_own_handler = 0;
  nn::Mlp net({64, 8, 10}, {.seed = 1});
  const train::History history = train_net(net, {.epochs = 2, .after_step = raising(SIGINT, 3)});
  CHECK(history.epochs.size() == 2);
  CHECK(calls_of_own_handler == 1);
}

TEST_CASE("a signal that the process ignores stays ignored") {
  const Handler handler(SIGINT, SIG_IGN);
  nn::Mlp net({64, 8, 10}, {.seed = 1});
  CHECK(train_net(net, {.epochs = 2, .after_step = raising(SIGINT, 3), .stop_on_signals = true}).epochs.size() == 2);
  CHECK(handler.is_in_place());
}

TEST_CASE("the handler is back after an exception too") {
  const Handler handler(SIGINT, own_handler);
  nn::Mlp net({64, 8, 10}, {.seed = 1});
  CHECK_THROWS_AS(
      train_net(net, {.after_step = [](const train::Step&, train::Stop&) { throw 1; }, .stop_on_signals = true}), int);
  CHECK(handler.is_in_place());
}

TEST_CASE("a second signal ends the process at once") {
  for (const int second : {SIGINT, SIGTERM}) {
    const int status = status_of([second] {
      nn::Mlp net({64, 8, 10}, {.seed = 1});
      train_net(net, {.after_step =
                          [second](const train::Step&, train::Stop&) {
                            raise(SIGINT);
                            raise(second);
                          },
                      .stop_on_signals = true});
    });
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == second);
  }
}

TEST_CASE("a training within a training stops with it, and another one later does not") {
  const Handler handler(SIGINT, own_handler);
  nn::Mlp outer({64, 8, 10}, {.seed = 1}), inner({64, 8, 10}, {.seed = 2});
  train::History inner_history;
  const train::History outer_history =
      train_net(outer, {.epochs = 3,
                        .after_epoch =
                            [&](const train::Epoch&, train::Stop&) {
                              inner_history = train_net(
                                  inner, {.epochs = 3, .after_step = raising(SIGINT, 5), .stop_on_signals = true});
                              CHECK(!handler.is_in_place());
                            },
                        .stop_on_signals = true});
  CHECK(inner_history.stopped_because == "SIGINT in epoch 2, after 1 of 4 batches");
  CHECK(outer_history.stopped_because == "SIGINT in epoch 2, after 1 of 4 batches");
  CHECK(handler.is_in_place());
  CHECK(train_net(outer, {.epochs = 2, .stop_on_signals = true}).epochs.size() == 2);
}

TEST_CASE("a training stopped by a signal has its last step in its checkpoint, and goes on from there") {
  const test::TemporaryFolder folder;
  const data::Dataset digits = some_digits();
  for (const std::int64_t last : {3, 4, 9}) {
    train::FitOptions options{.epochs = 4, .validation = &digits, .early_stopping = {.patience = 4}};
    nn::Mlp whole({64, 8, 10}, {.seed = 1}), net = whole, resumed({64, 8, 10}, {.seed = 2});
    train_net(whole, options);
    options.checkpoint = folder.path("checkpoint");
    options.stop_on_signals = true;
    options.after_step = raising(SIGINT, last);
    CHECK(train_net(net, options).reason == train::StopReason::sigint);
    // The net holds the last step, not the best epoch; and so does the checkpoint.
    const NamedTensors saved = io::load_tensors(options.checkpoint).tensors;
    for (const Parameter* p : net.parameters()) CHECK(identical(saved.at("net/" + p->name()), p->value));
    options.resume = options.checkpoint;
    CHECK(train_net(resumed, options).reason == train::StopReason::finished);
    CHECK(same(values_of(resumed), values_of(whole)));
  }
}

TEST_CASE("a signal that comes during validation stops before the epoch is over, which ends when it is resumed") {
  const test::TemporaryFolder folder;
  const data::Dataset digits = data::digits();  // 1797 rows: two pieces
  nn::Mlp whole({64, 8, 10}, {.seed = 1}), net = whole, resumed = whole;
  int calls = 0;
  const auto train_with = [&](nn::Mlp& trained, int raise_at_call, const train::FitOptions& options) {
    calls = 0;
    const auto cost = [&, raise_at_call](const auto& z, const auto& y) {
      if constexpr (std::is_same_v<std::decay_t<decltype(z)>, Tensor>)
        if (++calls == raise_at_call) raise(SIGINT);
      return softmax_cross_entropy(z, y);
    };
    optim::Adam adam;
    return train::fit(trained, cost, adam, some_digits(), options);
  };
  train::FitOptions options{.epochs = 3, .validation = &digits, .stop_on_signals = true};
  const train::History history = train_with(whole, 0, options);
  options.checkpoint = folder.path("checkpoint");
  const train::History first = train_with(net, 4, options);  // a trial, two pieces of epoch 1, the first of epoch 2
  CHECK(first.epochs.size() == 1);
  CHECK(first.stopped_because == "SIGINT in epoch 2, after 4 of 4 batches");
  options.resume = options.checkpoint;
  const train::History second = train_with(resumed, 0, options);
  CHECK(second.epochs.size() == 3);
  CHECK(second.epochs.back().validation_loss == history.epochs.back().validation_loss);
  CHECK(second.epochs[1].loss == history.epochs[1].loss);
  CHECK(same(values_of(resumed), values_of(whole)));
}
