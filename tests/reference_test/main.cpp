// Runs a corpus of reference values: every case of every operation, and prints each miss.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "corpus.hpp"
#include "run_case.hpp"
#include "table.hpp"

namespace {

using namespace reference;

struct Counts {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
  std::map<std::string, int> corrected;  // by operation
};

void run(const OperationCases& operation, bool strict, Counts& counts) {
  for (const Case& c : operation.cases) {
    const Entry* const entry = find_entry(operation.operation, c.attributes);
    if (!entry) {
      fmt::print("{:<24} skipped: no entry for {}\n", c.id, entry_name(operation.operation, c.attributes));
      ++counts.skipped;
      continue;
    }
    const CaseReport report = run_case(c, *entry, strict);
    for (const Miss& miss : report.misses) fmt::print("{:<24} {:<6}  {}\n", c.id, name(miss.quantity), miss.what);
    ++(report.misses.empty() ? counts.passed : counts.failed);
    if (report.corrected) ++counts.corrected[operation.operation];
  }
}

void report_sets(const std::vector<RecordSet>& sets) {
  if (sets.empty()) return;
  std::int64_t items = 0;
  std::string list;
  for (const RecordSet& set : sets) {
    items += set.items;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", set.kind, set.items);
  }
  fmt::print("not yet covered: {} items of {} sets ({})\n", items, sets.size(), list);
}

void report_corrections(const std::map<std::string, int>& corrected) {
  for (const auto& [operation, cases] : corrected)
    fmt::print("not compared: derivatives of {} in {} cases, which the corpus has wrong (see struct Entry)\n",
               operation, cases);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Compares operations and their derivatives with a corpus of reference values.");
  std::filesystem::path folder;
  std::vector<std::string> only;
  bool strict = false;
  app.add_option("--corpus", folder, "The folder with index.json")->required()->check(CLI::ExistingDirectory);
  app.add_option("--only", only, "Operations to run; all by default");
  app.add_flag("--strict", strict, "Compare derivatives with the corpus even where it is known to be wrong");
  CLI11_PARSE(app, argc, argv);

  try {
    const Corpus corpus(folder);
    Counts counts;
    for (std::size_t i = 0; i < corpus.operations(); ++i) {
      const OperationCases operation = corpus.read(i);
      if (only.empty() || std::find(only.begin(), only.end(), operation.operation) != only.end())
        run(operation, strict, counts);
    }
    report_corrections(counts.corrected);
    report_sets(corpus.sets());
    fmt::print("{} passed, {} failed, {} skipped\n", counts.passed, counts.failed, counts.skipped);
    return counts.failed > 0 ? 1 : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
