// Writes docs/operations.md from the registry; with --check FILE, compares it with the file.
#include <fmt/core.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <nabla/registry.hpp>
#include <string>
#include <string_view>

namespace {

using nabla::OpInfo;
using nabla::OpTable;

constexpr std::string_view introduction = R"(# Operations

Every operation of the library, from the registry; `ninja -C build operations_md` writes this page. What a function takes
and refuses stands in its header, `ops/NAME.hpp`.

x, or a and b and so on, are the operands, y is the result, and u = ∂C/∂y is its cotangent. The derivative is the cotangent
of x, or `a: ...; b: ...` of each operand, as mathematics; what is calculated keeps digits that a formula may lose. Where
operands were broadcast, their cotangents are summed to their shapes. The convention says what is chosen where there is a
choice: at kinks, at ties, at the ends of the domain. The shapes stand as operands → result; elementwise operations take
operands of any shape, and those with several broadcast them.

)";

constexpr std::string_view composed = R"(
## Functions composed of operations

Their derivatives are those of the operations of which they are made.

| function | gives | made of | convention |
|---|---|---|---|
| `+` `-` `*` `/` `<` `<=` `>` `>=` | as in C++, element by element | add, sub, mul, div, neg, less, less_equal, greater, greater_equal | |
| `amax`, `amin` | `max x`, `min x` | max, min | ties share evenly |
| `einsum` | `sum over the letters that the result does not have` | diagonal, permute, reshape, sum, mul, matmul | |
| `masked_fill` | `mask ? value : x` | where | |
| `max_dim`, `min_dim` | the largest or smallest along an axis, and its index | argmax or argmin, gather | all to the first |
| `pow(x, number)` | `x^p` | square, pow_scalar | |
| `sort` | the elements in order, and their indices | argsort, gather | equal elements keep their order |
| `split` | parts one behind the other | slice | |
| `stochastic_binary` | `1 with probability p, else 0` | bernoulli, stop_gradient | derivative 1, or 0 on request |
| `topk` | the k largest, and their indices | the operation topk, gather | the first of equal elements |
| `tril`, `triu` | the lower and the upper triangle | triangle | |

A loss that is elementwise in the table takes a `Reduction`: the mean of its entries by default, their sum, or all of them.
`cross_entropy` and `nll_loss` divide by target_weight for the mean, and `batch_norm_train` gives batch_norm_statistics
beside its result.
)";

/// In a cell of a table, where | separates.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}
std::string code(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", cell(text)); }

std::string with_arrow(std::string_view shapes) {
  std::string text(shapes);
  if (const std::size_t at = text.find("->"); at != std::string::npos) text.replace(at, 2, "→");
  return text;
}

std::string shapes(const OpTable& table) {
  const OpInfo& info = table.info;
  if (!info.shapes.empty()) return code(with_arrow(info.shapes));
  if (table.infer) return table.elementwise ? "one shape" : "";
  return info.arity == 1 ? "any" : "broadcast";
}

std::string derivative(const OpInfo& info) {
  if (!info.differentiable && info.derivative.empty()) return "none";
  return code(info.derivative);
}

std::string page() {
  std::string text(introduction);
  text += "| operation | formula | shapes | derivative | convention | source |\n|---|---|---|---|---|---|\n";
  for (const OpTable* table : nabla::registry()) {
    const OpInfo& info = table->info;
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", info.name, code(info.formula), shapes(*table),
                        derivative(info), cell(info.convention), cell(info.source));
  }
  text += composed;
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string text = page();
  if (argc == 1) {
    fmt::print("{}", text);
    return 0;
  }
  if (argc != 3 || std::string_view(argv[1]) != "--check") {
    fmt::print(stderr, "usage: operations_table [--check FILE]\n");
    return 2;
  }
  std::ifstream file(argv[2], std::ios::binary);
  const std::string stored(std::istreambuf_iterator<char>(file), {});
  if (stored == text) return 0;
  fmt::print(stderr, "{} is not what the registry says now; write it again with  ninja -C build operations_md\n",
             argv[2]);
  return 1;
}
