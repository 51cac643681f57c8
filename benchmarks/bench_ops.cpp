// Every operation of the registry on the largest of its differentiable samples (on [128, 128] if it is elementwise):
// computed, and recorded and swept.
#include <benchmark/benchmark.h>

#include <nabla/nabla.hpp>
#include <nabla/op.hpp>
#include <nabla/registry.hpp>
#include <string>

namespace {

using namespace nabla;

Tensor draw(const OperandSpec& spec, Rng& rng) {
  const Tensor x = rng.uniform(spec.shape, spec.low, spec.high);
  return spec.distribution ? softmax(x, -1) : x.to(spec.dtype);
}

std::int64_t elements(const Sample& sample) {
  std::int64_t sum = 0;
  for (const OperandSpec& spec : sample.operands) sum += spec.shape.elements();
  return sum;
}

/// The largest one with operands that are not empty, at least one of them floating.
Sample* largest(std::vector<Sample>& samples) {
  Sample* best = nullptr;
  for (Sample& sample : samples) {
    bool floating = false, empty = false;
    for (const OperandSpec& spec : sample.operands) {
      floating |= is_floating(spec.dtype);
      empty |= spec.shape.elements() == 0;
    }
    if (floating && !empty && (!best || elements(sample) > elements(*best))) best = &sample;
  }
  return best;
}

std::vector<Tensor> draw_operands(const Sample& sample) {
  Rng rng(1);
  std::vector<Tensor> operands;
  for (const OperandSpec& spec : sample.operands) operands.push_back(draw(spec, rng));
  return operands;
}

void compute(benchmark::State& state, const Sample& sample) {
  const std::vector<Tensor> operands = draw_operands(sample);
  for (auto _ : state) benchmark::DoNotOptimize(sample.op(operands));
  state.SetItemsProcessed(state.iterations() * elements(sample));
}

void record_and_reverse(benchmark::State& state, const Sample& sample) {
  const std::vector<Tensor> operands = draw_operands(sample);
  const Tensor seed = [&] {
    const Tensor y = sample.op(operands);
    return full(y.shape(), 1, y.dtype());
  }();
  Tape tape;
  std::vector<Var> in, wrt;
  for (auto _ : state) {
    tape.clear();
    in.clear();
    wrt.clear();
    for (const Tensor& x : operands) {
      in.push_back(is_floating(x.dtype()) ? tape.variable(x) : tape.constant(x));
      if (is_floating(x.dtype())) wrt.push_back(in.back());
    }
    benchmark::DoNotOptimize(gradient(sample.op(in), wrt, seed));
  }
  state.SetItemsProcessed(state.iterations() * elements(sample));
}

const bool registered = [] {
  for (const OpTable* table : registry()) {
    std::vector<Sample> samples = table->samples();
    Sample* sample = largest(samples);
    if (!sample) continue;
    if (table->elementwise)
      for (OperandSpec& spec : sample->operands) spec.shape = {128, 128};
    std::string name(table->info.name);
    for (const OperandSpec& spec : sample->operands) name += fmt::format("_{}", spec.shape);
    benchmark::RegisterBenchmark((name + "/forward").c_str(),
                                 [s = *sample](benchmark::State& state) { compute(state, s); });
    if (table->info.differentiable)
      benchmark::RegisterBenchmark((name + "/record_and_reverse").c_str(),
                                   [s = *sample](benchmark::State& state) { record_and_reverse(state, s); });
  }
  return true;
}();

}  // namespace
