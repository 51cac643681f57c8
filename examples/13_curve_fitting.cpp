// A curve through measurements: y = b₀ e^(−b₁ t), by least squares. Gradient descent, which knows the slope of the sum
// of squares alone, beside L-BFGS, which learns of its curvature on the way, and Levenberg–Marquardt, which takes the
// curvature from the Jacobian of the residuals.
#include <fmt/core.h>

#include <nabla/nabla.hpp>

#include "claim.hpp"

using namespace nabla;

int main() {
  const Tensor t = arange(0, 6), y = Tensor::from({6}, {5.1, 3.0, 1.9, 1.2, 0.6, 0.4});
  const auto curve = [&](const auto& b) { return slice(b, 0, 0, 1) * exp(-slice(b, 0, 1, 2) * t); };
  const auto residuals = [&](Var b) { return curve(b) - y; };
  const auto cost = [&](Var b) { return 0.5 * sum(square(residuals(b))); };
  const Tensor start = ones({2});

  const optim::Minimum marquardt = optim::levenberg_marquardt(residuals, start);
  const optim::Minimum lbfgs = optim::minimize(cost, start);

  Tensor b = start;
  const auto error = [&](const Tensor& x) { return max(abs(x / marquardt.x - 1.0)).item(); };
  int steps = 0;
  for (; steps < 10000 && error(b) > 1e-9; ++steps) b = b - 0.02 * grad(cost, b);

  fmt::print("method               evaluations           b0           b1  off by\n");
  const auto row = [&](const char* method, std::int64_t evaluations, const Tensor& x) {
    fmt::print("{:20} {:11} {:12.9f} {:12.9f} {:7.0e}\n", method, evaluations, x.at({0}), x.at({1}), error(x));
  };
  row("gradient descent", steps, b);
  row("L-BFGS", lbfgs.evaluations, lbfgs.x);
  row("Levenberg-Marquardt", marquardt.evaluations, marquardt.x);

  fmt::print("\n  t    y  b0 exp(-b1 t)  residual\n");
  const Tensor fitted = curve(marquardt.x);
  for (std::int64_t i = 0; i < t.size(); ++i)
    fmt::print("{:3} {:4.1f} {:14.4f} {:9.4f}\n", t.at({i}), y.at({i}), fitted.at({i}), fitted.at({i}) - y.at({i}));
  fmt::print("\n");

  claim("L-BFGS and Levenberg-Marquardt agree to 13 digits", error(lbfgs.x) < 1e-13);
  claim("gradient descent needs ten times as many evaluations for 9 digits", steps > 10 * lbfgs.evaluations);
  claim("at the minimum the residuals are orthogonal to the columns of their Jacobian",
        max(abs(vjp(residuals, marquardt.x, fitted - y).cotangent)).item() < 1e-13);
  return claims_failed;
}
