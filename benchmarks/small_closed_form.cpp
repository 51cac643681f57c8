// The same as small_nabla.cpp without a library but OpenBLAS.
#include <cstdio>
#include <memory>

#include "closed_form.hpp"
#include "measure.hpp"
#include "resident.hpp"

int main(int argc, char** argv) {
  return bench::report_memory(
      argc, argv,
      [] {
        const std::vector<float> x(32 * 32, 0.5F);
        std::vector<float> y(x.size());
        bench::openblas.run(32, 32, 32, 1, {x.data(), 32}, {x.data(), 32}, 0, y.data());
        bench::keep(y);
      },
      [](const std::string& name) {
        bench::openblas.set_threads(1);
        return std::make_unique<bench::ClosedForm>(bench::Problem(bench::net(name)), bench::openblas);
      });
}
