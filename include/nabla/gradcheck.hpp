// Derivatives of a function against differences.
#pragma once

#include <functional>
#include <nabla/tape.hpp>
#include <nabla/text.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace nabla {

struct GradcheckOptions {
  double tolerance = 1e-7;  ///< allowed difference, relative to the largest entry of the Jacobian, or to 1e-5 of the
                            ///< largest value if that is more
  double step =
      7.4e-4;  ///< of the differences, times max(1, |x|); the fifth root of the rounding error balances both errors
  bool second_order = true;  ///< also check the derivative of the gradient
};

/// One argument of the function, at one order of derivative.
struct GradcheckRow {
  int order;                  ///< 1: the full Jacobian; 2: the full Jacobian of x ↦ uᵀ J(x), u drawn at random
  std::size_t of;             ///< order 2: of the gradient with respect to this argument
  std::size_t argument;       ///< differentiated with respect to this one
  std::int64_t entries;       ///< compared
  double largest_difference;  ///< relative, as the tolerance
  std::int64_t output;        ///< where: element of the result (order 1) or of the gradient (order 2), row-major
  std::int64_t input;         ///< and of the argument
  double derivative;          ///< by the tape
  double difference_quotient;
  bool passed;
};

class GradcheckReport {
 public:
  explicit GradcheckReport(std::vector<GradcheckRow> rows) : rows_(std::move(rows)) {}
  bool passed() const;
  double largest_difference() const;
  const std::vector<GradcheckRow>& rows() const { return rows_; }

 private:
  std::vector<GradcheckRow> rows_;
};

/// A table, one row for each argument and order, naming the worst entry.
std::string to_string(const GradcheckReport& report);

using RecordedFunction = std::function<Var(std::span<const Var>)>;

/// Compares the full Jacobian of f at xs, of any shape, with central differences of fourth order, and the derivative of
/// its gradient with differences of the gradient. f must be smooth within two steps of xs, and give the same result
/// when it is called again. @throws DTypeError unless every x is f64; ValueError for options out of range
GradcheckReport gradcheck(const RecordedFunction& f, std::span<const Tensor> xs, const GradcheckOptions& options = {});

template <class F, std::size_t N>
GradcheckReport gradcheck(F&& f, const Tensor (&xs)[N], const GradcheckOptions& options = {}) {
  const auto call = [&]<std::size_t... i>(std::span<const Var> vars, std::index_sequence<i...>) {
    return f(vars[i]...);
  };
  return gradcheck(
      RecordedFunction([&](std::span<const Var> vars) -> Var { return call(vars, std::make_index_sequence<N>()); }),
      std::span<const Tensor>(xs), options);
}
template <class F>
GradcheckReport gradcheck(F&& f, const Tensor& x, const GradcheckOptions& options = {}) {
  const Tensor xs[] = {x};
  return gradcheck(std::forward<F>(f), xs, options);
}

}  // namespace nabla

template <>
struct fmt::formatter<nabla::GradcheckReport> : nabla::detail::TextFormatter {};
