#include "run_item.hpp"

#include <exception>
#include <map>

namespace reference {

void Comparison::within(Bar bar, std::string_view what, const Tensor& got, const Tensor& expected) {
  if (got.shape() != expected.shape()) {
    misses.push_back(fmt::format("{} has shape {} instead of {}", what, got.shape(), expected.shape()));
    return;
  }
  if (const std::optional<Excess> excess = worst_excess(got, expected, bar))
    misses.push_back(fmt::format("{}: {}", what, to_string(*excess, expected.shape())));
}

Tensor entry(const Tensor& list, std::int64_t k) {
  nabla::Dims rest = list.shape();
  rest.erase(0);
  return list.sliced(0, k, k + 1).reshaped(nabla::Shape(rest));
}

ItemReport run_item(std::string_view kind, const Item& item) {
  static const std::map<std::string_view, void (*)(const Item&, Comparison&)> kinds = {
      {"optimizers", run_optimizer},
      {"schedules", run_schedule},
      {"initialisers", run_initializer},
      {"clipping", run_clipping},
      {"mlp", run_mlp},
      {"sigmoid_nets", run_sigmoid_net},
  };
  const auto found = kinds.find(kind);
  if (found == kinds.end()) return {{}, fmt::format("the kind of set '{}' is unknown", kind)};
  Comparison comparison;
  try {
    found->second(item, comparison);
  } catch (const Unknown& unknown) {
    return {{}, unknown.what()};
  } catch (const std::exception& error) {
    comparison.misses.push_back(error.what());
  }
  return {std::move(comparison.misses)};
}

}  // namespace reference
