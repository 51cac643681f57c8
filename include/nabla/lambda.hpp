// What operations that are made of lambdas share: names, given at run time, but to a type; and calls with so many
// arguments.
#pragma once

#include <atomic>
#include <cstddef>

namespace nabla::detail {

/// For as many Xs as a pack of numbers is long.
template <std::size_t, class X>
using Repeated = X;

/// Null until the first call.
template <class Lambda>
inline constinit std::atomic<const char*> name_of_lambda = nullptr;

/// @throws ValueError if it has another name already
void set_name(std::atomic<const char*>& place, const char* name);

template <class Lambda>
void give_name(const char* name) {
  if (name_of_lambda<Lambda>.load(std::memory_order_relaxed) != name) [[unlikely]]
    set_name(name_of_lambda<Lambda>, name);
}

}  // namespace nabla::detail
