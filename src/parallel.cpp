#include "parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <nabla/error.hpp>
#include <nabla/threads.hpp>

namespace nabla {

namespace {

std::atomic<int> thread_count = 1;
thread_local bool inside_block = false;

}  // namespace

void set_threads(int n) {
  if (n < 1) throw ValueError("set_threads", fmt::format("{} threads; take 1 or more", n));
  thread_count = n;
}

int threads() { return thread_count; }

namespace detail {

void run_blocks(std::int64_t blocks, void (*run)(void*, std::int64_t), void* work) {
  const auto n = static_cast<int>(std::min<std::int64_t>(thread_count, blocks));
  if (n < 2 || inside_block) {
    for (std::int64_t i = 0; i < blocks; ++i) run(work, i);
    return;
  }
  std::atomic<bool> failed = false;
  std::exception_ptr failure;
#pragma omp parallel for num_threads(n) schedule(dynamic, 1)
  for (std::int64_t i = 0; i < blocks; ++i) {
    if (failed) continue;
    inside_block = true;
    try {
      run(work, i);
    } catch (...) {  // no exception may leave the loop
      if (!failed.exchange(true)) failure = std::current_exception();
    }
    inside_block = false;
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace detail

}  // namespace nabla
