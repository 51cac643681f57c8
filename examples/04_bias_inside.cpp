// The bias inside the weights: Θ = [b W], and a row of ones on top of what comes in. The whole training set is one
// matrix, a sample a column, and the derivatives of all samples together are one product for each layer, Δ (A*)ᵀ.
// Learned is XOR, until all derivatives are smaller than a threshold.
#include <fmt/core.h>

#include <nabla/nabla.hpp>

#include "claim.hpp"

using namespace nabla;

/// A* : a row of ones on top of A.
Tensor starred(const Tensor& A) { return concat({ones({1, A.shape()[1]}), A}); }
Var starred(const Var& A) { return concat({A.tape().constant(ones({1, A.shape()[1]})), A}); }

/// The cross-entropy of all samples, summed: to be divided by their number p in the end.
Var cost(const Var& A, const Tensor& Y) { return -sum(Y * log(A) + (1.0 - Y) * log(1.0 - A)); }

int main() {
  const Tensor X = Tensor::from({2, 4}, {0, 0, 1, 1, 0, 1, 0, 1}), Y = Tensor::from({1, 4}, {0, 1, 1, 0});
  const double p = 4, eta = 2, threshold = 1e-3;

  Rng rng(5);
  Tensor Theta1 = rng.normal({4, 3}), Theta2 = rng.normal({1, 5});  // 2 inputs, 4 hidden neurons, 1 output
  Tape tape;
  double largest_difference = 0, largest_derivative = 1;
  int steps = 0;
  for (; largest_derivative >= threshold && steps < 20'000; ++steps) {
    // By the tape, which knows nothing of stars.
    tape.clear();
    const Var theta1 = tape.variable(Theta1), theta2 = tape.variable(Theta2);
    const Var A1 = sigmoid(matmul(theta1, starred(tape.constant(X))));
    const Var A2 = sigmoid(matmul(theta2, starred(A1)));
    const Gradients g = gradient(cost(A2, Y), {theta1, theta2});

    // By the text: Δ_2 = A_2 − Y, Δ_1 = W_2ᵀ Δ_2 ⊙ A_1 (1 − A_1), where W_2 is Θ_2 without its first column.
    const Tensor a1 = A1.value(), W2 = slice(Theta2, 1, 1, 5);
    const Tensor Delta2 = A2.value() - Y;
    const Tensor Delta1 = matmul(transpose(W2), Delta2) * a1 * (1.0 - a1);
    const Tensor D2 = matmul(Delta2, transpose(starred(a1)));
    const Tensor D1 = matmul(Delta1, transpose(starred(X)));
    for (const Tensor& difference : {g[theta1] - D1, g[theta2] - D2})
      largest_difference = std::max(largest_difference, max(abs(difference)).item());

    if (steps == 0) fmt::print("Δ_2 (A*_1)ᵀ = {}\nby the tape = {}\n\n", D2, g[theta2]);
    largest_derivative = std::max(max(abs(D1)).item(), max(abs(D2)).item()) / p;
    Theta1 = Theta1 - eta / p * g[theta1];
    Theta2 = Theta2 - eta / p * g[theta2];
  }

  const Tensor answers = matmul(Theta2, starred(sigmoid(matmul(Theta1, starred(X)))));
  fmt::print("{} steps; the largest derivative is {:.1e}; the outputs are {}\n", steps, largest_derivative,
             sigmoid(answers));
  fmt::print("largest difference between Δ (A*)ᵀ and the sweep: {:.1e}\n", largest_difference);
  claim("Δ (A*)ᵀ is what the sweep gives, biases and weights in one matrix", largest_difference < 1e-13);
  claim("all derivatives have become smaller than the threshold", largest_derivative < threshold);
  claim("with 0.5 as the border between no and yes, XOR is learned", sum(abs(step(answers) - Y)).item() == 0);
  return claims_failed;
}
