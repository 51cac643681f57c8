// The checkers checked: each wrong operation below has one mistake, and the report must say which.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <nabla/check_op.hpp>
#include <nabla/error.hpp>
#include <nabla/gradcheck.hpp>
#include <nabla/op.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nabla;
using doctest::Contains;

namespace {

enum class Seeded {
  none,
  wrong_sign,
  missing_term,
  result_shape,
  needs_swapped,
  needs_ignored,
  not_recorded,
  writes_operand,
  fused_differs,
  single_precision,
  result_dtype,
  ignores_strides,
  aliasing,
  ignores_f32_in_rule,
};

/// a² b, right but for one mistake.
template <Seeded mistake>
struct Product {
  static constexpr OpInfo info{.name = "product", .arity = 2, .formula = "a² b"};

  DType infer_dtype(Tensors in) const { return mistake == Seeded::result_dtype ? f64 : detail::common_dtype(info, in); }

  void forward(Tensors in, Tensor& out) const {
    Tensor a = in[0];
    if (mistake == Seeded::ignores_strides && !a.is_contiguous())
      a = visit_floating(a.dtype(), [&]<class T>(std::type_identity<T>) {
        return Tensor::copy_of(a.shape(), std::span(a.strided_data<T>(), static_cast<std::size_t>(a.size())));
      });
    if (mistake == Seeded::single_precision && a.dtype() == f32) a = (a.to(f64) * 1.001).to(f32);
    if (mistake == Seeded::result_dtype) {
      out = (a.to(f64) * a.to(f64)) * in[1].to(f64);
      return;
    }
    out = a * a * in[1];
    if (mistake == Seeded::result_shape) out = out.reshaped({-1});
  }

  template <Value V>
  void vjp(const Pullback<V>& p) const {
    const V &a = p.in[0], &b = p.in[1];
    constexpr bool computes = std::same_as<V, Tensor>;
    if constexpr (computes && mistake == Seeded::writes_operand)
      if (a.size() > 0)
        visit_floating(a.dtype(),
                       [&]<class T>(std::type_identity<T>) { const_cast<T*>(a.template strided_data<T>())[0] += 1; });
    if constexpr (mistake == Seeded::aliasing)
      if (same_operand(p)) {
        p.grad[0] = 2.0 * a * b * p.ct;
        return;
      }
    if (p.needs[mistake == Seeded::needs_swapped ? 1 : 0] || mistake == Seeded::needs_ignored) {
      V da = 2.0 * a * b * p.ct;
      if (mistake == Seeded::wrong_sign) da = -da;
      if (mistake == Seeded::missing_term) da = a * b * p.ct;
      if (mistake == Seeded::ignores_f32_in_rule && a.dtype() == f32) da = 1.001 * da;
      if constexpr (!computes && mistake == Seeded::not_recorded)
        da = constant_like(p.ct, 2.0 * a.value() * b.value() * p.ct.value());
      p.grad[0] = sum_to(da, a.shape());
    }
    if (p.needs[1] || mistake == Seeded::needs_ignored) p.grad[1] = sum_to(square(a) * p.ct, b.shape());
  }

  void vjp_fused(const Pullback<Tensor>& p) const requires(mistake == Seeded::fused_differs) {
    vjp(p);
    if (p.needs[1]) p.grad[1] = p.grad[1] * (1 + 1e-9);
  }

  /// Whether both operands are one and the same.
  static bool same_operand(const Pullback<Tensor>& p) { return &p.in[0] == &p.in[1]; }
  static bool same_operand(const Pullback<Var>& p) { return p.in[0] == p.in[1]; }
};

template <Seeded mistake>
OpReport report_of() {
  return check_op(Product<mistake>{}, {{{Shape{2, 3}, Shape{2, 3}}}, {{Shape{3, 2}, Shape{2}}}, {{Shape{}, Shape{}}}});
}

std::vector<std::string> failed(const OpReport& report) {
  std::vector<std::string> names;
  for (const OpCheck& check : report.checks())
    if (!check.failure.empty()) names.push_back(check.name);
  return names;
}

const OpCheck& row(const OpReport& report, const std::string& name) {
  const auto found = std::find_if(report.checks().begin(), report.checks().end(),
                                  [&](const OpCheck& check) { return check.name == name; });
  REQUIRE_MESSAGE(found != report.checks().end(), name);
  return *found;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The report fails in this row, saying so in these words.
void check_found(const OpReport& report, const std::string& name, const std::string& words) {
  INFO(to_string(report));
  CHECK_FALSE(report.passed());
  CHECK_FALSE(row(report, name).failure.empty());
  CHECK(contains(row(report, name).failure, words));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

const char* const by_differences = "Jacobian and second order by differences";

/// exp x, refusing what it should not when `wrongly`, and refusing nothing it should when not.
struct Picky {
  static constexpr OpInfo info{.name = "picky", .arity = 1, .formula = "exp x", .dtypes = DTypes::any};
  enum { right, accepts, other_type, other_text, other_name, throws_std } mistake = right;

  void forward(Tensors in, Tensor& out) const {
    if (mistake == throws_std) throw std::runtime_error("not an Error of Nabla");
    if (in[0].rank() > 2) {
      if (mistake == other_type) throw DTypeError("picky", "At most two axes");
      if (mistake == other_text) throw ShapeError("picky", "Sorry");
      if (mistake == other_name) throw ShapeError("exp", "At most two axes");
      if (mistake == right) throw ShapeError("picky", "At most two axes");
    }
    out = exp(in[0]);
  }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    p.grad[0] = p.ct * p.out;
  }
};

/// A function of the size of 1e-8 with the gradient 0.
struct Small {
  static constexpr OpInfo info{.name = "small", .arity = 1, .formula = "1e-8 x²"};
  void forward(Tensors in, Tensor& out) const { out = 1e-8 * square(in[0]); }
  template <Value V>
  void vjp(const Pullback<V>& p) const {
    p.grad[0] = 0.0 * p.ct;
  }
};

OpReport refusal_report(Picky op) {
  const Sample samples[] = {{op, {Shape{2}}}};
  const BadCall bad[] = {{op, {Shape{1, 1, 1}}, Mistake::shape, "At most two axes"}};
  return check_op("picky", samples, bad);
}

}  // namespace

TEST_CASE("a right operation passes, with all the checks that apply to it") {
  const OpReport report = report_of<Seeded::none>();
  INFO(to_string(report));
  CHECK(report.passed());
  CHECK(report.operation() == "product");
  CHECK(failed(report).empty());
  CHECK(report.checks().size() == 9);
  CHECK(row(report, by_differences).calls == 3);
  CHECK(row(report, "one operand in several places").calls == 2);
  CHECK(row(report, by_differences).worst < 1e-8);
}

TEST_CASE("check_op finds each mistake in the row that is meant for it") {
  check_found(report_of<Seeded::wrong_sign>(), by_differences, "by the rule");
  check_found(report_of<Seeded::missing_term>(), by_differences, "by the rule");
  check_found(report_of<Seeded::result_shape>(), "shape and dtype rule",
              "The forward rule gave f64 [6] where f64 [2, 3] was inferred");
  check_found(report_of<Seeded::needs_swapped>(), "needs mask", "the gradient of one operand and that of all differ");
  check_found(report_of<Seeded::not_recorded>(), by_differences, "gradient 0");
  check_found(report_of<Seeded::not_recorded>(), "JVP = VJP transposed", "<u, J v> and <u J, v> differ");
  check_found(report_of<Seeded::writes_operand>(), "operands untouched",
              "the operands before and after differ in part 0");
  check_found(report_of<Seeded::fused_differs>(), "fused rule = composed rule",
              "the fused and the composed gradients differ");
  check_found(report_of<Seeded::single_precision>(), "f32 against f64", "results in f32 and f64 differ");
  check_found(report_of<Seeded::ignores_f32_in_rule>(), "f32 against f64", "gradients in f32 and f64 differ");
  check_found(report_of<Seeded::result_dtype>(), "f32 against f64", "");
  check_found(report_of<Seeded::ignores_strides>(), "strided operands", "results of strided and dense operands differ");
  check_found(report_of<Seeded::aliasing>(), "one operand in several places", "differ");
}

TEST_CASE("a mistake that concerns one check leaves the others passed") {
  CHECK(failed(report_of<Seeded::ignores_strides>()) == std::vector<std::string>{"strided operands"});
  CHECK(failed(report_of<Seeded::single_precision>()) == std::vector<std::string>{"f32 against f64"});
  CHECK(failed(report_of<Seeded::aliasing>()) == std::vector<std::string>{"one operand in several places"});
}

TEST_CASE("a rule that computes what is not wanted is found") {
  check_found(report_of<Seeded::needs_ignored>(), "needs mask", "");
}

TEST_CASE("derivatives of small size are checked as well as large ones") {
  CHECK_FALSE(check_op(Small{}, {{{Shape{3}}}}).passed());
}

TEST_CASE("wrong calls must be refused with the right type, name and words") {
  CHECK(refusal_report({Picky::right}).passed());
  const char* const refused = "wrong calls refused";
  check_found(refusal_report({Picky::accepts}), refused,
              "computed on (f64 [1, 1, 1]): no error, expected 'At most two axes'");
  check_found(refusal_report({Picky::other_type}), refused, "an error of another type: [picky] At most two axes");
  check_found(refusal_report({Picky::other_text}), refused, "'[picky] Sorry', expected '[picky] ... At most two axes'");
  check_found(refusal_report({Picky::other_name}), refused, "'[exp] At most two axes', expected '[picky] ...");
}

TEST_CASE("an exception that is not Nabla's is a failure in the report, not the end of it") {
  CHECK_NOTHROW(check_found(refusal_report({Picky::throws_std}), "shape and dtype rule", "not an Error of Nabla"));
}

TEST_CASE("a check of nothing does not pass") {
  CHECK_FALSE(check_op("nothing", {}, {}).passed());
  const BadCall bad[] = {{Picky{}, {Shape{1, 1, 1}}, Mistake::shape, "At most two axes"}};
  CHECK_FALSE(check_op("picky", {}, bad).passed());
}

TEST_CASE("gradcheck compares every entry of the Jacobian and of second order") {
  const Tensor x = Tensor::from({2}, {0.5, 1.5}), y = Tensor::from({3}, {1, 2, 3});
  const auto f = [](Var a, Var b) { return exp(reshape(a, {2, 1})) * b; };
  const GradcheckReport report = gradcheck(f, {x, y});
  CHECK(report.passed());
  REQUIRE(report.rows().size() == 2 + 4);
  CHECK(report.rows()[0].entries == 6 * 2);
  CHECK(report.rows()[1].entries == 6 * 3);
  CHECK(report.rows()[2].entries == 2 * 2);
  CHECK(report.rows()[3].entries == 2 * 3);
  CHECK(report.largest_difference() < 1e-9);
  CHECK(gradcheck(f, {x, y}, {.second_order = false}).rows().size() == 2);
  CHECK(gradcheck([](Var v) { return sum(v * v); }, zeros({0})).passed());
  CHECK(gradcheck([](Var v) { return slice(v, 0, 0, 0); }, x).passed());
  CHECK(gradcheck([](Var v) { return v.tape().constant(1.0); }, x).passed());
  CHECK(gradcheck([](Var v) { return sum(exp(v)); }, Tensor::from({2, 2}, {1, 2, 3, 4}).transposed()).passed());
}

TEST_CASE("gradcheck names the worst entry, and both numbers there") {
  // Element 3 of the result depends on element 1 of x in a way that the derivative does not know of.
  const auto f = [](Var v) {
    const Tensor hidden = v.value() * Tensor::from({4}, {0, 5, 0, 0});
    return v * v + v.tape().constant(unslice(slice(hidden, 0, 1, 2), {4}, 0, 3, 4));
  };
  const GradcheckReport report = gradcheck(f, Tensor::from({4}, {1, 2, 3, 4}));
  CHECK_FALSE(report.passed());
  const GradcheckRow& first = report.rows()[0];
  CHECK_FALSE(first.passed);
  CHECK(first.order == 1);
  CHECK(first.output == 3);
  CHECK(first.input == 1);
  CHECK(first.derivative == 0);
  CHECK(first.difference_quotient == doctest::Approx(5));
  CHECK(first.largest_difference == doctest::Approx(5.0 / 8));  // relative to ∂f₃/∂x₃
  CHECK(report.largest_difference() == first.largest_difference);
  CHECK(contains(to_string(report), "[3, 1]"));
}

TEST_CASE("gradcheck does not take NaN for agreement") {
  const auto f = [](Var v) { return v * std::numeric_limits<double>::quiet_NaN(); };
  CHECK_FALSE(gradcheck(f, ones({2})).passed());
}

TEST_CASE("gradcheck refuses what it cannot check") {
  const auto f = [](Var v) { return v * v; };
  CHECK_THROWS_WITH_AS(gradcheck(f, ones({2}, f32)),
                       "[gradcheck] An x of f32; differences need f64, convert with to(f64)", DTypeError);
  CHECK_THROWS_AS(gradcheck(f, Tensor()), Error);
  for (const GradcheckOptions& options :
       {GradcheckOptions{.tolerance = 0}, GradcheckOptions{.tolerance = std::nan("")}, GradcheckOptions{.step = 0},
        GradcheckOptions{.step = 1}, GradcheckOptions{.step = -1e-3}})
    CHECK_THROWS_WITH_AS(gradcheck(f, ones({2}), options), Contains("[gradcheck] tolerance "), ValueError);
}

TEST_CASE("reports are tables with aligned columns") {
  const GradcheckReport gradients =
      gradcheck([](Var a, Var b) { return sum(a * b); }, {Tensor::from({2}, {1, 1000}), Tensor::scalar(2)});
  const std::vector<std::string> rows = lines_of(to_string(gradients));
  REQUIRE(rows.size() == 1 + 6);
  for (const char* head : {"order", "of", "argument", "entries", "difference", "worst at", "derivative"})
    CHECK(contains(rows[0], head));
  for (std::size_t i = 1; i < rows.size(); ++i) {
    CHECK(rows[i].find("passed") == rows[1].find("passed"));
    CHECK(rows[i].find(']') == rows[0].find("worst at") + 7);  // numbers end where their head ends
  }
  CHECK(fmt::format("{}", gradients) == to_string(gradients));

  const OpReport report = report_of<Seeded::fused_differs>();
  const std::vector<std::string> lines = lines_of(to_string(report));
  CHECK(lines[0] == "product");
  CHECK(lines[1].starts_with("check"));
  REQUIRE(lines.size() == 2 + report.checks().size());
  for (std::size_t i = 0; i < report.checks().size(); ++i) {
    CHECK(lines[i + 2].starts_with(report.checks()[i].name));
    const bool passed = report.checks()[i].failure.empty();
    CHECK(lines[i + 2].find(passed ? "passed" : "FAILED") == lines[2].find("passed"));
  }
  CHECK(fmt::format("{:>5}", report) == to_string(report));
}

TEST_CASE("a failed check takes one line of the report") {
  const OpReport report = report_of<Seeded::wrong_sign>();
  CHECK(lines_of(to_string(report)).size() == 2 + report.checks().size());
}
