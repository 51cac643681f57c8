#include <fmt/core.h>

int main() { fmt::print("{}\n", 42); }
