// How many threads compute.
#pragma once

namespace nabla {

/// Products of some 10^6 multiply-adds and elementwise operations on some 10^5 elements are cut into blocks, which n
/// threads share: the calling one, and n − 1 of OpenMP's. Blocks do not depend on n: results are the same bits for any
/// n. One thread unless set.
/// @throws ValueError for n < 1
void set_threads(int n);
int threads();

}  // namespace nabla
