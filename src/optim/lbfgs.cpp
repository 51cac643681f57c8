#include <nabla/optim/lbfgs.hpp>

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>

#include "optim/flatness.hpp"
#include "optim/line_search.hpp"
#include "optim/named_state.hpp"
#include "optim/unknowns.hpp"

namespace nabla::optim {
namespace {

constexpr std::string_view where = "lbfgs";

void check_options(const Lbfgs& o) {
  if (!(o.history >= 1 && o.gradient_tolerance >= 0 && o.change_tolerance >= 0 && o.max_iterations >= 0 && o.c1 > 0 &&
        o.c1 < o.c2 && o.c2 < 1 && o.max_evaluations >= 1))
    throw ValueError(where, fmt::format("history {}, gradient_tolerance {}, change_tolerance {}, max_iterations {}, "
                                        "c1 {}, c2 {}, max_evaluations {}; history and max_evaluations must be 1 or "
                                        "more, 0 < c1 < c2 < 1, and the others not negative",
                                        o.history, o.gradient_tolerance, o.change_tolerance, o.max_iterations, o.c1,
                                        o.c2, o.max_evaluations));
}

template <class P>
std::vector<Parameter::Id> ids_of(std::span<P* const> parameters) {
  std::vector<Parameter::Id> ids;
  for (const Parameter* p : parameters) ids.push_back(p->id());
  return ids;
}

template <class P>
void check_pairs(std::string_view in, const Lbfgs& o, std::span<P* const> parameters) {
  if (o.pairs.empty()) return;
  if (o.owners != ids_of(parameters))
    throw ValueError(in, "The pairs are those of other parameters; clear `pairs` for a new beginning");
  std::int64_t elements = 0;
  for (const Parameter* p : parameters) elements += p->value.size();
  for (const CurvaturePair& pair : o.pairs)
    for (const Tensor* part : {&pair.step, &pair.gradient_change})
      require_like(in, "A part of a pair", *part, {elements}, f64, "clear `pairs` for a new beginning");
}

using View = Eigen::Map<const Vector>;

View view(const Tensor& x) { return View(x.data<double>().data(), x.size()); }

Tensor tensor_of(const Vector& x) {
  return Tensor::copy_of({x.size()}, std::span<const double>(x.data(), static_cast<std::size_t>(x.size())));
}

/// sᵀy: along s, the slope rises by so much.
double curvature(const CurvaturePair& pair) { return view(pair.step).dot(view(pair.gradient_change)); }

/// The diagonal of a matrix that tells the inverse of the Hessian roughly: each pair updates it by the formula of BFGS,
/// of which the diagonal is kept (Gilbert and Lemaréchal 1989): a scale for each parameter, where a multiple of the
/// identity has one for all.
Vector inverse_diagonal(std::span<const CurvaturePair> pairs) {
  Vector diagonal = Vector::Ones(pairs.front().step.size());  // of the Hessian
  for (const CurvaturePair& pair : pairs) {
    const auto s = view(pair.step).array(), y = view(pair.gradient_change).array();
    const double sy = curvature(pair);
    diagonal *= (y.square() / diagonal.array()).sum() / sy;  // now it has the size that y shows
    const double s_diagonal_s = (s.square() * diagonal.array()).sum();
    diagonal.array() += y.square() / sy - (s * diagonal.array()).square() / s_diagonal_s;
  }
  return diagonal.cwiseInverse();
}

/// H g (Nocedal and Wright 2006, algorithm 7.4).
Vector inverse_hessian_times(Vector g, std::span<const CurvaturePair> pairs) {
  if (pairs.empty()) return g;
  std::vector<double> a(pairs.size());
  for (std::size_t i = pairs.size(); i-- > 0;) {
    a[i] = view(pairs[i].step).dot(g) / curvature(pairs[i]);
    g -= a[i] * view(pairs[i].gradient_change);
  }
  g.array() *= inverse_diagonal(pairs).array();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double b = view(pairs[i].gradient_change).dot(g) / curvature(pairs[i]);
    g += (a[i] - b) * view(pairs[i].step);
  }
  return g;
}

double largest(const Vector& x) { return x.lpNorm<Eigen::Infinity>(); }

struct Point {
  Vector x;  // as the parameters hold it
  double value = 0;
  Vector gradient;

  bool is_finite() const { return std::isfinite(value) && gradient.allFinite(); }
};

class Descent {
 public:
  Descent(const Lbfgs& method, Unknowns& unknowns, const Objective& loss)
      : method_(method), unknowns_(unknowns), loss_(loss), pairs_(method.pairs), epsilon_(unknowns.epsilon()) {
    here_ = evaluate(unknowns.values());
    if (!here_.is_finite())
      throw ValueError(where, fmt::format("The loss is {} at the start, and {} of {} derivatives are finite; start "
                                          "where all of it is finite",
                                          here_.value, here_.gradient.array().isFinite().count(), unknowns.size()));
  }

  Minimum run(std::int64_t max_iterations) {
    Stagnation stagnation{Flatness(epsilon_)};
    std::int64_t iterations = 0;
    const auto end = [&](Stop reason) {
      unknowns_.set(here_.x);
      return Minimum{{}, here_.value, largest(here_.gradient), iterations, evaluations_, reason};
    };
    for (;;) {
      if (largest(here_.gradient) <= method_.gradient_tolerance) return end(Stop::gradient);
      if (iterations == max_iterations) return end(Stop::iterations);

      const Vector direction = -inverse_hessian_times(here_.gradient, pairs_);
      const double slope = direction.dot(here_.gradient), resolution = resolution_along(direction);
      const bool downhill = slope < 0 && std::isfinite(slope);
      if (downhill && resolution >= 1) return end(steep_ ? Stop::unbounded : Stop::rounding);
      const bool moved = downhill && move(direction, slope, resolution);
      if (bottomless_) return end(Stop::unbounded);
      if (!moved && flat_) return end(Stop::rounding);
      if (!moved && pairs_.empty()) return end(Stop::stuck);
      if (!moved) {  // the pairs mislead; the gradient alone does not
        pairs_.clear();
        continue;
      }
      ++iterations;
      const auto change = view(last_change_).array().abs();
      if ((change == 0).all()) return end(Stop::rounding);
      if ((change <= method_.change_tolerance * here_.x.array().abs()).all()) return end(Stop::change);
      if (stagnation.after(here_.value, -slope)) return end(Stop::rounding);
    }
  }

  std::vector<CurvaturePair> pairs() && { return std::move(pairs_); }

 private:
  Point evaluate(const Vector& x) {
    ++evaluations_;
    unknowns_.set(x);
    const Var loss = unknowns_.record(loss_);
    if (loss.value().size() != 1)
      throw ShapeError(
          where, fmt::format("The loss has shape {}, not one element; reduce it, by mean() for example", loss.shape()));
    if (!is_floating(loss.dtype()))
      throw DTypeError(where, fmt::format("The loss is {}; only f32 and f64 results have derivatives", loss.dtype()));
    epsilon_ = std::max(epsilon_, epsilon(loss.dtype()));
    Point point{unknowns_.values(), loss.value().item(), {}};
    if (point.value == -INFINITY) bottomless_ = true;
    if (std::isfinite(point.value)) point.gradient = unknowns_.gradient(loss);
    return point;
  }

  /// The largest difference of α that x + α d does not show, for rounding.
  double resolution_along(const Vector& direction) const {
    const auto size = direction.array().abs();
    return (size > 0).select(epsilon_ * here_.x.array().abs() / size, INFINITY).minCoeff();
  }

  /// Goes to a lower point, if one is found, and remembers the pair.
  bool move(const Vector& direction, double slope, double resolution) {
    const Flatness flatness(epsilon_);
    Point there;
    double step_there = 0;
    const auto phi = [&](double step) {
      there = evaluate(here_.x + step * direction);
      step_there = step;
      flat_ = there.is_finite() && flatness.is_flat(here_.value, there.value);
      if (!there.is_finite()) return Trial{step, INFINITY, 0};
      const double slope_there = there.gradient.dot(direction);
      return Trial{step, flatness.rise({here_.value, there.value, step * slope, step * slope_there}), slope_there};
    };
    const WolfeOptions options{method_.c1, method_.c2, resolution, method_.max_evaluations};
    const Trial found = wolfe_search(phi, slope, first_step(), options);
    if (found.step == 0) return false;
    if (found.step != step_there) phi(found.step);
    steep_ = !flat_ && found.slope <= method_.c2 * slope;

    last_change_ = tensor_of(there.x - here_.x);
    remember({last_change_, tensor_of(there.gradient - here_.gradient)});
    here_ = std::move(there);
    return true;
  }

  /// 1 for a quasi-Newton step; without any pair, x is to change by a hundredth of its size.
  double first_step() const {
    if (!pairs_.empty()) return 1;
    const double size = largest(here_.x);
    return (size > 0 ? 0.01 * size : 1) / largest(here_.gradient);
  }

  void remember(CurvaturePair pair) {
    if (!(curvature(pair) > 0)) return;  // H must stay positive
    while (std::ssize(pairs_) >= method_.history) pairs_.erase(pairs_.begin());
    pairs_.push_back(std::move(pair));
  }

  const Lbfgs& method_;
  Unknowns& unknowns_;
  const Objective& loss_;
  std::vector<CurvaturePair> pairs_;
  double epsilon_;
  Point here_;
  Tensor last_change_;
  bool flat_ = false;        // between x and the last point that was tried
  bool steep_ = false;       // at the end of the last step, hardly less than at its start
  bool bottomless_ = false;  // f was −∞ at a point
  std::int64_t evaluations_ = 0;
};

Minimum descend(Lbfgs& method, std::span<Parameter* const> parameters, const Objective& loss,
                std::int64_t max_iterations) {
  check_options(method);
  check_pairs(where, method, parameters);
  Unknowns unknowns(where, parameters);
  Descent descent(method, unknowns, loss);
  const Minimum minimum = descent.run(max_iterations);
  method.owners = ids_of(parameters);
  method.pairs = std::move(descent).pairs();
  unknowns.keep();
  return minimum;
}

constexpr std::string_view kinds[] = {"parameter_changes", "gradient_changes"};
constexpr Tensor CurvaturePair::*parts[] = {&CurvaturePair::step, &CurvaturePair::gradient_change};

Shape shape_of_all(std::int64_t pairs, const Parameter& p) {
  Dims extents = p.shape();
  extents.insert(0, pairs);
  return Shape(extents);
}

}  // namespace

Minimum Lbfgs::minimize(std::span<Parameter* const> parameters, const Objective& loss) {
  return descend(*this, parameters, loss, max_iterations);
}

Minimum Lbfgs::step(std::span<Parameter* const> parameters, const Objective& loss) {
  return descend(*this, parameters, loss, 1);
}

NamedTensors Lbfgs::state(std::span<const Parameter* const> parameters) const {
  check_distinct_names("state", parameters);
  check_pairs("state", *this, parameters);
  NamedTensors named;
  if (pairs.empty()) return named;
  std::int64_t start = 0;
  for (const Parameter* p : parameters) {
    const std::int64_t size = p->value.size();
    for (const int k : {0, 1}) {
      Tensor all = Tensor::uninitialized(shape_of_all(std::ssize(pairs), *p));
      double* to = all.mutable_data<double>().data();
      for (const CurvaturePair& pair : pairs)
        to = std::copy_n((pair.*parts[k]).data<double>().data() + start, size, to);
      named[key(kinds[k], *p)] = std::move(all);
    }
    start += size;
  }
  return named;
}

void Lbfgs::restore(std::span<const Parameter* const> parameters, const NamedTensors& named) {
  check_distinct_names("restore", parameters);
  Entries entries(named);
  std::int64_t elements = 0, count = 0;
  for (const Parameter* p : parameters) elements += p->value.size();
  if (!named.empty() && !parameters.empty()) {
    const Tensor* const first = entries.find(key(kinds[0], *parameters.front()));
    require_entry(first != nullptr, key(kinds[0], *parameters.front()));
    count = first->rank() > 0 ? first->shape()[0] : 0;
  }
  std::vector<CurvaturePair> restored(static_cast<std::size_t>(count));
  for (CurvaturePair& pair : restored) pair = {zeros({elements}), zeros({elements})};
  std::int64_t start = 0;
  for (const Parameter* p : parameters) {
    const std::int64_t size = p->value.size();
    for (const int k : {0, 1}) {
      if (named.empty()) break;
      const Tensor* const found = entries.find(key(kinds[k], *p), shape_of_all(count, *p), f64);
      require_entry(found != nullptr, key(kinds[k], *p));
      const Tensor all = found->contiguous();
      const double* from = all.data<double>().data();
      for (CurvaturePair& pair : restored) {
        std::copy_n(from, size, (pair.*parts[k]).mutable_data<double>().data() + start);
        from += size;
      }
    }
    start += size;
  }
  entries.require_all_used();
  for (const CurvaturePair& pair : restored)
    if (const double sy = curvature(pair); !(sy > 0 && std::isfinite(sy)))
      throw ValueError("restore", fmt::format("A step times its change of the gradient is {}; where a minimum is "
                                              "sought it is positive and finite",
                                              sy));
  owners = ids_of(parameters);
  pairs = std::move(restored);
}

}  // namespace nabla::optim
