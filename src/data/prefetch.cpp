#include <boost/circular_buffer.hpp>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <nabla/data/prefetch.hpp>
#include <thread>
#include <utility>

namespace nabla::data {

namespace {

/// Batches that are ready, and the thread that makes them. Where none is ready, because the thread has just begun or
/// the machine is busy with other things, the user makes the next one himself rather than wait to be woken; waking
/// takes as long as gathering some batches, so the thread, too, once the queue is full, sleeps until half of it is
/// empty.
class Queue {
 public:
  explicit Queue(std::function<Batch()> next) : next_(std::move(next)), thread_([this] { fill(); }) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue() {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  Batch pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ready_.empty() || !making_; });
    if (ready_.empty()) make(lock);
    if (ready_.empty()) {
      if (failure_) std::rethrow_exception(failure_);
      return {};
    }
    Batch batch = std::move(ready_.front());
    ready_.pop_front();
    if (ready_.size() == longest / 2) changed_.notify_all();
    return batch;
  }

 private:
  static constexpr std::size_t longest = 8;

  void fill() {
    std::unique_lock lock(mutex_);
    while (!finished_) {
      if (ready_.full()) changed_.wait(lock, [this] { return ready_.size() <= longest / 2 || finished_; });
      changed_.wait(lock, [this] { return !making_; });
      make(lock);
    }
  }

  /// One more batch, unless there is none. Others may take batches meanwhile, but not make any.
  void make(std::unique_lock<std::mutex>& lock) {
    if (finished_) return;
    making_ = true;
    lock.unlock();
    Batch batch;
    std::exception_ptr failure;
    try {
      batch = next_();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    making_ = false;
    if (batch.inputs.defined()) {
      ready_.push_back(std::move(batch));
    } else {
      finished_ = true;
      failure_ = std::move(failure);
    }
    changed_.notify_all();
  }

  std::function<Batch()> next_;
  std::mutex mutex_;
  std::condition_variable changed_;
  boost::circular_buffer<Batch> ready_{longest};
  bool making_ = false;    // next_ is being called
  bool finished_ = false;  // and never again
  std::exception_ptr failure_;
  std::thread thread_;  // the last member: it uses the others
};

/// The batches of a pass, one a call, gathered in the calls.
std::function<Batch()> one_by_one(Batches batches) {
  return [pass = std::move(batches), begun = false]() mutable {
    Batches::Iterator place(&pass);
    if (std::exchange(begun, true))
      ++place;
    else
      place = pass.begin();
    return *place;
  };
}

}  // namespace

Prefetched prefetch(std::function<Batch()> next) {
  return Prefetched([queue = std::make_shared<Queue>(std::move(next))] { return queue->pop(); });
}

Prefetched prefetch(Batches batches) {
  constexpr std::size_t worth_a_thread = std::size_t{16} << 10;
  const bool in_thread = batches.bytes_gathered() >= worth_a_thread;
  std::function<Batch()> next = one_by_one(std::move(batches));
  return in_thread ? prefetch(std::move(next)) : Prefetched(std::move(next));
}

Prefetched prefetch(Batches batches, std::function<Batch(const Batch&)> prepare) {
  return prefetch([next = one_by_one(std::move(batches)), prepare = std::move(prepare)]() -> Batch {
    const Batch batch = next();
    return batch.inputs.defined() ? prepare(batch) : Batch{};
  });
}

}  // namespace nabla::data
