// Ten problems of nonlinear least squares, whose minima least_squares/certify.py has found to 50 digits, by L-BFGS and
// by Levenberg–Marquardt, each from a start near by and from one far away.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nabla/nabla.hpp>

#include "least_squares/certified.hpp"

using namespace nabla;

namespace {

/// Parameter i, of shape [1].
Var at(Var b, std::int64_t i) { return slice(b, 0, i, i + 1); }

Var peak(Var b, std::int64_t i, const Tensor& x) { return at(b, i) * exp(-square((x - at(b, i + 1)) / at(b, i + 2))); }

/// The models once more, beside certify.py.
using Residuals = Var (*)(Var b, const std::vector<Tensor>& data);
const std::map<std::string_view, Residuals> residuals_of = {
    {"two_decays",
     [](Var b, const std::vector<Tensor>& d) {
       return at(b, 0) * exp(-at(b, 1) * d[0]) + at(b, 2) * exp(-at(b, 3) * d[0]) - d[1];
     }},
    {"logistic_growth",
     [](Var b, const std::vector<Tensor>& d) { return at(b, 0) / (1.0 + exp(at(b, 1) - at(b, 2) * d[0])) - d[1]; }},
    {"rational",
     [](Var b, const std::vector<Tensor>& d) {
       const Tensor x = d[0], xx = square(x);
       return (at(b, 0) + at(b, 1) * x + at(b, 2) * xx) / (1.0 + at(b, 3) * x + at(b, 4) * xx) - d[1];
     }},
    {"damped_oscillation",
     [](Var b, const std::vector<Tensor>& d) {
       return at(b, 0) * exp(-at(b, 1) * d[0]) * cos(at(b, 2) * d[0] + at(b, 3)) - d[1];
     }},
    {"two_peaks",
     [](Var b, const std::vector<Tensor>& d) {
       return at(b, 0) * exp(-at(b, 1) * d[0]) + peak(b, 2, d[0]) + peak(b, 5, d[0]) - d[1];
     }},
    {"michaelis_menten",
     [](Var b, const std::vector<Tensor>& d) { return at(b, 0) * d[0] / (at(b, 1) + d[0]) - d[1]; }},
    {"arrhenius", [](Var b, const std::vector<Tensor>& d) { return at(b, 0) * exp(-at(b, 1) / d[0]) - d[1]; }},
    {"circle",
     [](Var b, const std::vector<Tensor>& d) {
       return sqrt(square(d[0] - at(b, 0)) + square(d[1] - at(b, 1))) - at(b, 2);
     }},
    {"trilateration",
     [](Var b, const std::vector<Tensor>& d) {
       return sqrt(square(d[0] - at(b, 0)) + square(d[1] - at(b, 1)) + square(d[2] - at(b, 2))) - d[3];
     }},
    {"saturation", [](Var b, const std::vector<Tensor>& d) { return at(b, 0) * (1.0 - exp(-at(b, 1) * d[0])) - d[1]; }},
};

Tensor vector_of(const std::vector<double>& values) { return Tensor::copy_of({std::ssize(values)}, values); }

/// −log₁₀ of the relative error, of the parameter where it is largest; 16 at most.
double correct_digits(const Tensor& x, const std::vector<double>& certified) {
  double error = 1e-16;
  for (std::size_t i = 0; i < certified.size(); ++i)
    error = std::max(error, std::abs(x.data<double>()[i] / certified[i] - 1));
  return -std::log10(error);
}

}  // namespace

TEST_CASE("L-BFGS and Levenberg–Marquardt find ten certified minima to 13 digits and more, from near and from far") {
  fmt::print("{:20}{:21}{:6}{:>12}{:>13}{:>16}  {}\n", "problem", "method", "start", "iterations", "evaluations",
             "digits, f", "digits, least of parameters");
  REQUIRE(certified_problems.size() == residuals_of.size());
  for (const CertifiedProblem& problem : certified_problems) {
    CAPTURE(problem.name);
    std::vector<Tensor> data;
    for (const std::vector<double>& column : problem.columns) data.push_back(vector_of(column));
    const auto residuals = [&](Var b) { return residuals_of.at(problem.name)(b, data); };
    const auto cost = [&](Var b) { return 0.5 * sum(square(residuals(b))); };

    for (const bool far : {false, true})
      for (const bool lbfgs : {true, false}) {
        const Tensor start = vector_of(far ? problem.far : problem.near);
        const optim::Minimum m = lbfgs ? optim::minimize(cost, start) : optim::levenberg_marquardt(residuals, start);
        const double digits = correct_digits(m.x, problem.parameters);
        const double squares = problem.sum_of_squares;
        const double error = std::abs(squares > 0 ? 2 * m.value / squares - 1 : m.value);
        fmt::print("{:20}{:21}{:6}{:>12}{:>13}{:>15.1f}  {:.1f}\n", problem.name,
                   lbfgs ? "L-BFGS" : "Levenberg-Marquardt", far ? "far" : "near", m.iterations, m.evaluations,
                   -std::log10(std::max(error, 1e-16)), digits);
        CHECK(digits >= 13);
        CHECK(error < 1e-12);
        CHECK((m.reason == optim::Stop::rounding || m.gradient_norm == 0));
      }
  }
}
