// + - * / and comparisons, on Tensors, Vars and numbers. == is left to equal(): it would give a tensor where C++
// expects a bool.
#pragma once

#include <nabla/ops/add.hpp>
#include <nabla/ops/div.hpp>
#include <nabla/ops/greater.hpp>
#include <nabla/ops/greater_equal.hpp>
#include <nabla/ops/less.hpp>
#include <nabla/ops/less_equal.hpp>
#include <nabla/ops/mul.hpp>
#include <nabla/ops/neg.hpp>
#include <nabla/ops/sub.hpp>

namespace nabla {

template <Operand A, Operand B>
Result<A, B> operator+(const A& a, const B& b) {
  return add(a, b);
}

template <Operand A, Operand B>
Result<A, B> operator-(const A& a, const B& b) {
  return sub(a, b);
}

template <Operand A, Operand B>
Result<A, B> operator*(const A& a, const B& b) {
  return mul(a, b);
}

template <Operand A, Operand B>
Result<A, B> operator/(const A& a, const B& b) {
  return div(a, b);
}

template <Value V>
V operator-(const V& x) {
  return neg(x);
}

template <Operand A, Operand B>
Result<A, B> operator<(const A& a, const B& b) {
  return less(a, b);
}

template <Operand A, Operand B>
Result<A, B> operator<=(const A& a, const B& b) {
  return less_equal(a, b);
}

template <Operand A, Operand B>
Result<A, B> operator>(const A& a, const B& b) {
  return greater(a, b);
}

template <Operand A, Operand B>
Result<A, B> operator>=(const A& a, const B& b) {
  return greater_equal(a, b);
}

}  // namespace nabla
