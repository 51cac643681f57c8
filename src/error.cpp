#include <fmt/core.h>

#include <nabla/error.hpp>

namespace nabla {

Error::Error(std::string_view where, std::string_view complaint)
    : std::runtime_error(fmt::format("[{}] {}", where, complaint)), where_(where) {}

}  // namespace nabla
