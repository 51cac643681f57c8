#include "model.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <nabla/error.hpp>
#include <nabla/operators.hpp>
#include <nlohmann/json.hpp>

namespace nabla_train {

using namespace nabla;
using nlohmann::json;

Model::Model(NetworkForm f, Names n, const Initialization& initialization, std::uint64_t seed)
    : form(std::move(f)),
      names(std::move(n)),
      net(form.layers, {.output = chosen("activation", form.output_activation, activations()).value,
                        .weight = initialization.weight,
                        .bias = initialization.bias,
                        .dropout = form.dropout,
                        .seed = seed}) {
  const std::vector<std::string> named = separated(form.activation);
  const std::size_t hidden = net.layers().size() - 1;
  if (named.size() > 1 && named.size() != hidden)
    throw UsageError(
        fmt::format("--activation names {} activations, and there {} hidden layer{}; give one for each, or one for all",
                    named.size(), hidden == 1 ? "is 1" : fmt::format("are {}", hidden), hidden == 1 ? "" : "s"));
  for (std::size_t l = 0; l < hidden; ++l)
    net.layers()[l].activation = chosen("activation", named[named.size() == 1 ? 0 : l], activations()).value;
}

namespace {

/// Numbers that f32 does not tell apart, such as times in seconds, differ once they are standardised.
Tensor as_given(const Tensor& x, const std::optional<data::Standardization>& figures) {
  if (!is_floating(x.dtype())) return x;  // class indices
  return (figures ? (*figures)(x) : x).to(f32);
}

}  // namespace

Tensor filled(const Tensor& x, const Tensor& fill) {
  const Tensor dense = x.to(f64).contiguous();
  const std::span<const double> given = dense.data<double>(), instead = fill.data<double>();
  std::vector<double> values(given.begin(), given.end());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isnan(values[i])) values[i] = instead[i % instead.size()];
  return Tensor::copy_of(x.shape(), values);
}

Tensor means_of_present(const Tensor& x) {
  const Tensor dense = x.to(f64).contiguous();
  const std::span<const double> values = dense.data<double>();
  const auto width = static_cast<std::size_t>(x.shape()[1]);
  std::vector<double> means(width), counts(width);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) means[i % width] += (values[i] - means[i % width]) / ++counts[i % width];
  for (std::size_t i = 0; i < width; ++i)
    if (counts[i] == 0) means[i] = std::nan("");
  return Tensor::copy_of({x.shape()[1]}, means);
}

data::Dataset Model::standardized(const data::Dataset& samples) const {
  return {as_given(fill ? filled(samples.inputs, *fill) : samples.inputs, of_inputs),
          as_given(samples.targets, of_targets)};
}

Tensor Model::outputs_for(const Tensor& inputs) const {
  constexpr std::int64_t rows_at_a_time = 1024;
  const std::int64_t rows = inputs.shape()[0];
  std::vector<Tensor> parts;
  for (std::int64_t first = 0; first < rows; first += rows_at_a_time) {
    const Tensor part = slice(inputs, 0, first, std::min(first + rows_at_a_time, rows));
    parts.push_back(net(as_given(fill ? filled(part, *fill) : part, of_inputs)));
  }
  return concat(parts, 0);
}

Tensor Model::predictions(const Tensor& outputs) const {
  if (of_targets) return of_targets->inverse(outputs.to(f64));
  const Loss& loss = chosen("loss", form.loss, losses()).value;
  const Tensor predicted = chosen("activation", loss.prediction, activations()).value(outputs);
  return classifies() ? predicted : predicted.to(f64);
}

/// For the metadata: JSON for Modern C++ finds them by their names.
void to_json(json& to, const Feature& feature) { to = {{"name", feature.name}, {"categories", feature.categories}}; }
void from_json(const json& from, Feature& feature) {
  from.at("name").get_to(feature.name);
  from.at("categories").get_to(feature.categories);
}

namespace {

std::int64_t inputs_of(const std::vector<Feature>& features) {
  std::int64_t n = 0;
  for (const Feature& feature : features)
    n += std::max<std::int64_t>(1, static_cast<std::int64_t>(feature.categories.size()));
  return n;
}

std::string numbers_text(const Tensor& numbers) {
  const std::span<const double> values = numbers.data<double>();
  return json(std::vector<double>(values.begin(), values.end())).dump();
}

/// A value of the metadata. @throws DataError
template <class T>
T read(const std::string& path, const io::Metadata& metadata, const std::string& key) {
  const auto entry = metadata.find(key);
  if (entry == metadata.end())
    throw DataError(
        fmt::format("{} is no model of nabla-train: its metadata have no '{}'; models are "
                    "what nabla-train train --model writes",
                    path, key));
  try {
    return json::parse(entry->second).get<T>();
  } catch (const json::exception&) {
    throw DataError(fmt::format("{}: '{}' in its metadata is not as nabla-train writes it: {}", path, key,
                                entry->second.substr(0, 60)));
  }
}

}  // namespace

void Model::save(const std::string& path) const {
  io::Metadata metadata{{"layers", json(form.layers).dump()},
                        {"activation", json(form.activation).dump()},
                        {"output_activation", json(form.output_activation).dump()},
                        {"loss", json(form.loss).dump()},
                        {"dropout", json(form.dropout).dump()},
                        {"features", json(names.features).dump()},
                        {"classes", json(names.classes).dump()},
                        {"targets", json(names.targets).dump()},
                        {"history", json(history).dump()}};
  const auto add = [&](const std::string& of, const std::optional<data::Standardization>& figures) {
    if (!figures) return;
    metadata[of + "_mean"] = numbers_text(figures->mean);
    metadata[of + "_deviation"] = numbers_text(figures->deviation);
  };
  if (fill) metadata["input_fill"] = numbers_text(*fill);
  add("input", of_inputs);
  add("target", of_targets);
  io::save(path, net, metadata);
}

Model Model::load(const std::string& path) {
  const auto read_file = [&] {
    try {
      return io::load_tensors(path);
    } catch (const IoError& error) {
      if (!std::filesystem::is_regular_file(path) || access(path.c_str(), R_OK) != 0) throw;
      throw DataError(
          fmt::format("{} is no model; models are what nabla-train train --model writes. {}", path, error.what()));
    }
  };
  const io::TensorFile file = read_file();
  const auto value = [&]<class T>(std::type_identity<T>, const std::string& key) {
    return read<T>(path, file.metadata, key);
  };
  constexpr std::type_identity<std::string> text;
  constexpr std::type_identity<std::vector<std::string>> texts;
  constexpr std::type_identity<std::vector<Feature>> features;
  constexpr std::type_identity<std::vector<std::int64_t>> sizes;
  constexpr std::type_identity<std::vector<double>> numbers;
  constexpr std::type_identity<double> number;

  const auto refuse = [&](const std::string& complaint) { throw DataError(path + ": " + complaint); };
  // Before there is a network of these sizes: memory is taken for no more than the file holds.
  const std::vector<std::int64_t> layers = value(sizes, "layers");
  for (std::size_t l = 1; l < layers.size(); ++l) {
    const auto weight = file.tensors.find(fmt::format("net.{}.weight", l - 1));
    if (weight == file.tensors.end() || weight->second.shape() != Shape{layers[l], layers[l - 1]})
      refuse(fmt::format("its metadata say that the layers are {}, and its tensors are not those of such a network",
                         file.metadata.at("layers")));
  }
  try {
    Model model({.layers = layers,
                 .activation = value(text, "activation"),
                 .output_activation = value(text, "output_activation"),
                 .loss = value(text, "loss"),
                 .dropout = value(number, "dropout")},
                {.features = value(features, "features"),
                 .classes = value(texts, "classes"),
                 .targets = value(texts, "targets")},
                {.weight = nn::zeros()}, 0);
    chosen("loss", model.form.loss, losses());
    const Names& names = model.names;
    const auto outputs = static_cast<std::size_t>(model.outputs());
    if ((!names.features.empty() && inputs_of(names.features) != model.inputs()) ||
        (model.classifies() && names.classes.size() != outputs) ||
        (!model.classifies() && !names.targets.empty() && names.targets.size() != outputs))
      refuse("the names in its metadata are not as many as its layers have inputs and outputs");
    const auto figures = [&](const std::string& of, std::int64_t n) -> std::optional<data::Standardization> {
      if (!file.metadata.contains(of + "_mean")) return {};
      const std::vector<double> mean = value(numbers, of + "_mean"), deviation = value(numbers, of + "_deviation");
      if (mean.size() != static_cast<std::size_t>(n) || deviation.size() != mean.size())
        refuse(fmt::format("its metadata have {} and {} figures of {}s, and the network has {}", mean.size(),
                           deviation.size(), of, n));
      return data::Standardization::from(
          {{"mean", Tensor::copy_of({n}, mean)}, {"deviation", Tensor::copy_of({n}, deviation)}});
    };
    if (file.metadata.contains("input_fill")) {
      const std::vector<double> fill = value(numbers, "input_fill");
      if (fill.size() != static_cast<std::size_t>(model.inputs()))
        refuse(fmt::format("its metadata have {} figures for missing inputs, and the network has {} inputs",
                           fill.size(), model.inputs()));
      model.fill = Tensor::copy_of({model.inputs()}, fill);
    }
    model.of_inputs = figures("input", model.inputs());
    if (!model.classifies()) model.of_targets = figures("target", model.outputs());
    model.history = value(text, "history");
    io::assign(path, model.net.parameters(), file.tensors);
    return model;
  } catch (const ValueError& error) {  // figures that cannot be
    throw DataError(fmt::format("{}: {}", path, error.what()));
  } catch (const UsageError& error) {  // a name that this version does not know
    throw DataError(fmt::format("{}: {}", path, error.what()));
  }
}

}  // namespace nabla_train
