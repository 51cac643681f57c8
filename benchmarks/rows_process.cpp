// Start and memory: whole programs are run, small_nabla and small_closed_form.
#include <sstream>

#include "peers.hpp"
#include "rows.hpp"

namespace bench {
namespace {

Block start(const std::string& name) {
  return timed([path = program(name)] { Child({path}).wait(); }, Clock::wall);
}

/// Resident memory of a net after its first steps, or its growth over so many more.
Block memory(const std::string& name, const std::string& net, long more = 0) {
  return [=](long) {
    Child child({program(name), net, std::to_string(more)});
    std::istringstream answer(child.read());
    double resident = 0, growth = 0;
    answer >> resident >> growth;
    child.wait();
    return more ? growth : resident;
  };
}

constexpr double megabyte = 1 << 20;

}  // namespace

std::vector<Row> process_rows() {
  const std::string nabla = "small_nabla", plain = "small_closed_form";
  return {{"start of a minimal program / OpenBLAS alone",
           {Bound::ratio_at_most, 15 / 9.6},
           [=] {
             return Sides{start(nabla), start(plain)};
           }},
          {"resident memory, net A / closed form",
           {Bound::value_at_most, 20 * megabyte},
           [=] {
             return Sides{memory(nabla, "A"), memory(plain, "A")};
           },
           true},
          {"growth over 1,000,000 steps, net E / closed form",
           {Bound::value_at_most, 1 * megabyte},
           [=] {
             return Sides{memory(nabla, "E", 1'000'000), memory(plain, "E", 1'000'000)};
           },
           true}};
}

}  // namespace bench
