#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <nabla/gradcheck.hpp>
#include <nabla/gradient.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops.hpp>
#include <nabla/random.hpp>
#include <nabla/transforms.hpp>

#include "table.hpp"

namespace nabla {
namespace {

using Point = std::vector<Tensor>;
using Function = std::function<Tensor(const Point&)>;

PooledVector<Var> variables(Tape& tape, std::span<const Tensor> xs) {
  PooledVector<Var> vars;
  for (const Tensor& x : xs) vars.push_back(tape.variable(x));
  return vars;
}

/// ∂f/∂x[argument] as [elements of f, elements of x], by (−f(x+2h) + 8 f(x+h) − 8 f(x−h) + f(x−2h)) / 12h.
Tensor difference_quotients(const Function& f, Point at, std::size_t argument, double relative_step) {
  const auto width = at[argument].size();
  Tensor columns;
  for (std::int64_t k = 0; k < width; ++k) {
    const auto place = static_cast<std::size_t>(k);
    const double x = at[argument].data<double>()[place];
    const double h = relative_step * std::max(1.0, std::abs(x));
    const auto moved = [&](double by) {
      at[argument].mutable_data<double>()[place] = x + by;
      return f(at);
    };
    const Tensor outer = moved(2 * h) - moved(-2 * h);
    const Tensor inner = moved(h) - moved(-h);
    at[argument].mutable_data<double>()[place] = x;
    const Tensor column = ((8.0 * inner - outer) / (12 * h)).reshaped({-1, 1});
    if (k == 0) columns = Tensor::uninitialized({column.size(), width});
    for (std::int64_t i = 0; i < column.size(); ++i)
      columns.mutable_data<double>()[static_cast<std::size_t>(i * width + k)] = column.at({i, 0});
  }
  return columns;
}

// Differences are relative to the largest entry of the Jacobian, or to this part of the largest value if that is more:
// rounding of the values leaves an error of some 1e-12 of them in the quotients.
constexpr double value_floor = 1e-5;
constexpr double tiny = 1e-300;

double largest_size(const Tensor& x) {
  double largest = 0;
  const Tensor dense = x.contiguous();
  for (const double value : dense.data<double>())
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest;
}

GradcheckRow compare(int order, std::size_t of, std::size_t argument, const Tensor& derivative, const Tensor& quotient,
                     const Tensor& value, double tolerance) {
  GradcheckRow row{order, of, argument, derivative.size(), 0, 0, 0, 0, 0, true};
  if (derivative.size() == 0) return row;
  const Tensor exact = derivative.reshaped({quotient.shape()[0], quotient.shape()[1]}).contiguous();
  const double scale = std::max({largest_size(quotient), value_floor * largest_size(value), tiny});
  double worst = -1;
  for (std::int64_t i = 0; i < quotient.size(); ++i) {
    const double d = exact.data<double>()[static_cast<std::size_t>(i)];
    const double q = quotient.data<double>()[static_cast<std::size_t>(i)];
    double difference = std::abs(d - q) / scale;
    if (std::isnan(difference)) difference = std::numeric_limits<double>::infinity();
    if (difference <= worst) continue;
    worst = difference;
    row.output = i / quotient.shape()[1];
    row.input = i % quotient.shape()[1];
    row.derivative = d;
    row.difference_quotient = q;
  }
  row.largest_difference = worst;
  row.passed = worst <= tolerance;
  return row;
}

}  // namespace

GradcheckReport gradcheck(const RecordedFunction& f, std::span<const Tensor> xs, const GradcheckOptions& options) {
  if (!(options.tolerance > 0) || !(options.step > 0 && options.step < 1))
    throw ValueError("gradcheck",
                     fmt::format("tolerance {}, step {}; the tolerance must be positive and the step between 0 "
                                 "and 1",
                                 options.tolerance, options.step));
  Point at;
  for (const Tensor& x : xs) {
    if (!x.defined() || x.dtype() != f64)
      throw DTypeError("gradcheck", fmt::format("An x of {}; differences need f64, convert with to(f64)", x.dtype()));
    at.push_back(x.contiguous());
  }

  Tape tape;
  const PooledVector<Var> vars = variables(tape, at);
  const Var y = f(vars);
  const Function value = [&](const Point& point) {
    Tape scratch;
    return f(variables(scratch, point)).value();
  };
  std::vector<GradcheckRow> rows;
  for (std::size_t i = 0; i < at.size(); ++i)
    rows.push_back(compare(1, 0, i, detail::jacobian_of(y, vars[i]), difference_quotients(value, at, i, options.step),
                           y.value(), options.tolerance));

  if (options.second_order) {
    const Tensor u = Rng(1).uniform(y.shape(), 0.5, 1.5);
    const RecordedGradients g = gradient_recorded(y, vars, tape.constant(u));
    for (std::size_t of = 0; of < at.size(); ++of) {
      const Function gradient_of = [&](const Point& point) {
        Tape scratch;
        const PooledVector<Var> moved = variables(scratch, point);
        return gradient(f(moved), moved, u).at(of);
      };
      for (std::size_t i = 0; i < at.size(); ++i)
        rows.push_back(compare(2, of, i, detail::jacobian_of(g.at(of), vars[i]),
                               difference_quotients(gradient_of, at, i, options.step), g.at(of).value(),
                               options.tolerance));
    }
  }
  return GradcheckReport(std::move(rows));
}

bool GradcheckReport::passed() const {
  return std::all_of(rows_.begin(), rows_.end(), [](const GradcheckRow& row) { return row.passed; });
}

double GradcheckReport::largest_difference() const {
  double largest = 0;
  for (const GradcheckRow& row : rows_) largest = std::max(largest, row.largest_difference);
  return largest;
}

std::string to_string(const GradcheckReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const GradcheckRow& row : report.rows())
    rows.push_back({fmt::format("{}", row.order), row.order == 1 ? "f" : fmt::format("gradient {}", row.of),
                    fmt::format("{}", row.argument), fmt::format("{}", row.entries),
                    fmt::format("{:.1e}", row.largest_difference), fmt::format("[{}, {}]", row.output, row.input),
                    fmt::format("{:.10g}", row.derivative), fmt::format("{:.10g}", row.difference_quotient),
                    row.passed ? "passed" : "FAILED"});
  return table({"order", "<of", "argument", "entries", "difference", "worst at", "derivative", "by differences", "<"},
               rows);
}

}  // namespace nabla
