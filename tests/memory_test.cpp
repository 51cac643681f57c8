// The pools behind Storage, PoolAllocator and Tensor, from one thread and from many.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <nabla/gradient.hpp>
#include <nabla/memory.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/random.hpp>
#include <nabla/tape.hpp>
#include <nabla/tensor.hpp>
#include <set>
#include <thread>
#include <vector>

using namespace nabla;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_can_be_measured = false;  // shadow memory and quarantines grow for reasons of their own
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool memory_can_be_measured = false;
#else
constexpr bool memory_can_be_measured = true;
#endif
#else
constexpr bool memory_can_be_measured = true;
#endif

/// Memory of this process that is in use, in MB.
double resident_megabytes() {
  long size = 0, resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (!file) return 0;
  const int read = std::fscanf(file, "%ld %ld", &size, &resident);
  std::fclose(file);
  return read == 2 ? static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6 : 0;
}

std::byte* address_of_new(std::size_t bytes) { return Storage(bytes).data(); }

/// Writes every element and reads it back: an overlap with another live buffer would show.
bool holds(Tensor& x, double value) {
  for (double& element : x.mutable_data<double>()) element = value;
  return x.at({0}) == value && x.at({-1}) == value;
}

}  // namespace

TEST_CASE("buffers are aligned to 64 bytes and do not overlap") {
  std::vector<Storage> live;
  std::vector<std::pair<std::uintptr_t, std::size_t>> places;
  for (const std::size_t bytes : std::initializer_list<std::size_t>{
           0,    1,    63,   64,    65,    127,   128,   129,   192,    193,     1000,
           4095, 4096, 4097, 65535, 65536, 65537, 98304, 98305, 131072, 1 << 20, (1 << 20) + 1})
    for (int copy = 0; copy < 3; ++copy) {
      live.emplace_back(bytes);
      places.emplace_back(reinterpret_cast<std::uintptr_t>(live.back().data()), bytes);
    }
  std::sort(places.begin(), places.end());
  int misaligned = 0, overlapping = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    misaligned += places[i].first % (places[i].second <= 48 ? small_buffer_alignment : buffer_alignment) != 0;
    overlapping += i > 0 && places[i - 1].first + places[i - 1].second > places[i].first;
  }
  CHECK(misaligned == 0);
  CHECK(overlapping == 0);
}

TEST_CASE("a freed buffer comes back to the next request of its size") {
  for (const std::size_t bytes : {8UL, 100UL, 4000UL, 60000UL, 120000UL, 5000000UL}) {
    CAPTURE(bytes);
    const std::byte* first = address_of_new(bytes);
    CHECK(address_of_new(bytes) == first);
    CHECK(address_of_new(bytes - bytes / 50) == first);  // the same size class
  }
}

TEST_CASE("shared buffers live as long as their last owner") {
  Storage first(1000);
  const std::byte* data = first.data();
  CHECK(first.unique());
  {
    const Storage second = first;
    CHECK_FALSE(first.unique());
    first = Storage();
    CHECK(first.data() == nullptr);
    CHECK(first.unique());
    CHECK(second.unique());
    CHECK(second.data() == data);
    CHECK(address_of_new(1000) != data);
  }
  CHECK(Storage(1000).data() == data);
}

TEST_CASE("a pooled vector is a vector") {
  PooledVector<std::vector<int>> nested;
  for (int i = 0; i < 1000; ++i) nested.push_back({i, i + 1});
  PooledVector<std::vector<int>> copy = nested;
  nested.clear();
  CHECK(copy.size() == 1000);
  CHECK(copy[999][1] == 1000);
  CHECK(PoolAllocator<int>() == PoolAllocator<double>());
}

TEST_CASE("large buffers are kept, so resident memory does not grow from step to step") {
  const auto step = [] {
    std::vector<Tensor> layer;
    for (int i = 0; i < 6; ++i) layer.push_back(full({1 << 17}, i));  // 1 MB each
  };
  for (int i = 0; i < 3; ++i) step();
  const double before = resident_megabytes();
  for (int i = 0; i < 100; ++i) step();
  const double growth = resident_megabytes() - before;
  MESSAGE("600 buffers of 1 MB, 6 at a time: growth of " << growth << " MB");
  if (memory_can_be_measured) CHECK(growth < 3);
}

TEST_CASE("sizes that change from step to step share blocks of their class") {
  Rng rng(3);
  const auto step = [&] {
    for (int i = 0; i < 20; ++i)
      static_cast<void>(zeros({static_cast<std::int64_t>(rng.uniform({}, 1e5, 2e5).item())}));
  };
  for (int i = 0; i < 10; ++i) step();
  const double before = resident_megabytes();
  for (int i = 0; i < 50; ++i) step();
  if (memory_can_be_measured) CHECK(resident_megabytes() - before < 8);
}

TEST_CASE("many threads work, hand tensors over and free each other's") {
  constexpr int threads = 4, rounds = 400;
  struct Mailbox {
    std::mutex mutex;
    std::deque<Tensor> tensors;
  } mailboxes[threads];
  std::vector<int> wrong(threads, 0);
  std::vector<std::thread> workers;
  const Tensor shared = arange(0, 1000);  // read by all
  for (int id = 0; id < threads; ++id)
    workers.emplace_back([&, id] {
      int& mistakes = wrong[static_cast<std::size_t>(id)];
      for (int round = 0; round < rounds; ++round) {
        const std::int64_t n = std::int64_t{1} << (round % 15);
        Tensor mine = Tensor::uninitialized({n});
        mistakes += !holds(mine, id * rounds + round);
        const Tensor view = shared.sliced(0, round, 1000).reshaped({-1, 1});  // counts owners on all threads
        mistakes += view.at({0, 0}) != round;
        Mailbox& next = mailboxes[(id + 1) % threads];
        {
          const std::lock_guard lock(next.mutex);
          next.tensors.push_back(mine);  // shared for a while: the last owner frees it, on either thread
        }
        mistakes += mine.at({-1}) != id * rounds + round;
        Tensor received;
        {
          const std::lock_guard lock(mailboxes[id].mutex);
          if (!mailboxes[id].tensors.empty()) {
            received = std::move(mailboxes[id].tensors.front());
            mailboxes[id].tensors.pop_front();
          }
        }
        if (received.defined()) mistakes += !holds(received, -round);  // detaches where the sender still looks
      }
    });
  for (std::thread& worker : workers) worker.join();
  for (const int mistakes : wrong) CHECK(mistakes == 0);
}

TEST_CASE("tapes of several threads record and sweep over shared tensors") {
  const Tensor x = Rng(1).uniform({20, 30}), w = Rng(2).uniform({30, 5});
  std::vector<Tensor> gradients(4);
  std::vector<std::thread> workers;
  for (Tensor& result : gradients)
    workers.emplace_back([&] {
      Tape tape;
      for (int step = 0; step < 20; ++step) {
        tape.clear();
        const Var v = tape.variable(w);
        result = gradient(sum(sigmoid(matmul(x, v))), {v})[v];
      }
    });
  for (std::thread& worker : workers) worker.join();
  for (const Tensor& result : gradients) CHECK(identical(result, gradients[0]));
}

TEST_CASE("buffers outlive the thread that made them, and the next thread takes over what it left") {
  std::vector<Tensor> survivors;
  std::set<const double*> places;
  for (int round = 0; round < 20; ++round)
    std::thread([&] {
      Tensor kept = full({500}, round);
      const Tensor dropped = full({700}, -1);
      places.insert(dropped.strided_data<double>());
      survivors.push_back(kept);
    }).join();
  for (std::size_t i = 0; i < survivors.size(); ++i) CHECK(survivors[i].at({-1}) == static_cast<double>(i));
  CHECK(places.size() < 4);  // the pools of threads that ended are used again
  survivors.clear();
}

TEST_CASE("a tape that lives as long as its thread leaves its memory to the next thread") {
  const auto run = [] {
    std::thread([] {
      thread_local Tape tape;  // made before this thread has asked for memory
      static_cast<void>(exp(tape.variable(zeros({1 << 15}))));
    }).join();
  };
  for (int i = 0; i < 5; ++i) run();
  const double before = resident_megabytes();
  for (int i = 0; i < 60; ++i) run();
  const double growth = resident_megabytes() - before;
  MESSAGE("60 threads with a thread_local Tape of 0.5 MB: growth of " << growth << " MB");
  if (memory_can_be_measured) CHECK(growth < 8);
}

TEST_CASE("one thread may make what another frees, for ever, in bounded memory") {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Tensor> queue;
  constexpr int buffers = 300;  // of 256 KB
  const double before = resident_megabytes();
  std::thread loader([&] {
    for (int i = 0; i < buffers; ++i) {
      Tensor batch = full({1 << 15}, i);
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return queue.size() < 4; });
      queue.push_back(std::move(batch));
      changed.notify_all();
    }
  });
  int wrong = 0;
  for (int i = 0; i < buffers; ++i) {
    Tensor batch;
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !queue.empty(); });
    batch = std::move(queue.front());
    queue.pop_front();
    changed.notify_all();
    lock.unlock();
    wrong += batch.at({-1}) != i;
  }
  loader.join();
  CHECK(wrong == 0);
  const double growth = resident_megabytes() - before;
  MESSAGE("300 buffers of 256 KB from one thread to another, 4 at a time: growth of " << growth << " MB");
  if (memory_can_be_measured) CHECK(growth < 20);
}
