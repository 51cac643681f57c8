#include "picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nabla/error.hpp>

#include "html.hpp"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb_image_write.h>

namespace nabla::train {
namespace {

using Pixel = std::array<std::uint8_t, 4>;  // red, green, blue, opacity
constexpr Pixel transparent{0, 0, 0, 0};

std::string base64(const std::string& bytes) {
  using namespace boost::archive::iterators;
  using Digits = base64_from_binary<transform_width<std::string::const_iterator, 6, 8>>;
  std::string digits(Digits(bytes.begin()), Digits(bytes.end()));
  digits.resize((bytes.size() + 2) / 3 * 4, '=');
  return digits;
}

template <class Colour>
Picture picture(const Tensor& image, Colour colour) {
  const Tensor values = image.to(f64).contiguous();
  std::vector<Pixel> pixels;
  for (const double value : values.data<double>()) pixels.push_back(std::isnan(value) ? transparent : colour(value));
  const auto height = static_cast<int>(image.shape()[0]), width = static_cast<int>(image.shape()[1]);
  std::string png;
  const auto append = [](void* to, void* bytes, int count) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), static_cast<std::size_t>(count));
  };
  if (!stbi_write_png_to_func(append, &png, width, height, 4, pixels.data(), 4 * width))
    throw IoError("write_html", fmt::format("An image {} could not be encoded; give smaller ones", image.shape()));
  return {"data:image/png;base64," + base64(png), height, width};
}

std::uint8_t between(double share, double from, double to) {
  return static_cast<std::uint8_t>(std::lround(from + share * (to - from)));
}

}  // namespace

Picture grey_picture(const Tensor& image) {
  const Tensor values = image.to(f64).contiguous();
  double least = std::numeric_limits<double>::infinity(), largest = -least;
  for (const double value : values.data<double>())
    if (std::isfinite(value)) least = std::min(least, value), largest = std::max(largest, value);
  return picture(values, [=](double value) {
    const double share = largest > least ? std::clamp((value - least) / (largest - least), 0.0, 1.0) : 0;
    const std::uint8_t grey = between(share, 0, 255);
    return Pixel{grey, grey, grey, 255};
  });
}

Picture diverging_picture(const Tensor& image, double largest) {
  return picture(image, [=](double value) {
    const double share = largest > 0 ? std::min(std::abs(value) / largest, 1.0) : 0;
    constexpr std::array<double, 3> blue{33, 102, 172}, red{178, 24, 43};
    const auto& end = value < 0 ? blue : red;
    return Pixel{between(share, 255, end[0]), between(share, 255, end[1]), between(share, 255, end[2]), 255};
  });
}

std::string sheet(std::string_view title, const std::vector<CaptionedPicture>& pictures) {
  constexpr std::int64_t side = 84, gap = 12, line = 16, columns = 8;
  const auto count = static_cast<std::int64_t>(pictures.size());
  const std::int64_t rows = (count + columns - 1) / columns, step = side + gap;
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n"
      "<style>text {{ font: 13px sans-serif; fill: #1f2328; }} image {{ image-rendering: pixelated; }}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
      std::min(count, columns) * step + gap, rows * (step + line) + gap, escaped(title));
  for (std::int64_t i = 0; i < count; ++i) {
    const auto& [picture, alternative, caption] = pictures[static_cast<std::size_t>(i)];
    const std::int64_t x = gap + i % columns * step, y = gap + i / columns * (step + line);
    svg += fmt::format(
        "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"{}\"/>\n<text x=\"{}\" y=\"{}\">{}</text>\n", x, y,
        side, side, picture.uri, x, y + side + line - 2, escaped(caption));
  }
  return svg + "</svg>\n";
}

}  // namespace nabla::train
