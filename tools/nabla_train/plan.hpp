// What a training is to be, from what the command line says.
#pragma once

#include <nabla/train/fit.hpp>
#include <optional>
#include <string>

#include "samples.hpp"
#include "settings.hpp"

namespace nabla_train {

/// The samples, by what is done with them.
struct Sets {
  nabla::data::Dataset training;
  std::optional<nabla::data::Dataset> validation;  ///< measured after every epoch
  std::optional<nabla::data::Dataset> test;
  Names names;
  bool are_images;

  const char* unit() const { return are_images ? "images" : "samples"; }
};

/// @throws UsageError where a share leaves nothing; and for a shift of what is no image
Sets cut(const TrainOptions& options, Source source);

/// A network that has yet to learn from the samples, and how inputs and targets are standardised for it.
/// @throws UsageError for names that are unknown, or do not go together, and for layers that do not fit;
/// DataError where there is one class only, and for more layers than fit into the memory
Model new_model(const TrainOptions& options, const Sets& sets, const Optimizer& optimizer);

/// What training descends, with the class weights, smoothed labels and penalties that are asked for, and the loss of
/// the model beside it. @param net  whose weights the penalties are of; it has to outlive the cost. @throws UsageError
Cost training_cost(const TrainOptions& options, const Model& model, const Sets& sets, const nabla::nn::Mlp& net);

/// So many samples that even a small set makes a score of steps an epoch, unless the size is given.
std::int64_t batch_size(const TrainOptions& options, std::int64_t samples);

/// The settings of the training, with the values that were left to the tool.
Settings settings(TrainOptions options, const Sets& sets, const Model& model, const Optimizer& optimizer);

nabla::train::Display display(const std::string& how);

/// @param sets      as the network is given them; they have to outlive the training
/// @param settings  which have to be the same in a training that is resumed
/// @throws UsageError
nabla::train::FitOptions fit_options(const TrainOptions& options, const Sets& sets, double learning_rate,
                                     const Settings& settings);

}  // namespace nabla_train
