// Every operation of the library, found by CMake in ops/.
#pragma once

#include <nabla/op.hpp>
#include <span>

namespace nabla {

/// The tables of all operations in ops/, in alphabetical order.
std::span<const OpTable* const> registry();

}  // namespace nabla
