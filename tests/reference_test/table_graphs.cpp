// Expressions of several operations.
#include "table.hpp"

namespace reference {

using namespace nabla;

namespace {

Var element(const Var& x, std::int64_t i) { return reshape(slice(x, 0, i, i + 1), {}); }
Var row(const Var& x, std::int64_t i) { return reshape(slice(x, 0, i, i + 1), {x.shape()[1]}); }
Var column(const Var& x, std::int64_t k) { return reshape(slice(x, 1, k, k + 1), {x.shape()[0]}); }

Var quadratic_map(Var y) {
  for (int i = 0; i < 10; ++i) y = 0.5 * y * y + 0.3 * y;
  return y;
}

/// D. M. Himmelblau, Applied Nonlinear Programming, 1972.
Var himmelblau(const Var& x, const Var& y) { return square(x * x + y - 11.0) + square(x + y * y - 7.0); }

Var recurrent_net(const Call& c) {
  const Var &x = c["x"], &w = c["w"], &u = c["u"], &b = c["b"];
  Var h = x.tape().constant(zeros(b.shape(), b.dtype()));
  for (std::int64_t t = 0; t < x.shape()[0]; ++t) h = tanh(matmul(w, h) + matmul(u, row(x, t)) + b);
  return h;
}

Var with_fan_out(const Var& x, const Var& y) {
  const Var a = sin(x), b = exp(y * a), c = a * b + y;
  return sum(c * a) + mean(b);
}

Var sum_of_products(const Var& x, const Var& y) {
  const Var a = x * y, b = a + x, c = a * b;
  return sum(c);
}

}  // namespace

const Table& graphs() {
  static const Table table{
      {"x*x", [](const Call& c) { return c["x"] * c["x"]; }},
      {"x-x", [](const Call& c) { return c["x"] - c["x"]; }},
      {"x@x", [](const Call& c) { return matmul(c["x"], c["x"]); }},
      {"x@transpose(x)", [](const Call& c) { return matmul(c["x"], transpose(c["x"])); }},
      {"x*sigmoid(x)+x*x*x",
       [](const Call& c) {
         const Var& x = c["x"];
         return x * sigmoid(x) + x * x * x;
       }},
      {"a=x*y; b=a+x; c=a*b; sum(c)", [](const Call& c) { return sum_of_products(c["x"], c["y"]); }},
      {"a=sin(x); b=exp(y*a); c=a*b+y; sum(c*a)+mean(b)", [](const Call& c) { return with_fan_out(c["x"], c["y"]); }},
      {"10 times y=0.5*y*y+0.3*y from y=x (fan-out at every step)",
       [](const Call& c) { return quadratic_map(c["x"]); }},
      {"log(sum(exp(x),dim 1)) - x[:,0]", [](const Call& c) { return log(sum(exp(c["x"]), 1)) - column(c["x"], 0); }},
      {"sqrt(sum((x-mean(x))^2))", [](const Call& c) { return sqrt(sum(square(c["x"] - mean(c["x"])))); }},
      {"himmelblau of (x[0],x[1])", [](const Call& c) { return himmelblau(element(c["x"], 0), element(c["x"], 1)); }},
      {"mean((sigmoid(a@w1+b1)@w2+b2-t)^2)",
       [](const Call& c) {
         const Var hidden = sigmoid(matmul(c["a"], c["w1"]) + c["b1"]);
         return mean(square(matmul(hidden, c["w2"]) + c["b2"] - c["t"]));
       }},
      {"h=0; for t: h=tanh(w@h+u@x[t]+b); output h (shared weights)", recurrent_net},
      {"x[0]*x[1]*x[2] + x[3] from one vector",
       [](const Call& c) {
         const Var& x = c["x"];
         return element(x, 0) * element(x, 1) * element(x, 2) + element(x, 3);
       }},
      {"sum(concat(x, x*2, x)^2)",
       [](const Call& c) {
         return sum(square(concat({c["x"], c["x"] * 2.0, c["x"]})));
       }},
      {"transpose(x)[1] * x[:,0]", [](const Call& c) { return row(transpose(c["x"]), 1) * column(c["x"], 0); }},
      {"expand(x,(4,3))*y",
       [](const Call& c) {
         return expand(c["x"], Shape{4, 3}) * c["y"];
       }},
      {"sum(tanh(a@b)) (f32)", [](const Call& c) { return sum(tanh(matmul(c["a"], c["b"]))); }},
  };
  return table;
}

}  // namespace reference
