// The network as the training sees it.
#pragma once

#include <nabla/data/shift.hpp>
#include <nabla/nn.hpp>

namespace nabla_train {

/// A perceptron that, in training, is shown images at other places each time.
struct Learner {
  nabla::nn::Mlp& net;
  std::int64_t shift = 0;  ///< by at most so many pixels; 0: inputs need not be images

  template <nabla::Value V>
  V operator()(const V& x) const {
    return net(x);
  }
  nabla::Var operator()(const nabla::Var& x, const nabla::nn::Training& training) const {
    if (shift == 0) return net(x, training);
    return net(x.tape().constant(nabla::data::shift_randomly(x.value(), shift, training.rng)), training);
  }
  nabla::Parameters parameters() { return net.parameters(); }
};

}  // namespace nabla_train
