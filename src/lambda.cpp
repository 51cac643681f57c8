#include <fmt/core.h>

#include <cstring>
#include <nabla/error.hpp>
#include <nabla/lambda.hpp>

void nabla::detail::set_name(std::atomic<const char*>& place, const char* name) {
  const char* given = nullptr;
  if (place.compare_exchange_strong(given, name) || std::strcmp(given, name) == 0) return;
  throw ValueError(name,
                   fmt::format("The same lambda is called {} already; write it out again for another name", given));
}
