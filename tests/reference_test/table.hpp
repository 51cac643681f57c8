// How the operations of a corpus are called in Nabla.
#pragma once

#include <functional>
#include <map>
#include <nabla/nabla.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "corpus.hpp"

namespace reference {

using nabla::Var;

/// A call: its operands, recorded on a tape, in the order of the corpus and by name, and its attributes.
struct Call {
  const std::vector<Input>& inputs;
  std::vector<Var> operands;
  const Attributes& attributes;

  const Var& operator[](std::size_t i) const { return operands.at(i); }
  std::size_t size() const { return operands.size(); }
  bool has(std::string_view name) const;
  /// @throws std::runtime_error when there is no input of that name
  const Var& operator[](std::string_view name) const;
};

/// What an operation gives: one value or several.
struct Outputs {
  Outputs(const Var& value) : values{value} {}
  Outputs(std::vector<Var> several) : values(std::move(several)) {}
  Outputs(const nabla::ValuesAndIndices<Var>& both) : values{both.values, both.indices} {}

  std::vector<Var> values;
};

struct Entry {
  template <class F>
  Entry(F f) : call(f) {}
  Entry() = default;

  std::function<Outputs(const Call&)> call;

  /// @name What the reference library is known to have wrong
  /// Derivatives that these members name are replaced, in the corpus that was read, by what is right, or where that is
  /// not known by those of Nabla, which is to say that they are not compared. Of every operation, without a member for
  /// it: a second derivative that the corpus has as NaN, in a case whose values and first derivatives are finite. The
  /// program counts the cases by operation; with --strict nothing is replaced.
  /// @{
  /// The second derivative is 0, whatever the corpus says: that of |x| is what stood in memory which the library has
  /// not set (the derivative of its sgn is a tensor of zeros that nobody writes).
  bool second_is_zero = false;
  /// The gradient is as good as f32: the library multiplies by a constant that it has rounded to f32. Its derivatives
  /// along v do not have this fault, and are compared as all others.
  bool gradient_in_single = false;
  /// @}
};
/// By the name of the operation.
using Table = std::map<std::string, Entry, std::less<>>;

/// @name The groups of which the table consists, each in a file of its own
/// @{
void add_elementwise(Table& table);
void add_activations(Table& table);
void add_shapes(Table& table);
void add_reductions(Table& table);
void add_products(Table& table);
void add_losses(Table& table);
void add_layers(Table& table);
/// @}

/// By the text of an expression, for the cases of `graph`.
const Table& graphs();

/// The entry for a case: by its operation, or by its expression where it is a graph. Null for an unknown one.
const Entry* find_entry(std::string_view operation, const Attributes& attributes);
/// What find_entry() looks for, for people.
std::string entry_name(std::string_view operation, const Attributes& attributes);

}  // namespace reference
