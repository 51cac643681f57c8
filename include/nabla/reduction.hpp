// From the losses of single entries or samples to the loss of all.
#pragma once

#include <cstdint>
#include <nabla/ops/div.hpp>
#include <nabla/ops/mean.hpp>
#include <nabla/ops/sum.hpp>

namespace nabla {

/// none: each loss by itself. mean and sum: of all. batchmean: their sum, divided by the number of samples, which is
/// the extent of the first axis.
enum class Reduction : std::uint8_t { none, mean, sum, batchmean };

/// The losses, brought together; a scalar, except by Reduction::none. The mean of nothing is NaN.
template <Value V>
V reduced(const V& losses, Reduction reduction) {
  switch (reduction) {
    case Reduction::none:
      return losses;
    case Reduction::mean:
      return mean(losses);
    case Reduction::sum:
      return sum(losses);
    case Reduction::batchmean:
      break;
  }
  const double samples = losses.rank() == 0 ? 1 : static_cast<double>(losses.shape()[0]);
  return div(sum(losses), samples);
}

}  // namespace nabla
