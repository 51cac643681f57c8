// One item of a set: a trajectory of an optimiser, a schedule, a net and so on.
#pragma once

#include <fmt/core.h>

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "compare.hpp"
#include "corpus.hpp"

namespace reference {

struct ItemReport {
  std::vector<std::string> misses;  ///< what did not agree, or the exception that was thrown
  std::string skipped = {};         ///< why it was not run, if it was not
};

/// Runs an item of a set of that kind. One of an unknown kind is skipped, and so is one with an attribute or a value of
/// it that nobody here knows.
ItemReport run_item(std::string_view kind, const Item& item);

/// What makes an item be skipped.
struct Unknown : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The hyper-parameters of an item, each to be asked for by the one who knows it.
class HyperParameters {
 public:
  explicit HyperParameters(Attributes values) : values_(std::move(values)) {}

  bool has(std::string_view name) const { return values_.has(name); }
  double number(const std::string& name, double otherwise) { return known(name).number(name, otherwise); }
  double number(const std::string& name) { return known(name).number(name); }
  std::int64_t integer(const std::string& name) { return known(name).integer(name); }
  std::int64_t integer(const std::string& name, std::int64_t otherwise) { return known(name).integer(name, otherwise); }
  bool flag(const std::string& name, bool otherwise) { return known(name).flag(name, otherwise); }
  std::string text(const std::string& name, std::string_view otherwise) { return known(name).text(name, otherwise); }
  std::vector<std::int64_t> integers(const std::string& name) { return known(name).integers(name); }
  std::vector<double> numbers(const std::string& name) { return known(name).numbers(name); }
  /// It changes nothing here, whatever it is: how the other library goes about the same calculation.
  void ignore(const std::string& name) { known(name); }

  /// @throws Unknown when there is one that nobody has asked for
  void require_all_known() const {
    for (const std::string& name : values_.names())
      if (!known_.contains(name)) throw Unknown(fmt::format("the hyper-parameter '{}' is unknown", name));
  }

 private:
  const Attributes& known(const std::string& name) {
    known_.insert(name);
    return values_;
  }

  Attributes values_;
  std::set<std::string> known_;
};

/// What an item is compared by. Shapes must be equal; the bars are those for values of the dtype, or as given.
class Comparison {
 public:
  static Bar value_bar(nabla::DType dtype) { return dtype == nabla::f32 ? Bar{1e-6, 1e-5} : Bar{1e-12, 1e-10}; }

  void values(std::string_view what, const Tensor& got, const Tensor& expected) {
    within(value_bar(expected.dtype()), what, got, expected);
  }
  void second_order(std::string_view what, const Tensor& got, const Tensor& expected) {
    within(expected.dtype() == nabla::f32 ? Bar{1e-6, 1e-5} : Bar{1e-10, 1e-8}, what, got, expected);
  }
  void within(Bar bar, std::string_view what, const Tensor& got, const Tensor& expected);
  void require(bool condition, const std::string& otherwise) {
    if (!condition) misses.push_back(otherwise);
  }

  std::vector<std::string> misses;
};

/// The k-th along the first axis.
Tensor entry(const Tensor& list, std::int64_t k);

/// @name The kinds, each in a file of its own
/// @{
void run_optimizer(const Item& item, Comparison& comparison);
void run_schedule(const Item& item, Comparison& comparison);
void run_initializer(const Item& item, Comparison& comparison);
void run_clipping(const Item& item, Comparison& comparison);
void run_mlp(const Item& item, Comparison& comparison);
void run_sigmoid_net(const Item& item, Comparison& comparison);
/// @}

}  // namespace reference
