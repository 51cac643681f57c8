// The program that draws charts.
#pragma once

#include <string>
#include <string_view>

namespace nabla::train {

/// What gnuplot writes to its output for this script, an SVG. Files of settings are not read, and no shell is asked.
/// @throws IoError, as of `where`, when there is no gnuplot, or no picture comes out of it
std::string gnuplot(std::string_view where, std::string_view script);

}  // namespace nabla::train
