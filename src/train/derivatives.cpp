#include "derivatives.hpp"

#include <algorithm>
#include <limits>
#include <nabla/ops.hpp>
#include <vector>

namespace nabla::train {

double larger(double a, double b) { return a >= b ? a : b; }

double largest_entry(const Gradients& gradients) {
  double largest = 0;
  for (std::size_t i = 0; i < gradients.size(); ++i)
    largest = larger(norm(gradients.at(i), std::numeric_limits<double>::infinity()).item(), largest);
  return largest;
}

PooledVector<Var> weighted_inputs(Tape& tape) {
  PooledVector<Var> found;
  for (NodeId id = 0; id < tape.size(); ++id) {
    bool parameter = false, other = false;
    for (const NodeId operand : tape.operands(id)) (tape.parameter_name(operand).empty() ? other : parameter) = true;
    if (parameter && other) found.push_back(tape.var(id));
  }
  return found;
}

bool depends_on(const Var& f, const Parameters& parameters) {
  Tape& tape = f.tape();
  std::vector<bool> leads_to_f(static_cast<std::size_t>(f.id()) + 1);
  leads_to_f.back() = true;
  for (NodeId id = f.id(); id > 0; --id)  // operands stand before their results
    if (leads_to_f[id])
      for (const NodeId operand : tape.operands(id)) leads_to_f[operand] = true;
  return std::ranges::any_of(parameters, [&](const Parameter* p) {
    const Var leaf = tape.find(*p);
    return leaf.defined() && leaf.id() < leads_to_f.size() && leads_to_f[leaf.id()];
  });
}

}  // namespace nabla::train
