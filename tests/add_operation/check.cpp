// The operation that was added is in the registry, passes the checks of every operation, and is there for users to
// call.
#include <nabla/nabla.hpp>
#include <nabla/op.hpp>
#include <nabla/registry.hpp>

#include <fmt/core.h>
#include <algorithm>

using namespace nabla;

int main() {
  const bool registered =
      std::ranges::any_of(registry(), [](const OpTable* table) { return table->info.name == "cube_plus"; });

  OpReport report = check_op(ops::CubePlus{}, {{Shape{3, 2}}, {Shape{}}, {Shape{0, 2}}});
  fmt::print("{}\n", report);

  double slope = grad([](Var x) { return cube_plus(x, 1.0); }, Tensor::scalar(2.0)).item();
  return registered && report.passed() && slope == 12.0 ? 0 : 1;
}
