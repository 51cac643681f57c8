// Functions of numbers, element by element.
#include "table.hpp"

namespace reference {

using namespace nabla;

void add_elementwise(Table& table) {
  table["abs"] = [](const Call& c) { return abs(c[0]); };
  table["acos"] = [](const Call& c) { return acos(c[0]); };
  table["acosh"] = [](const Call& c) { return acosh(c[0]); };
  table["asin"] = [](const Call& c) { return asin(c[0]); };
  table["asinh"] = [](const Call& c) { return asinh(c[0]); };
  table["atan"] = [](const Call& c) { return atan(c[0]); };
  table["atanh"] = [](const Call& c) { return atanh(c[0]); };
  table["cos"] = [](const Call& c) { return cos(c[0]); };
  table["cosh"] = [](const Call& c) { return cosh(c[0]); };
  table["erf"] = [](const Call& c) { return erf(c[0]); };
  table["erfc"] = [](const Call& c) { return erfc(c[0]); };
  table["exp"] = [](const Call& c) { return exp(c[0]); };
  table["exp2"] = [](const Call& c) { return exp2(c[0]); };
  table["expm1"] = [](const Call& c) { return expm1(c[0]); };
  table["floor"] = [](const Call& c) { return floor(c[0]); };
  table["log"] = [](const Call& c) { return log(c[0]); };
  table["log10"] = [](const Call& c) { return log10(c[0]); };
  table["log1p"] = [](const Call& c) { return log1p(c[0]); };
  table["log2"] = [](const Call& c) { return log2(c[0]); };
  table["neg"] = [](const Call& c) { return neg(c[0]); };
  table["reciprocal"] = [](const Call& c) { return reciprocal(c[0]); };
  table["rsqrt"] = [](const Call& c) { return rsqrt(c[0]); };
  table["sign"] = [](const Call& c) { return sign(c[0]); };
  table["sin"] = [](const Call& c) { return sin(c[0]); };
  table["sinh"] = [](const Call& c) { return sinh(c[0]); };
  table["sqrt"] = [](const Call& c) { return sqrt(c[0]); };
  table["square"] = [](const Call& c) { return square(c[0]); };
  table["tan"] = [](const Call& c) { return tan(c[0]); };
  table["tanh"] = [](const Call& c) { return tanh(c[0]); };
  table["add"] = [](const Call& c) { return add(c[0], c[1]); };
  table["atan2"] = [](const Call& c) { return atan2(c[0], c[1]); };
  table["div"] = [](const Call& c) { return div(c[0], c[1]); };
  table["hypot"] = [](const Call& c) { return hypot(c[0], c[1]); };
  table["logaddexp"] = [](const Call& c) { return logaddexp(c[0], c[1]); };
  table["maximum"] = [](const Call& c) { return maximum(c[0], c[1]); };
  table["minimum"] = [](const Call& c) { return minimum(c[0], c[1]); };
  table["mul"] = [](const Call& c) { return mul(c[0], c[1]); };
  table["pow"] = [](const Call& c) { return pow(c[0], c[1]); };
  table["sub"] = [](const Call& c) { return sub(c[0], c[1]); };
  table["pow_scalar"] = [](const Call& c) { return pow_scalar(c[0], c.attributes.number("p")); };
  table["where"] = [](const Call& c) { return where(c[0], c[1], c[2]); };
  table["abs"].second_is_zero = true;
  table["masked_fill"] = [](const Call& c) { return masked_fill(c[0], c[1], c.attributes.number("value")); };
}

}  // namespace reference
