// The perceptron that decides whether to go to the football match. Its three inputs are questions with the answers 0 or
// 1, its weights say how much each matters, and it says yes when they outweigh a threshold.
#include <fmt/core.h>

#include <nabla/nabla.hpp>

#include "claim.hpp"

using namespace nabla;

int main() {
  const Tensor questions =
      Tensor::from({8, 3}, {0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1});

  // y = step(w · x − threshold), all eight rows of the truth table at once.
  Tensor w = Tensor::from({3}, {3, 1, 5});
  const double threshold = 3;
  const Tensor y = step(matmul(questions, w) - threshold);

  fmt::print("x1 x2 x3   3 x1 + x2 + 5 x3   goes\n");
  bool as_in_the_text = true;
  for (std::int64_t row = 0; row < 8; ++row) {
    const double x1 = questions.at({row, 0}), x2 = questions.at({row, 1}), x3 = questions.at({row, 2});
    const double sum = 3 * x1 + x2 + 5 * x3;
    fmt::print("{:2} {:2} {:2}   {:16}   {:4}\n", x1, x2, x3, sum, y.at({row}));
    as_in_the_text = as_in_the_text && y.at({row}) == (sum > 3 ? 1 : 0);
  }
  claim("the output is 1 exactly where 3 x1 + x2 + 5 x3 > 3", as_in_the_text);

  // The threshold has no slope that a gradient could follow.
  const Tensor slope = grad([&](Var weights) { return sum(step(matmul(questions, weights) - threshold)); }, w);
  claim("the derivative of the output with respect to every weight is 0", max(abs(slope)).item() == 0);

  // So perceptrons are trained by a rule: where the answer is wrong, move the weights towards the input that should
  // have said yes, away from the one that should have said no. The bias b is minus the threshold.
  w = zeros({3});
  double b = 0;
  int rounds = 0, mistakes = 1;
  while (mistakes > 0 && rounds < 100) {
    mistakes = 0;
    ++rounds;
    for (std::int64_t row = 0; row < 8; ++row) {
      const Tensor x = slice(questions, 0, row, row + 1).reshaped({3});
      const double error = y.at({row}) - step(sum(w * x) + b).item();  // −1, 0 or 1
      w = w + error * x;
      b += error;
      mistakes += error != 0;
    }
  }
  fmt::print("after {} rounds: w = {}, threshold = {}\n", rounds, w, -b);
  const Tensor learned = step(matmul(questions, w) + b);
  claim("the perceptron rule finds weights that answer all eight rows rightly", sum(abs(learned - y)).item() == 0);
  return claims_failed;
}
