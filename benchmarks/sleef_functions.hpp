// Functions of arrays by SLEEF's vectors, of 1 ulp, or nothing where SLEEF is not installed.
#pragma once

#include <cstddef>
#include <string_view>

namespace bench {

/// y[i] = f(x[i]) for n elements; n is a multiple of 16.
template <class T>
using ArrayFunction = void (*)(const T* x, T* y, std::size_t n);

/// Null where there is none of this name.
template <class T>
ArrayFunction<T> sleef(std::string_view name);

}  // namespace bench
