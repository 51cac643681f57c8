// Where Boost.Pool takes its memory from.
#pragma once

#include <cstdlib>
#include <nabla/memory.hpp>

namespace nabla {

/// Memory on cache lines. The chunks of a pool that are multiples of them are aligned too.
struct AlignedMemory {
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  static char* malloc(size_type bytes) {
    const size_type rounded = (bytes + buffer_alignment - 1) / buffer_alignment * buffer_alignment;
    return static_cast<char*>(std::aligned_alloc(buffer_alignment, rounded));
  }
  static void free(char* memory) { std::free(memory); }
};

}  // namespace nabla
