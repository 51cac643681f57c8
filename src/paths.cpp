#include <algorithm>
#include <functional>
#include <nabla/error.hpp>
#include <nabla/paths.hpp>
#include <numeric>

#include "node.hpp"

namespace nabla {
namespace {

/// ∂ node / ∂ operand in this slot, with the other operands held: the reverse rule, given the cotangent 1.
double edge_factor(const Tape& tape, NodeId id, std::size_t slot) {
  const Node& node = tape.node(id);
  std::vector<const Tensor*> operands;
  for (NodeId operand : node.operands()) operands.push_back(&tape.value(operand));
  std::vector<Tensor> grad(operands.size());
  const auto needs = std::make_unique<bool[]>(operands.size());
  needs[slot] = true;
  const Tensor one = ones(node.value().shape(), node.value().dtype());
  node.table()->vjp(node.op(), Pullback<Tensor>{.in = Tensors(operands),
                                                .out = node.value(),
                                                .ct = one,
                                                .needs = {needs.get(), operands.size()},
                                                .grad = grad});
  return grad[slot].defined() ? grad[slot].item() : 0;
}

/// One step of a path, from an operand up to an operation.
struct Step {
  NodeId user;
  double factor;
};

/// The steps that lead from x to f, by the operand that they begin at.
class Steps {
 public:
  Steps(const Tape& tape, NodeId x, NodeId f) : from_(f - x + 1), x_(x) {
    std::vector<bool> depends(f - x + 1, false);  // on x, and is a scalar with a derivative
    depends[0] = true;
    for (NodeId id = x + 1; id <= f; ++id) {
      const OpInfo* operation = tape.operation(id);
      depends[id - x] = operation && operation->differentiable &&
                        std::ranges::any_of(tape.operands(id), [&](NodeId o) { return o >= x && depends[o - x]; });
    }
    std::vector<bool> leads(f - x + 1, false);  // to f
    leads[f - x] = true;
    for (NodeId id = f; id > x; --id) {
      if (!leads[id - x] || !depends[id - x]) continue;
      const std::span<const NodeId> operands = tape.operands(id);
      for (std::size_t slot = 0; slot < operands.size(); ++slot) {
        const NodeId operand = operands[slot];
        if (operand < x || !depends[operand - x]) continue;
        require_scalars(tape, id, operand);
        leads[operand - x] = true;
        from_[operand - x].push_back({id, edge_factor(tape, id, slot)});
      }
    }
    for (std::vector<Step>& steps : from_) std::ranges::reverse(steps);
  }

  const std::vector<Step>& from(NodeId operand) const { return from_[operand - x_]; }

  /// As a double, for it may be astronomic.
  double number_of_paths() const {
    std::vector<double> paths(from_.size(), 0);  // from each node to f
    paths.back() = 1;
    for (std::size_t i = from_.size() - 1; i-- > 0;)
      for (const Step& step : from_[i]) paths[i] += paths[step.user - x_];
    return paths[0];
  }

 private:
  static void require_scalars(const Tape& tape, NodeId user, NodeId operand) {
    for (NodeId id : {user, operand})
      if (tape.value(id).size() != 1)
        throw ShapeError("paths", fmt::format("Node {} on a path has shape {}; a path goes through scalars, so record "
                                              "each neuron by itself",
                                              id, tape.value(id).shape()));
  }

  std::vector<std::vector<Step>> from_;
  NodeId x_;
};

}  // namespace

double Path::product() const { return std::accumulate(factors.begin(), factors.end(), 1.0, std::multiplies()); }

std::vector<Path> paths(const Var& f, const Var& x, std::int64_t most) {
  const Tape& tape = f.tape();
  for (const Var& end : {f, x})
    if (!is_floating(tape.node("paths", end).value().dtype()))
      throw DTypeError("paths", fmt::format("A derivative of or with respect to {} values does not exist; record "
                                            "floating values",
                                            end.dtype()));
  tape.require_whole("paths", f.id());
  if (x.id() > f.id()) return {};

  const Steps steps(tape, x.id(), f.id());
  if (const double number = steps.number_of_paths(); number > static_cast<double>(most))
    throw ValueError("paths", fmt::format("{} paths, and {} are allowed; allow more, or take gradient(), which passes "
                                          "every edge once",
                                          number, most));

  // Depth first: the path so far, and for each of its nodes the next step to be tried.
  std::vector<Path> found;
  Path path{.nodes = {x.id()}, .factors = {}};
  std::vector<std::size_t> next{0};
  while (!next.empty()) {
    const NodeId at = path.nodes.back();
    if (at == f.id()) found.push_back(path);
    if (const std::vector<Step>& from = steps.from(at); next.back() < from.size()) {
      const Step& step = from[next.back()++];
      path.nodes.push_back(step.user);
      path.factors.push_back(step.factor);
      next.push_back(0);
    } else {
      path.nodes.pop_back();
      if (!path.factors.empty()) path.factors.pop_back();
      next.pop_back();
    }
  }
  return found;
}

double sum_over_paths(const Var& f, const Var& x, std::int64_t most) {
  double sum = 0;
  for (const Path& path : paths(f, x, most)) sum += path.product();
  return sum;
}

}  // namespace nabla
