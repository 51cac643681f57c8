#include "check_op_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nabla/gradient.hpp>
#include <nabla/random.hpp>

namespace nabla::checking {
namespace {

Tensor draw(const OperandSpec& spec, Rng& rng) {
  if (spec.dtype == u8) return rng.integers(spec.shape, 0, 2).to(u8);
  if (!is_floating(spec.dtype)) {
    const auto low = static_cast<std::int64_t>(spec.low), high = static_cast<std::int64_t>(spec.high);
    return rng.integers(spec.shape, low, std::max(high, low + 1)).to(spec.dtype);
  }
  const Tensor x = rng.uniform(spec.shape, spec.low, spec.high);
  return (spec.distribution ? x / sum(x, -1, true) : x).to(spec.dtype);
}

}  // namespace

Operands draw(const std::vector<OperandSpec>& specs, std::uint64_t seed) {
  Rng rng(seed);
  Operands operands;
  for (const OperandSpec& spec : specs) operands.push_back(draw(spec, rng));
  return operands;
}

std::string describe(const std::vector<OperandSpec>& specs) {
  std::vector<std::string> shapes;
  for (const OperandSpec& spec : specs) shapes.push_back(fmt::format("{} {}", spec.dtype, spec.shape));
  return fmt::format("({})", fmt::join(shapes, ", "));
}

Trial::Trial(const Sample& s, std::uint64_t seed)
    : sample(s), operands(draw(s.operands, seed)), result(s.op(operands)) {
  for (std::size_t i = 0; i < operands.size(); ++i)
    if (is_floating(operands[i].dtype()) && sample.op.info().differentiable) active.push_back(i);
  if (is_floating(result.dtype())) ct = Rng(seed, 1).uniform(result.shape(), 0.5, 1.5).to(result.dtype());
}

PooledVector<Var> Trial::record(Tape& tape, const Operands& values) const {
  PooledVector<Var> vars;
  for (const Tensor& x : values) vars.push_back(is_floating(x.dtype()) ? tape.variable(x) : tape.constant(x));
  return vars;
}

PooledVector<Var> Trial::active_of(const PooledVector<Var>& vars) const {
  PooledVector<Var> some;
  for (const std::size_t i : active) some.push_back(vars[i]);
  return some;
}

Operands Trial::gradients(const Operands& values, const Tensor& seed) const {
  Tape tape;
  const PooledVector<Var> vars = record(tape, values);
  const Var y = sample.op(vars);
  const Gradients g = gradient(y, std::span<const Var>(active_of(vars)), seed);
  Operands all;
  for (std::size_t i = 0; i < g.size(); ++i) all.push_back(g.at(i));
  return all;
}

Operands Trial::call_rule(void (*rule)(const void*, const Pullback<Tensor>&),
                          const std::vector<std::size_t>& wanted) const {
  std::vector<const Tensor*> in;
  for (const Tensor& x : operands) in.push_back(&x);
  const std::unique_ptr<bool[]> needs(new bool[operands.size()]());
  for (const std::size_t i : wanted) needs[i] = true;
  Operands grad(operands.size());
  rule(sample.op.op(), {Tensors(in), result, ct, {needs.get(), operands.size()}, grad});
  return grad;
}

}  // namespace nabla::checking
