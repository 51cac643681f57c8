// Runs a corpus of reference values: every case of every operation and every item of every set, and prints each miss.
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
#include "run_item.hpp"
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

void run(const ItemSet& set, Counts& counts) {
  for (const Item& item : set.items) {
    const ItemReport report = run_item(set.kind, item);
    if (!report.skipped.empty()) {
      fmt::print("{:<24} skipped: {}\n", item.id, report.skipped);
      ++counts.skipped;
      continue;
    }
    for (const std::string& miss : report.misses) fmt::print("{:<24} {}\n", item.id, miss);
    ++(report.misses.empty() ? counts.passed : counts.failed);
  }
}

void report_corrections(const std::map<std::string, int>& corrected) {
  for (const auto& [operation, cases] : corrected)
    fmt::print("not compared: derivatives of {} in {} cases, which the corpus has wrong (see struct Entry)\n",
               operation, cases);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Compares operations, their derivatives, optimisers and nets with a corpus of reference values.");
  std::filesystem::path folder;
  std::vector<std::string> only;
  bool strict = false;
  app.add_option("--corpus", folder, "The folder with index.json")->required()->check(CLI::ExistingDirectory);
  app.add_option("--only", only, "Operations and kinds of sets to run; all by default");
  app.add_flag("--strict", strict, "Compare derivatives with the corpus even where it is known to be wrong");
  CLI11_PARSE(app, argc, argv);

  const auto is_wanted = [&](const std::string& name) {
    return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
  };
  try {
    const Corpus corpus(folder);
    Counts counts;
    for (std::size_t i = 0; i < corpus.operations(); ++i) {
      const OperationCases operation = corpus.read(i);
      if (is_wanted(operation.operation)) run(operation, strict, counts);
    }
    for (std::size_t i = 0; i < corpus.sets(); ++i) {
      const ItemSet set = corpus.read_set(i);
      if (is_wanted(set.kind)) run(set, counts);
    }
    report_corrections(counts.corrected);
    fmt::print("{} passed, {} failed, {} skipped\n", counts.passed, counts.failed, counts.skipped);
    return counts.failed > 0 ? 1 : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
