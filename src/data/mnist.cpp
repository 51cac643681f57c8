#include <fmt/core.h>

#include <cstdio>
#include <nabla/data/idx.hpp>
#include <nabla/data/mnist.hpp>
#include <nabla/error.hpp>
#include <span>
#include <string_view>

namespace nabla::data {
namespace {

bool can_be_opened(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file) std::fclose(file);
  return file != nullptr;
}

/// folder/name, or folder/name.gz where only that is there.
std::string find_file(const std::string& folder, std::string_view name) {
  const std::string plain = fmt::format("{}/{}", folder, name);
  const std::string packed = plain + ".gz";
  return !can_be_opened(plain) && can_be_opened(packed) ? packed : plain;
}

Dataset load_part(const std::string& folder, std::string_view part) {
  const std::string images_path = find_file(folder, fmt::format("{}-images-idx3-ubyte", part));
  const std::string labels_path = find_file(folder, fmt::format("{}-labels-idx1-ubyte", part));
  const Tensor images = load_idx(images_path);
  const Tensor labels = load_idx(labels_path);
  if (images.rank() != 3 || images.dtype() != u8 || labels.rank() != 1 || labels.dtype() != u8 ||
      images.shape()[0] != labels.shape()[0])
    throw IoError(
        "load_mnist",
        fmt::format("{} holds {} of {} and {} holds {} of {}; images must be [n, rows, columns] of u8 "
                    "and their labels [n] of u8",
                    images_path, images.shape(), images.dtype(), labels_path, labels.shape(), labels.dtype()));
  Tensor inputs = Tensor::uninitialized({images.shape()[0], images.shape()[1] * images.shape()[2]}, f32);
  float* pixel = inputs.mutable_data<float>().data();
  for (std::uint8_t grey : images.data<std::uint8_t>()) *pixel++ = static_cast<float>(grey) / 255;
  return {std::move(inputs), labels.to(i64)};
}

}  // namespace

std::pair<Dataset, Dataset> load_mnist(const std::string& folder) {
  return {load_part(folder, "train"), load_part(folder, "t10k")};
}

std::pair<Dataset, Dataset> fashion_mnist(const std::string& folder) {
  if (!can_be_opened(folder))
    throw IoError("fashion_mnist",
                  fmt::format("There is no folder {}; install the Debian package dataset-fashion-mnist", folder));
  return load_mnist(folder);
}

}  // namespace nabla::data
