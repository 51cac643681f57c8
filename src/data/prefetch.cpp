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

/// Batches between the thread that makes them and the one that uses them. Waking a thread takes as long as gathering
/// some batches, so the maker, once the queue is full, sleeps until half of it is empty.
class Queue {
 public:
  explicit Queue(std::function<Batch()> next) : next_(std::move(next)), thread_([this] { fill(); }) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue() {
    {
      const std::lock_guard lock(mutex_);
      abandoned_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  Batch pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ready_.empty() || finished_; });
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
  static constexpr std::size_t longest = 16;

  void fill() {
    std::exception_ptr failure;
    try {
      for (Batch batch = next_(); batch.inputs.defined(); batch = next_())
        if (!push(std::move(batch))) return;
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
    finished_ = true;
    changed_.notify_all();
  }

  /// False when nobody wants it any more.
  bool push(Batch batch) {
    std::unique_lock lock(mutex_);
    if (ready_.full()) changed_.wait(lock, [this] { return ready_.size() <= longest / 2 || abandoned_; });
    if (abandoned_) return false;
    ready_.push_back(std::move(batch));
    if (ready_.size() == 1) changed_.notify_all();
    return true;
  }

  std::function<Batch()> next_;
  std::mutex mutex_;
  std::condition_variable changed_;
  boost::circular_buffer<Batch> ready_{longest};
  bool finished_ = false;   // no batch will be added
  bool abandoned_ = false;  // no batch will be asked for
  std::exception_ptr failure_;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace

/// The batches of a pass, one a call, gathered in the calls.
struct OneByOne {
  Batches pass;
  bool begun = false;

  Batch operator()() {
    if (std::exchange(begun, true))
      pass.advance();
    else
      pass.begin();
    return std::move(pass.current_);
  }
};

Prefetched prefetch(std::function<Batch()> next) {
  return Prefetched([queue = std::make_shared<Queue>(std::move(next))] { return queue->pop(); });
}

Prefetched prefetch(Batches batches) {
  constexpr std::size_t worth_a_thread = std::size_t{16} << 10;
  const bool in_thread = batches.bytes_gathered() >= worth_a_thread;
  std::function<Batch()> next = OneByOne{std::move(batches)};
  return in_thread ? prefetch(std::move(next)) : Prefetched(std::move(next));
}

Prefetched prefetch(Batches batches, std::function<Batch(const Batch&)> prepare) {
  return prefetch([next = OneByOne{std::move(batches)}, prepare = std::move(prepare)]() mutable -> Batch {
    const Batch batch = next();
    return batch.inputs.defined() ? prepare(batch) : Batch{};
  });
}

}  // namespace nabla::data
