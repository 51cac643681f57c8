// The text of the page about a training.
#pragma once

#include <nabla/train/report.hpp>
#include <string>
#include <utility>
#include <vector>

namespace nabla::train {

struct Page {
  std::string html;
  std::vector<std::pair<std::string, std::string>> pictures;  ///< names of files, and what they hold
};

Page page(const Report& report);

}  // namespace nabla::train
