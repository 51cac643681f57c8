// A random graph of operations, drawn from a seed, with the value of every node at five points of a line.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <nabla/nabla.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace random_graphs {

using nabla::Shape;
using nabla::Tensor;
using nabla::Var;

using Id = std::size_t;

constexpr std::size_t number_of_inputs = 3;
constexpr std::int64_t usual_elements = 48;  // of a node, at most

/// The distance h between the points x + t h v, t = -2 … 2, of the fourth-order central difference, as a power of two.
/// Its error is h⁴ f⁽⁵⁾ / 30, and that of rounding about 10⁻¹⁶ f / h: with h = 1/2048 they are 2·10⁻¹⁵ f⁽⁵⁾ and 2·10⁻¹³
/// f, so 10⁻⁷ of the derivative leaves room for a fifth derivative 10⁷ times as large, and for a slope 10⁻⁶ times as
/// large as the values. A larger h would let more graphs reach a kink, a smaller one hide small slopes in rounding.
constexpr double h = 1.0 / 2048;

/// The points by their index: t = index − 2.
constexpr std::size_t points = 5, centre = 2;
using Line = std::array<Tensor, points>;

/// A function of Tensors and of Vars: one generic lambda.
struct Function {
  std::function<Tensor(const std::vector<Tensor>&)> compute;
  std::function<Var(const std::vector<Var>&)> record;
};
template <std::size_t N, class F>
auto of_list(F f) {
  return [f](const auto& x) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) { return f(x[i]...); }
    (std::make_index_sequence<N>());
  };
}

/// What must be the same at all points for them to lie on one smooth piece of a function: on which side of each kink an
/// argument is, in which order elements stand. Then the values at the points are those of that smooth piece, whatever
/// happens between them, and their difference is its derivative.
using Pattern = std::function<Tensor(const std::vector<Tensor>&)>;
struct Smooth {};

class Graph {
 public:
  /// Draws the inputs, and 5 to 50 operations. All that is drawn depends on the seed alone.
  explicit Graph(std::uint64_t seed);

  /// @name For the recipes: what a recipe draws
  /// @{
  std::int64_t draw(std::int64_t n);  ///< 0 … n − 1
  bool chance(int percent) { return draw(100) < percent; }
  Tensor indices(const Shape& shape, std::int64_t n) { return rng_.integers(shape, 0, n); }
  /// A node as an operand: preferably one that is not used yet, otherwise any, so that values fan out.
  Id any();
  /// The same among the nodes whose shape suits, if there are any.
  std::optional<Id> any(const std::function<bool(const Shape&)>& suits);
  std::optional<Id> with_axes();      ///< with one axis at least
  std::optional<Id> with_elements();  ///< with one axis and one element at least
  const Shape& shape(Id id) const { return nodes_[id].line[centre].shape(); }
  std::int64_t axis(Id id) { return draw(static_cast<std::int64_t>(shape(id).rank())); }

  /// Adds the node f(operands). The text is an expression in a, b, c … for the operands, for people; the pattern
  /// belongs to a function with kinks or steps. False, and nothing is added, when the result would be too large.
  template <std::size_t N, class F, class P = Smooth>
  bool add(std::string text, const Id (&operands)[N], F f, P pattern = {}) {
    const auto listed = of_list<N>(f);
    Node node{std::move(text), {operands, operands + N}, {listed, listed}, {}, {}};
    if constexpr (!std::is_same_v<P, Smooth>) node.pattern = of_list<N>(pattern);
    return add(std::move(node));
  }
  /// @}

  /// The output of the graph, recorded from its inputs.
  Var operator()(const Var& x, const Var& y, const Var& z) const;

  const Line& input(std::size_t i) const { return nodes_[i].line; }
  const Tensor& direction(std::size_t i) const { return directions_[i]; }
  const Line& output() const { return nodes_.back().line; }
  const Tensor& cotangent() const { return cotangent_; }  ///< one for the output
  bool has_kink() const { return has_kink_; }             ///< within reach of the difference
  std::size_t operations() const { return nodes_.size() - number_of_inputs; }
  std::string to_string() const;

 private:
  struct Node {
    std::string text;
    std::vector<Id> operands;
    Function f;
    Pattern pattern;  // empty for a smooth function
    Line line;
    bool used = false;
  };

  void draw_inputs();
  bool add(Node node, std::int64_t most_elements = usual_elements);
  static void bound(Node& node);
  void join_unused();
  Id choose(const std::vector<Id>& candidates);

  nabla::Rng rng_;
  std::vector<Node> nodes_;  // the inputs first
  std::array<Tensor, number_of_inputs> directions_;
  Tensor cotangent_;
  bool has_kink_ = false;
};

/// Adds one operation of a kind, with what it needs around it to stay in its domain; false where nothing fits.
using Recipe = bool (*)(Graph&);

/// @name All recipes, each group in a file of its own
/// @{
bool add_unary(Graph& graph);
bool add_binary(Graph& graph);
bool add_reduction(Graph& graph);
bool add_shape_operation(Graph& graph);
bool add_indexing(Graph& graph);
bool add_product(Graph& graph);
bool add_loss(Graph& graph);
/// @}

}  // namespace random_graphs
