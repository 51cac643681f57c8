// What stands at the output decides what is learned: a linear neuron for a number, one sigmoid neuron with the
// threshold 0.5 for yes or no, one-hot targets and the largest output for one class of many.
#include <fmt/core.h>

#include <cmath>
#include <nabla/nabla.hpp>
#include <numbers>

#include "claim.hpp"

using namespace nabla;

/// Steps over all samples at once, until every derivative is smaller than the threshold. Returns how many.
template <class Cost>
int learn(nn::Mlp& net, const Tensor& x, const Tensor& y, Cost cost, double threshold) {
  optim::Sgd sgd{.learning_rate = 0.3, .momentum = 0.9};
  Tape tape;
  for (int step = 1; step <= 5000; ++step) {
    tape.clear();
    const Gradients g = gradient(cost(net(tape.constant(x)), tape.constant(y)), net.parameters());
    double largest = 0;
    for (std::size_t i = 0; i < g.size(); ++i) largest = std::max(largest, max(abs(g.at(i))).item());
    if (largest < threshold) return step;
    sgd.step(net.parameters(), g);
  }
  return 5000;
}

int main() {
  Rng rng(1);

  // Regression: y = sin x, from a linear output neuron, whose δ is the error a − y itself.
  const Tensor x = rng.uniform({200, 1}, -std::numbers::pi, std::numbers::pi);
  nn::Mlp curve({1, 20, 1}, {.hidden = nn::tanh, .output = nn::identity, .seed = 2, .dtype = f64});
  int steps = learn(curve, x, sin(x), nn::quadratic_cost, 2e-4);
  const Tensor test = reshape(arange(-3, 3, 0.05), {-1, 1});
  const double error = std::sqrt(mean(square(curve(test) - sin(test))).item());
  fmt::print("sin x: {} steps, root mean square error {:.4f}\n", steps, error);
  claim("a linear output neuron learns sin x to 0.05", error < 0.05);

  // Yes or no: is the point in the unit circle?
  const Tensor points = rng.uniform({400, 2}, -1.5, 1.5);
  const Tensor inside = less(sum(square(points), 1, true), 1.0).to(f64);
  nn::Mlp circle({2, 10, 1}, {.hidden = nn::tanh, .output = nn::sigmoid, .seed = 3, .dtype = f64});
  steps = learn(circle, points, inside, nn::bernoulli_cross_entropy, 1e-3);
  const double right = mean(equal(greater(circle(points), 0.5).to(f64), inside).to(f64)).item();
  fmt::print("in the circle: {} steps, {:.1f} % of the points right\n", steps, 100 * right);
  claim("one sigmoid neuron with the threshold 0.5 decides 97 % of the points rightly", right > 0.97);

  // One class of many: in which quadrant?
  const Tensor sign_x = greater(slice(points, 1, 0, 1), 0.0).to(i64),
               sign_y = greater(slice(points, 1, 1, 2), 0.0).to(i64);
  const Tensor quadrant = reshape(2 * sign_y + sign_x, {400});
  nn::Mlp classes({2, 10, 4}, {.hidden = nn::tanh, .output = nn::softmax, .seed = 4, .dtype = f64});
  steps = learn(classes, points, one_hot(quadrant, 4), nn::categorical_cross_entropy, 1e-3);
  fmt::print("quadrant: {} steps, {:.1f} % right\n", steps, 100 * train::accuracy(classes(points), quadrant));
  claim("with one-hot targets, the largest of four outputs is the class of 97 % of the points",
        train::accuracy(classes(points), quadrant) > 0.97);
  return claims_failed;
}
