// The training steps of the nets A to F: beside the closed form on the best gemm for it, and beside the peers.
#include <fmt/format.h>

#include <chrono>
#include <nabla/threads.hpp>
#include <thread>

#include "closed_form.hpp"
#include "nabla_net.hpp"
#include "peers.hpp"
#include "rows.hpp"

namespace bench {
namespace {

constexpr double tolerance = 1e-4;

void require(double difference, std::string_view what, const Net& net) {
  if (!(difference <= tolerance))
    throw std::runtime_error(
        fmt::format("The step of net {} by {} differs: by {:.1e}, relative to the largest value; at most {:.0e} is "
                    "rounding.",
                    net.name, what, difference, tolerance));
}

/// The largest difference between the weights of both after the same step.
double difference(NablaNet& nabla, const ClosedForm& closed_form) {
  double worst = 0;
  for (std::size_t l = 0; l < closed_form.weights().size(); ++l) {
    const nabla::nn::Linear& layer = nabla.net().layers()[l].linear;
    const auto compare = [&](std::span<const float> a, std::span<const float> b) {
      float largest = 0, apart = 0;
      for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(b[i]));
        apart = std::max(apart, std::abs(a[i] - b[i]));
      }
      worst = std::max(worst, double{apart} / double{largest});
    };
    compare(layer.weight.value.data<float>(), closed_form.weights()[l]);
    compare(layer.bias.value.data<float>(), closed_form.biases()[l]);
  }
  return worst;
}

Clock clock_for(int threads) { return threads == 1 ? Clock::thread : Clock::wall; }

/// Two programs that use all cores. After a parallel loop, OpenMP's threads spin for some milliseconds in case another
/// one comes: those of one side must have gone to sleep before the other side is measured.
Sides in_turn_on_all_cores(Block nabla, Block peer) {
  const auto once_others_sleep = [](Block block) -> Block {
    return [block = std::move(block)](long steps) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      return block(steps);
    };
  };
  return {once_others_sleep(std::move(nabla)), once_others_sleep(std::move(peer))};
}

Block closed_form_block(const Net& net, const Gemm& gemm, int threads) {
  Block block =
      timed([step = std::make_shared<ClosedForm>(Problem(net), gemm, threads)] { step->step(); }, clock_for(threads));
  return [&gemm, threads, block](long steps) {
    gemm.set_threads(threads);
    const double time = block(steps);
    gemm.set_threads(1);
    return time;
  };
}

/// Tiny nets are recorded once and replayed, as one does where recording is a large part of a step.
bool is_tiny(const Net& net) { return net.sizes.front() * net.batch < 100; }

Block nabla_block(const Net& net, int threads) {
  const auto nabla = std::make_shared<NablaNet>(Problem(net));
  const Block block = is_tiny(net) ? timed([nabla] { nabla->replayed_step(); }, clock_for(threads))
                                   : timed([nabla] { nabla->step(); }, clock_for(threads));
  return [threads, block](long steps) {
    nabla::set_threads(threads);
    const double time = block(steps);
    nabla::set_threads(1);
    return time;
  };
}

/// Multiply-adds of a forward pass.
double work(const Net& net) {
  double sum = 0;
  for (std::size_t l = 1; l < net.sizes.size(); ++l)
    sum += static_cast<double>(net.batch * net.sizes[l] * net.sizes[l - 1]);
  return sum;
}

Sides beside_closed_form(const Net& net, int threads) {
  NablaNet one_step{Problem(net)};
  one_step.step();

  Sides sides{nabla_block(net, threads), {}, {}};
  double best = 0;
  for (const Gemm* gemm : gemms()) {
    if (gemm == &loops && work(net) > 1e6) continue;  // hopeless
    gemm->set_threads(1);
    require(difference_from_bp(net, *gemm), fmt::format("the closed form on {}, beside bp,", gemm->name), net);
    ClosedForm closed_form(Problem(net), *gemm);
    closed_form.step();
    require(difference(one_step, closed_form), fmt::format("Nabla, beside the closed form on {},", gemm->name), net);

    Block block = closed_form_block(net, *gemm, threads);
    const long steps = steps_for(block, 2e6);
    double fastest = block(steps);
    for (int i = 0; i < 4; ++i) fastest = std::min(fastest, block(steps));
    if (!sides.yardstick || fastest < best) {
      best = fastest;
      sides.yardstick = block;
      sides.note = gemm->name;
    }
  }
  return sides;
}

}  // namespace

std::vector<Row> training_rows(const std::shared_ptr<Peers>& peers) {
  struct Goals {
    double closed_form, torch;
  };
  const std::map<std::string_view, Goals> goals{{"A", {1.25, 9}},   {"B", {1.10, 2.7}}, {"C", {1.05, 1.2}},
                                                {"D", {1.03, 1.1}}, {"E", {5, 95}},     {"F", {3, 75}}};
  const std::map<std::string_view, Goals> goals_on_two_threads{{"C", {1.10, 1.5}}, {"D", {1.05, 1.5}}};

  std::vector<Row> rows;
  const auto add = [&](const Net& net, int threads, const Goals& goal) {
    const std::string figure =
        fmt::format("training step {}{}", net.name, threads == 1 ? "" : fmt::format(", {} threads", threads));
    rows.push_back({figure + " / closed form", {Bound::ratio_at_most, goal.closed_form}, [&net, threads] {
                      return beside_closed_form(net, threads);
                    }});
    for (const auto& [peer, program] : Peers::names()) {
      if (!Peers::has(peer) || (peer == "FANN" && net.cost != Cost::quadratic)) continue;
      if (peer != "LibTorch" && threads > 1) continue;
      rows.push_back({figure + " / " + peer,
                      {Bound::times_faster, peer == "LibTorch" ? goal.torch : 1},
                      [&net, threads, peer, peers] {
                        const std::string name(net.name);
                        const Block beside = peers->block(peer, name, threads);
                        if (threads > 1) return in_turn_on_all_cores(peers->block("Nabla", name, threads), beside);
                        return Sides{nabla_block(net, threads), beside};
                      }});
    }
  };
  for (const Net& net : nets()) add(net, 1, goals.at(net.name));
  if (std::thread::hardware_concurrency() >= 2)
    for (const auto& [name, goal] : goals_on_two_threads) add(net(name), 2, goal);
  return rows;
}

}  // namespace bench
