// A corpus of reference values: calls of operations, with what they give, and sets of other records, as its own
// README.md describes it.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nabla/axes.hpp>
#include <nabla/tensor.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reference {

using nabla::Tensor;

/// The attributes of a call, by name. Reading one that is missing or of another kind throws std::runtime_error.
class Attributes {
 public:
  struct Values;
  explicit Attributes(std::shared_ptr<const Values> values) : values_(std::move(values)) {}

  /// Whether there is such an attribute, and it is not null.
  bool has(std::string_view name) const;
  /// The strings "inf" and "-inf" are numbers too.
  double number(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::vector<std::int64_t> integers(std::string_view name) const;
  std::vector<std::array<std::int64_t, 2>> pairs(std::string_view name) const;
  std::vector<double> numbers(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  /// Attributes within an attribute.
  Attributes group(std::string_view name) const;
  /// Of all that are not null.
  std::vector<std::string> names() const;

  /// @name What a missing attribute, or null, stands for
  /// @{
  double number(std::string_view name, double otherwise) const { return has(name) ? number(name) : otherwise; }
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const {
    return has(name) ? integer(name) : otherwise;
  }
  bool flag(std::string_view name, bool otherwise) const { return has(name) ? flag(name) : otherwise; }
  std::string text(std::string_view name, std::string_view otherwise) const {
    return has(name) ? text(name) : std::string(otherwise);
  }
  /// @}

  /// One integer or several.
  nabla::Dims dims(std::string_view name) const { return nabla::Dims(integers(name)); }
  /// The same; null means all axes.
  nabla::Axes axes(std::string_view name) const { return has(name) ? nabla::Axes(dims(name)) : nabla::Axes(); }

 private:
  std::shared_ptr<const Values> values_;
};

struct Input {
  std::string name;
  bool differentiable;
  Tensor value;  ///< with the strides that the corpus tells
};

/// What may be measured on a case.
enum class Quantity { values, first, second, jvp };
std::string_view name(Quantity quantity);

/// One call of an operation. The lists are empty where the corpus has none.
struct Case {
  std::string id;
  nabla::DType dtype;
  Attributes attributes;
  std::vector<Input> inputs;
  std::vector<Tensor> outputs;
  std::vector<Tensor> cotangents;  ///< one for each floating output
  std::vector<Tensor> directions;  ///< one for each differentiable input

  /// Those of the reference library, in f64 for a case in f32 as far as there are any; and rounded once from many
  /// digits.
  struct Results {
    std::vector<Tensor> reference;
    bool unreliable = false;  ///< the reference is known to be off: only `exact` counts
    std::vector<Tensor> exact;
  };
  std::array<Results, 4> results;  ///< by Quantity

  const Results& operator[](Quantity quantity) const { return results[static_cast<std::size_t>(quantity)]; }
  Results& operator[](Quantity quantity) { return results[static_cast<std::size_t>(quantity)]; }
};

struct OperationCases {
  std::string operation;
  std::vector<Case> cases;
};

/// A record of another kind: the trajectory of an optimiser and so on.
struct Item {
  std::string id;
  Attributes attributes;
  std::map<std::string, Tensor, std::less<>> arrays;

  bool has(std::string_view name) const { return arrays.contains(name); }
  /// @throws std::runtime_error when there is no such array
  const Tensor& operator[](std::string_view name) const;
};

struct ItemSet {
  std::string kind;
  std::vector<Item> items;
};

class Corpus {
 public:
  /// Reads the index. @throws std::runtime_error, naming the file and what is wrong
  explicit Corpus(std::filesystem::path folder);
  ~Corpus();
  Corpus(const Corpus&) = delete;
  Corpus& operator=(const Corpus&) = delete;

  std::size_t operations() const;
  /// Reads the cases of the i-th operation. @throws std::runtime_error
  OperationCases read(std::size_t i) const;

  std::size_t sets() const;
  /// Reads the items of the i-th set. @throws std::runtime_error
  ItemSet read_set(std::size_t i) const;

 private:
  struct Index;

  std::filesystem::path folder_;
  std::unique_ptr<Index> index_;
};

}  // namespace reference
