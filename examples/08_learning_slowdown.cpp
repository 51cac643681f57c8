// Learning slowdown: one sigmoid neuron that is to turn the input 1 into 0, and starts badly wrong, saturated near 1.
// The gradient of the quadratic cost has the factor σ'(z), which is tiny there; that of the cross-entropy has not.
#include <fmt/core.h>

#include <cmath>
#include <nabla/nabla.hpp>
#include <string>
#include <vector>

#include "claim.hpp"

using namespace nabla;

struct Curve {
  std::vector<double> output;  // a after each epoch
  double first_gradient;       // ∂C/∂w at the start
};

/// 300 epochs on C(a, y), from w = b = 2.
template <class Cost>
Curve learn(Cost C, double x, double eta) {
  Curve curve{};
  double w = 2, b = 2;
  Tape tape;
  for (int epoch = 0; epoch < 300; ++epoch) {
    tape.clear();
    const Var weight = tape.variable(w), bias = tape.variable(b);
    const Var a = sigmoid(weight * x + bias);
    const Gradients g = gradient(C(a), {weight, bias});
    if (epoch == 0) curve.first_gradient = g[weight].item();
    w -= eta * g[weight].item();
    b -= eta * g[bias].item();
    curve.output.push_back(a.value().item());
  }
  return curve;
}

int main() {
  const double x = 1, y = 0, eta = 0.15;
  const Curve quadratic = learn([=](const Var& a) { return 0.5 * square(y - a); }, x, eta);
  const Curve entropy = learn([=](const Var& a) { return -(y * log(a) + (1 - y) * log(1 - a)); }, x, eta);

  fmt::print("the output over the epochs, ideally 0:  q quadratic cost, e cross-entropy\n\n");
  for (std::size_t epoch = 0; epoch < 300; epoch += 15) {
    std::string line(61, ' ');
    const auto mark = [&](double a, char c) { line[static_cast<std::size_t>(std::lround(60 * a))] = c; };
    mark(entropy.output[epoch], 'e');
    mark(quadratic.output[epoch], 'q');
    fmt::print("{:5} |{}|  {:.3f}  {:.3f}\n", epoch, line, quadratic.output[epoch], entropy.output[epoch]);
  }
  fmt::print("       0{:^59}1\n\n", "a");

  const double a = 1 / (1 + std::exp(-4.0));  // at the start, z = 2 · 1 + 2
  fmt::print("at the start: σ(z) = {:.4f}, σ'(z) = {:.4f}; gradients {:.6f} and {:.6f}\n", a, a * (1 - a),
             quadratic.first_gradient, entropy.first_gradient);
  claim("the quadratic cost has the gradient x (σ(z) − y) σ'(z)",
        std::abs(quadratic.first_gradient - x * (a - y) * a * (1 - a)) < 1e-15);
  claim("the cross-entropy has the gradient x (σ(z) − y)", std::abs(entropy.first_gradient - x * (a - y)) < 1e-14);
  claim("so it begins faster by the factor 1/σ'(z), 57",
        std::lround(entropy.first_gradient / quadratic.first_gradient) == std::lround(1 / (a * (1 - a))));

  // From z the cross-entropy keeps its gradient however saturated the neuron is.
  const auto slope = [](auto C) { return grad([&](Var z) { return C(z); }, Tensor::scalar(40.0)).item(); };
  const double q = slope([](const Var& z) { return 0.5 * square(sigmoid(z)); });
  const double e = slope([](const Var& z) { return sigmoid_cross_entropy(reshape(z, {1}), zeros({1})); });
  fmt::print("at z = 40: gradients {:.1e} and {:.6f}\n", q, e);
  claim("far out, where σ(z) rounds to 1, the cross-entropy of z still has the gradient 1", e == 1 && q < 1e-15);
  claim("after 300 epochs the cross-entropy has come closer", entropy.output.back() < quadratic.output.back());
  claim("in 60 epochs the quadratic cost has hardly moved", quadratic.output[60] > 0.9 && entropy.output[60] < 0.5);
  return claims_failed;
}
