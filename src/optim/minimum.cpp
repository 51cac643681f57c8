#include <nabla/optim/minimum.hpp>

namespace nabla::optim {

std::string to_string(Stop reason) {
  switch (reason) {
    case Stop::gradient:
      return "gradient";
    case Stop::change:
      return "change";
    case Stop::rounding:
      return "rounding";
    case Stop::unbounded:
      return "unbounded";
    case Stop::iterations:
      return "iterations";
    case Stop::stuck:
      return "stuck";
  }
  return "?";
}

std::string to_string(const Minimum& m) {
  return fmt::format("f = {:.9g}, gradient {:.1e}, {} iterations, {} evaluations, {}", m.value, m.gradient_norm,
                     m.iterations, m.evaluations, to_string(m.reason));
}

}  // namespace nabla::optim
