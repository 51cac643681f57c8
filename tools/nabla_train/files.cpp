#include "files.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>

#include "io/replace_file.hpp"
#include "text.hpp"

namespace nabla_train {

namespace fs = std::filesystem;

void keep_apart(const Files& inputs, const Files& outputs) {
  const auto place = [](const std::string& path) {
    std::error_code unresolved;  // of a pipe
    const fs::path found = fs::weakly_canonical(fs::absolute(path), unresolved);
    return unresolved ? fs::absolute(path) : found;
  };
  std::map<fs::path, std::string_view> taken;
  for (const auto& [option, path] : inputs)
    if (!path.empty() && fs::exists(path)) taken.emplace(place(path), option);
  for (const auto& [option, path] : outputs) {
    if (path.empty()) continue;
    const auto [other, is_new] = taken.emplace(place(path), option);
    if (!is_new)
      throw UsageError(
          fmt::format("{} and {} both name {}; give one of them another file", other->second, option, path));
  }
}

void check_writable(const Files& outputs) {
  for (const auto& [option, path] : outputs) {
    if (path.empty()) continue;
    const fs::path folder = fs::path(path).parent_path();
    if (!folder.empty() && !fs::is_directory(folder))
      throw DataError(fmt::format("there is no folder {} for {}; make it first", folder.string(), path));
    if (fs::is_directory(path)) throw DataError(fmt::format("{} is a folder", path));
    if (fs::exists(path) && !fs::is_regular_file(path))
      throw DataError(fmt::format("{}: {} is no file, and cannot be replaced by one", option, path));
    const nabla::io::Replacement never_committed("nabla-train", path);
  }
}

void write_file(const std::string& path, std::string_view text) {
  if (!fs::exists(path) || fs::is_regular_file(path)) {
    nabla::io::replace_file("nabla-train", path, text);
    return;
  }
  std::FILE* const file = std::fopen(path.c_str(), "w");
  const bool written = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if ((file && std::fclose(file) != 0) || !written)
    throw DataError(fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
}

}  // namespace nabla_train
