// Tensors as small pictures.
#pragma once

#include <nabla/tensor.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace nabla::train {

/// A PNG as a data URI, an address that holds what it names.
struct Picture {
  std::string uri;
  std::int64_t height, width;
};

/// [height, width] in grey, from black for the least to white for the largest element. NaN is transparent.
Picture grey_picture(const Tensor& image);
/// [height, width] in colours around 0, which is white: up to blue for −largest and to red for +largest, or beyond.
/// NaN is transparent.
Picture diverging_picture(const Tensor& image, double largest);

struct CaptionedPicture {
  Picture picture;
  std::string alternative;  ///< what is seen, in words
  std::string caption = {};
};
/// Pictures side by side, with their captions, as a whole SVG.
std::string sheet(std::string_view title, const std::vector<CaptionedPicture>& pictures);

}  // namespace nabla::train
