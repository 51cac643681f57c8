// network.py of Nielsen's book: stochastic gradient descent on mini-batches, with backprop for one sample at a time,
// and for all samples of a mini-batch at once, as the book's exercise asks. Both are the same sums.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <nabla/nabla.hpp>

#include "claim.hpp"

using namespace nabla;

/// Sigmoid neurons, weights and biases drawn from N(0, 1).
struct Network {
  explicit Network(std::initializer_list<std::int64_t> sizes)
      : net(sizes, {.hidden = nn::sigmoid,
                    .output = nn::sigmoid,
                    .weight = nn::normal(1),
                    .bias = nn::normal(1),
                    .seed = 1,
                    .dtype = f64}) {}

  /// ∇C of the quadratic cost, by one sweep: of one sample, x [n], or averaged over those of a matrix, a row each.
  Gradients backprop(const Tensor& x, const Tensor& y) {
    tape.clear();
    return gradient(quadratic_cost(net(tape.constant(x)), tape.constant(y)), net.parameters());
  }

  void update_mini_batch(const data::Batch& batch, double eta, bool matrix_form) {
    const Tensor x = batch.inputs, y = one_hot(batch.targets, 10);
    const Parameters parameters = net.parameters();
    if (matrix_form) {
      const Gradients nabla_c = backprop(x, y);
      for (std::size_t i = 0; i < parameters.size(); ++i)
        parameters[i]->value = parameters[i]->value - eta * nabla_c.at(i);
      return;
    }
    std::vector<Tensor> sums;
    for (const Parameter* p : parameters) sums.push_back(zeros(p->shape()));
    const std::int64_t m = x.shape()[0];
    for (std::int64_t i = 0; i < m; ++i) {
      const auto sample = [i](const Tensor& rows) { return slice(rows, 0, i, i + 1).reshaped({rows.shape()[1]}); };
      const Gradients delta_nabla_c = backprop(sample(x), sample(y));
      for (std::size_t k = 0; k < sums.size(); ++k) sums[k] = sums[k] + delta_nabla_c.at(k);
    }
    for (std::size_t k = 0; k < sums.size(); ++k)
      parameters[k]->value = parameters[k]->value - eta / static_cast<double>(m) * sums[k];
  }

  /// Seconds for one pass over the training data.
  double epoch(const data::Dataset& training_data, std::int64_t mini_batch_size, double eta, bool matrix_form,
               Rng& rng) {
    const auto start = std::chrono::steady_clock::now();
    for (const data::Batch& batch : data::batches(training_data, mini_batch_size, rng))
      update_mini_batch(batch, eta, matrix_form);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  nn::Mlp net;
  Tape tape;
};

int main() {
  data::Dataset digits = data::digits();
  digits.inputs = digits.inputs.to(f64);
  const auto [training_data, test_data] = digits.split(0.8, 1);

  // Three epochs in each form, from the same weights and in the same order of samples; the fastest counts.
  Network one_by_one({64, 30, 10}), at_once({64, 30, 10});
  Rng order(2), same_order(2);
  double slow = 1e9, fast = 1e9;
  for (int epoch = 0; epoch < 3; ++epoch) {
    slow = std::min(slow, one_by_one.epoch(training_data, 10, 3.0, false, order));
    fast = std::min(fast, at_once.epoch(training_data, 10, 3.0, true, same_order));
  }
  double difference = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const Tensor apart = one_by_one.net.parameters()[i]->value - at_once.net.parameters()[i]->value;
    difference = std::max(difference, max(abs(apart)).item());
  }
  fmt::print("an epoch one sample at a time: {:.1f} ms, in matrix form: {:.1f} ms, {:.1f} times as fast\n", 1000 * slow,
             1000 * fast, slow / fast);
  fmt::print("largest difference of a weight after three epochs: {:.1e}\n", difference);
  claim("both forms learn the same weights, but for rounding", difference < 1e-11);
  claim("the matrix form is faster", fast < slow);

  double accuracy = 0;
  for (int epoch = 1; epoch <= 30; ++epoch) {
    at_once.epoch(training_data, 10, 3.0, true, same_order);
    accuracy = train::accuracy(at_once.net, test_data);
    if (epoch % 5 == 0)
      fmt::print("Epoch {}: {:.0f} / {}\n", epoch, accuracy * static_cast<double>(test_data.size()), test_data.size());
  }
  claim("at least 93 % of the test digits are classified rightly", accuracy >= 0.93);
  return claims_failed;
}
