#include <fmt/core.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "image_formats.hpp"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS (1 << 14)
#include <stb_image.h>

namespace nabla::data {

Tensor read_png(ByteReader& bytes) {
  constexpr std::uint64_t most = std::uint64_t{1} << 30;  // larger files are no pictures, and stb counts in int
  std::vector<Byte> data = {0x89, 'P'};
  bytes.append_to(data, most);
  int width = 0, height = 0, channels = 0;
  struct Free {
    void operator()(stbi_us* levels) const { stbi_image_free(levels); }
  };
  // In 16 bits: those of 8 bits are multiplied by 257, which is 65535 / 255.
  const std::unique_ptr<stbi_us, Free> levels(
      stbi_load_16_from_memory(data.data(), static_cast<int>(data.size()), &width, &height, &channels, 1));
  if (!levels) {
    const char* reason = stbi_failure_reason();
    bytes.fail(fmt::format("a PNG file of {} bytes", data.size()),
               fmt::format("stb_image cannot read it ({}); get it again, or save it by another program",
                           reason ? reason : "no reason given"));
  }
  Tensor image = Tensor::uninitialized({height, width}, f32);
  const stbi_us* level = levels.get();
  for (float& grey : image.mutable_data<float>()) grey = static_cast<float>(*level++) / 65535.0F;
  return image;
}

}  // namespace nabla::data
