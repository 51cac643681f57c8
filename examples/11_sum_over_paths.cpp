// ∂C/∂w as the sum over all paths from w to C, each the product of its edges' ∂a/∂a: taken literally on the recorded
// graph of a net [2, 2, 2, 2] whose neurons are recorded one by one.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nabla/graph_view.hpp>
#include <nabla/nabla.hpp>
#include <nabla/paths.hpp>
#include <string>
#include <vector>

#include "claim.hpp"

using namespace nabla;

int main() {
  Tape tape;
  Rng rng(3);
  std::vector<Var> weights, a{tape.constant(0.6), tape.constant(-0.3)};
  for (int layer = 1; layer <= 3; ++layer) {
    std::vector<Var> next;
    for (int j = 0; j < 2; ++j) {
      Var z = tape.variable(rng.normal({}).item());  // the bias
      for (const Var& in : a) {
        weights.push_back(tape.variable(rng.normal({}).item()));
        z = z + weights.back() * in;
      }
      next.push_back(sigmoid(z));
    }
    a = next;
  }
  const Var C = 0.5 * (square(a[0] - 0.9) + square(a[1] - 0.1));

  // w of the first layer reaches C over every neuron that lies between: 2 · 2 ways.
  const Var w = weights[0];
  fmt::print("C is calculated from {} nodes; ∂C/∂w of the first weight is the sum over\n", reachable(C).size());
  double sum = 0;
  for (const Path& path : paths(C, w)) {
    std::string factors, neurons;
    for (std::size_t i = 0; i < path.factors.size(); ++i) {
      if (label(tape, path.nodes[i + 1]) == "sigmoid") neurons += fmt::format(" → a{}", path.nodes[i + 1]);
      if (path.factors[i] != 1) factors += fmt::format("{}{:.4f}", factors.empty() ? "" : " · ", path.factors[i]);
    }
    sum += path.product();
    fmt::print("  w{} → C:  {} = {:.9f}\n", neurons, factors, path.product());
  }
  const double swept = gradient(C, {w})[w].item();
  fmt::print("  sum over paths {:.15f}\n  by the sweep   {:.15f}\n\n", sum, swept);

  double difference = 0;
  const Gradients g = gradient(C, weights);
  for (const Var& v : weights) difference = std::max(difference, std::abs(sum_over_paths(C, v) - g[v].item()));
  claim("for each of the 12 weights, the sum over paths is what the sweep gives", difference < 1e-15);
  claim("a weight of the first layer has 4 paths, of the second 2, of the third 1",
        paths(C, weights[0]).size() == 4 && paths(C, weights[4]).size() == 2 && paths(C, weights[8]).size() == 1);

  // The number of paths doubles with each further layer of two neurons; the sweep passes each edge once.
  const GraphView graph(tape);
  Var deep = C;
  for (int i = 0; i < 40; ++i) deep = sin(deep) + cos(deep);
  const std::size_t edges = num_edges(GraphView(tape)) - num_edges(graph);
  fmt::print("40 layers more: {} edges more, and 4 · 2^40 paths\n", edges);
  bool refused = false;
  try {
    paths(deep, w);
  } catch (const ValueError& error) {
    fmt::print("{}\n", error.what());
    refused = true;
  }
  claim("so many paths are not walked, and the sweep does not mind",
        refused && std::isfinite(gradient(deep, {w})[w].item()));
  return claims_failed;
}
