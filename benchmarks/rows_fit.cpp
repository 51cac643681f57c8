// A training by train::fit beside the same one as a loop written out, which does nothing else: no loss is read, nothing
// is shown or kept.
#include <fmt/format.h>

#include "nabla_net.hpp"
#include "rows.hpp"

namespace bench {
namespace {

using namespace nabla;

constexpr std::int64_t steps_of_epoch = 64;

/// A net, and as many samples as an epoch takes.
struct Trained {
  explicit Trained(const Net& of) : problem(of), net(problem) {
    const auto rows = static_cast<std::int64_t>(of.batch) * steps_of_epoch;
    Rng rng(1);
    dataset.inputs = rng.normal({rows, static_cast<std::int64_t>(of.sizes.front())}, 0, 1, f32);
    const auto outputs = static_cast<std::int64_t>(of.sizes.back());
    dataset.targets =
        of.cost == Cost::quadratic ? rng.uniform({rows, outputs}, 0.1, 0.9, f32) : rng.integers({rows}, 0, outputs);
  }

  Problem problem;
  NablaNet net;
  optim::Sgd sgd{.learning_rate = learning_rate};
  data::Dataset dataset;
};

/// Times train(trained, cost, epochs).
template <class Train>
Block block_of(const Net& net, Train train) {
  return [trained = std::make_shared<Trained>(net), train](long steps) {
    const long epochs = std::max(1L, steps / steps_of_epoch);
    const double start = now(Clock::thread);
    if (trained->problem.net.cost == Cost::quadratic)
      train(*trained, nn::quadratic_cost, epochs);
    else
      train(*trained, nn::softmax_cross_entropy, epochs);
    return (now(Clock::thread) - start) / static_cast<double>(epochs * steps_of_epoch);
  };
}

Block by_fit(const Net& net) {
  return block_of(net, [](Trained& t, const auto& cost, long epochs) {
    train::fit(t.net.net(), cost, t.sgd, t.dataset,
               {.epochs = epochs, .batch_size = static_cast<std::int64_t>(t.problem.net.batch)});
  });
}

Block by_hand(const Net& net) {
  return block_of(net, [](Trained& t, const auto& cost, long epochs) {
    Rng rng(2);
    Tape tape;
    for (long epoch = 0; epoch < epochs; ++epoch)
      for (const data::Batch& batch : data::batches(t.dataset, static_cast<std::int64_t>(t.problem.net.batch), rng)) {
        tape.clear();
        t.sgd.step(t.net.net(), cost(t.net.net()(tape.constant(batch.inputs)), tape.constant(batch.targets)));
      }
  });
}

}  // namespace

std::vector<Row> fit_rows() {
  std::vector<Row> rows;
  for (const char* name : {"A", "B"})
    rows.push_back(
        {fmt::format("training of {} by fit / loop written out", name), {Bound::ratio_at_most, 1.05}, [name] {
           return Sides{by_fit(net(name)), by_hand(net(name))};
         }});
  return rows;
}

}  // namespace bench
