#include "run_case.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <exception>
#include <nabla/gradient.hpp>
#include <nabla/operators.hpp>
#include <nabla/transforms.hpp>

#include "compare.hpp"

namespace reference {

using namespace nabla;

namespace {

/// Against the library that the corpus was made with.
Bar reference_bar(Quantity quantity, DType dtype) {
  if (dtype == f32) return {1e-6, 1e-5};
  return quantity == Quantity::second ? Bar{1e-10, 1e-8} : Bar{1e-12, 1e-10};
}

/// Against correctly rounded results: nothing absolute but the smallest normal number.
Bar exact_bar(Quantity quantity) {
  switch (quantity) {
    case Quantity::values:
      return {DBL_MIN, 4e-15};
    case Quantity::first:
      return {DBL_MIN, 1e-11};
    default:
      return {DBL_MIN, 1e-9};
  }
}

class Run {
 public:
  explicit Run(Case c) : case_(std::move(c)) {}
  CaseReport all(const Entry& entry, bool strict);

 private:
  void record(const Entry& entry);
  std::vector<Tensor> compute(Quantity quantity) const;
  std::vector<Tensor> gradients() const;
  std::vector<Tensor> second_order() const;
  std::vector<Tensor> tangents() const;
  bool is_differentiable(const Var& output) const;
  /// S = Σ ⟨cotangent, output⟩.
  Var weighted_sum() const;

  void correct_gradient(const std::vector<Tensor>& got);
  void correct_second_order(const Entry& entry, const std::vector<Tensor>& got);
  void compare(Quantity quantity, const std::vector<Tensor>& got);
  void compare(Quantity quantity, std::size_t part, const Tensor& got, const Tensor& expected, Bar bar,
               std::string_view against);
  std::string condition(Quantity quantity, std::size_t part, std::int64_t element) const;

  Case case_;
  Tape tape_;
  std::vector<Var> operands_;
  std::vector<Var> wrt_;
  std::vector<Var> outputs_;
  CaseReport report_;
};

CaseReport Run::all(const Entry& entry, bool strict) {
  Quantity quantity = Quantity::values;
  try {
    record(entry);
    for (const Quantity next : {Quantity::values, Quantity::first, Quantity::second, Quantity::jvp}) {
      quantity = next;
      const std::vector<Tensor> got = compute(quantity);
      if (!strict && quantity == Quantity::first && entry.gradient_in_single) correct_gradient(got);
      if (!strict && quantity == Quantity::second) correct_second_order(entry, got);
      compare(quantity, got);
    }
  } catch (const std::exception& error) {
    report_.misses.push_back({quantity, error.what()});
  }
  return report_;
}

void Run::record(const Entry& entry) {
  for (const Input& input : case_.inputs) {
    operands_.push_back(input.differentiable ? tape_.variable(input.value) : tape_.constant(input.value));
    if (input.differentiable) wrt_.push_back(operands_.back());
  }
  outputs_ = entry.call(Call{case_.inputs, operands_, case_.attributes}).values;
}

std::vector<Tensor> Run::compute(Quantity quantity) const {
  if (case_[quantity].reference.empty()) return {};
  switch (quantity) {
    case Quantity::first:
      return gradients();
    case Quantity::second:
      return second_order();
    case Quantity::jvp:
      return tangents();
    case Quantity::values:
      break;
  }
  std::vector<Tensor> values;
  for (const Var& output : outputs_) values.push_back(output.value());
  return values;
}

Var Run::weighted_sum() const {
  Var S;
  std::size_t next = 0;
  for (const Var& output : outputs_) {
    if (!is_floating(output.dtype())) continue;
    const Var term = sum(output * case_.cotangents.at(next++));
    S = S.defined() ? S + term : term;
  }
  return S;
}

std::vector<Tensor> values(const Gradients& gradients) {
  std::vector<Tensor> all;
  for (std::size_t i = 0; i < gradients.size(); ++i) all.push_back(gradients.at(i));
  return all;
}

std::vector<Tensor> Run::gradients() const { return values(gradient(weighted_sum(), wrt_)); }

std::vector<Tensor> Run::second_order() const { return values(hvp(weighted_sum(), wrt_, case_.directions)); }

/// Whether an output is more than a constant that the entry has made of it.
bool Run::is_differentiable(const Var& output) const {
  return is_floating(output.dtype()) &&
         (tape_.operation(output.id()) || std::find(wrt_.begin(), wrt_.end(), output) != wrt_.end());
}

std::vector<Tensor> Run::tangents() const {
  std::vector<Tensor> all;
  for (const Var& output : outputs_)
    if (is_differentiable(output)) all.push_back(detail::tangent_of(output, wrt_, case_.directions));
  return all;
}

/// Entries that agree as numbers in f32 do are taken for equal.
void Run::correct_gradient(const std::vector<Tensor>& got) {
  std::vector<Tensor>& expected = case_[Quantity::first].reference;
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    if (got[i].shape() != expected[i].shape()) continue;
    const Tensor x = got[i].to(f64), y = expected[i].to(f64);
    report_.corrected |= worst_excess(got[i], expected[i], reference_bar(Quantity::first, case_.dtype)).has_value();
    expected[i] = where(abs(x - y) <= 6e-8 * abs(y), x, y);
  }
}

void Run::correct_second_order(const Entry& entry, const std::vector<Tensor>& got) {
  const auto all_finite = [](const std::vector<Tensor>& list) {
    return std::all_of(list.begin(), list.end(), [](const Tensor& x) { return sum(x - x).item() == 0; });
  };
  const bool smooth = all_finite(case_[Quantity::values].reference) && all_finite(case_[Quantity::first].reference);
  std::vector<Tensor>& expected = case_[Quantity::second].reference;
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    Tensor right = entry.second_is_zero ? zeros(expected[i].shape(), expected[i].dtype()) : expected[i];
    if (smooth && got[i].shape() == right.shape()) right = where(not_equal(right, right), got[i], right);
    report_.corrected |= !identical(right, expected[i]);
    expected[i] = right;
  }
}

void Run::compare(Quantity quantity, const std::vector<Tensor>& got) {
  const Case::Results& results = case_[quantity];
  if (got.size() != results.reference.size()) {
    report_.misses.push_back({quantity, fmt::format("{} parts instead of {}", got.size(), results.reference.size())});
    return;
  }
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!results.unreliable)
      compare(quantity, i, got[i], results.reference[i], reference_bar(quantity, case_.dtype), "reference");
    if (!results.exact.empty()) compare(quantity, i, got[i], results.exact.at(i), exact_bar(quantity), "exact");
  }
}

void Run::compare(Quantity quantity, std::size_t part, const Tensor& got, const Tensor& expected, Bar bar,
                  std::string_view against) {
  if (got.shape() != expected.shape() || (got.dtype() != expected.dtype() && !is_floating(expected.dtype()))) {
    report_.misses.push_back({quantity, fmt::format("part {} is {} {} instead of {} {}", part, got.dtype(), got.shape(),
                                                    expected.dtype(), expected.shape())});
    return;
  }
  const std::optional<Excess> excess = worst_excess(got, expected, is_floating(expected.dtype()) ? bar : Bar{0, 0});
  if (!excess) return;
  std::string what = fmt::format("part {} against the {}: {}", part, against, to_string(*excess, expected.shape()));
  if (against == "exact") what += condition(quantity, part, excess->element);
  report_.misses.push_back({quantity, what});
}

/// How much the result changes, relatively, for a relative change of the inputs: Σ |x_i ∂y/∂x_i / y| for the value of
/// an operation that works element by element, |x y″ / y′| for its derivative. Nothing where the inputs are broadcast.
std::string Run::condition(Quantity quantity, std::size_t part, std::int64_t element) const {
  const auto at = [&](const Tensor& x) {
    const Tensor dense = x.contiguous();
    return dense.strided_data<double>()[element];
  };
  const Shape& shape = outputs_[0].shape();
  double condition = 0;
  std::size_t next = 0;
  for (const Input& input : case_.inputs) {
    if (input.value.shape() != shape || input.value.dtype() != f64) return "";
    if (!input.differentiable) continue;
    const std::size_t i = next++;
    const double x = at(input.value), slope = at(case_[Quantity::first].exact.at(i)) / at(case_.cotangents[0]);
    if (quantity == Quantity::values) condition += std::abs(x * slope / at(case_[Quantity::values].exact.at(0)));
    if (quantity == Quantity::first && i == part && wrt_.size() == 1) {
      const double bend = at(case_[Quantity::second].exact.at(i)) / (at(case_.cotangents[0]) * at(case_.directions[i]));
      condition = std::abs(x * bend / slope);
    }
  }
  if (quantity == Quantity::second || (quantity == Quantity::first && wrt_.size() > 1)) return "";
  return fmt::format(", condition number {:.2g}", condition);
}

}  // namespace

CaseReport run_case(const Case& c, const Entry& entry, bool strict) { return Run(c).all(entry, strict); }

}  // namespace reference
