// What a recorded operation costs: chains of 1000 operations in f64, recorded and swept on one tape, beside the same on
// a bump arena without a library.
#include <benchmark/benchmark.h>

#include "chains.hpp"

namespace {

using namespace bench;

/// `per_op` is the time of one operation of the chain.
template <class Chain>
void record_and_reverse(benchmark::State& state) {
  Chain chain(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(chain());
  state.counters["per_op"] = benchmark::Counter(chain_length * static_cast<double>(state.iterations()),
                                                benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(record_and_reverse<Chain<Add>>)->Name("add")->Arg(1)->Arg(4);
BENCHMARK(record_and_reverse<Chain<Mul>>)->Name("mul")->Arg(1)->Arg(4);
BENCHMARK(record_and_reverse<Chain<Sigmoid>>)->Name("sigmoid")->Arg(1)->Arg(4);
BENCHMARK(record_and_reverse<Chain<Matmul>>)->Name("matmul")->Arg(4);

BENCHMARK(record_and_reverse<ArenaChain<Add>>)->Name("arena_add")->Arg(1)->Arg(4);
BENCHMARK(record_and_reverse<ArenaChain<Mul>>)->Name("arena_mul")->Arg(1)->Arg(4);
BENCHMARK(record_and_reverse<ArenaChain<Sigmoid>>)->Name("arena_sigmoid")->Arg(1)->Arg(4);
BENCHMARK(record_and_reverse<ArenaChain<Matmul>>)->Name("arena_matmul")->Arg(4);

/// Tensor in, Tensor out: nothing is recorded.
void compute_add_8(benchmark::State& state) {
  const nabla::Tensor a = nabla::full({8}, 1.5), b = nabla::full({8}, 2.5);
  for (auto _ : state) benchmark::DoNotOptimize(a + b);
}
BENCHMARK(compute_add_8);

}  // namespace
