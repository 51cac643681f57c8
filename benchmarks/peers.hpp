// The peers' programs that have been built, and Nabla's own that is like them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "child.hpp"
#include "measure.hpp"

namespace bench {

/// A program of this build by its name.
inline std::filesystem::path program(const std::string& name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

class Peers {
 public:
  static const std::vector<std::pair<std::string, std::string>>& names() {  // shown, and of the program
    static const std::vector<std::pair<std::string, std::string>> all{
        {"LibTorch", "peer_torch"}, {"dlib", "peer_dlib"}, {"FANN", "peer_fann"}};
    return all;
  }

  static bool has(const std::string& peer) { return std::filesystem::exists(program(program_of(peer))); }

  /// One of its rows, on so many threads, each kept on one core: a scheduler may leave them on the same one for long.
  /// The program is started at the first row. "Nabla" is one, too.
  Block block(const std::string& peer, const std::string& row, int threads = 1) {
    auto& child = running_[{peer, threads}];
    if (!child) {
      const std::string n = std::to_string(threads);
      child = std::make_shared<Child>(
          std::vector<std::string>{program(program_of(peer)), n},
          std::vector<std::string>{"OMP_NUM_THREADS=" + n, "OPENBLAS_NUM_THREADS=1",
                                   "OMP_PROC_BIND=" + std::string(threads > 1 ? "true" : "false")});
      child->read();  // the names of its rows
    }
    return [child, row](long steps) { return std::stod(child->ask(row + " " + std::to_string(steps))); };
  }

 private:
  static std::string program_of(const std::string& peer) {
    for (const auto& [shown, name] : names())
      if (shown == peer) return name;
    if (peer == "Nabla") return "nabla_steps";
    throw std::invalid_argument("There is no peer " + peer);
  }

  std::map<std::pair<std::string, int>, std::shared_ptr<Child>> running_;
};

}  // namespace bench
