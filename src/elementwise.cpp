#include <fmt/core.h>

#include <deque>
#include <mutex>
#include <nabla/elementwise.hpp>
#include <nabla/error.hpp>
#include <string>

namespace nabla::detail {

std::string_view derivative_name(const char* name, int n) {
  static std::mutex mutex;
  static std::deque<std::string> names;
  const std::lock_guard lock(mutex);
  return names.emplace_back(name + std::string(static_cast<std::size_t>(n), '\''));
}

void refuse_order(const char* name) {
  throw ValueError(name,
                   fmt::format("A derivative of order {} is asked for; functions made by elementwise() have those "
                               "up to order {}. Give the operation rules of its own, by <nabla/op.hpp>",
                               elementwise_order + 1, elementwise_order));
}

}  // namespace nabla::detail
