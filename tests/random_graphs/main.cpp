// Random graphs of operations: their gradients beside differences, and beside derivatives along a direction.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <exception>
#include <string>

#include "graph.hpp"

namespace {

using namespace random_graphs;
using nabla::Shape;

struct Product {
  long double sum = 0;
  long double magnitude = 0;  // Σ |aᵢ bᵢ|

  void add(const Tensor& a, const Tensor& b) {
    const Tensor x = a.contiguous(), y = b.contiguous();
    for (std::size_t i = 0; i < x.data<double>().size(); ++i) {
      const long double product = static_cast<long double>(x.data<double>()[i]) * y.data<double>()[i];
      sum += product;
      magnitude += std::abs(product);
    }
  }
};

Product product(const Tensor& a, const Tensor& b) {
  Product p;
  p.add(a, b);
  return p;
}

/// The derivative of ⟨c, f(x + t v)⟩ at t = 0, from its values at t = ±h and ±2h.
long double difference(const Line& f, const Tensor& c) {
  const auto at = [&](std::size_t t) { return product(c, f[t]).sum; };
  return (8 * (at(centre + 1) - at(centre - 1)) - (at(centre + 2) - at(centre - 2))) / (12 * h);
}

bool same_bits(const Tensor& a, const Tensor& b) {
  const Tensor x = a.contiguous(), y = b.contiguous();
  return x.shape() == y.shape() && std::ranges::equal(x.data<double>(), y.data<double>());
}

struct Result {
  double by_difference = 0;  // |⟨g, v⟩ − difference| / S
  double by_jvp = 0;         // |⟨g, v⟩ − ⟨c, J v⟩| / S
  bool same_value = false;   // computed and recorded
  bool flat = false;
};

/// Values and slopes are about 1, by construction. Where S is smaller than this share of Σ |cⱼ|, the output hardly
/// depends on the inputs, as x − x and the sum of a softmax do not: S is little but rounding, and Σ |cⱼ| has to stand
/// for it.
constexpr long double flat_slope = 1e-4L;

Result check(const Graph& graph) {
  const Tensor xs[] = {graph.input(0)[centre], graph.input(1)[centre], graph.input(2)[centre]};
  const Tensor vs[] = {graph.direction(0), graph.direction(1), graph.direction(2)};
  const auto [value, g] = nabla::vjp(graph, xs, graph.cotangent());
  Product gv;
  for (std::size_t i = 0; i < number_of_inputs; ++i) gv.add(g[i], vs[i]);
  const Product cJv = product(graph.cotangent(), nabla::jvp(graph, xs, vs).tangent);
  const long double slopes = gv.magnitude + cJv.magnitude;
  const long double cotangents = product(graph.cotangent(), nabla::ones(graph.cotangent().shape())).magnitude;
  const bool flat = slopes < flat_slope * cotangents;
  const long double scale = flat ? cotangents : slopes;
  const auto relative = [&](long double other) {
    const long double distance = std::abs(gv.sum - other);
    return distance == 0 ? 0 : static_cast<double>(distance / scale);
  };
  return {relative(difference(graph.output(), graph.cotangent())), relative(cJv.sum),
          same_bits(value, graph.output()[centre]), flat};
}

struct Counts {
  std::int64_t graphs = 0, operations = 0, with_kink = 0, flat = 0, failed = 0;
  double worst_by_difference = 0, worst_by_jvp = 0;
};

void run(std::uint64_t seed, bool print, Counts& counts) {
  const Graph graph(seed);
  const Result r = check(graph);
  // Written so that NaN fails.
  const bool difference_fits = graph.has_kink() || r.by_difference <= 1e-7;
  const bool passed = difference_fits && r.by_jvp <= 1e-12 && r.same_value;
  ++counts.graphs;
  counts.operations += static_cast<std::int64_t>(graph.operations());
  counts.with_kink += graph.has_kink();
  counts.flat += r.flat;
  counts.failed += !passed;
  counts.worst_by_jvp = std::max(counts.worst_by_jvp, r.by_jvp);
  if (!graph.has_kink()) counts.worst_by_difference = std::max(counts.worst_by_difference, r.by_difference);
  if (print || !passed)
    fmt::print(
        "Graph {}{}: <g, v> is off by {:.1e} S from the difference{}, by {:.1e} S from <c, J v>; the values computed "
        "and recorded are {}\n{}\n",
        seed, passed ? "" : " FAILED", r.by_difference, graph.has_kink() ? " (across a kink)" : "", r.by_jvp,
        r.same_value ? "equal" : "different", graph.to_string());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Draws random graphs of operations and compares their gradients with differences and with J v.");
  std::uint64_t graphs = 10'000, first = 0;
  bool print = false;
  app.add_option("--graphs", graphs, "How many")->envname("NABLA_GRAPHS");
  app.add_option("--first", first, "The seed of the first; the next ones follow");
  app.add_flag("--print", print, "Print every graph, not only those that fail");
  CLI11_PARSE(app, argc, argv);

  Counts counts;
  std::uint64_t seed = first;
  try {
    for (; seed < first + graphs; ++seed) run(seed, print, counts);
  } catch (const std::exception& error) {
    fmt::print(stderr, "Graph {}: {}\n", seed, error.what());
    return 2;
  }
  const std::int64_t both = counts.graphs - counts.with_kink;
  fmt::print(
      "{} graphs of {} operations: {} compared with differences and with J v, {} that have a kink within reach with "
      "J v alone; in {} flat ones the sum of the |c_j| stands for S\nlargest differences: {:.1e} S, {:.1e} S\n",
      counts.graphs, counts.operations, both, counts.with_kink, counts.flat, counts.worst_by_difference,
      counts.worst_by_jvp);
  if (counts.failed > 0)
    fmt::print("{} failed; to see one again: random_graphs --first SEED --graphs 1 --print\n", counts.failed);
  // Those that are flat do not count here: their bound is a loose one.
  const bool enough = counts.graphs < 100 || 10 * (both - counts.flat) >= 9 * counts.graphs;
  if (!enough) fmt::print("Fewer than 9 of 10 graphs were compared by both, to S itself\n");
  return counts.failed == 0 && enough ? 0 : 1;
}
