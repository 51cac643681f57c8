// Backpropagation written by hand for a net of full layers: the practical limit of a training step.
#pragma once

#include <vector>

#include "gemm.hpp"
#include "nets.hpp"

namespace bench {

/// Every buffer is allocated beforehand, elementwise work is one pass a layer, and the gemm that forms ∂C/∂W adds it to
/// the weight: W ← W − η Δᵀ A with α = −η, β = 1.
class ClosedForm {
 public:
  ClosedForm(const Problem& problem, const Gemm& gemm, int threads = 1, float rate = learning_rate);

  /// Forward, reverse, and the update by gradient descent.
  void step();

  /// C at the last step, before its update.
  float loss() const { return loss_; }
  const std::vector<std::vector<float>>& weights() const { return weights_; }
  const std::vector<std::vector<float>>& biases() const { return biases_; }

 private:
  void forward();
  void output_delta();
  void reverse();
  template <class F>
  void each_row(const F& rows);

  Net net_;
  const Gemm& gemm_;
  int threads_;
  float rate_;
  float loss_ = 0;
  std::vector<float> row_loss_;
  std::vector<std::vector<float>> weights_, biases_;
  std::vector<std::vector<float>> a_;      // a_[0] = x; a_[l] [batch, n_l], first z_l
  std::vector<std::vector<float>> delta_;  // [batch, n_l], ∂C/∂z_l at l
  std::vector<float> targets_;             // [batch, n_L]; one-hot for classes
};

/// The largest difference, relative to the largest value, between the gradients that one step of gradient descent
/// applies and those of bp::Network, over all weights and biases, on at most `samples` rows of the batch.
double difference_from_bp(const Net& net, const Gemm& gemm, std::size_t samples = 4);

}  // namespace bench
