// expects: it takes one to four by value
#include <nabla/elementwise.hpp>

using namespace nabla;

inline constexpr auto f = elementwise("f", [](auto a, auto b, auto c, auto d, auto e) { return a + b + c + d + e; });

Tensor call(const Tensor& x) { return f(x); }
