// What every table must be.
#pragma once

#include <nabla/data/table.hpp>
#include <string_view>

namespace nabla::data {

/// @throws ValueError, as of `where`, unless all columns are f64 or i64 of one length, and the indices have categories
void require_sound(std::string_view where, const Table& table);

}  // namespace nabla::data
