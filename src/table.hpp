// Plain tables for reports.
#pragma once

#include <string>
#include <vector>

namespace nabla {

/// Columns as wide as their widest cell, two blanks between them. A column is aligned left where its head begins with
/// '<'.
std::string table(std::vector<std::string> heads, const std::vector<std::vector<std::string>>& rows);

}  // namespace nabla
