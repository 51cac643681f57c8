#include "signals.hpp"

#include <atomic>
#include <csignal>
#include <mutex>

namespace nabla::train {
namespace {

constexpr int watched[] = {SIGINT, SIGTERM};

// Signals belong to the process, and so does what is known of them.
std::atomic<int> signal_received = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a handler writes it");
std::mutex mutex;
int watches = 0;
struct sigaction before[std::size(watched)];

/// Nothing here but what a handler may call.
void note(int signal) {
  if (signal_received.exchange(signal) == 0) return;
  std::signal(signal, SIG_DFL);
  raise(signal);  // is delivered when this returns
}

}  // namespace

SignalWatch::SignalWatch() {
  const std::lock_guard lock(mutex);
  if (watches++ > 0) return;
  signal_received = 0;
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < std::size(watched); ++i) {
    sigaction(watched[i], nullptr, &before[i]);
    if (before[i].sa_handler != SIG_IGN) sigaction(watched[i], &action, nullptr);
  }
}

SignalWatch::~SignalWatch() {
  const std::lock_guard lock(mutex);
  if (--watches > 0) return;
  for (std::size_t i = 0; i < std::size(watched); ++i) sigaction(watched[i], &before[i], nullptr);
}

int SignalWatch::received() { return signal_received; }

const char* signal_name(int signal) { return signal == SIGINT ? "SIGINT" : "SIGTERM"; }

}  // namespace nabla::train
