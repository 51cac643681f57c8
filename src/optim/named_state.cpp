#include "named_state.hpp"

#include <nabla/error.hpp>

namespace nabla::optim {

std::string key(std::string_view kind, const Parameter& p) { return fmt::format("{}/{}", kind, p.name()); }

void require_like(std::string_view where, const std::string& what, const Tensor& x, const Shape& shape, DType dtype,
                  std::string_view remedy) {
  if (x.shape() != shape)
    throw ShapeError(where, fmt::format("{} has shape {}, not {}; {}", what, x.shape(), shape, remedy));
  if (x.dtype() != dtype) throw DTypeError(where, fmt::format("{} is {}, not {}; {}", what, x.dtype(), dtype, remedy));
}

void check_distinct_names(std::string_view where, std::span<const Parameter* const> parameters) {
  std::set<std::string_view> names;
  for (const Parameter* p : parameters)
    if (!names.insert(p->name()).second)
      throw ValueError(where, fmt::format("Two parameters have the name '{}'; give each its own", p->name()));
}

const Tensor* Entries::find(const std::string& name) {
  const auto found = named_.find(name);
  if (found == named_.end()) return nullptr;
  used_.insert(name);
  return &found->second;
}

const Tensor* Entries::find(const std::string& name, const Shape& shape, DType dtype) {
  const Tensor* const entry = find(name);
  if (entry)
    require_like("restore", fmt::format("'{}'", name), *entry, shape, dtype, "is it the state of another net?");
  return entry;
}

void Entries::require_all_used() const {
  for (const auto& [name, tensor] : named_)
    if (!used_.contains(name))
      throw ValueError("restore", fmt::format("'{}' belongs to none of the parameters, or is nothing that this "
                                              "optimiser remembers; give it the state of the same optimiser and net",
                                              name));
}

void require_entry(bool there, const std::string& name) {
  if (!there)
    throw ValueError("restore", fmt::format("'{}' is missing; give the whole state of the same optimiser", name));
}

}  // namespace nabla::optim
