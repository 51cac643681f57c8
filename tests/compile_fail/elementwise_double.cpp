// expects: let its parameters be auto
#include <nabla/elementwise.hpp>

using namespace nabla;

inline constexpr auto f = elementwise("f", [](double x) { return x * x; });

Tensor call(const Tensor& x) { return f(x); }
