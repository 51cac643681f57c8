// f32 products of the shapes that nets have, on every route: floating-point operations per second.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <vector>

#include "gemm.hpp"

namespace {

using namespace bench;

struct Shape {
  int m, n, k;
  bool a_transposed = false, b_transposed = false;
};

void product(benchmark::State& state, const Gemm& gemm, const Shape& s) {
  gemm.set_threads(1);
  const auto elements = [](int rows, int columns) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  };
  const std::vector<float> a(elements(s.m, s.k), 0.5F), b(elements(s.k, s.n), 0.25F);
  std::vector<float> c(elements(s.m, s.n));
  const auto run = [&] {
    gemm.run(s.m, s.n, s.k, 1, {a.data(), s.a_transposed ? s.m : s.k, s.a_transposed},
             {b.data(), s.b_transposed ? s.k : s.n, s.b_transposed}, 0, c.data());
  };
  run();
  for (auto _ : state) {
    run();
    benchmark::ClobberMemory();
  }
  state.counters["flops"] =
      benchmark::Counter(2 * s.m * s.n * s.k * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

const bool registered = [] {
  std::vector<Shape> shapes;
  for (const int n : {4, 8, 16, 32, 64, 128, 512, 2048}) shapes.push_back({n, n, n});
  for (const auto& [batch, out, in] :
       {std::array{10, 30, 784}, std::array{32, 128, 784}, std::array{32, 64, 128}, std::array{32, 10, 64},
        std::array{64, 32, 32}, std::array{128, 512, 784}, std::array{256, 1024, 1024}}) {
    shapes.push_back({batch, out, in, false, true});  // Z = A Wᵀ
    shapes.push_back({batch, in, out});               // Δ W
    shapes.push_back({out, in, batch, true, false});  // Δᵀ A
  }
  shapes.push_back({1, 30, 784});
  for (const Shape& s : shapes)
    for (const Gemm* gemm : gemms()) {
      const double work = 1.0 * s.m * s.n * s.k;
      if (gemm == &loops && work > 1e6) continue;
      const std::string name = std::to_string(s.m) + "x" + std::to_string(s.k) + (s.a_transposed ? "T" : "") + "_" +
                               std::to_string(s.k) + "x" + std::to_string(s.n) + (s.b_transposed ? "T" : "") + "/" +
                               std::string(gemm->name);
      benchmark::RegisterBenchmark(name.c_str(), [gemm, s](benchmark::State& state) { product(state, *gemm, s); });
    }
  return true;
}();

}  // namespace
