// Training steps whose batches are made in the loop, beside the same steps with data::prefetch, in turn: A B A B ...
// Wall clock, for two threads work.
#include <fmt/format.h>

#include <concepts>
#include <cstdio>
#include <memory>
#include <nabla/nabla.hpp>

#include "measure.hpp"

namespace {

using namespace nabla;

struct Case {
  const char* name;
  std::int64_t samples;
  std::initializer_list<std::int64_t> sizes;
  std::int64_t batch;
  enum { views, shuffled, noisy } source;
};

constexpr Case cases[] = {
    {"784-128-64-10, batches of 32, shuffled", 60000, {784, 128, 64, 10}, 32, Case::shuffled},
    {"784-30-10, batches of 10, shuffled", 60000, {784, 30, 10}, 10, Case::shuffled},
    {"784-512-512-10, batches of 128, shuffled", 60000, {784, 512, 512, 10}, 128, Case::shuffled},
    {"784-512-512-10, batches of 128, shuffled, noise added", 60000, {784, 512, 512, 10}, 128, Case::noisy},
    {"784-128-64-10, batches of 32, views", 60000, {784, 128, 64, 10}, 32, Case::views},
    {"64-30-10, batches of 32, shuffled", 1797, {64, 30, 10}, 32, Case::shuffled},
    {"2-8-2, batches of 4, shuffled", 10000, {2, 8, 2}, 4, Case::shuffled},
};

class Training {
 public:
  explicit Training(const Case& of)
      : case_(of),
        dataset_(Rng(1).uniform({of.samples, *of.sizes.begin()}, 0, 1, f32),
                 Rng(2).integers({of.samples}, 0, *(of.sizes.end() - 1))),
        net_(of.sizes, {.hidden = nn::relu, .output = nn::identity, .seed = 3}) {}

  bench::Block in_loop() {
    return over([this] { return batches(); });
  }
  bench::Block prefetched() {
    return over([this] {
      return case_.source == Case::noisy
                 ? prefetch(batches(), [rng = Rng(4)](const data::Batch& b) mutable { return with_noise(b, rng); })
                 : prefetch(batches());
    });
  }
  /// The steps alone, on one batch that is there already.
  bench::Block alone() {
    return bench::timed([this, batch = *batches().begin()] { step(batch); }, bench::Clock::wall);
  }

 private:
  data::Batches batches() {
    return case_.source == Case::views ? data::batches(dataset_, case_.batch)
                                       : data::batches(dataset_, case_.batch, rng_);
  }
  static data::Batch with_noise(const data::Batch& batch, Rng& rng) {
    return {batch.inputs + rng.normal(batch.inputs.shape(), 0, 0.1, f32), batch.targets};
  }
  void step(const data::Batch& batch) {
    tape_.clear();
    sgd_.step(net_, softmax_cross_entropy(net_(tape_.constant(batch.inputs)), tape_.constant(batch.targets)));
  }

  /// Epoch after epoch; a block goes on where the one before it ended.
  template <class NewPass>
  bench::Block over(NewPass new_pass) {
    struct Place {
      decltype(new_pass()) pass;
      decltype(pass.begin()) next = pass.begin();
    };
    const auto go_on = [this, new_pass, place = std::shared_ptr<Place>(), noise = Rng(4)]() mutable {
      if (!place || place->next == std::default_sentinel) place.reset(new Place{new_pass()});
      if (case_.source == Case::noisy && std::same_as<decltype(place->pass), data::Batches>)
        step(with_noise(*place->next, noise));
      else
        step(*place->next);
      ++place->next;
    };
    return bench::timed(go_on, bench::Clock::wall);
  }

  Case case_;
  data::Dataset dataset_;
  nn::Mlp net_;
  optim::Sgd sgd_{.learning_rate = 0.01};
  Rng rng_{5};
  Tape tape_;
};

}  // namespace

int main() {
  fmt::print("{:<56}{:>9}{:>9}{:>12}  {:>5} {:<13} {}\n", "microseconds a step", "alone", "in loop", "prefetched",
             "ratio", "(min - max)", "hidden");
  for (const Case& one : cases) {
    Training training(one);
    const double block = 1e8;
    const bench::Comparison c = bench::compare(training.prefetched(), training.in_loop(), 15, block);
    const double alone = bench::compare(training.alone(), training.alone(), 5, block / 5).first;
    const double making = c.second - alone;
    const bool worth_a_word = making > 0.1 * alone;
    fmt::print("{:<56}{:>9.3g}{:>9.3g}{:>12.3g}  {:>5.2f} ({:.2f} - {:.2f}) {}\n", one.name, alone / 1e3,
               c.second / 1e3, c.first / 1e3, c.ratio, c.lowest_ratio, c.highest_ratio,
               worth_a_word ? fmt::format("{:.0f} %", 100 * (c.second - c.first) / making) : "");
    std::fflush(stdout);
  }
}
