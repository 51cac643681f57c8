// bp alone.
#include <bp/bp.hpp>

int main() { return bp::sigmoid(0.0) == 0.5 ? 0 : 1; }
