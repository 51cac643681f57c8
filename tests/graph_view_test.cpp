// The record as Boost.Graph sees it, and as a drawing.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/topological_sort.hpp>
#include <functional>
#include <nabla/graph_view.hpp>
#include <nabla/nabla.hpp>
#include <set>
#include <sstream>

using namespace nabla;

namespace {

/// Random operations on scalars: several operands from anywhere, the same one twice among them.
void record_at_random(Tape& tape, Rng& rng, int operations) {
  for (int i = 0; i < 3; ++i) tape.variable(1.0 + i);
  const auto any = [&] {
    Var x;
    do {
      x = tape.var(static_cast<NodeId>(rng.integers({}, 0, static_cast<std::int64_t>(tape.size())).item()));
    } while (x.rank() > 0 || x.dtype() != f64);
    return x;
  };
  for (int i = 0; i < operations; ++i) {
    switch (static_cast<int>(rng.integers({}, 0, 4).item())) {
      case 0:
        tanh(any());
        break;
      case 1: {
        const Var x = any();
        mul(x, x);
        break;
      }
      case 2: {
        const Var five[] = {any(), any(), any(), any(), any()};
        stack(std::span<const Var>(five));
        break;
      }
      default:
        where(greater(any(), any()), any(), 1.0);
    }
  }
}

std::string drawing(const Var& f, const GraphvizOptions& options = {}) {
  std::ostringstream out;
  write_graphviz(out, f, options);
  return out.str();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_SUITE("graph view") {
  TEST_CASE("a vertex is a node, and an edge an operand in its place") {
    Tape tape;
    const Var x = tape.variable(3.0), y = x * x, z = y + x;
    const GraphView graph(tape);
    CHECK(num_vertices(graph) == 3);
    CHECK(num_edges(graph) == 4);
    const auto [first, last] = edges(graph);
    const std::vector<GraphView::Edge> all(first, last);
    CHECK(all == std::vector<GraphView::Edge>{{1, 0}, {1, 1}, {2, 0}, {2, 1}});
    CHECK(target(all[1], graph) == x.id());
    CHECK(target(all[2], graph) == y.id());

    const auto [used, end] = in_edges(x.id(), graph);
    CHECK(std::vector<GraphView::Edge>(used, end) == std::vector<GraphView::Edge>{{1, 0}, {1, 1}, {2, 1}});
    CHECK(in_degree(z.id(), graph) == 0);
    CHECK(degree(x.id(), graph) == 3);
  }

  TEST_CASE("the edges that come in are those that go out, seen from the other end") {
    Rng rng(1);
    for (int trial = 0; trial < 50; ++trial) {
      Tape tape;
      record_at_random(tape, rng, 40);
      const GraphView graph(tape);
      std::multiset<GraphView::Edge> out, in, all;
      std::size_t degrees = 0;
      for (auto [v, end] = vertices(graph); v != end; ++v) {
        for (auto [e, last] = out_edges(*v, graph); e != last; ++e) {
          CHECK(source(*e, graph) == *v);
          out.insert(*e);
        }
        for (auto [e, last] = in_edges(*v, graph); e != last; ++e) {
          CHECK(target(*e, graph) == *v);
          in.insert(*e);
        }
        const auto [a, b] = adjacent_vertices(*v, graph);
        CHECK(std::equal(a, b, tape.operands(*v).begin(), tape.operands(*v).end()));
        degrees += degree(*v, graph);
      }
      for (auto [e, last] = edges(graph); e != last; ++e) all.insert(*e);
      CHECK(out == all);
      CHECK(in == all);
      CHECK(std::set<GraphView::Edge>(all.begin(), all.end()).size() == num_edges(graph));
      CHECK(degrees == 2 * num_edges(graph));
    }
  }

  TEST_CASE("Boost's breadth-first search reaches what reachable() says, from any node") {
    Rng rng(2);
    Tape tape;
    record_at_random(tape, rng, 60);
    const GraphView graph(tape);
    for (NodeId id = 0; id < tape.size(); ++id) {
      std::vector<boost::default_color_type> colors(tape.size());
      const auto color = boost::make_iterator_property_map(colors.begin(), get(boost::vertex_index, graph));
      boost::breadth_first_search(graph, id, boost::color_map(color));
      std::vector<NodeId> reached;
      for (NodeId i = 0; i < tape.size(); ++i)
        if (colors[i] == boost::black_color) reached.push_back(i);
      CHECK(reachable(tape.var(id)) == reached);
    }
  }

  TEST_CASE("Boost sorts it, filters it and turns it round") {
    Rng rng(3);
    Tape tape;
    record_at_random(tape, rng, 60);
    const GraphView graph(tape);
    std::vector<NodeId> order;
    boost::topological_sort(graph, std::back_inserter(order));
    REQUIRE(order.size() == tape.size());
    std::vector<std::size_t> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    for (NodeId id = 0; id < tape.size(); ++id)
      for (NodeId operand : tape.operands(id)) CHECK(place[operand] < place[id]);

    std::vector<NodeId> reversed;
    const auto turned = boost::make_reverse_graph(graph);
    boost::topological_sort(turned, std::back_inserter(reversed));
    for (std::size_t i = 0; i < reversed.size(); ++i) place[reversed[i]] = i;
    for (NodeId id = 0; id < tape.size(); ++id)
      for (NodeId operand : tape.operands(id)) CHECK(place[operand] > place[id]);

    const auto is_operation = [&](NodeId id) { return get(vertex_operation, graph, id) != nullptr; };
    const boost::filtered_graph<GraphView, boost::keep_all, std::function<bool(NodeId)>> operations(graph, {},
                                                                                                    is_operation);
    for (auto [v, end] = vertices(operations); v != end; ++v) CHECK(is_operation(*v));
  }

  TEST_CASE("vertices have an operation, a label, a shape and a value") {
    Tape tape;
    const Parameter w("net.0.weight", ones({2, 3}));
    const Var leaf = tape.parameter(w), y = exp(leaf), x = tape.variable(1.0), c = tape.constant(2.0);
    const GraphView graph(tape);
    CHECK(get(boost::vertex_name, graph, leaf.id()) == "net.0.weight");
    CHECK(get(get(boost::vertex_name, graph), y.id()) == "exp");
    CHECK(get(boost::vertex_name, graph, x.id()) == "variable");
    CHECK(get(boost::vertex_name, graph, c.id()) == "constant");
    CHECK(get(vertex_operation, graph, leaf.id()) == nullptr);
    CHECK(get(get(vertex_operation, graph), y.id())->name == "exp");
    CHECK(get(vertex_shape, graph, y.id()) == Shape{2, 3});
    CHECK(&get(get(vertex_value, graph), y.id()) == &y.value());
  }

  TEST_CASE("a view sees what was there when it was made, and refuses a tape from which nodes were removed") {
    Tape tape;
    const Var x = tape.variable(1.0);
    const GraphView graph(tape);
    const Var y = x * x;
    CHECK(num_vertices(graph) == 1);
    CHECK(in_degree(x.id(), graph) == 0);
    CHECK_THROWS_AS(in_degree(y.id(), graph), TapeError);
    CHECK(num_vertices(GraphView(tape)) == 2);
    tape.clear();
    CHECK_THROWS_WITH_AS(num_vertices(graph),
                         doctest::Contains("[graph_view] Nodes have been removed from the tape since"), TapeError);
    CHECK_THROWS_AS(reachable(x), TapeError);
    CHECK_THROWS_AS(reachable(Var()), TapeError);
  }

  TEST_CASE("a million operations in a row are walked without recursion") {
    Tape tape;
    Var x = tape.variable(1.0);
    for (int i = 0; i < 1'000'000; ++i) x = -x;
    CHECK(reachable(x).size() == 1'000'001);
    const GraphView graph(tape);
    std::vector<NodeId> order;
    boost::topological_sort(graph, std::back_inserter(order));
    CHECK(order.back() == x.id());
    CHECK(in_degree(0, graph) == 1);
  }

  TEST_CASE("the drawing shows what the loss depends on, each operand once for every use") {
    Tape tape;
    const Var x = tape.variable(Tensor::from({2}, {1, 2})), y = x * x;
    exp(y);
    const Var f = sum(y);
    const std::string text = drawing(f);
    CHECK(count(text, " -> ") == 3);
    CHECK(count(text, "0 -> 1;") == 2);
    CHECK(count(text, "label=\"mul\\nf64 [2]\"") == 1);
    CHECK(count(text, "exp") == 0);
    CHECK(count(text, "peripheries=2") == 1);
    CHECK(count(text, "1. 4.") == 0);
    CHECK(count(drawing(f, {.values = true}), "1. 4.") == 1);
    CHECK(count(drawing(f, {.horizontal = true}), "rankdir=LR") == 1);
  }

  TEST_CASE("layers are frames around their parameters, their product and their activation, and the cost is in none") {
    Tape tape;
    const nn::Mlp net({3, 4, 2}, {.hidden = nn::sigmoid, .output = nn::softmax, .seed = 1, .dtype = f64});
    const Var cost = quadratic_cost(net(tape.constant(ones({5, 3}))), ones({5, 2}));
    const std::string text = drawing(cost);
    CHECK(count(text, "subgraph cluster_") == 2);
    for (const char* name : {"net.0", "net.1"}) {
      const std::size_t from = text.find("label=\"" + std::string(name) + "\"");
      REQUIRE(from != std::string::npos);
      const std::string frame = text.substr(from, text.find("  }\n", from) - from);
      CHECK(count(frame, "label=\"weight\\n") == 1);
      CHECK(count(frame, "label=\"bias\\n") == 1);
      CHECK(count(frame, "label=\"linear\\n") == 1);
      CHECK(count(frame, name == std::string("net.0") ? "label=\"sigmoid" : "label=\"softmax") == 1);
      CHECK(count(frame, "\n    ") == 5);  // the line of the font, and four nodes
    }
    const std::string flat = drawing(cost, {.layers = false});
    CHECK(count(flat, "cluster") == 0);
    CHECK(count(flat, "label=\"net.0.weight\\n") == 1);
    CHECK(count(flat, " [label=") == count(text, " [label="));
  }

  TEST_CASE("names are quoted, and a record that was used up can be drawn") {
    Tape tape;
    Parameter w("a\"b\\.weight", ones({2}));
    const Var f = sum(tape.parameter(w));
    CHECK(count(drawing(f), "label=\"a\\\"b\\\\\"") == 1);
    Parameter* const all[] = {&w};
    optim::Sgd{}.step(all, f);
    CHECK(count(drawing(f, {.values = true}), "label=\"weight\\nf64 [2]\"") == 1);
  }
}
