// A confusion matrix as a picture.
#pragma once

#include <nabla/train/metrics.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace nabla::train {

/// An SVG element that needs nothing beside it, with colours for light and for dark surroundings: a row for each true
/// class, a column for each class found, in every cell the count and what share of the row it is. Blue are samples
/// whose class was found, orange others, the deeper the larger the share.
/// @param title    what it is a matrix of
/// @param classes  a name for each class
std::string matrix_picture(std::string_view title, const ConfusionMatrix& matrix,
                           const std::vector<std::string>& classes);

}  // namespace nabla::train
