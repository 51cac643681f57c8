// The checks that every operation of the library passes, for everybody's.
#pragma once

#include <nabla/op.hpp>
#include <nabla/text.hpp>
#include <span>
#include <string>
#include <vector>

namespace nabla {

/// One check of an operation, over all its samples.
struct OpCheck {
  std::string name;
  int calls = 0;             ///< on which it was run
  double worst = 0;          ///< the largest relative difference, where something is measured
  std::string failure = {};  ///< empty when it passed: what went wrong first, with the sample
};

class OpReport {
 public:
  OpReport(std::string operation, std::vector<OpCheck> checks)
      : operation_(std::move(operation)), checks_(std::move(checks)) {}
  bool passed() const;
  const std::string& operation() const { return operation_; }
  const std::vector<OpCheck>& checks() const { return checks_; }

 private:
  std::string operation_;
  std::vector<OpCheck> checks_;
};

/// A table, one row for each check.
std::string to_string(const OpReport& report);

/// Runs every check on the samples: shape and dtype rule; f32 against f64; full Jacobian and second order by
/// differences; recorded rule = computed rule, bit for bit; fused rule = composed rule; JVP = VJP transposed; the needs
/// mask; operands untouched; one operand in several places; strided operands; and the bad calls. Operands are drawn
/// from a fixed seed.
OpReport check_op(std::string_view name, std::span<const Sample> samples, std::span<const BadCall> bad_calls);
/// The samples and bad calls that the operation brings along.
OpReport check_op(const OpTable& table);
/// Operands for one operation: check_op(MyOp{}, {{Shape{3, 2}}, {Shape{4}}}).
template <class Op>
OpReport check_op(const Op& op, const std::vector<SampleOperands>& calls) {
  std::vector<Sample> samples;
  for (const SampleOperands& call : calls) samples.push_back({op, call.operands});
  return check_op(op_table<Op>().info.name, samples, op_table<Op>().bad_calls());
}

}  // namespace nabla

template <>
struct fmt::formatter<nabla::OpReport> : nabla::detail::TextFormatter {};
