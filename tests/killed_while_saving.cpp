// Kills a training 50 times, with the signal that cannot be caught, while it writes its checkpoint after every step.
// Whenever that happens, the file is a whole one, the next training goes on from it, and removes what was left.
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nabla/nabla.hpp>

#include "temporary_folder.hpp"

using namespace nabla;

namespace {

/// Trains from where the checkpoint is, if there is one. Returns the last step.
std::int64_t train_net(const std::string& checkpoint, bool for_ever) {
  const data::Dataset digits = data::digits();
  nn::Mlp net({64, 256, 256, 10}, {.seed = 1});  // 1 MB with what Adam remembers
  optim::Adam adam;
  std::int64_t last = 0;
  train::fit(net, nn::softmax_cross_entropy, adam, digits,
             {.epochs = 1'000'000'000,
              .batch_size = 4,
              .after_step =
                  [&](const train::Step& step, train::Stop& stop) {
                    last = step.number;
                    if (!for_ever) stop();
                  },
              .checkpoint = checkpoint,
              .checkpoint_every_steps = 1,
              .resume = std::filesystem::exists(checkpoint) ? checkpoint : ""});
  return last;
}

std::int64_t partial_files(const std::string& folder) {
  return std::ranges::count_if(std::filesystem::directory_iterator(folder),
                               [](const auto& file) { return file.path().extension() == ".partial"; });
}

}  // namespace

int main() {
  const test::TemporaryFolder folder;
  const std::string checkpoint = folder.path("checkpoint");
  std::int64_t steps = train_net(checkpoint, false);
  Rng rng(1);
  int within = 0;
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      train_net(checkpoint, true);
      _exit(1);
    }
    usleep(static_cast<useconds_t>(rng.integers({}, 5'000, 40'000).item()));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
      fmt::print("The training ended by itself, with status {}.\n", status);
      return 1;
    }
    const std::int64_t left = partial_files(folder.path());
    within += left > 0;
    const std::int64_t next = train_net(checkpoint, false);  // throws where it cannot go on
    if (left > 1 || partial_files(folder.path()) > 0) {
      fmt::print("{} partial files were left, and {} stayed.\n", left, partial_files(folder.path()));
      return 1;
    }
    if (next <= steps) {
      fmt::print("The checkpoint has gone back: from step {} to {}.\n", steps, next);
      return 1;
    }
    steps = next;
  }
  fmt::print("50 times killed, {} of them while the file was being written; {} steps in all\n", within, steps);
  return within > 0 ? 0 : 1;  // or nothing has been tested
}
