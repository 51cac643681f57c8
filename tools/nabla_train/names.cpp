// names: what the options of train take, and what each of it is.
#include <fmt/core.h>

#include "choices.hpp"
#include "commands.hpp"
#include "measures.hpp"

namespace nabla_train {
namespace {

template <class T>
void print(std::string_view option, std::span<const Choice<T>> choices) {
  fmt::print("{}\n", option);
  for (const Choice<T>& choice : choices) fmt::print("  {:21} {}\n", choice.name, choice.help);
}

}  // namespace

int run(const NamesOptions&) {
  print("--activation, --output-activation, of the weighted input z", activations());
  print("\n--loss, of outputs a (or z, before their activation) and targets y", losses());
  print("\n--optimizer, by the gradient g", optimizers());
  print("\n--initializer", initializations());
  print("\n--schedule", schedules());
  print("\n--watch, of the validation set", figures());
  return 0;
}

}  // namespace nabla_train
