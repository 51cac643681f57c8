// Tables in text from any source of bytes.
#pragma once

#include <nabla/data/csv.hpp>

#include "byte_reader.hpp"

namespace nabla::data {

/// Errors are reported as of `bytes`.
Table read_csv(ByteReader& bytes, const CsvOptions& options);

}  // namespace nabla::data
