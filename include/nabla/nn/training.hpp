// What a pass in training needs beside its input.
#pragma once

#include <nabla/random.hpp>
#include <nabla/var.hpp>

namespace nabla::nn {

/// Passed to a network where it is to be trained: net(x, training). A network that is called without it, net(x),
/// evaluates, and stays const. There is no state that says which.
struct Training {
  Rng& rng;  ///< of all that is drawn: what dropout drops
};

/// net(x, training) where the network tells training from evaluation, else net(x).
template <class Net, Value V>
auto forward(Net& net, const V& x, const Training& training) {
  if constexpr (requires { net(x, training); })
    return net(x, training);
  else
    return net(x);
}

}  // namespace nabla::nn
