#include <nabla/error.hpp>
#include <nabla/gradient.hpp>

#include "sweep.hpp"

namespace nabla {
namespace {

const Tensor* value_of(const Tape&, const Tensor& seed) { return seed.defined() ? &seed : nullptr; }
const Tensor* value_of(const Tape& tape, const Var& seed) {
  return seed.defined() ? &tape.node("gradient", seed).value() : nullptr;
}

Tensor as_seed(const Var& f, const Tensor& seed) { return seed.defined() ? seed : ones(f.shape(), f.dtype()); }

Var as_seed(const Var& f, const Var& seed) {
  return seed.defined() ? seed : f.tape().constant(ones(f.shape(), f.dtype()));
}

void check_seed(const Tensor& value, const Tensor* seed) {
  if (!is_floating(value.dtype()))
    throw DTypeError("gradient", fmt::format("f is {}; only f32 and f64 results have derivatives", value.dtype()));
  if (!seed) {
    if (value.size() != 1)
      throw ShapeError("gradient",
                       fmt::format("f has shape {}, not one element; reduce it, by sum() for example, or pass a seed "
                                   "of that shape",
                                   value.shape()));
    return;
  }
  if (seed->shape() != value.shape())
    throw ShapeError("gradient",
                     fmt::format("The seed has shape {}, f has {}; they must be equal", seed->shape(), value.shape()));
  if (seed->dtype() != value.dtype())
    throw DTypeError("gradient", fmt::format("The seed is {}, f is {}; convert the seed with to({})", seed->dtype(),
                                             value.dtype(), value.dtype()));
}

void require_seed_each(std::size_t functions, std::size_t seeds) {
  if (functions == 0 || functions != seeds)
    throw ValueError(
        "gradient",
        fmt::format("{} functions and {} seeds; give one function or more, and a seed for each", functions, seeds));
}

Tensor zeros_on(Tape&, const Shape& shape, DType dtype, std::type_identity<Tensor>) { return zeros(shape, dtype); }
Var zeros_on(Tape& tape, const Shape& shape, DType dtype, std::type_identity<Var>) {
  return tape.constant(zeros(shape, dtype));
}

void sweep(Tape& tape, std::span<const NodeId> roots, std::span<Tensor> seeds, std::span<const NodeId> wrt,
           std::span<Tensor> result) {
  auto kept = tape.take_kept<detail::KeptAdjoints>();
  detail::sweep(tape, roots, seeds, wrt, result, kept->adjoints);
  tape.keep(std::move(kept));
}
void sweep(Tape& tape, std::span<const NodeId> roots, std::span<Var> seeds, std::span<const NodeId> wrt,
           std::span<Var> result) {
  detail::Adjoints<Var> adjoints;
  detail::sweep(tape, roots, seeds, wrt, result, adjoints);
}

void make_dense(Tensor& x) {
  if (!x.is_contiguous()) x = x.contiguous();
}
void make_dense(Var&) {}

/// Σ seed · ∂f/∂x over fs, for each x; empty where none of them depends on it, or x is empty.
template <Value V>
PooledVector<V> derivatives(std::span<const Var> fs, std::span<const Var> xs, std::span<const V> seeds) {
  Tape& tape = fs[0].tape();
  PooledVector<NodeId> roots;
  for (std::size_t i = 0; i < fs.size(); ++i) {
    check_seed(tape.node("gradient", fs[i]).value(), value_of(tape, seeds[i]));
    tape.require_whole("gradient", fs[i].id());
    roots.push_back(fs[i].id());
  }
  PooledVector<NodeId> wrt;
  for (const Var& x : xs) {
    if (!x.defined()) continue;
    const DType dtype = tape.node("gradient", x).value().dtype();
    if (!is_floating(dtype))
      throw DTypeError("gradient", fmt::format("An x is {}; only f32 and f64 values have derivatives", dtype));
    wrt.push_back(x.id());
  }
  PooledVector<V> found(wrt.size());
  const Tape::Mark before = tape.mark();
  try {
    PooledVector<V> cotangents;
    for (std::size_t i = 0; i < fs.size(); ++i) cotangents.push_back(as_seed(fs[i], seeds[i]));
    sweep(tape, roots, std::span<V>(cotangents), wrt, std::span<V>(found));
  } catch (...) {  // a rule that fails leaves nothing of a recorded sweep behind
    tape.rewind(before);
    throw;
  }
  for (V& derivative : found) make_dense(derivative);
  if (found.size() == xs.size()) return found;
  PooledVector<V> all(xs.size());
  for (std::size_t i = 0, k = 0; i < xs.size(); ++i)
    if (xs[i].defined()) all[i] = std::move(found[k++]);
  return all;
}

template <class T>
std::span<const T> one(const T& x) {
  return {&x, 1};
}

template <Value V>
GradientsOf<V> gradient_of_vars(std::span<const Var> fs, std::span<const Var> wrt, std::span<const V> seeds) {
  require_seed_each(fs.size(), seeds.size());
  for (const Var& x : wrt) fs[0].tape().node("gradient", x);  // an empty Var is refused here
  PooledVector<V> values = derivatives(fs, wrt, seeds);
  PooledVector<typename GradientsOf<V>::Entry> entries;
  entries.reserve(wrt.size());
  for (std::size_t i = 0; i < wrt.size(); ++i) {
    if (!values[i].defined())
      values[i] = zeros_on(fs[0].tape(), wrt[i].shape(), wrt[i].dtype(), std::type_identity<V>());
    entries.push_back({wrt[i], 0, std::move(values[i])});
  }
  return GradientsOf<V>(std::move(entries));
}

template <Value V>
GradientsOf<V> gradient_of_parameters(std::span<const Var> fs, std::span<const Parameter* const> parameters,
                                      std::span<const V> seeds) {
  require_seed_each(fs.size(), seeds.size());
  PooledVector<Var> leaves;
  leaves.reserve(parameters.size());
  for (const Parameter* p : parameters) leaves.push_back(fs[0].tape().find(*p));
  PooledVector<V> values = derivatives(fs, std::span<const Var>(leaves), seeds);
  PooledVector<typename GradientsOf<V>::Entry> entries;
  entries.reserve(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& p = *parameters[i];
    if (!values[i].defined()) values[i] = zeros_on(fs[0].tape(), p.shape(), p.dtype(), std::type_identity<V>());
    entries.push_back({leaves[i], p.id(), std::move(values[i])});
  }
  return GradientsOf<V>(std::move(entries));
}

std::span<const Var> as_span(std::initializer_list<Var> list) { return {list.begin(), list.size()}; }

}  // namespace

Gradients gradient(const Var& f, std::span<const Var> wrt, const Tensor& seed) {
  return gradient_of_vars(one(f), wrt, one(seed));
}
Gradients gradient(const Var& f, std::initializer_list<Var> wrt, const Tensor& seed) {
  return gradient_of_vars(one(f), as_span(wrt), one(seed));
}
Gradients gradient(std::span<const Var> fs, std::span<const Var> wrt, std::span<const Tensor> seeds) {
  return gradient_of_vars(fs, wrt, seeds);
}
Gradients gradient(std::span<const Var> fs, std::span<const Parameter* const> parameters,
                   std::span<const Tensor> seeds) {
  return gradient_of_parameters(fs, parameters, seeds);
}
Gradients gradient(const Var& f, std::span<const Parameter* const> parameters, const Tensor& seed) {
  return gradient_of_parameters(one(f), parameters, one(seed));
}

RecordedGradients gradient_recorded(const Var& f, std::span<const Var> wrt, const Var& seed) {
  return gradient_of_vars(one(f), wrt, one(seed));
}
RecordedGradients gradient_recorded(const Var& f, std::initializer_list<Var> wrt, const Var& seed) {
  return gradient_of_vars(one(f), as_span(wrt), one(seed));
}
RecordedGradients gradient_recorded(std::span<const Var> fs, std::span<const Var> wrt, std::span<const Var> seeds) {
  return gradient_of_vars(fs, wrt, seeds);
}
RecordedGradients gradient_recorded(const Var& f, std::span<const Parameter* const> parameters, const Var& seed) {
  return gradient_of_parameters(one(f), parameters, one(seed));
}

template <Value V>
const V& GradientsOf<V>::operator[](const Var& x) const {
  for (const Entry& entry : entries_)
    if (x.defined() && entry.x == x) return entry.value;
  throw ValueError(
      "gradient",
      fmt::format("No gradient with respect to node {} was asked for; name it in the call of gradient()", x.id()));
}

template <Value V>
const V& GradientsOf<V>::operator[](const Parameter& parameter) const {
  for (const Entry& entry : entries_)
    if (entry.parameter == parameter.id()) return entry.value;
  throw ValueError("gradient",
                   fmt::format("No gradient with respect to parameter '{}' was asked for; name it in the call of "
                               "gradient()",
                               parameter.name()));
}

template class GradientsOf<Tensor>;
template class GradientsOf<Var>;

}  // namespace nabla
