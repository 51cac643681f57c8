// A trained network with all that is needed to use it, and its file.
#pragma once

#include <nabla/data/standardization.hpp>
#include <nabla/io.hpp>
#include <nabla/nn.hpp>
#include <optional>
#include <string>
#include <vector>

#include "choices.hpp"

namespace nabla_train {

/// What a network is apart from its weights, by the names of the command line.
struct NetworkForm {
  std::vector<std::int64_t> layers;
  std::string activation;  ///< of all hidden layers, or of each, separated by commas
  std::string output_activation, loss;
  double dropout = 0;
};

/// A column of a table that is learnt from: one input, or one for each category.
struct Feature {
  std::string name;                     ///< empty in a table without names
  std::vector<std::string> categories;  ///< empty for numbers
};

/// What the inputs and outputs of a network are called. Where there are classes, output k is class k.
struct Names {
  std::vector<Feature> features = {};     ///< in the order of the inputs; empty for images
  std::vector<std::string> classes = {};  ///< empty where numbers are predicted
  std::vector<std::string> targets = {};  ///< columns of a table with names; else empty
};

/// With the entries of `fill` instead of NaN: f64, both.
Tensor filled(const Tensor& x, const Tensor& fill);
/// The mean of each column [n, columns], NaN left aside; NaN where it holds nothing else.
Tensor means_of_present(const Tensor& x);

class Model {
 public:
  /// A network that has yet to learn. @throws UsageError for unknown names
  Model(NetworkForm form, Names names, const Initialization& initialization, std::uint64_t seed);
  /// @throws DataError, naming the file, for one that holds no model of this tool
  static Model load(const std::string& path);
  void save(const std::string& path) const;

  std::int64_t inputs() const { return form.layers.front(); }
  std::int64_t outputs() const { return form.layers.back(); }
  bool classifies() const { return !names.classes.empty(); }

  /// Samples as the network is given them: standardised in the precision that they have, then f32.
  nabla::data::Dataset standardized(const nabla::data::Dataset& samples) const;
  /// What the network gives for inputs as the data have them: [n, outputs].
  Tensor outputs_for(const Tensor& inputs) const;
  /// What its outputs mean: probabilities, f32, where the loss takes them so; numbers as the data have them, f64.
  Tensor predictions(const Tensor& outputs) const;

  const NetworkForm form;
  const Names names;
  std::optional<Tensor> fill;  ///< what stands for a missing input, f64 [inputs]; else inputs may not be missing
  std::optional<nabla::data::Standardization> of_inputs, of_targets;
  std::string history;  ///< how it was trained, in a line
  nabla::nn::Mlp net;
};

}  // namespace nabla_train
