// Two programs measured in turn: A B A B …, so that what else the machine does meets both.
#pragma once

#include <algorithm>
#include <cmath>
#include <ctime>
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

/// thread: what this thread computed, which a busy machine disturbs little. wall: for work of several threads or
/// processes.
enum class Clock { thread, wall };

/// In nanoseconds.
inline double now(Clock clock) {
  timespec time{};
  clock_gettime(clock == Clock::thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

template <class Step>
Block timed(Step step, Clock clock = Clock::thread) {
  return [step = std::move(step), clock](long steps) mutable {
    const double start = now(clock);
    for (long i = 0; i < steps; ++i) step();
    return (now(clock) - start) / static_cast<double>(steps);
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

/// The number of steps that lasts about this many nanoseconds, found by doubling; the block is warm afterwards. The
/// very first step does not count: it may start a library (oneDNN takes 38 ms), and one step would seem to fill the
/// time.
inline long steps_for(Block& block, double nanoseconds) {
  block(1);
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
