// Batches as FitOptions::prepare makes them.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <nabla/data/batches.hpp>
#include <nabla/error.hpp>
#include <nabla/random.hpp>
#include <nabla/train/fit_options.hpp>

namespace nabla::train::detail {

/// FitOptions::prepare, batch after batch.
class Preparation {
 public:
  /// Of the random numbers of a seed.
  static constexpr std::uint64_t first_stream = std::uint64_t{1} << 32;

  /// @param steps  that were made before the first batch
  Preparation(const FitOptions& options, std::int64_t steps)
      : options_(&options), steps_(static_cast<std::uint64_t>(steps)) {}

  /// @throws ShapeError unless there are as many samples as before
  data::Batch operator()(const data::Batch& batch) {
    Rng rng(options_->seed, first_stream + steps_++);
    data::Batch prepared = options_->prepare(batch, rng);
    const auto fits = [&](const Tensor& x) { return x.defined() && x.rank() > 0 && x.shape()[0] == batch.size(); };
    if (!fits(prepared.inputs) || !fits(prepared.targets)) {
      const auto text = [](const Tensor& x) { return x.defined() ? fmt::format("{}", x.shape()) : "none"; };
      throw ShapeError("fit", fmt::format("prepare made inputs {} and targets {} of a batch of {} samples; there must "
                                          "be as many of them",
                                          text(prepared.inputs), text(prepared.targets), batch.size()));
    }
    return prepared;
  }

 private:
  const FitOptions* options_;
  std::uint64_t steps_;
};

}  // namespace nabla::train::detail
