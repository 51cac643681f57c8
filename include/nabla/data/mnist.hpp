// MNIST and data sets of its form.
#pragma once

#include <nabla/data/dataset.hpp>
#include <string>
#include <utility>

namespace nabla::data {

/// The training and the test set of a folder that holds train-images-idx3-ubyte, train-labels-idx1-ubyte,
/// t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each as it is or with .gz: inputs f32 [n, rows · columns], pixels
/// divided by 255; targets i64 [n].
/// @throws IoError as load_idx, and when images and labels do not belong together
std::pair<Dataset, Dataset> load_mnist(const std::string& folder);

/// Fashion-MNIST, 60,000 and 10,000 grey images of 28 × 28 pixels in 10 classes of clothing (Xiao, Rasul, Vollgraf,
/// 2017), as load_mnist, from where the Debian package dataset-fashion-mnist puts it.
/// @throws IoError that names the package when the folder is missing
std::pair<Dataset, Dataset> fashion_mnist(const std::string& folder = "/usr/share/datasets/fashion-mnist");

}  // namespace nabla::data
