// The flowers that come with the library.
#pragma once

#include <nabla/data/dataset.hpp>

namespace nabla::data {

/// 150 irises: inputs f32 [150, 4], the lengths and widths of sepal and petal in cm; targets i64 [150], 0 setosa,
/// 1 versicolor, 2 virginica, 50 of each, in this order. Fisher, *The use of multiple measurements in taxonomic
/// problems*, Annals of Eugenics 7, 1936; UCI Machine Learning Repository, CC BY 4.0. Every call shares the same
/// storage.
Dataset iris();

}  // namespace nabla::data
