// The calculus of backpropagation, layer by layer, for the cost that is an average over the n_L output neurons,
// C = 1/n_L Σ_j ½ (a_j − y_j)²: where the factor 1/n_L appears, and how it goes down the layers.
#include <fmt/core.h>

#include <cmath>
#include <nabla/nabla.hpp>

#include "claim.hpp"

using namespace nabla;

int main() {
  const std::int64_t n_L = 4;
  const nn::Mlp net({3, 5, n_L},
                    {.hidden = nn::sigmoid, .output = nn::sigmoid, .bias = nn::normal(1), .seed = 1, .dtype = f64});
  Rng rng(2);
  const Tensor x = rng.normal({3}), y = rng.uniform({n_L});  // one sample

  Tape tape;
  const auto &first = net.layers()[0], &last = net.layers()[1];
  const Var a1 = sigmoid(first.linear(tape.constant(x)));  // a^(L−1)
  const Var z = last.linear(a1), a = sigmoid(z);           // z^(L), a^(L)
  const Var C = quadratic_per_neuron_cost(a, y);
  const Var w = tape.parameter(last.linear.weight), b = tape.parameter(last.linear.bias);
  const Gradients g = gradient(C, {a, w, b, a1});

  const auto at = [](const Tensor& t, auto... i) { return t.at({i...}); };
  const auto dC_da = [&](std::int64_t j) { return (at(a.value(), j) - at(y, j)) / n_L; };
  const auto da_dz = [&](std::int64_t j) { return at(a.value(), j) * (1 - at(a.value(), j)); };
  const auto dz_dw = [&](std::int64_t k) { return at(a1.value(), k); };

  fmt::print("   j   ∂C/∂a_j = (a_j − y_j)/n_L    ∂a_j/∂z_j   ∂z_j/∂w_j0      product   by the tape\n");
  double difference = 0;
  for (std::int64_t j = 0; j < n_L; ++j) {
    const double product = dz_dw(0) * da_dz(j) * dC_da(j);
    fmt::print("{:4} {:28.9f} {:12.9f} {:12.9f} {:12.9f}  {:12.9f}\n", j, dC_da(j), da_dz(j), dz_dw(0), product,
               at(g[w], j, std::int64_t{0}));
    difference = std::max({difference, std::abs(at(g[a], j) - dC_da(j)), std::abs(at(g[b], j) - da_dz(j) * dC_da(j))});
    for (std::int64_t k = 0; k < 5; ++k)
      difference = std::max(difference, std::abs(at(g[w], j, k) - dz_dw(k) * da_dz(j) * dC_da(j)));
  }
  claim("∂C/∂w_jk = ∂z_j/∂w_jk ∂a_j/∂z_j ∂C/∂a_j, and ∂C/∂b_j without the first factor", difference < 1e-15);

  // A neuron of layer L − 1 has a say in every output, so its derivative is a sum.
  difference = 0;
  for (std::int64_t k = 0; k < 5; ++k) {
    double sum = 0;
    for (std::int64_t j = 0; j < n_L; ++j) sum += at(w.value(), j, k) * da_dz(j) * dC_da(j);
    difference = std::max(difference, std::abs(at(g[a1], k) - sum));
  }
  claim("∂C/∂a_k of the layer before is the sum over j of w_jk ∂a_j/∂z_j ∂C/∂a_j", difference < 1e-15);

  // The quadratic cost of other texts is summed over the outputs: n_L times as large, and so is every derivative.
  const Gradients of_sum = gradient(quadratic_cost(a, y), net.parameters());
  const Gradients of_mean = gradient(C, net.parameters());
  difference = 0;
  for (std::size_t i = 0; i < of_sum.size(); ++i)
    difference = std::max(difference, max(abs(of_sum.at(i) - double(n_L) * of_mean.at(i))).item());
  claim("the sum over outputs in place of the mean makes every derivative n_L times as large", difference < 1e-15);
  return claims_failed;
}
