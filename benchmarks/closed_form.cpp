#include "closed_form.hpp"

#include <algorithm>
#include <bit>
#include <bp/bp.hpp>
#include <cmath>
#include <cstdint>

namespace bench {
namespace {

/// e^x = 2^n e^r with |r| ≤ ½ ln 2, e^r by its Taylor polynomial. Without branches, for a loop over lanes.
float fast_exp(float x) {
  constexpr float shift = 12582912.0F;  // 1.5 · 2²³: adding it rounds to an integer
  x = std::min(std::max(x, -87.0F), 88.0F);
  const float shifted = x * 1.44269504F + shift;
  const float n = shifted - shift;
  const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  const float p = 1 + r * (1 + r * (1.F / 2 + r * (1.F / 6 + r * (1.F / 24 + r * (1.F / 120 + r * (1.F / 720))))));
  const std::int32_t exponent = std::bit_cast<std::int32_t>(shifted) - 0x4B400000 + 127;
  return p * std::bit_cast<float>(exponent << 23);
}

float activate(Neuron neuron, float z) {
  switch (neuron) {
    case Neuron::sigmoid:
      return 1 / (1 + fast_exp(-z));
    case Neuron::relu:
      return z > 0 ? z : 0;
    case Neuron::tanh:
      return 1 - 2 / (1 + fast_exp(2 * z));
  }
  return z;
}

/// f'(z) from a = f(z).
float derivative(Neuron neuron, float a) {
  switch (neuron) {
    case Neuron::sigmoid:
      return a * (1 - a);
    case Neuron::relu:
      return a > 0 ? 1.0F : 0.0F;
    case Neuron::tanh:
      return 1 - a * a;
  }
  return 1;
}

/// Calls f with the neuron as a compile-time constant, so that no loop branches on it.
template <class F>
void with(Neuron neuron, const F& f) {
  switch (neuron) {
    case Neuron::sigmoid:
      return f([](float z) { return activate(Neuron::sigmoid, z); },
               [](float a) { return derivative(Neuron::sigmoid, a); });
    case Neuron::relu:
      return f([](float z) { return activate(Neuron::relu, z); }, [](float a) { return derivative(Neuron::relu, a); });
    case Neuron::tanh:
      return f([](float z) { return activate(Neuron::tanh, z); }, [](float a) { return derivative(Neuron::tanh, a); });
  }
}

}  // namespace

ClosedForm::ClosedForm(const Problem& problem, const Gemm& gemm, int threads, float rate)
    : net_(problem.net),
      gemm_(gemm),
      threads_(threads),
      rate_(rate),
      row_loss_(net_.batch),
      weights_(problem.weights),
      biases_(problem.biases),
      targets_(problem.targets) {
  for (const std::size_t n : net_.sizes) {
    a_.emplace_back(net_.batch * n);
    delta_.emplace_back(net_.batch * n);
  }
  a_[0] = problem.inputs;
  if (net_.cost == Cost::softmax_cross_entropy) {
    std::ranges::fill(targets_, 0.0F);
    for (std::size_t s = 0; s < net_.batch; ++s)
      targets_[s * net_.sizes.back() + static_cast<std::size_t>(problem.labels[s])] = 1;
  }
}

void ClosedForm::step() {
  forward();
  output_delta();
  reverse();
}

/// rows(s) for every sample s.
template <class F>
void ClosedForm::each_row(const F& rows) {
  const auto m = static_cast<std::int64_t>(net_.batch);
  if (threads_ == 1) {
    for (std::int64_t s = 0; s < m; ++s) rows(static_cast<std::size_t>(s));
  } else {
#pragma omp parallel for num_threads(threads_)
    for (std::int64_t s = 0; s < m; ++s) rows(static_cast<std::size_t>(s));
  }
}

void ClosedForm::forward() {
  for (std::size_t l = 1; l <= net_.depth(); ++l) {
    const std::size_t n = net_.sizes[l], n_in = net_.sizes[l - 1];
    gemm_.run(static_cast<int>(net_.batch), static_cast<int>(n), static_cast<int>(n_in), 1,
              {a_[l - 1].data(), static_cast<int>(n_in)}, {weights_[l - 1].data(), static_cast<int>(n_in), true}, 0,
              a_[l].data());
    if (l == net_.depth()) return;
    with(net_.hidden, [&](auto f, auto) {
      each_row([&](std::size_t s) {
        float* __restrict a = &a_[l][s * n];
        const float* __restrict b = biases_[l - 1].data();
        for (std::size_t j = 0; j < n; ++j) a[j] = f(a[j] + b[j]);
      });
    });
  }
}

/// The output layer: bias, activation, cost and δ_L in one pass.
void ClosedForm::output_delta() {
  const std::size_t n = net_.sizes.back();
  const float per_sample = 1 / static_cast<float>(net_.batch);
  const float* bias = biases_.back().data();
  if (net_.cost == Cost::quadratic) {
    with(net_.hidden, [&](auto f, auto df) {
      each_row([&](std::size_t s) {
        const float* __restrict z = &a_.back()[s * n];
        const float* __restrict y = &targets_[s * n];
        float* __restrict delta = &delta_.back()[s * n];
        float sum = 0;
        for (std::size_t j = 0; j < n; ++j) {
          const float a = f(z[j] + bias[j]), error = a - y[j];
          delta[j] = per_sample * error * df(a);
          sum += error * error;
        }
        row_loss_[s] = sum / 2;
      });
    });
  } else {
    each_row([&](std::size_t s) {
      float* __restrict z = &a_.back()[s * n];
      const float* __restrict y = &targets_[s * n];
      float* __restrict delta = &delta_.back()[s * n];
      for (std::size_t j = 0; j < n; ++j) z[j] += bias[j];
      const float highest = *std::max_element(z, z + n);
      float sum = 0, at_class = 0;
      for (std::size_t j = 0; j < n; ++j) {
        delta[j] = fast_exp(z[j] - highest);
        at_class += y[j] * z[j];
      }
      for (std::size_t j = 0; j < n; ++j) sum += delta[j];
      for (std::size_t j = 0; j < n; ++j) delta[j] = per_sample * (delta[j] / sum - y[j]);
      row_loss_[s] = highest + std::log(sum) - at_class;
    });
  }
  loss_ = 0;
  for (const float c : row_loss_) loss_ += per_sample * c;
}

void ClosedForm::reverse() {
  const auto m = static_cast<int>(net_.batch);
  for (std::size_t l = net_.depth(); l >= 1; --l) {
    const std::size_t n = net_.sizes[l], n_in = net_.sizes[l - 1];
    if (l > 1) {  // δ_{l-1} = (δ_l W_l) ⊙ f'(z_{l-1}), before W_l changes
      gemm_.run(m, static_cast<int>(n_in), static_cast<int>(n), 1, {delta_[l].data(), static_cast<int>(n)},
                {weights_[l - 1].data(), static_cast<int>(n_in)}, 0, delta_[l - 1].data());
      with(net_.hidden, [&](auto, auto df) {
        each_row([&](std::size_t s) {
          float* __restrict delta = &delta_[l - 1][s * n_in];
          const float* __restrict a = &a_[l - 1][s * n_in];
          for (std::size_t j = 0; j < n_in; ++j) delta[j] *= df(a[j]);
        });
      });
    }
    gemm_.run(static_cast<int>(n), static_cast<int>(n_in), m, -rate_, {delta_[l].data(), static_cast<int>(n), true},
              {a_[l - 1].data(), static_cast<int>(n_in)}, 1, weights_[l - 1].data());
    float* __restrict bias = biases_[l - 1].data();
    for (std::size_t s = 0; s < net_.batch; ++s) {
      const float* __restrict delta = &delta_[l][s * n];
      for (std::size_t j = 0; j < n; ++j) bias[j] -= rate_ * delta[j];
    }
  }
}

double difference_from_bp(const Net& full, const Gemm& gemm, std::size_t samples) {
  Net net = full;
  net.batch = std::min(net.batch, samples);
  const Problem problem(net);

  // η = 1, so that the change of a weight keeps the digits of its gradient.
  ClosedForm closed_form(problem, gemm, 1, 1);
  closed_form.step();

  const bool classes = net.cost == Cost::softmax_cross_entropy;
  const bp::Neuron hidden = net.hidden == Neuron::sigmoid ? bp::Neuron::sigmoid
                            : net.hidden == Neuron::relu  ? bp::Neuron::relu
                                                          : bp::Neuron::tanh;
  std::vector<bp::Neuron> neurons(net.depth(), hidden);
  if (classes) neurons.back() = bp::Neuron::softmax;
  bp::Network<double> reference(net.sizes, neurons);
  for (std::size_t l = 1; l <= net.depth(); ++l) {
    reference.layer(l).weight.assign(problem.weights[l - 1].begin(), problem.weights[l - 1].end());
    reference.layer(l).bias.assign(problem.biases[l - 1].begin(), problem.biases[l - 1].end());
  }
  bp::Vector<double> y(problem.targets.begin(), problem.targets.end());
  if (classes)
    for (std::size_t k = 0; k < y.size(); ++k)
      y[k] = k % net.sizes.back() == static_cast<std::size_t>(problem.labels[k / net.sizes.back()]) ? 1 : 0;
  const bp::Backprop<double> expected =
      reference.backprop({problem.inputs.begin(), problem.inputs.end()}, y, net.batch,
                         classes ? bp::Cost::categorical_cross_entropy : bp::Cost::quadratic);

  double worst = std::abs(closed_form.loss() - expected.cost) / expected.cost;
  const auto compare = [&](const std::vector<float>& before, const std::vector<float>& after,
                           const bp::Vector<double>& gradient) {
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      largest = std::max(largest, std::abs(gradient[i]));
      difference = std::max(difference, std::abs(double{before[i]} - double{after[i]} - gradient[i]));
    }
    worst = std::max(worst, difference / largest);
  };
  for (std::size_t l = 1; l <= net.depth(); ++l) {
    compare(problem.weights[l - 1], closed_form.weights()[l - 1], expected.grad_weight[l]);
    compare(problem.biases[l - 1], closed_form.biases()[l - 1], expected.grad_bias[l]);
  }
  return worst;
}

}  // namespace bench
