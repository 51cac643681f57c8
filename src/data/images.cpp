#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <nabla/data/images.hpp>
#include <nabla/error.hpp>
#include <system_error>

#include "image_formats.hpp"

namespace nabla::data {
namespace {

namespace fs = std::filesystem;

/// What the folder holds, sorted: folders, or what is none.
std::vector<std::string> names_in(const std::string& path, bool folders) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    std::string name = entry->path().filename().string();
    std::error_code of_entry;
    if (!name.starts_with('.') && entry->is_directory(of_entry) == folders) names.push_back(std::move(name));
  }
  if (error)
    throw IoError("load_image_folder",
                  fmt::format("{} cannot be read ({}); give a folder of folders", path, error.message()));
  std::ranges::sort(names);
  return names;
}

}  // namespace

Tensor load_image(const std::string& path) {
  ByteReader bytes("load_image", path);
  const int first = bytes.get(), second = bytes.get();
  if (first == 'P' && (second == '2' || second == '5')) return read_pgm(bytes, second == '2');
  if (first == 0x89 && second == 'P') return read_png(bytes);
  bytes.fail("offset 0", "This is neither PGM (P2, P5) nor PNG; convert the picture to one of them");
}

ImageFolder load_image_folder(const std::string& path) {
  ImageFolder all;
  all.classes = names_in(path, true);
  std::vector<float> pixels;
  std::vector<std::int64_t> targets;
  std::string first_file;
  for (std::size_t c = 0; c < all.classes.size(); ++c) {
    const std::string folder = fmt::format("{}/{}", path, all.classes[c]);
    for (const std::string& name : names_in(folder, false)) {
      const std::string file = fmt::format("{}/{}", folder, name);
      const Tensor image = load_image(file);
      const std::int64_t height = image.shape()[0], width = image.shape()[1];
      if (first_file.empty()) {
        first_file = file;
        all.height = height;
        all.width = width;
      } else if (height != all.height || width != all.width) {
        throw IoError("load_image_folder",
                      fmt::format("{} is of {} x {} pixels and {} of {} x {}; bring all pictures to one size", file,
                                  width, height, first_file, all.width, all.height));
      }
      const auto levels = image.data<float>();
      pixels.insert(pixels.end(), levels.begin(), levels.end());
      targets.push_back(static_cast<std::int64_t>(c));
    }
  }
  if (targets.empty())
    throw IoError("load_image_folder",
                  fmt::format("{} holds no pictures; give a folder with a folder of pictures for each class", path));
  const auto n = static_cast<std::int64_t>(targets.size());
  all.dataset = {Tensor::copy_of({n, all.height * all.width}, pixels), Tensor::copy_of({n}, targets)};
  return all;
}

}  // namespace nabla::data
