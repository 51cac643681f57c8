#include "memory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <limits>
#include <nabla/ops.hpp>

namespace nabla_train {

using namespace nabla;

namespace {

/// How many numbers an optimiser remembers for each parameter: counted after a step of a small network.
double remembered(Optimizer optimizer) {
  return std::visit(
      [](auto& chosen) {
        nn::Mlp net({16, 16});
        Tape tape;
        chosen.step(net, sum(net(tape.constant(Tensor::full({1, 16}, 1, f32)))));
        double parameters = 0, numbers = 0;
        for (const Parameter* p : net.parameters()) parameters += static_cast<double>(p->value.size());
        for (const auto& [name, tensor] : chosen.state(net.parameters())) numbers += static_cast<double>(tensor.size());
        return std::floor(numbers / parameters);  // without counts of steps and the like
      },
      optimizer);
}

}  // namespace

Needs needs(std::span<const std::int64_t> layers, const Optimizer& optimizer, std::int64_t batch_size,
            bool keeps_best) {
  constexpr double bytes = 4;  // of f32
  double parameters = 0, neurons = static_cast<double>(layers[0]);
  for (std::size_t l = 1; l < layers.size(); ++l) {
    parameters += (static_cast<double>(layers[l - 1]) + 1) * static_cast<double>(layers[l]);
    neurons += static_cast<double>(layers[l]);
  }
  const double state = remembered(optimizer);
  const double copies = 2 + 2 * state + (keeps_best ? 1 : 0);  // gradient; the last epoch's net and state; the best net
  const double of_a_step = 2 * static_cast<double>(batch_size) * neurons;  // z and a
  return {.parameters = parameters,
          .net = bytes * parameters,
          .step = bytes * of_a_step,
          .training = bytes * (parameters * (1 + copies) + of_a_step)};
}

double memory_of_machine() {
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && size > 0 ? static_cast<double>(pages) * static_cast<double>(size)
                               : std::numeric_limits<double>::infinity();
}

void check_memory(std::span<const std::int64_t> layers, const std::string& optimizer_name, const Optimizer& optimizer,
                  std::int64_t batch_size, bool keeps_best) {
  const Needs needed = needs(layers, optimizer, batch_size, keeps_best);
  const double available = memory_of_machine();
  if (needed.training <= available) return;
  constexpr double gigabyte = 1e9;
  if (needed.training - needed.step <= available / 2)
    throw DataError(fmt::format(
        "a step with {} samples at once takes {:.3g} GB in a network [{}], all of training {:.3g} GB, and "
        "this machine has {:.3g} GB. Give a smaller --batch-size",
        batch_size, needed.step / gigabyte, fmt::join(layers, ", "), needed.training / gigabyte, available / gigabyte));
  throw DataError(
      fmt::format("a network [{}] has {:.3g} parameters, {:.3g} GB; with their derivatives, what {} remembers of them "
                  "and copies to "
                  "go back to, training takes {:.3g} GB, and this machine has {:.3g} GB. Give smaller layers by "
                  "--hidden or --layers",
                  fmt::join(layers, ", "), needed.parameters, needed.net / gigabyte, optimizer_name,
                  needed.training / gigabyte, available / gigabyte));
}

}  // namespace nabla_train
