#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nabla/check_op.hpp>
#include <nabla/error.hpp>
#include <nabla/gradcheck.hpp>
#include <nabla/gradient.hpp>
#include <nabla/random.hpp>
#include <nabla/transforms.hpp>

#include "kernels/elementwise.hpp"
#include "table.hpp"

namespace nabla {
namespace {

constexpr double f64_rounding = 1e-13;    // between two orders of summation of a few dozen terms
constexpr double f32_rounding = 2e-5;     // of f32 against f64, relative to the largest entry
constexpr double fused_rounding = 1e-14;  // between a fused rule and the composed one

using Operands = std::vector<Tensor>;

Tensor draw(const OperandSpec& spec, Rng& rng) {
  if (spec.dtype == u8) return rng.integers(spec.shape, 0, 2).to(u8);
  if (!is_floating(spec.dtype)) {
    const auto low = static_cast<std::int64_t>(spec.low), high = static_cast<std::int64_t>(spec.high);
    return rng.integers(spec.shape, low, std::max(high, low + 1)).to(spec.dtype);
  }
  const Tensor x = rng.uniform(spec.shape, spec.low, spec.high);
  return (spec.distribution ? x / sum(x, -1, true) : x).to(spec.dtype);
}

Operands draw(const std::vector<OperandSpec>& specs, std::uint64_t seed) {
  Rng rng(seed);
  Operands operands;
  for (const OperandSpec& spec : specs) operands.push_back(draw(spec, rng));
  return operands;
}

std::string describe(const std::vector<OperandSpec>& specs) {
  std::vector<std::string> shapes;
  for (const OperandSpec& spec : specs) shapes.push_back(fmt::format("{} {}", spec.dtype, spec.shape));
  return fmt::format("({})", fmt::join(shapes, ", "));
}

/// max |a − b| relative to the largest finite entry of b, or to 1; infinite when shapes or NaNs differ.
double difference(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return std::numeric_limits<double>::infinity();
  const Tensor x = a.to(f64).contiguous(), y = b.to(f64).contiguous();
  double scale = 1, worst = 0;
  for (const double value : y.data<double>())
    if (std::isfinite(value)) scale = std::max(scale, std::abs(value));
  for (std::size_t i = 0; i < x.data<double>().size(); ++i) {
    const double p = x.data<double>()[i], q = y.data<double>()[i];
    if (p == q || (std::isnan(p) && std::isnan(q))) continue;
    const double d = std::abs(p - q) / scale;
    worst = std::isnan(d) ? std::numeric_limits<double>::infinity() : std::max(worst, d);
  }
  return worst;
}

/// A sample with its operands drawn, and one recording of it.
struct Trial {
  const Sample& sample;
  Operands operands;
  Tensor result;
  Tensor ct;                        // a cotangent for the result, drawn at random
  std::vector<std::size_t> active;  // operands with a derivative

  Trial(const Sample& s, std::uint64_t seed) : sample(s), operands(draw(s.operands, seed)), result(s.op(operands)) {
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (is_floating(operands[i].dtype()) && sample.op.info().differentiable) active.push_back(i);
    if (is_floating(result.dtype())) ct = Rng(seed, 1).uniform(result.shape(), 0.5, 1.5).to(result.dtype());
  }

  bool differentiable() const { return !active.empty(); }

  /// The operands as nodes: those with a derivative as variables.
  PooledVector<Var> record(Tape& tape, const Operands& values) const {
    PooledVector<Var> vars;
    for (const Tensor& x : values) vars.push_back(is_floating(x.dtype()) ? tape.variable(x) : tape.constant(x));
    return vars;
  }

  PooledVector<Var> active_of(const PooledVector<Var>& vars) const {
    PooledVector<Var> some;
    for (const std::size_t i : active) some.push_back(vars[i]);
    return some;
  }

  /// The gradients of ⟨ct, result⟩ with respect to the active operands.
  Operands gradients(const Operands& values, const Tensor& seed) const {
    Tape tape;
    const PooledVector<Var> vars = record(tape, values);
    const Var y = sample.op(vars);
    const Gradients g = gradient(y, std::span<const Var>(active_of(vars)), seed);
    Operands all;
    for (std::size_t i = 0; i < g.size(); ++i) all.push_back(g.at(i));
    return all;
  }

  /// What a rule fills in when the gradients of these operands are wanted.
  Operands call_rule(void (*rule)(const void*, const Pullback<Tensor>&), const std::vector<std::size_t>& wanted) const {
    std::vector<const Tensor*> in;
    for (const Tensor& x : operands) in.push_back(&x);
    const std::unique_ptr<bool[]> needs(new bool[operands.size()]());
    for (const std::size_t i : wanted) needs[i] = true;
    Operands grad(operands.size());
    rule(sample.op.op(), {Tensors(in), result, ct, {needs.get(), operands.size()}, grad});
    return grad;
  }
};

/// What a check found on one trial: how far off it was, and what to say if that is too much.
struct Finding {
  double difference = 0;
  bool passed = true;
  std::string what;
};

Finding within(double difference, double bound, std::string_view what) {
  return {difference, difference <= bound, fmt::format("{} differ by {:.1e}, allowed {:.1e}", what, difference, bound)};
}

Finding same_bits(const Operands& a, const Operands& b, std::string_view what) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!identical(a[i], b[i])) return {difference(a[i], b[i]), false, fmt::format("{} differ in part {}", what, i)};
  return {};
}

Finding shape_rule(const Trial& t) {
  const Sample& s = t.sample;
  std::vector<const Tensor*> in;
  for (const Tensor& x : t.operands) in.push_back(&x);
  const Shape shape = detail::infer(s.op.table(), s.op.op(), Tensors(in));
  const DType dtype = detail::infer_dtype(s.op.table(), s.op.op(), Tensors(in));
  const bool agree = s.op.info().view || (shape == t.result.shape() && dtype == t.result.dtype());
  return {0, agree,
          fmt::format("the rule says {} {}, the result is {} {}", dtype, shape, t.result.dtype(), t.result.shape())};
}

Finding single_precision(const Trial& t) {
  Operands rounded;  // operands that are exact in both precisions
  for (const Tensor& x : t.operands) rounded.push_back(x.dtype() == f64 ? x.to(f32) : x);
  Operands exact;
  for (std::size_t i = 0; i < rounded.size(); ++i)
    exact.push_back(t.operands[i].dtype() == f64 ? rounded[i].to(f64) : rounded[i]);
  const Finding values =
      within(difference(t.sample.op(rounded), t.sample.op(exact)), f32_rounding, "results in f32 and f64");
  if (!values.passed || !t.differentiable() || t.result.dtype() != f64) return values;
  const Tensor ct = t.ct.to(f32);
  const Operands single = t.gradients(rounded, ct), twice = t.gradients(exact, ct.to(f64));
  double worst = values.difference;
  for (std::size_t i = 0; i < single.size(); ++i) worst = std::max(worst, difference(single[i], twice[i]));
  return within(worst, f32_rounding, "gradients in f32 and f64");
}

std::string worst_entry(const GradcheckReport& report) {
  const auto worst = std::max_element(report.rows().begin(), report.rows().end(), [](const auto& a, const auto& b) {
    return a.largest_difference < b.largest_difference;
  });
  const std::string what = worst->order == 1 ? "the result" : fmt::format("gradient {}", worst->of);
  return fmt::format("element {} of {} by element {} of argument {}: {:.10g} by the rule, {:.10g} by differences",
                     worst->output, what, worst->input, worst->argument, worst->derivative, worst->difference_quotient);
}

Finding differences(const Trial& t) {
  Operands xs;
  for (const std::size_t i : t.active) xs.push_back(t.operands[i]);
  const auto f = [&](std::span<const Var> vars) {
    PooledVector<Var> all;
    std::size_t next = 0;
    for (std::size_t i = 0; i < t.operands.size(); ++i) {
      const bool is_active = next < t.active.size() && t.active[next] == i;
      all.push_back(is_active ? vars[next++] : vars[0].tape().constant(t.operands[i]));
    }
    return t.sample.op(all);
  };
  const GradcheckReport report = gradcheck(f, xs);
  return {report.largest_difference(), report.passed(), worst_entry(report)};
}

Finding recorded_rule(const Trial& t) {
  Tape tape;
  const PooledVector<Var> vars = t.record(tape, t.operands);
  const Var y = t.sample.op(vars);
  const PooledVector<Var> wrt = t.active_of(vars);
  const RecordedGradients recorded = gradient_recorded(y, wrt, tape.constant(t.ct));
  Operands recorded_values;
  for (std::size_t i = 0; i < wrt.size(); ++i) recorded_values.push_back(recorded.at(i).value());

  const Operands grad = t.call_rule(t.sample.op.table().vjp_composed, t.active);  // a fused rule may round differently
  Operands computed;
  for (const std::size_t i : t.active)
    computed.push_back(grad[i].defined() ? grad[i] : zeros(t.operands[i].shape(), t.operands[i].dtype()));
  return same_bits(recorded_values, computed, "the recorded and the computed gradients");
}

Finding fused_rule(const Trial& t) {
  Tape tape;
  const PooledVector<Var> vars = t.record(tape, t.operands);
  const RecordedGradients composed = gradient_recorded(t.sample.op(vars), t.active_of(vars), tape.constant(t.ct));
  const Operands fused = t.gradients(t.operands, t.ct);
  double worst = 0;
  for (std::size_t i = 0; i < fused.size(); ++i) worst = std::max(worst, difference(fused[i], composed.at(i).value()));
  return within(worst, fused_rounding, "the fused and the composed gradients");
}

Finding transposed(const Trial& t) {
  Tape tape;
  const PooledVector<Var> vars = t.record(tape, t.operands);
  const Var y = t.sample.op(vars);
  Operands directions;
  Rng rng(7);
  for (const std::size_t i : t.active) directions.push_back(rng.uniform(t.operands[i].shape(), -1, 1));
  const Tensor Jv = detail::tangent_of(y, t.active_of(vars), directions);
  const Operands uJ = t.gradients(t.operands, t.ct);
  double left = sum(t.ct * Jv).item(), right = 0, size = sum(abs(t.ct * Jv)).item();
  for (std::size_t i = 0; i < uJ.size(); ++i) {
    right += sum(uJ[i] * directions[i]).item();
    size += sum(abs(uJ[i] * directions[i])).item();
  }
  return within(std::abs(left - right) / std::max(size, 1.0), f64_rounding, "<u, J v> and <u J, v>");
}

Finding needs_mask(const Trial& t) {
  const Operands all = t.gradients(t.operands, t.ct);
  Operands alone;
  for (const std::size_t i : t.active) {
    Tape tape;
    const PooledVector<Var> vars = t.record(tape, t.operands);
    alone.push_back(gradient(t.sample.op(vars), {vars[i]}, t.ct)[vars[i]]);
  }
  if (const Finding same = same_bits(alone, all, "the gradient of one operand and that of all"); !same.passed)
    return same;
  for (const std::size_t i : t.active) {
    for (const auto rule : {t.sample.op.table().vjp, t.sample.op.table().vjp_composed}) {
      const Operands grad = t.call_rule(rule, {i});
      for (const std::size_t k : t.active)
        if (k != i && grad[k].defined())
          return {0, false,
                  fmt::format("the rule computes the gradient of operand {} when only that of {} is wanted", k, i)};
    }
  }
  return {};
}

Finding untouched(const Trial& t) {
  const Operands before = draw(t.sample.operands, 0);
  Operands operands;  // with storage of their own
  for (const Tensor& x : before) operands.push_back(x.to(x.dtype() == f64 ? f32 : f64).to(x.dtype()));
  const Operands kept = operands;
  const Operands copies = [&] {
    Operands deep;
    for (const Tensor& x : operands) deep.push_back(Tensor::uninitialized(x.shape(), x.dtype()));
    for (std::size_t i = 0; i < deep.size(); ++i)
      visit(deep[i].dtype(), [&]<class T>(std::type_identity<T>) {
        const std::span<const T> from = operands[i].data<T>();
        std::copy(from.begin(), from.end(), deep[i].mutable_data<T>().begin());
      });
    return deep;
  }();
  static_cast<void>(t.sample.op(operands));
  if (t.differentiable()) static_cast<void>(t.gradients(operands, t.ct));
  return same_bits(operands, copies, "the operands before and after");
}

/// f(x, x, …) has the sum of the gradients of f(x, y, …) at y = x.
Finding aliased(const Trial& t) {
  const Tensor& x = t.operands[t.active[0]];
  Operands same = t.operands;
  for (const std::size_t i : t.active) same[i] = x;
  const Operands parts = t.gradients(same, t.ct);
  Tensor expected = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) expected = expected + parts[i];

  Tape tape;
  const Var once = tape.variable(x);
  PooledVector<Var> vars;
  for (const Tensor& operand : t.operands) vars.push_back(is_floating(operand.dtype()) ? once : tape.constant(operand));
  return within(difference(gradient(t.sample.op(vars), {once}, t.ct)[once], expected), f64_rounding,
                "the gradient of an operand in several places and the sum of its parts");
}

/// The same values with other strides: every axis reversed in memory, and every second element taken.
Tensor strided(const Tensor& x) {
  if (x.rank() == 0 || x.size() == 0) return x;
  Dims twice = x.shape();
  twice[0] *= 2;
  Tensor spread = Tensor::uninitialized(Shape(twice), x.dtype());
  visit(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const std::span<T> to = spread.mutable_data<T>();
    const std::span<const T> from = x.data<T>();
    const std::size_t row = from.size() / static_cast<std::size_t>(x.shape()[0]);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i / (2 * row) * row + i % row];
  });
  const Tensor rows = spread.sliced(0, 0, twice[0], 2);
  return x.rank() < 2 ? rows : rows.transposed().contiguous().transposed();
}

Finding strides(const Trial& t) {
  Operands views;
  for (const Tensor& x : t.operands) views.push_back(strided(x.contiguous()));
  const Finding values =
      within(difference(t.sample.op(views), t.result), f64_rounding, "results of strided and dense operands");
  if (!values.passed || !t.differentiable()) return values;
  const Operands of_views = t.gradients(views, t.ct), dense = t.gradients(t.operands, t.ct);
  double worst = values.difference;
  for (std::size_t i = 0; i < dense.size(); ++i) worst = std::max(worst, difference(of_views[i], dense[i]));
  return within(worst, f64_rounding, "gradients of strided and dense operands");
}

bool has_fused_rule(const OpTable& table) {
  return table.fused || (table.elementwise && table.elementwise->reverse_loop(f32));
}

bool same_shapes(const Trial& t) {
  return std::all_of(t.active.begin(), t.active.end(),
                     [&](std::size_t i) { return t.operands[i].shape() == t.operands[t.active[0]].shape(); });
}

struct Check {
  std::string_view name;
  bool (*applies)(const Trial&);
  Finding (*run)(const Trial&);
};

constexpr auto always = [](const Trial&) { return true; };
constexpr auto if_differentiable = [](const Trial& t) { return t.differentiable(); };

constexpr Check checks[] = {
    {"shape and dtype rule", always, shape_rule},
    {"f32 against f64", always, single_precision},
    {"Jacobian and second order by differences", if_differentiable, differences},
    {"recorded rule = computed rule", if_differentiable, recorded_rule},
    {"fused rule = composed rule",
     [](const Trial& t) { return t.differentiable() && has_fused_rule(t.sample.op.table()); }, fused_rule},
    {"JVP = VJP transposed", if_differentiable, transposed},
    {"needs mask", if_differentiable, needs_mask},
    {"operands untouched", always, untouched},
    {"one operand in several places", [](const Trial& t) { return t.active.size() > 1 && same_shapes(t); }, aliased},
    {"strided operands", always, strides},
};

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
  const Operands operands = draw(bad.operands, 3);
  Tape tape;
  PooledVector<Var> vars;
  for (const Tensor& x : operands) vars.push_back(tape.constant(x));
  const std::size_t before = tape.size();
  for (const bool recorded : {false, true}) {
    if (recorded && vars.empty()) continue;  // no tape to record on
    const std::string call = fmt::format("{} on {}", recorded ? "recorded" : "computed", describe(bad.operands));
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
  for (const Check& check : checks) {
    OpCheck result{.name = std::string(check.name)};
    for (const Sample& sample : samples) {
      try {
        const Trial trial(sample, 11);
        if (!check.applies(trial)) continue;
        ++result.calls;
        const Finding finding = check.run(trial);
        result.worst = std::max(result.worst, finding.difference);
        if (!finding.passed && result.failure.empty())
          result.failure = fmt::format("{}: {}", describe(sample.operands), finding.what);
      } catch (const std::exception& error) {
        if (result.failure.empty()) result.failure = fmt::format("{}: {}", describe(sample.operands), error.what());
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
