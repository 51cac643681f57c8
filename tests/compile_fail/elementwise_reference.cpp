// expects: The function must capture numbers by value
#include <nabla/elementwise.hpp>

using namespace nabla;

Tensor call(const Tensor& x, double slope) {
  return elementwise("f", [&slope](auto z) { return slope * z; })(x);
}
