// The elements of a tensor, copied: for tensors that have no name.
#pragma once

#include <nabla/tensor.hpp>
#include <vector>

template <class T>
std::vector<T> elements(const nabla::Tensor& x) {
  const std::span<const T> data = x.data<T>();
  return {data.begin(), data.end()};
}
