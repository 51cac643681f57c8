#include <nabla/custom_vjp.hpp>
#include <nabla/error.hpp>

namespace nabla::detail {

void refuse_recorded_rule(std::string_view name) {
  throw ValueError(name,
                   "The gradient is to be recorded, for a derivative of higher order, but the rule takes Tensors only; "
                   "write it in operations, with parameters const auto&, so that it takes Vars");
}

void check_defined(std::string_view name, const Tensor& value) {
  if (!value.defined()) throw ValueError(name, "The forward function gave an empty Tensor; it must give the result");
}

}  // namespace nabla::detail
