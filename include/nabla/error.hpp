// Mistakes become typed exceptions: "[operation] what is wrong, with all values; what to do."
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace nabla {

/// Base of every exception that Nabla throws. After one, every object is as it was before the call.
class Error : public std::runtime_error {
 public:
  /// @param where     the operation or function that refused, shown in brackets
  /// @param complaint what is wrong, with all values involved; what to do
  Error(std::string_view where, std::string_view complaint);

  /// The operation or function that refused, without the brackets.
  const std::string& where() const noexcept { return where_; }

 private:
  std::string where_;
};

/// Shapes or axes that do not fit together.
class ShapeError : public Error {
  using Error::Error;
};

/// An element type that an operation does not take, or two that differ.
class DTypeError : public Error {
  using Error::Error;
};

/// A handle of another tape, or one whose node is gone.
class TapeError : public Error {
  using Error::Error;
};

/// A value or an option out of its range.
class ValueError : public Error {
  using Error::Error;
};

/// A file that cannot be read or written, or whose content is not what it should be.
class IoError : public Error {
  using Error::Error;
};

}  // namespace nabla
