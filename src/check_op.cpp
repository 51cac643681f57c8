#include <fmt/format.h>

#include <algorithm>
#include <nabla/check_op.hpp>
#include <nabla/error.hpp>

#include "check_op_checks.hpp"
#include "table.hpp"

namespace nabla {
namespace {

bool is_the(Mistake mistake, const Error& error) {
  switch (mistake) {
    case Mistake::shape:
      return dynamic_cast<const ShapeError*>(&error) != nullptr;
    case Mistake::dtype:
      return dynamic_cast<const DTypeError*>(&error) != nullptr;
    case Mistake::value:
      break;
  }
  return dynamic_cast<const ValueError*>(&error) != nullptr;
}

/// Empty when the call is refused as it should be, computed and recorded, with the tape as it was before.
std::string refusal(const BadCall& bad) {
  const checking::Operands operands = checking::draw(bad.operands, 3);
  Tape tape;
  PooledVector<Var> vars;
  for (const Tensor& x : operands) vars.push_back(tape.constant(x));
  const std::size_t before = tape.size();
  for (const bool recorded : {false, true}) {
    if (recorded && vars.empty()) continue;  // no tape to record on
    const std::string call =
        fmt::format("{} on {}", recorded ? "recorded" : "computed", checking::describe(bad.operands));
    try {
      if (recorded)
        static_cast<void>(bad.op(vars));
      else
        static_cast<void>(bad.op(operands));
      return fmt::format("{}: no error, expected '{}'", call, bad.message);
    } catch (const std::exception& exception) {
      const std::string text = exception.what();
      const auto* const error = dynamic_cast<const Error*>(&exception);
      if (!error) return fmt::format("{}: an exception that is not Nabla's: {}", call, text);
      if (!is_the(bad.mistake, *error)) return fmt::format("{}: an error of another type: {}", call, text);
      if (error->where() != bad.op.info().name || text.find(bad.message) == std::string::npos)
        return fmt::format("{}: '{}', expected '[{}] ... {}'", call, text, bad.op.info().name, bad.message);
    }
    if (tape.size() != before) return fmt::format("{}: the tape has {} nodes, had {}", call, tape.size(), before);
  }
  return {};
}

}  // namespace

OpReport check_op(std::string_view name, std::span<const Sample> samples, std::span<const BadCall> bad_calls) {
  std::vector<OpCheck> results;
  for (const checking::Check& check : checking::checks()) {
    OpCheck result{.name = std::string(check.name)};
    for (const Sample& sample : samples) {
      try {
        const checking::Trial trial(sample, 11);
        if (!check.applies(trial)) continue;
        ++result.calls;
        const checking::Finding finding = check.run(trial);
        result.worst = std::max(result.worst, finding.difference);
        if (!finding.passed && result.failure.empty())
          result.failure = fmt::format("{}: {}", checking::describe(sample.operands), finding.what);
      } catch (const std::exception& error) {
        if (result.failure.empty())
          result.failure = fmt::format("{}: {}", checking::describe(sample.operands), error.what());
      }
    }
    if (result.calls > 0 || !result.failure.empty()) results.push_back(std::move(result));
  }
  if (samples.empty()) results.push_back({.name = "samples", .failure = "there are none to check it on"});
  OpCheck refusals{.name = "wrong calls refused"};
  for (const BadCall& bad : bad_calls) {
    ++refusals.calls;
    if (refusals.failure.empty()) refusals.failure = refusal(bad);
  }
  if (refusals.calls > 0) results.push_back(std::move(refusals));
  return {std::string(name), std::move(results)};
}

OpReport check_op(const OpTable& table) { return check_op(table.info.name, table.samples(), table.bad_calls()); }

bool OpReport::passed() const {
  return !checks_.empty() &&
         std::all_of(checks_.begin(), checks_.end(), [](const OpCheck& check) { return check.failure.empty(); });
}

std::string to_string(const OpReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const OpCheck& check : report.checks())
    rows.push_back({check.name, fmt::format("{}", check.calls), fmt::format("{:.1e}", check.worst),
                    check.failure.empty() ? "passed" : "FAILED " + check.failure});
  return fmt::format("{}\n{}", report.operation(), table({"<check", "calls", "difference", "<"}, rows));
}

}  // namespace nabla
