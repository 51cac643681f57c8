// The smallest program with Nabla, and one that trains a net: their start and memory are measured by compare.cpp.
#include <cstdio>
#include <memory>

#include "measure.hpp"
#include "nabla_net.hpp"
#include "resident.hpp"

int main(int argc, char** argv) {
  return bench::report_memory(
      argc, argv,
      [] {
        nabla::Tape tape;
        const nabla::Var x = tape.variable(nabla::full({32, 32}, 0.5));
        bench::keep(gradient(sum(matmul(x, x)), {x}));
      },
      [](const std::string& name) { return std::make_unique<bench::NablaNet>(bench::Problem(bench::net(name))); });
}
