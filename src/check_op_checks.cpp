#include "check_op_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nabla/gradcheck.hpp>
#include <nabla/gradient.hpp>
#include <nabla/random.hpp>
#include <nabla/transforms.hpp>

#include "kernels/elementwise.hpp"

namespace nabla::checking {
namespace {

constexpr double f64_rounding = 1e-13;    // between two orders of summation of a few dozen terms
constexpr double f32_rounding = 2e-5;     // of f32 against f64, relative to the largest entry
constexpr double fused_rounding = 1e-14;  // between a fused rule and the composed one

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

Finding result_unread(const Trial& t) {
  Trial hidden = t;
  hidden.result = full(t.result.shape(), std::numeric_limits<double>::quiet_NaN(), t.result.dtype());
  for (const auto rule : {t.sample.op.table().vjp, t.sample.op.table().vjp_composed}) {
    const Operands seen = t.call_rule(rule, t.active), unseen = hidden.call_rule(rule, t.active);
    for (const std::size_t i : t.active)
      if (!identical(seen[i], unseen[i]))
        return {difference(seen[i], unseen[i]), false,
                fmt::format("the rule of operand {} reads the result, and info.rule_reads_result is false", i)};
  }
  return {};
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

constexpr auto always = [](const Trial&) { return true; };
constexpr auto if_differentiable = [](const Trial& t) { return t.differentiable(); };

constexpr Check all_checks[] = {
    {"shape and dtype rule", always, shape_rule},
    {"f32 against f64", always, single_precision},
    {"Jacobian and second order by differences", if_differentiable, differences},
    {"recorded rule = computed rule", if_differentiable, recorded_rule},
    {"fused rule = composed rule",
     [](const Trial& t) { return t.differentiable() && has_fused_rule(t.sample.op.table()); }, fused_rule},
    {"result not read", [](const Trial& t) { return t.differentiable() && !t.sample.op.info().rule_reads_result; },
     result_unread},
    {"JVP = VJP transposed", if_differentiable, transposed},
    {"needs mask", if_differentiable, needs_mask},
    {"operands untouched", always, untouched},
    {"one operand in several places", [](const Trial& t) { return t.active.size() > 1 && same_shapes(t); }, aliased},
    {"strided operands", always, strides},
};

}  // namespace

std::span<const Check> checks() { return all_checks; }

}  // namespace nabla::checking
