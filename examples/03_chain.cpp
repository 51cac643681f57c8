// Two neurons in a chain: a1 = f(w1 x + b1), a2 = f(w2 a1 + b2), C = ½ (a2 − y)². Every factor of the chain rule is
// printed and multiplied by hand, then set beside what one sweep over the tape gives.
#include <fmt/core.h>

#include <cmath>
#include <nabla/nabla.hpp>

#include "claim.hpp"

using namespace nabla;

int main() {
  const double x = 0.8, y = 0.2, eta = 0.5;
  Tape tape;
  const Var w1 = tape.variable(0.4), b1 = tape.variable(0.1), w2 = tape.variable(-0.7), b2 = tape.variable(0.3);
  const Var z1 = w1 * x + b1, a1 = sigmoid(z1);
  const Var z2 = w2 * a1 + b2, a2 = sigmoid(z2);
  const Var C = 0.5 * square(a2 - y);
  fmt::print("forward   z1 = {:.6f}   a1 = {:.6f}   z2 = {:.6f}   a2 = {:.6f}   C = {:.6f}\n\n", z1.value().item(),
             a1.value().item(), z2.value().item(), a2.value().item(), C.value().item());

  const auto value = [](const Var& v) { return v.value().item(); };
  const auto f_prime = [&](const Var& a) { return value(a) * (1 - value(a)); };  // f' = f (1 − f)

  const double delta_out = value(a2) - y;                  // ∂C/∂a2
  const double delta2 = f_prime(a2) * delta_out;           // ∂C/∂z2
  const double delta1 = f_prime(a1) * value(w2) * delta2;  // ∂C/∂z1

  const Gradients g = gradient(C, {w1, b1, w2, b2, z1, z2, a1, a2});
  bool same = true;
  const auto row = [&](const char* name, const char* factors, double by_hand, const Var& v) {
    const double by_sweep = g[v].item();
    fmt::print("{:<8}  {:<58} = {:>12.9f}   sweep {:>12.9f}\n", name, factors, by_hand, by_sweep);
    same = same && std::abs(by_hand - by_sweep) <= 1e-15;
  };
  row("∂C/∂a2", "a2 − y                                  error of the output", delta_out, a2);
  row("∂C/∂z2", "f'(z2) (a2 − y)                         δ2", delta2, z2);
  row("∂C/∂w2", "δ2 ∂z2/∂w2 = δ2 a1", delta2 * value(a1), w2);
  row("∂C/∂b2", "δ2 ∂z2/∂b2 = δ2", delta2, b2);
  row("∂C/∂a1", "δ2 ∂z2/∂a1 = δ2 w2", delta2 * value(w2), a1);
  row("∂C/∂z1", "f'(z1) w2 δ2                            δ1", delta1, z1);
  row("∂C/∂w1", "δ1 ∂z1/∂w1 = δ1 x", delta1 * x, w1);
  row("∂C/∂b1", "δ1 ∂z1/∂b1 = δ1", delta1, b1);
  fmt::print("\n");
  claim("every product of factors is what the sweep gives, to the last digits", same);

  // Corrections are applied only now that the sweep has reached layer 1: w ← w − η ∂C/∂w.
  const auto corrected = [&](const Var& w) { return value(w) - eta * g[w].item(); };
  const auto chain = [&](double v1, double c1, double v2, double c2) {
    const auto f = [](double z) { return 1 / (1 + std::exp(-z)); };
    return 0.5 * std::pow(f(v2 * f(v1 * x + c1) + c2) - y, 2);
  };
  const double after = chain(corrected(w1), corrected(b1), corrected(w2), corrected(b2));
  fmt::print("C before the correction {:.6f}, after it {:.6f}\n", value(C), after);
  claim("the correction lowers the cost", after < value(C));
  return claims_failed;
}
