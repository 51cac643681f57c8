// What the tool says, and how it refuses.
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace nabla_train {

/// What the caller got wrong on the command line; the tool says it in one line and ends with status 2.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Data or a file that are not as they should be; said in one line likewise, with status 1.
class DataError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// "a, b, c"
std::string joined(std::span<const std::string> words, std::string_view separator = ", ");

/// The parts between commas, of which there is at least one.
std::vector<std::string> separated(std::string_view list);

/// The name that is meant by a mistyped one: the one that takes the fewest insertions, deletions, replacements and
/// swaps of neighbours to get to (Damerau 1964), unless they are more than a third of its length. Empty if none is
/// near.
std::string nearest(std::string_view typed, std::span<const std::string> names);

/// "unknown optimizer 'adma'; did you mean adam? known: adam, sgd"
std::string unknown(std::string_view what, std::string_view typed, std::span<const std::string> names);

/// The words of a text, at most `width` columns a line, the lines after the first one `indent` columns to the right.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace nabla_train
