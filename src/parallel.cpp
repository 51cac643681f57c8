#include "parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <latch>
#include <memory>
#include <nabla/error.hpp>
#include <nabla/threads.hpp>

namespace nabla {

namespace {

std::atomic<int> thread_count = 1;
std::unique_ptr<boost::asio::thread_pool> pool;  // of the others than the calling thread; null where there are none
thread_local bool inside_block = false;

/// The blocks of one call. Each thread takes the next one until none is left.
struct Blocks {
  std::int64_t count;
  void (*run)(void*, std::int64_t);
  void* work;
  std::atomic<std::int64_t> next = 0;
  std::atomic<bool> failed = false;
  std::exception_ptr failure = nullptr;

  void take() {
    inside_block = true;
    for (std::int64_t i; (i = next++) < count;) try {
        run(work, i);
      } catch (...) {
        if (!failed.exchange(true)) failure = std::current_exception();
        next = count;
      }
    inside_block = false;
  }
};

}  // namespace

void set_threads(int n) {
  if (n < 1) throw ValueError("set_threads", fmt::format("{} threads; take 1 or more", n));
  pool.reset();  // joins
  if (n > 1) pool = std::make_unique<boost::asio::thread_pool>(static_cast<std::size_t>(n - 1));
  thread_count = n;
}

int threads() { return thread_count; }

namespace detail {

void run_blocks(std::int64_t blocks, void (*run)(void*, std::int64_t), void* work) {
  const std::int64_t others = std::min<std::int64_t>(thread_count, blocks) - 1;
  if (others < 1 || inside_block) {
    for (std::int64_t i = 0; i < blocks; ++i) run(work, i);
    return;
  }
  Blocks all{blocks, run, work};
  std::latch done(others);
  for (std::int64_t i = 0; i < others; ++i)
    boost::asio::post(*pool, [&] {
      all.take();
      done.count_down();
    });
  all.take();
  done.wait();
  if (all.failure) std::rethrow_exception(all.failure);
}

}  // namespace detail

}  // namespace nabla
