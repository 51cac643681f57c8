// Nabla beside its yardsticks: one table, or JSON.
#include <cblas.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>
#include <tuple>

#include "peers.hpp"
#include "rows.hpp"

// Another CBLAS does not have them.
extern "C" {
__attribute__((weak)) char* openblas_get_config();
__attribute__((weak)) char* openblas_get_corename();
__attribute__((weak)) int openblas_get_parallel();
__attribute__((weak)) void openblas_set_num_threads(int);
}

namespace {

using namespace bench;

struct Result {
  Comparison measured;
  double ratio, lowest, highest;  // in the direction of the goal
  bool reached;
};

Result measure(const Row& row, const Sides& sides, int pairs, double block_nanoseconds) {
  Result result{};
  if (row.memory) {
    result.measured.first = sides.nabla(1);
    result.measured.second = sides.yardstick(1);
    result.ratio = result.lowest = result.highest = result.measured.first / result.measured.second;
  } else {
    result.measured = compare(sides.nabla, sides.yardstick, pairs, block_nanoseconds);
    result.ratio = result.measured.ratio;
    result.lowest = result.measured.lowest_ratio;
    result.highest = result.measured.highest_ratio;
  }
  result.measured.first /= sides.operations;
  result.measured.second /= sides.operations;
  switch (row.goal.bound) {
    case Bound::ratio_at_most:
      result.reached = result.ratio <= row.goal.value;
      break;
    case Bound::times_faster:
      result.ratio = 1 / result.ratio;
      std::tie(result.lowest, result.highest) = std::pair(1 / result.highest, 1 / result.lowest);
      result.reached = result.ratio >= row.goal.value;
      break;
    case Bound::value_at_most:
      result.reached = result.measured.first <= row.goal.value;
      break;
  }
  return result;
}

/// Three digits and a unit.
std::string scaled(double value, bool memory) {
  if (memory) return fmt::format("{:.3g} MB", value / (1 << 20));
  if (value < 1e3) return fmt::format("{:.3g} ns", value);
  if (value < 1e6) return fmt::format("{:.3g} us", value / 1e3);
  return fmt::format("{:.3g} ms", value / 1e6);
}

std::string text(const Goal& goal, bool memory) {
  switch (goal.bound) {
    case Bound::ratio_at_most:
      return fmt::format("<= {:.2f}", goal.value);
    case Bound::times_faster:
      return fmt::format(">= {:.3g} times faster", goal.value);
    case Bound::value_at_most:
      break;
  }
  return "Nabla <= " + scaled(goal.value, memory);
}

void print_machine() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) {
      fmt::print("machine    {}, {} threads\n", line.substr(line.find(": ") + 2), std::thread::hardware_concurrency());
      break;
    }
  if (openblas_get_config && openblas_get_corename)
    fmt::print("OpenBLAS   {}, kernel {}\n", openblas_get_config(), openblas_get_corename());
  if (openblas_get_parallel)
    fmt::print("           openblas_get_parallel() = {} (0: one thread, 1: pthreads, 2: OpenMP)\n",
               openblas_get_parallel());
  for (const auto& [peer, name] : Peers::names())
    fmt::print("{:<10} {}\n", peer, Peers::has(peer) ? "compared" : "skipped: its package is not installed");
  fmt::print("time       of the thread that computes; rows with several threads, and starts: of the clock\n\n");
}

int run(int argc, char** argv) {
  std::string filter, json_file;
  int pairs = 15;
  double block_milliseconds = 10;
  bool list = false;
  CLI::App app("Nabla beside its yardsticks, in turn: A B A B ... Medians, and ratios pair by pair.");
  app.add_option("--filter", filter, "only the rows whose name contains this");
  app.add_flag("--list", list, "list the rows and their goals; measure nothing");
  app.add_option("--json", json_file, "also write the table to this file");
  app.add_option("--pairs", pairs, "pairs of blocks a row")->check(CLI::Range(1, 100'000))->capture_default_str();
  app.add_option("--block", block_milliseconds, "length of a block in ms")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const auto peers = std::make_shared<Peers>();
  std::vector<Row> rows;
  for (std::vector<Row> part : {training_rows(peers), fit_rows(), tape_rows(peers), function_rows(), process_rows()})
    for (Row& row : part)
      if (row.figure.find(filter) != std::string::npos) rows.push_back(std::move(row));
  if (rows.empty()) {
    fmt::print(stderr, "No row's name contains \"{}\"; --list shows them.\n", filter);
    return 2;
  }
  if (list) {
    for (const Row& row : rows) fmt::print("{:<56} {}\n", row.figure, text(row.goal, row.memory));
    return 0;
  }

  if (openblas_set_num_threads) openblas_set_num_threads(1);
  print_machine();
  fmt::print("{:<62} {:>9} {:>9}  {:>6} {:<15}  {:<22} {}\n", "figure", "Nabla", "yardstick", "ratio", "(min - max)",
             "goal", "reached");
  nlohmann::ordered_json json{{"rows", nlohmann::ordered_json::array()}};
  int reached = 0;
  for (const Row& row : rows) {
    const Sides sides = row.make();
    const Result result = measure(row, sides, pairs, block_milliseconds * 1e6);
    const std::string figure = row.figure + (sides.note.empty() ? "" : " (" + sides.note + ")");
    fmt::print("{:<62} {:>9} {:>9}  {:>6.2f} {:<15}  {:<22} {}\n", figure, scaled(result.measured.first, row.memory),
               scaled(result.measured.second, row.memory), result.ratio,
               fmt::format("({:.2f} - {:.2f})", result.lowest, result.highest), text(row.goal, row.memory),
               result.reached ? "yes" : "NO");
    std::fflush(stdout);
    reached += result.reached;
    json["rows"].push_back({{"figure", row.figure},
                            {"nabla", result.measured.first},
                            {"yardstick", result.measured.second},
                            {"ratio", result.ratio},
                            {"goal", row.goal.value},
                            {"reached", result.reached},
                            {"ratio_min", result.lowest},
                            {"ratio_max", result.highest},
                            {"unit", row.memory ? "bytes" : "ns"},
                            {"goal_is", text(row.goal, row.memory)}});
  }
  fmt::print("\n{} of {} reached.\n", reached, rows.size());

  if (!json_file.empty()) {
    std::ofstream file(json_file);
    file << json.dump(2) << '\n';
    if (!file.flush()) {
      fmt::print(stderr, "{} could not be written.\n", json_file);
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  for (const char* pin : {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"})
    if (std::getenv(pin))
      fmt::print(stderr, "{} is set: OpenBLAS does not choose its kernels by itself. Unset it for a comparison.\n",
                 pin);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
