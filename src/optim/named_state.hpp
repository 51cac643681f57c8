// What the optimisers share when they save and restore what they remember.
#pragma once

#include <nabla/named_tensors.hpp>
#include <nabla/parameter.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace nabla::optim {

/// "velocity/net.0.weight"
std::string key(std::string_view kind, const Parameter& p);

/// @throws ShapeError or DTypeError, saying `what` x is, and the remedy
void require_like(std::string_view where, const std::string& what, const Tensor& x, const Shape& shape, DType dtype,
                  std::string_view remedy);

/// @throws ValueError
void check_distinct_names(std::string_view where, std::span<const Parameter* const> parameters);

/// The entries of a saved state, each to be asked for once.
class Entries {
 public:
  explicit Entries(const NamedTensors& named) : named_(named) {}

  /// Null where there is none.
  const Tensor* find(const std::string& name);
  /// @throws ShapeError or DTypeError
  const Tensor* find(const std::string& name, const Shape& shape, DType dtype);
  /// @throws ValueError when some have not been asked for
  void require_all_used() const;

 private:
  const NamedTensors& named_;
  std::set<std::string> used_;
};

/// @throws ValueError unless there is such an entry
void require_entry(bool there, const std::string& name);

}  // namespace nabla::optim
