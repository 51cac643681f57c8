// Functions of numbers, element by element.
#include "table.hpp"

namespace reference {

using namespace nabla;

void add_elementwise(Table& table) {
  table["abs"] = [](const Call& c) { return abs(c[0]); };
  table["cos"] = [](const Call& c) { return cos(c[0]); };
  table["erf"] = [](const Call& c) { return erf(c[0]); };
  table["erfc"] = [](const Call& c) { return erfc(c[0]); };
  table["exp"] = [](const Call& c) { return exp(c[0]); };
  table["log"] = [](const Call& c) { return log(c[0]); };
  table["neg"] = [](const Call& c) { return neg(c[0]); };
  table["sign"] = [](const Call& c) { return sign(c[0]); };
  table["sin"] = [](const Call& c) { return sin(c[0]); };
  table["sqrt"] = [](const Call& c) { return sqrt(c[0]); };
  table["square"] = [](const Call& c) { return square(c[0]); };
  table["tanh"] = [](const Call& c) { return tanh(c[0]); };
  table["add"] = [](const Call& c) { return add(c[0], c[1]); };
  table["div"] = [](const Call& c) { return div(c[0], c[1]); };
  table["maximum"] = [](const Call& c) { return maximum(c[0], c[1]); };
  table["minimum"] = [](const Call& c) { return minimum(c[0], c[1]); };
  table["mul"] = [](const Call& c) { return mul(c[0], c[1]); };
  table["sub"] = [](const Call& c) { return sub(c[0], c[1]); };
  table["where"] = [](const Call& c) { return where(c[0], c[1], c[2]); };
  table["abs"].second_is_zero = true;
  table["masked_fill"] = [](const Call& c) { return masked_fill(c[0], c[1], c.attributes.number("value")); };
}

}  // namespace reference
