#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nabla/einsum.hpp>
#include <nabla/op.hpp>
#include <optional>
#include <string>
#include <utility>

namespace nabla {
namespace {

/// The axes of a tensor by their subscripts: letters by their code; the axes of an ellipsis, counted from the last one,
/// by the codes from 128 on.
using Labels = Dims;
constexpr std::int64_t ellipsis_label = 128;
constexpr std::size_t label_count = 128 + max_rank;

std::size_t position(const Labels& labels, std::int64_t label) {
  return static_cast<std::size_t>(std::find(labels.begin(), labels.end(), label) - labels.begin());
}

bool contains(const Labels& labels, std::int64_t label) { return position(labels, label) < labels.size(); }

Labels joined(Labels a, const Labels& b) {
  for (const std::int64_t label : b) a.push_back(label);
  return a;
}

/// The number of letters in a list of subscripts, and whether there is an ellipsis.
std::pair<std::size_t, bool> count_letters(std::string_view subscripts) {
  const bool ellipsis = subscripts.find("...") != std::string_view::npos;
  return {subscripts.size() - (ellipsis ? 3 : 0), ellipsis};
}

/// An equation read for operands of certain shapes: labels for the axes of operands and result, and their extents.
class Equation {
 public:
  Equation(std::string_view text, std::span<const Shape> shapes);

  const Labels& operand(std::size_t i) const { return operands_[i]; }
  const Labels& result() const { return result_; }
  std::int64_t extent(std::int64_t label) const { return extents_[static_cast<std::size_t>(label)]; }
  Dims extents(const Labels& labels) const {
    Dims all = labels;
    for (std::int64_t& entry : all) entry = extent(entry);
    return all;
  }
  std::int64_t elements(const Labels& labels) const { return Shape(extents(labels)).elements(); }

  template <class E, class... Ts>
  [[noreturn]] void fail(fmt::format_string<Ts...> complaint, Ts&&... values) const {
    throw E("einsum", fmt::format("In \"{}\": {}", text_, fmt::format(complaint, std::forward<Ts>(values)...)));
  }

 private:
  Labels labels_of(std::string_view subscripts, std::size_t ellipsis_axes) const;
  void read_operand(std::string_view subscripts, const Shape& shape);
  void read_result(std::string_view subscripts);
  void conclude_result();

  std::string_view text_;
  PooledVector<Labels> operands_;
  Labels result_;
  std::size_t ellipsis_axes_ = 0;  // of the operand that has most
  std::array<std::int64_t, label_count> extents_;
};

Equation::Equation(std::string_view text, std::span<const Shape> shapes) : text_(text) {
  extents_.fill(1);
  std::string dense(text);
  std::erase(dense, ' ');
  const std::size_t arrow = std::min(dense.find("->"), dense.size());
  std::string_view rest = std::string_view(dense).substr(0, arrow);
  const auto lists = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), ',')) + 1;
  if (lists != shapes.size())
    fail<ValueError>("there are {} lists of subscripts for {} operands; give one for each", lists, shapes.size());
  for (const Shape& shape : shapes) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    read_operand(rest.substr(0, comma), shape);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (arrow < dense.size())
    read_result(std::string_view(dense).substr(arrow + 2));
  else
    conclude_result();
}

Labels Equation::labels_of(std::string_view subscripts, std::size_t ellipsis_axes) const {
  Labels labels;
  for (std::size_t i = 0; i < subscripts.size(); ++i) {
    const char c = subscripts[i];
    if (subscripts.substr(i, 3) == "..." && i == subscripts.find("...")) {
      for (std::size_t k = ellipsis_axes; k-- > 0;) labels.push_back(ellipsis_label + static_cast<std::int64_t>(k));
      i += 2;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      labels.push_back(c);
    } else {
      fail<ValueError>("'{}' in '{}' is no subscript; take letters, and '...' once in each list", c, subscripts);
    }
  }
  return labels;
}

void Equation::read_operand(std::string_view subscripts, const Shape& shape) {
  const std::size_t operand = operands_.size();
  const auto [letters, ellipsis] = count_letters(subscripts);
  if (ellipsis ? letters > shape.rank() : letters != shape.rank())
    fail<ShapeError>("operand {} has shape {} and the subscripts '{}'; there must be one for each axis", operand, shape,
                     subscripts);
  const Labels labels = labels_of(subscripts, shape.rank() - letters);
  ellipsis_axes_ = std::max(ellipsis_axes_, shape.rank() - letters);
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    const std::size_t first = position(labels, labels[axis]);
    if (shape[first] != shape[axis])
      fail<ShapeError>("axes {} and {} of operand {} of shape {} have one subscript; their extents must be equal",
                       first, axis, operand, shape);
    std::int64_t& known = extents_[static_cast<std::size_t>(labels[axis])];
    if (known != 1 && shape[axis] != 1 && known != shape[axis])
      fail<ShapeError>(
          "axis {} of operand {} of shape {} has a subscript whose extent is {} elsewhere; both must be "
          "equal, or one of them 1",
          axis, operand, shape, known);
    if (shape[axis] != 1) known = shape[axis];
  }
  operands_.push_back(labels);
}

void Equation::read_result(std::string_view subscripts) {
  const auto [letters, ellipsis] = count_letters(subscripts);
  const std::size_t rank = letters + (ellipsis ? ellipsis_axes_ : 0);
  if (rank > max_rank) fail<ShapeError>("the result would have {} axes; a tensor has at most {}", rank, max_rank);
  result_ = labels_of(subscripts, ellipsis_axes_);
  for (std::size_t i = 0; i < rank; ++i) {
    const auto has_it = [&](const Labels& labels) { return contains(labels, result_[i]); };
    if (position(result_, result_[i]) < i)
      fail<ValueError>("the result '{}' names an axis twice; name each once", subscripts);
    if (std::none_of(operands_.begin(), operands_.end(), has_it))
      fail<ValueError>("the result '{}' has a subscript that no operand has; take it from an operand", subscripts);
  }
}

/// The axes of the ellipses, then those of the letters that stand once.
void Equation::conclude_result() {
  result_ = labels_of("...", ellipsis_axes_);
  for (std::int64_t letter = 'A'; letter <= 'z'; ++letter) {
    std::int64_t times = 0;
    for (const Labels& labels : operands_) times += std::count(labels.begin(), labels.end(), letter);
    if (times != 1) continue;
    if (result_.size() == max_rank)
      fail<ShapeError>("the result would have more than {} axes; sum over some", max_rank);
    result_.push_back(letter);
  }
}

/// A tensor, and the labels of its axes, each of which stands once.
template <Value V>
struct Factor {
  V value;
  Labels labels;

  /// The axes in this order; labels that are not in it stand for axes that are gone.
  V in_order(const Labels& order) const {
    if (order == labels) return value;
    Dims axes = order;
    for (std::int64_t& axis : axes) axis = static_cast<std::int64_t>(position(labels, axis));
    return permute(value, axes);
  }
};

/// Factors that are multiplied until one is left.
template <Value V>
class Contraction {
 public:
  Contraction(const Equation& equation, std::span<const V> operands);
  V run();

 private:
  void take_diagonals(Factor<V>& factor) const;
  void drop_ones(Factor<V>& factor) const;
  void sum_over_own(std::size_t i);
  bool is_wanted(std::int64_t label, std::size_t i, std::size_t k) const;
  std::optional<double> product_size(std::size_t i, std::size_t k) const;
  V as_matrices(const Factor<V>& factor, const Labels& batch, const Labels& rows, const Labels& columns) const;
  Factor<V> product(std::size_t i, std::size_t k) const;

  const Equation& equation_;
  std::vector<Factor<V>> factors_;
};

template <Value V>
Contraction<V>::Contraction(const Equation& equation, std::span<const V> operands) : equation_(equation) {
  for (std::size_t i = 0; i < operands.size(); ++i) {
    Factor<V> factor{operands[i], equation.operand(i)};
    take_diagonals(factor);
    drop_ones(factor);
    factors_.push_back(factor);
  }
}

template <Value V>
void Contraction<V>::take_diagonals(Factor<V>& factor) const {
  Labels& labels = factor.labels;
  for (std::size_t i = labels.size(); i-- > 0;) {
    const std::int64_t label = labels[i];
    const std::size_t first = position(labels, label);
    if (first == i) continue;
    factor.value = diagonal(factor.value, 0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(i));
    labels.erase(i);
    labels.erase(first);
    labels.push_back(label);
    i = labels.size();  // from the start: a letter may stand three times
  }
}

/// What has the extent 1 along an axis that is longer elsewhere does not depend on that axis.
template <Value V>
void Contraction<V>::drop_ones(Factor<V>& factor) const {
  const Shape shape = factor.value.shape();
  Labels left;
  for (std::size_t i = 0; i < shape.rank(); ++i)
    if (shape[i] == equation_.extent(factor.labels[i])) left.push_back(factor.labels[i]);
  factor.value = reshape(factor.value, equation_.extents(left));
  factor.labels = left;
}

/// Whether anything but the factors i and k, which are to be multiplied, has the label.
template <Value V>
bool Contraction<V>::is_wanted(std::int64_t label, std::size_t i, std::size_t k) const {
  if (contains(equation_.result(), label)) return true;
  for (std::size_t other = 0; other < factors_.size(); ++other)
    if (other != i && other != k && contains(factors_[other].labels, label)) return true;
  return false;
}

template <Value V>
void Contraction<V>::sum_over_own(std::size_t i) {
  Factor<V>& factor = factors_[i];
  Labels left;
  Axes own{Dims{}};
  for (std::size_t axis = 0; axis < factor.labels.size(); ++axis)
    if (is_wanted(factor.labels[axis], i, i))
      left.push_back(factor.labels[axis]);
    else
      own.list.push_back(static_cast<std::int64_t>(axis));
  if (own.list.empty()) return;
  factor.value = sum(factor.value, own);
  factor.labels = left;
}

/// The number of elements of a product, and nothing where it would have too many axes.
template <Value V>
std::optional<double> Contraction<V>::product_size(std::size_t i, std::size_t k) const {
  const Labels &a = factors_[i].labels, &b = factors_[k].labels;
  double size = 1;
  std::size_t rank = 0;
  const auto count = [&](std::int64_t label) {
    if (!is_wanted(label, i, k)) return;
    size *= static_cast<double>(equation_.extent(label));
    ++rank;
  };
  for (const std::int64_t label : a) count(label);
  for (const std::int64_t label : b)
    if (!contains(a, label)) count(label);
  return rank <= max_rank ? std::optional(size) : std::nullopt;
}

/// [batch ..., Π rows, Π columns], as a transposed view where the axes stand the other way round.
template <Value V>
V Contraction<V>::as_matrices(const Factor<V>& factor, const Labels& batch, const Labels& rows,
                              const Labels& columns) const {
  const bool transposed = factor.labels == joined(joined(batch, columns), rows) && factor.labels.size() > batch.size();
  const Labels &first = transposed ? columns : rows, &second = transposed ? rows : columns;
  Dims shape = equation_.extents(batch);
  shape.push_back(equation_.elements(first));
  shape.push_back(equation_.elements(second));
  const V matrices = reshape(factor.in_order(joined(joined(batch, first), second)), shape);
  return transposed ? transpose(matrices) : matrices;
}

template <Value V>
Factor<V> Contraction<V>::product(std::size_t i, std::size_t k) const {
  const Factor<V>&a = factors_[i], &b = factors_[k];
  Labels batch, rows, columns, inner;
  for (const std::int64_t label : a.labels)
    (contains(b.labels, label) ? (is_wanted(label, i, k) ? batch : inner) : rows).push_back(label);
  for (const std::int64_t label : b.labels)
    if (!contains(a.labels, label)) columns.push_back(label);
  const V left = as_matrices(a, batch, rows, inner), right = as_matrices(b, batch, inner, columns);
  const Labels labels = joined(joined(batch, rows), columns);
  return {reshape(inner.empty() ? left * right : matmul(left, right), equation_.extents(labels)), labels};
}

template <Value V>
V Contraction<V>::run() {
  while (factors_.size() > 1) {
    for (std::size_t i = 0; i < factors_.size(); ++i) sum_over_own(i);
    std::size_t left = 0, right = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < factors_.size(); ++i)
      for (std::size_t k = i + 1; k < factors_.size(); ++k)
        if (const std::optional<double> size = product_size(i, k); size && *size < smallest)
          smallest = *size, left = i, right = k;
    if (left == right)
      equation_.fail<ShapeError>("a product of two operands would have more than {} axes; sum over some first",
                                 max_rank);
    factors_[left] = product(left, right);
    factors_.erase(factors_.begin() + static_cast<std::ptrdiff_t>(right));
  }
  sum_over_own(0);
  return factors_[0].in_order(equation_.result());
}

template <class F>
Tensor leaving_no_trace(std::span<const Tensor>, F f) {
  return f();
}
/// What an operation that fails has recorded before is removed.
template <class F>
Var leaving_no_trace(std::span<const Var> operands, F f) {
  Tape& tape = operands[0].tape();
  const Tape::Mark before = tape.mark();
  try {
    return f();
  } catch (...) {
    tape.rewind(before);
    throw;
  }
}

}  // namespace

template <Value V>
V einsum(std::string_view equation, std::span<const V> operands) {
  std::vector<Shape> shapes;
  for (const V& x : operands) {
    if (!x.defined()) throw ValueError("einsum", "An empty operand was given; give it a value first");
    if (!is_floating(x.dtype()) || x.dtype() != operands[0].dtype())
      throw DTypeError("einsum", fmt::format("In \"{}\": operands of {} and {}; all must be f32, or all f64", equation,
                                             operands[0].dtype(), x.dtype()));
    shapes.push_back(x.shape());
  }
  const Equation read(equation, shapes);
  return leaving_no_trace(operands, [&] { return Contraction<V>(read, operands).run(); });
}

template Tensor einsum(std::string_view, std::span<const Tensor>);
template Var einsum(std::string_view, std::span<const Var>);

}  // namespace nabla
