#include <algorithm>
#include <cmath>
#include <limits>
#include <nabla/op.hpp>

namespace nabla {
namespace ops {

namespace {

/// Whether key j is one that query i sees: j ≤ i.
Tensor up_to_query(std::int64_t queries, std::int64_t keys) {
  Tensor seen = zeros({queries, keys}, u8);
  std::uint8_t* row = seen.mutable_data<std::uint8_t>().data();
  for (std::int64_t i = 0; i < queries; ++i, row += keys) std::fill_n(row, std::min(i + 1, keys), std::uint8_t{1});
  return seen;
}

double scale_of(const Shape& q) { return 1 / std::sqrt(static_cast<double>(q.back())); }

/// How much each query takes of each key: softmax(q kᵀ / √d + mask), [..., queries, keys].
template <Value V>
V weights(const V& q, const V& k, const V& mask, bool causal) {
  V scores = matmul(scale_of(q.shape()) * q, transpose(k)) + mask;
  if (causal) {
    const Shape& shape = scores.shape();
    const V seen = constant_like(q, up_to_query(shape[shape.rank() - 2], shape.back()));
    scores = where(seen, scores, -std::numeric_limits<double>::infinity());
  }
  return softmax(scores);
}

Shape batch_of(const Shape& x) { return Shape(std::span(x.begin(), x.rank() - 2)); }

}  // namespace

Shape Attention::infer(Shapes in) const {
  const Shape &q = in[0], &k = in[1], &v = in[2], &mask = in[3];
  if (q.rank() >= 2 && q.back() == 0)
    throw ShapeError(info.name, fmt::format("q has shape {}, d = 0; queries and keys need a feature or more", q));
  const bool fit =
      q.rank() >= 2 && k.rank() >= 2 && v.rank() >= 2 && q.back() == k.back() && k[k.rank() - 2] == v[v.rank() - 2];
  if (!fit)
    throw ShapeError(info.name,
                     fmt::format("q has shape {}, k {}, v {}; they must be [..., queries, d], [..., keys, d] "
                                 "and [..., keys, values]",
                                 q, k, v));
  Dims scores = broadcast(info.name, batch_of(q), batch_of(k));
  scores.push_back(q[q.rank() - 2]);
  scores.push_back(k[k.rank() - 2]);
  if (mask.rank() > scores.size() || broadcast(info.name, Shape(scores), mask) != scores)
    throw ShapeError(info.name, fmt::format("The mask has shape {}, which does not broadcast to the scores, {}", mask,
                                            Shape(scores)));
  Dims result = broadcast(info.name, batch_of(Shape(scores)), batch_of(v));
  result.push_back(q[q.rank() - 2]);
  result.push_back(v.back());
  return Shape(result);
}

void Attention::forward(Tensors in, Tensor& out) const { out = matmul(weights(in[0], in[1], in[3], causal), in[2]); }

template <Value V>
void Attention::vjp(const Pullback<V>& p) const {
  const V &q = p.in[0], &k = p.in[1], &v = p.in[2];
  const V P = weights(q, k, p.in[3], causal);
  const auto to = [&](std::size_t i, const V& ct) { return sum_to(ct, p.in[i].shape()); };
  if (p.needs[2]) p.grad[2] = to(2, matmul(transpose(P), p.ct));
  if (!p.needs[0] && !p.needs[1] && !p.needs[3]) return;
  const V ct = sum_to(matmul(p.ct, transpose(v)), P.shape());  // of P
  const V scores = P * (ct - sum(ct * P, -1, true));           // the cotangent of the scores
  const double scale = scale_of(q.shape());
  if (p.needs[0]) p.grad[0] = to(0, scale * matmul(scores, k));
  if (p.needs[1]) p.grad[1] = to(1, matmul(transpose(scores), scale * q));
  if (p.needs[3]) p.grad[3] = to(3, scores);
}

std::vector<Sample> Attention::samples() {
  // not with one mask for all scores, which nothing depends on
  return {{Attention{}, {Shape{2, 3}, Shape{4, 3}, Shape{4, 2}, Shape{4}}},
          {Attention{}, {Shape{2, 2, 3}, Shape{2, 3, 3}, Shape{2, 3, 2}, Shape{2, 3}}},
          {Attention{true}, {Shape{2, 3, 2}, Shape{2, 3, 2}, Shape{2, 3, 2}, Shape{3, 3}}},
          {Attention{true}, {Shape{2, 1, 2, 2}, Shape{3, 4, 2}, Shape{4, 1}, Shape{3, 2, 4}}},
          {Attention{}, {Shape{2, 2}, Shape{2, 2}, Shape{3, 2, 1}, Shape{2, 2}}},
          {Attention{}, {Shape{0, 3}, Shape{4, 3}, Shape{4, 2}, Shape{}}}};
}

std::vector<BadCall> Attention::bad_calls() {
  const Shape q{2, 3}, k{4, 3}, v{4, 2};
  return {{Attention{}, {q, Shape{4, 2}, v, Shape{}}, Mistake::shape, "q has shape [2, 3], k [4, 2], v [4, 2]"},
          {Attention{}, {q, k, Shape{3, 2}, Shape{}}, Mistake::shape, "v [3, 2]; they must be [..., queries, d]"},
          {Attention{}, {Shape{2, 0}, Shape{4, 0}, v, Shape{}}, Mistake::shape, "q has shape [2, 0], d = 0"},
          {Attention{}, {Shape{3}, k, v, Shape{}}, Mistake::shape, "q has shape [3]"},
          {Attention{}, {q, k, v, Shape{5, 2, 4}}, Mistake::shape, "does not broadcast to the scores, [2, 4]"},
          {Attention{}, {q, k, v, mask({2, 4})}, Mistake::dtype, "Operands of f64 and u8"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Attention>();

}  // namespace nabla
