// expects: An operation needs a reverse rule for Tensors and for Vars
#include <nabla/op.hpp>

using namespace nabla;

struct Square {
  static constexpr OpInfo info{.name = "square", .arity = 1, .formula = "x^2"};
  void forward(Tensors in, Tensor& out) const { out = in[0] * in[0]; }
  void vjp(const Pullback<Tensor>& p) const { p.grad[0] = 2.0 * p.in[0] * p.ct; }
};

Var call(const Var& x) { return apply(Square{}, x); }
