// The files that a command reads and writes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nabla_train {

/// Paths behind the options that name them; an empty path was not given.
using Files = std::vector<std::pair<std::string_view, std::string>>;

/// No output may take the place of another one, or of an input. @throws UsageError
void keep_apart(const Files& inputs, const Files& outputs);

/// Whether all of them can be written: what would be a pity to find out at the end. Leaves no trace.
/// @throws DataError, nabla::IoError
void check_writable(const Files& outputs);

/// A file is replaced whole or not at all; a device, such as /dev/stdout, is written to. @throws DataError, IoError
void write_file(const std::string& path, std::string_view text);

}  // namespace nabla_train
