// Two programs measured in turn: A B A B …, so that what else the machine does meets both.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <vector>

namespace bench {

/// Keeps a value that nothing else reads.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

/// Runs a number of steps, and says what one costs: nanoseconds, or bytes for a figure of memory.
using Block = std::function<double(long steps)>;

template <class Step>
Block timed(Step step) {
  return [step = std::move(step)](long steps) mutable {
    const auto start = std::chrono::steady_clock::now();
    for (long i = 0; i < steps; ++i) step();
    const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
    return time.count() / static_cast<double>(steps);
  };
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

struct Comparison {
  double first = 0, second = 0;                           // medians
  double ratio = 0, lowest_ratio = 0, highest_ratio = 0;  // first / second pair by pair: median, minimum, maximum
};

/// The number of steps that lasts about this many nanoseconds, found by doubling; the block is warm afterwards.
inline long steps_for(Block& block, double nanoseconds) {
  long steps = 1;
  double per_step = block(1);
  while (per_step * static_cast<double>(steps) < nanoseconds / 4 && steps < (1L << 40)) per_step = block(steps *= 2);
  return std::max(1L, std::lround(nanoseconds / per_step));
}

inline Comparison compare(Block first, Block second, int pairs, double block_nanoseconds) {
  const long first_steps = steps_for(first, block_nanoseconds), second_steps = steps_for(second, block_nanoseconds);
  std::vector<double> firsts, seconds, ratios;
  for (int i = 0; i < pairs; ++i) {
    firsts.push_back(first(first_steps));
    seconds.push_back(second(second_steps));
    ratios.push_back(firsts.back() / seconds.back());
  }
  const auto [low, high] = std::ranges::minmax(ratios);
  return {median(firsts), median(seconds), median(ratios), low, high};
}

}  // namespace bench
