// How many threads compute.
#pragma once

namespace nabla {

/// Products, elementwise operations and sums of at least some 10^5 elements are cut into blocks, which n threads share:
/// the calling one, and n − 1 that wait in one pool. Blocks do not depend on n: results are the same bits for any n.
/// One thread unless set. Not to be called while another thread computes.
/// @throws ValueError for n < 1
void set_threads(int n);
int threads();

}  // namespace nabla
