// The derivative as the sum over all paths, taken literally: to be looked at, and set beside the sweep.
#pragma once

#include <cstdint>
#include <nabla/tape.hpp>
#include <vector>

namespace nabla {

/// A way from x to f through the record, along operations that each take the result of the one before.
struct Path {
  std::vector<NodeId> nodes;    ///< x first, f last
  std::vector<double> factors;  ///< of the edges: factors[i] = ∂ nodes[i + 1] / ∂ nodes[i], by that operand alone

  /// What the path contributes to ∂f/∂x; 1 for the path without an edge, from f to f.
  double product() const;
};

/// Every path from x to f: x · x has two. Steps without a derivative (comparisons, draws) are on no path. All values on
/// the paths must be scalars. The number of paths grows exponentially with depth: w_1 w_2 … of n_1, n_2, … neurons.
/// @throws ShapeError when a value on a path has more than one element; ValueError when there are more than `most`
///         paths; DTypeError unless f and x are floating; TapeError for stale handles, two tapes, or a used-up record
std::vector<Path> paths(const Var& f, const Var& x, std::int64_t most = 1'000'000);

/// ∂f/∂x = Σ over the paths from x to f of the product of their factors (M. Nielsen, Neural Networks and Deep Learning,
/// chapter 2, eq. 47 to 53). gradient() gives the same by passing every edge once. @throws as paths()
double sum_over_paths(const Var& f, const Var& x, std::int64_t most = 1'000'000);

}  // namespace nabla
