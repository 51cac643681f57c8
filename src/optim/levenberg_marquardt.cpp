#include <nabla/optim/levenberg_marquardt.hpp>

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>

#include "optim/flatness.hpp"
#include "optim/unknowns.hpp"

namespace nabla::optim {
namespace {

constexpr std::string_view where = "levenberg_marquardt";

void check_options(const LevenbergMarquardt& o) {
  if (!(o.gradient_tolerance >= 0 && o.change_tolerance >= 0 && o.max_iterations >= 0 && o.damping > 0 &&
        std::isfinite(o.damping)))
    throw ValueError(where, fmt::format("gradient_tolerance {}, change_tolerance {}, max_iterations {}, damping {}; "
                                        "damping must be above 0 and finite, the others not negative",
                                        o.gradient_tolerance, o.change_tolerance, o.max_iterations, o.damping));
}

/// The residuals r + J δ that are to be expected, and the δ for any λ. With J = Q R D and u = D δ,
///
///     ‖J δ + r‖² + λ ‖D δ‖² = ‖R u + Qᵀr‖² + λ ‖u‖² + what no δ changes
class LinearModel {
 public:
  LinearModel(const Matrix& jacobian, const Vector& residuals, Vector scale) : scale_(std::move(scale)) {
    const Eigen::HouseholderQR<Matrix> qr(jacobian * scale_.cwiseInverse().asDiagonal());
    const Eigen::Index rank = std::min(jacobian.rows(), jacobian.cols());
    r_ = qr.matrixQR().topRows(rank).triangularView<Eigen::Upper>();
    qt_residuals_ = (qr.householderQ().adjoint() * residuals).head(rank);
  }

  struct Step {
    Vector change;  // δ
    double gain;    // ½ ‖r‖² − ½ ‖r + J δ‖²
  };
  Step step(double damping) const {
    const Eigen::Index rows = r_.rows(), columns = r_.cols();
    Matrix damped = Matrix::Zero(rows + columns, columns);
    damped.topRows(rows) = r_;
    damped.bottomRows(columns).diagonal().setConstant(std::sqrt(damping));
    Vector right = Vector::Zero(rows + columns);
    right.head(rows) = -qt_residuals_;
    const Vector u = Eigen::HouseholderQR<Matrix>(damped).solve(right);
    return {u.cwiseQuotient(scale_), (r_ * u).squaredNorm() / 2 + damping * u.squaredNorm()};
  }

 private:
  Vector scale_;  // the diagonal of D
  Matrix r_;
  Vector qt_residuals_;
};

struct Point {
  Vector x;  // as the parameters hold it
  Vector residuals;
  Matrix jacobian;

  double value() const { return residuals.squaredNorm() / 2; }
  Vector gradient() const { return jacobian.transpose() * residuals; }
};

class Descent {
 public:
  Descent(const LevenbergMarquardt& method, Unknowns& unknowns, const Objective& residuals)
      : method_(method), unknowns_(unknowns), residuals_(residuals), damping_(method.damping) {
    const Var r = evaluate(here_, unknowns.values());
    if (here_.residuals.size() == 0)
      throw ValueError(where, fmt::format("The residuals have shape {}; there must be some", r.shape()));
    here_.jacobian = unknowns_.jacobian(r);
    if (!std::isfinite(here_.value()) || !here_.jacobian.allFinite())
      throw ValueError(where, fmt::format("At the start, {} of {} residuals and {} of {} derivatives are finite; start "
                                          "where all of it is, and the sum of squares too",
                                          here_.residuals.array().isFinite().count(), here_.residuals.size(),
                                          here_.jacobian.array().isFinite().count(), here_.jacobian.size()));
    epsilon_ = std::max(unknowns.epsilon(), epsilon(r.dtype()));
  }

  Minimum run() {
    Stagnation stagnation{Flatness(epsilon_)};
    std::int64_t iterations = 0;
    const auto end = [&](Stop reason) {
      unknowns_.set(here_.x);
      return Minimum{{}, here_.value(), here_.gradient().lpNorm<Eigen::Infinity>(), iterations, evaluations_, reason};
    };
    Vector scale = Vector::Zero(unknowns_.size());
    double largest_size = 0;  // that x has had, in the measure of D
    for (;;) {
      const Vector gradient = here_.gradient(), norms = here_.jacobian.colwise().norm();
      if ((gradient.array().abs() <= method_.gradient_tolerance * here_.residuals.norm() * norms.array()).all())
        return end(Stop::gradient);
      if (iterations == method_.max_iterations) return end(Stop::iterations);
      scale = scale.cwiseMax(norms);
      const LinearModel model(here_.jacobian, here_.residuals, (scale.array() > 0).select(scale, 1));

      // λ is raised until there is a gain.
      double growth = 2;
      for (bool accepted = false; !accepted; growth *= 2) {
        const auto [change, predicted] = model.step(damping_);
        const double size_of_change = change.cwiseProduct(scale).norm(), size = here_.x.cwiseProduct(scale).norm();
        const double relative_change = size_of_change / size;
        largest_size = std::max(largest_size, size);
        if (relative_change <= epsilon_ || damping_ > largest_damping)
          return end(growth == 2 || flat_ ? Stop::rounding : Stop::stuck);
        accepted = move(change, gradient, predicted);
        if (!accepted) damping_ *= growth;
        if (accepted) ++iterations;
        if (accepted && relative_change <= method_.change_tolerance) return end(Stop::change);
        // On the way to x = 0 no change is small beside x.
        if (accepted && size_of_change <= epsilon_ * epsilon_ * largest_size) return end(Stop::rounding);
        if ((accepted || flat_) && stagnation.after(here_.value(), predicted)) return end(Stop::rounding);
      }
    }
  }

 private:
  // With λ so small, λ ‖u‖² is lost beside ‖R u‖²; with λ so large, J δ is lost beside r.
  static constexpr double least_damping = 1e-32, largest_damping = 1e32;

  /// Goes to x + δ if that is a gain, and lowers λ the more, the better the gain was predicted.
  bool move(const Vector& change, const Vector& gradient, double predicted) {
    Point there;
    const Var r = evaluate(there, here_.x + change);
    if (there.residuals.size() != here_.residuals.size())
      throw ShapeError(where, fmt::format("There were {} residuals, and now there are {}; the number must not change",
                                          here_.residuals.size(), there.residuals.size()));
    const Flatness flatness(epsilon_);
    const double before = here_.value(), after = there.value();
    flat_ = flatness.is_flat(before, after);
    if (!flat_ && !(after < before)) return false;
    there.jacobian = unknowns_.jacobian(r);
    if (!there.jacobian.allFinite()) return flat_ = false;
    const double gain = -flatness.rise({before, after, gradient.dot(change), there.gradient().dot(change)});
    if (!(gain > 0)) return false;
    damping_ *= std::max(1.0 / 3, 1 - std::pow(2 * gain / predicted - 1, 3));
    damping_ = std::max(damping_, least_damping);
    here_ = std::move(there);
    return true;
  }

  Var evaluate(Point& point, const Vector& x) {
    ++evaluations_;
    unknowns_.set(x);
    const Var r = unknowns_.record(residuals_);
    if (!is_floating(r.dtype()))
      throw DTypeError(where, fmt::format("The residuals are {}; they must be f32 or f64", r.dtype()));
    point.x = unknowns_.values();
    point.residuals = elements_of(r.value());
    return r;
  }

  const LevenbergMarquardt& method_;
  Unknowns& unknowns_;
  const Objective& residuals_;
  double damping_;
  double epsilon_ = 0;
  Point here_;
  bool flat_ = false;  // between x and the last point that was tried
  std::int64_t evaluations_ = 0;
};

}  // namespace

Minimum LevenbergMarquardt::minimize(std::span<Parameter* const> parameters, const Objective& residuals) const {
  check_options(*this);
  Unknowns unknowns(where, parameters);
  const Minimum minimum = Descent(*this, unknowns, residuals).run();
  unknowns.keep();
  return minimum;
}

}  // namespace nabla::optim
