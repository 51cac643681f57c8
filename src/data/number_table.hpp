// Tables of numbers from any source of bytes, and data sets made of them.
#pragma once

#include <cstdint>
#include <nabla/data/dataset.hpp>
#include <nabla/tensor.hpp>

#include "byte_reader.hpp"

namespace nabla::data {

/// All rows from the line after `skip_lines`: f64 [rows, columns].
Tensor read_table(ByteReader& bytes, char delimiter, std::int64_t skip_lines);

/// One column becomes class indices, the others times `scale` the inputs. Errors are reported as of `bytes`.
Dataset table_to_dataset(const ByteReader& bytes, const Tensor& table, std::int64_t target_column, double scale);

}  // namespace nabla::data
