// The floor of a dynamic tape: nodes, values and adjoints from one bump arena, and nothing that a library needs. No
// checks beyond the shapes, no dtypes, no views, no ownership, no handles that can go stale.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

namespace bump {

class Arena {
 public:
  explicit Arena(std::size_t bytes) : memory_(std::make_unique<std::byte[]>(bytes)), end_(bytes) {}

  void* get(std::size_t bytes) {
    const std::size_t at = next_;
    next_ += (bytes + 15) / 16 * 16;
    if (next_ > end_) throw std::bad_alloc();
    return memory_.get() + at;
  }
  void reset() { next_ = 0; }

 private:
  std::unique_ptr<std::byte[]> memory_;
  std::size_t next_ = 0;
  std::size_t end_;
};

struct Node {
  void (*reverse)(Node&);  // null for a leaf
  Node* in[2];
  std::int64_t rows, columns;
  double* value;
  double* adjoint;

  std::int64_t size() const { return rows * columns; }
};

class Tape {
 public:
  void clear() {
    arena_.reset();
    nodes_.clear();
  }

  Node* leaf(std::int64_t rows, std::int64_t columns, double value) {
    Node* x = node(rows, columns, {nullptr, nullptr}, nullptr);
    for (std::int64_t i = 0; i < x->size(); ++i) x->value[i] = value;
    return x;
  }

  Node* add(Node* a, Node* b) {
    Node* y = like(a, b, [](Node& node) {
      for (std::int64_t i = 0; i < node.size(); ++i) {
        node.in[0]->adjoint[i] += node.adjoint[i];
        node.in[1]->adjoint[i] += node.adjoint[i];
      }
    });
    for (std::int64_t i = 0; i < y->size(); ++i) y->value[i] = a->value[i] + b->value[i];
    return y;
  }

  Node* mul(Node* a, Node* b) {
    Node* y = like(a, b, [](Node& node) {
      for (std::int64_t i = 0; i < node.size(); ++i) {
        node.in[0]->adjoint[i] += node.adjoint[i] * node.in[1]->value[i];
        node.in[1]->adjoint[i] += node.adjoint[i] * node.in[0]->value[i];
      }
    });
    for (std::int64_t i = 0; i < y->size(); ++i) y->value[i] = a->value[i] * b->value[i];
    return y;
  }

  Node* sigmoid(Node* a) {
    Node* y = like(a, a, [](Node& node) {
      for (std::int64_t i = 0; i < node.size(); ++i)
        node.in[0]->adjoint[i] += node.adjoint[i] * (node.value[i] * (1 - node.value[i]));
    });
    for (std::int64_t i = 0; i < y->size(); ++i) y->value[i] = 1 / (1 + std::exp(-a->value[i]));
    return y;
  }

  Node* matmul(Node* a, Node* b) {
    if (a->columns != b->rows) throw std::invalid_argument("matmul");
    Node* y = node(a->rows, b->columns, {a, b}, [](Node& result) {
      const Node& left = *result.in[0];
      const Node& right = *result.in[1];
      product(result.adjoint, result.columns, 1, right.value, 1, right.columns, left.adjoint, left.rows, result.columns,
              left.columns);
      product(left.value, 1, left.columns, result.adjoint, result.columns, 1, right.adjoint, right.rows, left.rows,
              right.columns);
    });
    for (std::int64_t i = 0; i < y->size(); ++i) y->value[i] = 0;
    product(a->value, a->columns, 1, b->value, b->columns, 1, y->value, y->rows, a->columns, y->columns);
    return y;
  }

  /// Fills the adjoints of all nodes: ∂C/∂(node) where C is the sum of the elements of y.
  void reverse(Node* y) {
    for (Node* x : nodes_)
      for (std::int64_t i = 0; i < x->size(); ++i) x->adjoint[i] = 0;
    for (std::int64_t i = 0; i < y->size(); ++i) y->adjoint[i] = 1;
    for (std::size_t k = nodes_.size(); k-- > 0;)
      if (nodes_[k]->reverse) nodes_[k]->reverse(*nodes_[k]);
  }

 private:
  struct Operands {
    Node *first, *second;
  };

  Node* node(std::int64_t rows, std::int64_t columns, Operands in, void (*rule)(Node&)) {
    const auto bytes = static_cast<std::size_t>(rows * columns) * sizeof(double);
    Node* x = ::new (arena_.get(sizeof(Node))) Node{rule, {in.first, in.second}, rows, columns, nullptr, nullptr};
    x->value = static_cast<double*>(arena_.get(bytes));
    x->adjoint = static_cast<double*>(arena_.get(bytes));
    nodes_.push_back(x);
    return x;
  }

  Node* like(Node* a, Node* b, void (*rule)(Node&)) {
    if (a->rows != b->rows || a->columns != b->columns) throw std::invalid_argument("shapes differ");
    return node(a->rows, a->columns, {a, b}, rule);
  }

  /// c += a b, with strides by row and by column for a and b.
  static void product(const double* a, std::int64_t a_row, std::int64_t a_column, const double* b, std::int64_t b_row,
                      std::int64_t b_column, double* c, std::int64_t m, std::int64_t k, std::int64_t n) {
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t p = 0; p < k; ++p)
        for (std::int64_t j = 0; j < n; ++j) c[i * n + j] += a[i * a_row + p * a_column] * b[p * b_row + j * b_column];
  }

  Arena arena_{std::size_t{1} << 22};
  std::vector<Node*> nodes_;
};

}  // namespace bump
