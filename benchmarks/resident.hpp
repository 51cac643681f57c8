// Resident memory of this process.
#pragma once

#include <unistd.h>
#include <fstream>
#include <string>

namespace bench {

/// In bytes (Linux: the second number of /proc/self/statm, in pages).
inline double resident_memory() {
  std::ifstream statm("/proc/self/statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// What the programs do whose start and memory are measured: with no argument, one operation; with the name of a net,
/// 1000 steps of it, and with a number of steps behind it, that many more. Writes the resident memory after the first
/// steps, and its growth over the others.
template <class Minimal, class Train>
int report_memory(int argc, char** argv, Minimal minimal, Train train) {
  if (argc < 2) return minimal(), 0;
  auto net = train(std::string(argv[1]));
  for (int i = 0; i < 1000; ++i) net->step();
  const double resident = resident_memory();
  const long more = argc > 2 ? std::stol(argv[2]) : 0;
  for (long i = 0; i < more; ++i) net->step();
  std::printf("%.0f %.0f\n", resident, resident_memory() - resident);
  return 0;
}

}  // namespace bench
