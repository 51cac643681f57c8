// What an operation costs, recorded and not.
#include <fmt/format.h>

#include <cstdlib>

#include "chains.hpp"
#include "peers.hpp"
#include "rows.hpp"

namespace bench {
namespace {

template <class Chain>
Block chain_block(std::int64_t extent) {
  return timed([chain = std::make_shared<Chain>(extent)] { keep((*chain)()); });
}

template <class Op>
Row chain_row(const char* name, std::int64_t extent, double goal) {
  return {fmt::format("tape: {} {}x{} / bump arena", name, extent, extent), {Bound::ratio_at_most, goal}, [extent] {
            return Sides{chain_block<Chain<Op>>(extent), chain_block<ArenaChain<Op>>(extent), {}, chain_length};
          }};
}

Block nabla_add() {
  return timed([a = nabla::full({8}, 1.5), b = nabla::full({8}, 2.5)] { keep(a + b); });
}

/// A new array by malloc, and a loop.
Block plain_add() {
  return timed([a = std::vector<double>(8, 1.5), b = std::vector<double>(8, 2.5)] {
    auto* sum = static_cast<double*>(std::malloc(8 * sizeof(double)));
    for (std::size_t i = 0; i < 8; ++i) sum[i] = a[i] + b[i];
    keep(*sum);
    std::free(sum);
  });
}

}  // namespace

// A goal is a ratio of nanoseconds on one machine: what is to be reached there, over what the floor took.
std::vector<Row> tape_rows(const std::shared_ptr<Peers>& peers) {
  std::vector<Row> rows{chain_row<Add>("add", 1, 20.0 / 13),
                        chain_row<Mul>("mul", 1, 20.0 / 14),
                        chain_row<Sigmoid>("sigmoid", 1, 30.0 / 28),
                        chain_row<Add>("add", 4, 30.0 / 20),
                        chain_row<Mul>("mul", 4, 35.0 / 22),
                        chain_row<Sigmoid>("sigmoid", 4, 60.0 / 72),
                        chain_row<Matmul>("matmul", 4, 110.0 / 126),
                        {"not recorded: add of 8 / malloc and a loop", {Bound::value_at_most, 15}, [] {
                           return Sides{nabla_add(), plain_add()};
                         }}};
  if (Peers::has("LibTorch"))
    rows.push_back({"not recorded: add of 8 / LibTorch", {Bound::times_faster, 450.0 / 15}, [peers] {
                      return Sides{nabla_add(), peers->block("LibTorch", "compute")};
                    }});
  return rows;
}

}  // namespace bench
