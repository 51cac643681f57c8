// The training step of the nets A to F by Nabla, and by the closed form on every gemm.
#include <benchmark/benchmark.h>

#include "closed_form.hpp"
#include "nabla_net.hpp"

namespace {

using namespace bench;

template <class Step>
void run(benchmark::State& state, Step step) {
  step();  // warm: oneDNN starts at its first call, and a tape gets its memory
  for (auto _ : state) step();
  state.SetItemsProcessed(state.iterations());
}

const bool registered = [] {
  for (const Net& net : nets()) {
    const std::string name(net.name);
    benchmark::RegisterBenchmark((name + "/nabla").c_str(), [&net](benchmark::State& state) {
      NablaNet nabla{Problem(net)};
      run(state, [&] { nabla.step(); });
    });
    benchmark::RegisterBenchmark((name + "/nabla, replayed").c_str(), [&net](benchmark::State& state) {
      NablaNet nabla{Problem(net)};
      run(state, [&] { nabla.replayed_step(); });
    });
    for (const Gemm* gemm : gemms())
      benchmark::RegisterBenchmark((name + "/closed_form/" + std::string(gemm->name)).c_str(),
                                   [&net, gemm](benchmark::State& state) {
                                     gemm->set_threads(1);
                                     ClosedForm closed_form(Problem(net), *gemm);
                                     run(state, [&] { closed_form.step(); });
                                   });
  }
  return true;
}();

}  // namespace
