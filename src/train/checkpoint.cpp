#include "checkpoint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/core/demangle.hpp>
#include <cstring>
#include <nabla/error.hpp>
#include <nabla/io.hpp>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "json_number.hpp"

namespace nabla::train {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view of_net = "net/", of_best = "best/", of_optimizer = "optimizer/";
// Keys of the metadata.
const std::string kind_key = "kind", state_key = "state", history_key = "history";
const std::string kind = "nabla checkpoint 3";

void add(NamedTensors& all, std::string_view prefix, const NamedTensors& some) {
  for (const auto& [name, tensor] : some) all[std::string(prefix) + name] = tensor;
}

/// Those whose names begin so, without that.
NamedTensors part(const NamedTensors& all, std::string_view prefix) {
  NamedTensors found;
  for (const auto& [name, tensor] : all)
    if (name.starts_with(prefix)) found[name.substr(prefix.size())] = tensor;
  return found;
}

/// The tensors for these parameters, in their order. @throws IoError when they do not fit
std::vector<Tensor> fitting(const std::string& path, const Parameters& parameters, const NamedTensors& tensors) {
  std::vector<Parameter> copies;
  for (const Parameter* p : parameters) copies.push_back(*p);
  Parameters all;
  for (Parameter& copy : copies) all.push_back(&copy);
  io::assign(path, all, tensors);
  std::vector<Tensor> values;
  for (Parameter& copy : copies) values.push_back(std::move(copy.value));
  return values;
}

Json to_json(const State& state, const Identity& identity) {
  Json json{{"seed", identity.seed},
            {"samples", identity.samples},
            {"batch_size", identity.batch_size},
            {"optimizer", identity.optimizer},
            {"dataset", identity.dataset},
            {"epoch", state.epoch},
            {"batch", state.batch},
            {"steps", state.steps},
            {"sum_of_losses", json_number(state.sum_of_losses)},
            {"seconds", json_number(state.seconds)},
            {"largest_derivative", json_number(state.largest_derivative)},
            {"largest_delta", json_number(state.largest_delta)},
            {"order", state.order},
            {"net_draws", state.net_draws},
            {"learning_rate", json_number(state.learning_rate)},
            {"best", json_number(state.best)},
            {"epochs_since_best", state.epochs_since_best}};
  if (state.plateau)
    json["plateau"] = {{"calls_without_improvement", state.plateau->calls_without_improvement},
                       {"calls_to_cool_down", state.plateau->calls_to_cool_down},
                       {"best", json_number(state.plateau->best)}};
  return json;
}

State to_state(const Json& json, const std::optional<optim::Plateau>& plateau) {
  State state{.epoch = whole_number(json.at("epoch"), 1),
              .batch = whole_number(json.at("batch"), 0),
              .steps = whole_number(json.at("steps"), 0),
              .sum_of_losses = number(json.at("sum_of_losses")),
              .seconds = number(json.at("seconds")),
              .largest_derivative = number(json.at("largest_derivative")),
              .largest_delta = number(json.at("largest_delta")),
              .order = natural_number(json.at("order")),
              .net_draws = natural_number(json.at("net_draws")),
              .learning_rate = number(json.at("learning_rate")),
              .plateau = plateau,
              .best = number(json.at("best")),
              .epochs_since_best = whole_number(json.at("epochs_since_best"), 0)};
  if (plateau && json.contains("plateau")) {
    const Json& saved = json["plateau"];
    state.plateau->calls_without_improvement = whole_number(saved.at("calls_without_improvement"), 0);
    state.plateau->calls_to_cool_down = whole_number(saved.at("calls_to_cool_down"), 0);
    state.plateau->best = number(saved.at("best"));
  }
  return state;
}

void require_same(const std::string& path, const Identity& there, const Identity& here) {
  std::string complaint;
  const auto compare = [&](const char* what, const auto& a, const auto& b) {
    if (a != b) complaint += fmt::format("{}{} is {} there and {} here", complaint.empty() ? "" : "; ", what, a, b);
  };
  compare("the optimiser", boost::core::demangle(there.optimizer.c_str()),
          boost::core::demangle(here.optimizer.c_str()));
  compare("seed", there.seed, here.seed);
  compare("the number of samples", there.samples, here.samples);
  compare("batch_size", there.batch_size, here.batch_size);
  if (there.samples == here.samples && there.dataset != here.dataset)
    complaint += fmt::format("{}the data set has as many samples there and here, but other values, shapes or types",
                             complaint.empty() ? "" : "; ");
  if (!complaint.empty())
    throw IoError("fit", fmt::format("{} is a checkpoint of another training: {}; resume with what it was begun with, "
                                     "or begin anew",
                                     path, complaint));
}

/// In the manner of FNV-1a (Fowler, Noll and Vo), by words instead of bytes. Each step is one to one in the hash and in
/// the word; the shift brings the high bits, which products leave where they are, back to the low ones.
class Hash {
 public:
  void add(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x9E3779B97F4A7C15;
    value_ ^= value_ >> 32;
  }
  void add(const Tensor& tensor) {
    add(static_cast<std::uint64_t>(tensor.dtype()));
    add(static_cast<std::uint64_t>(tensor.rank()));
    for (const std::int64_t length : tensor.shape()) add(static_cast<std::uint64_t>(length));
    const Tensor dense = tensor.contiguous();
    visit(dense.dtype(), [&]<class T>(std::type_identity<T>) { add(std::as_bytes(dense.data<T>())); });
  }
  std::uint64_t value() const { return value_; }

 private:
  void add(std::span<const std::byte> bytes) {
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), sizeof(std::uint64_t)))) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), std::min(bytes.size(), sizeof word));
      add(word);
    }
  }

  std::uint64_t value_ = 0xCBF29CE484222325;
};

ConstParameters parameters_of(detail::Task& task) {
  const Parameters all = task.parameters();
  return {all.begin(), all.end()};
}

}  // namespace

std::uint64_t hash(const data::Dataset& dataset) {
  Hash hash;
  hash.add(dataset.inputs);
  hash.add(dataset.targets);
  return hash.value();
}

Parameters values_of(detail::Task& task) {
  Parameters all = task.parameters();
  for (Parameter* buffer : task.buffers()) all.push_back(buffer);
  return all;
}

void save_checkpoint(const std::string& path, const State& state, const Identity& identity, detail::Task& task) {
  const Parameters values = values_of(task);
  NamedTensors tensors;
  add(tensors, of_net, io::named_values({values.begin(), values.end()}));
  add(tensors, of_optimizer, task.optimizer_state(parameters_of(task)));
  for (std::size_t i = 0; i < state.best_values.size(); ++i)
    tensors[std::string(of_best) + values[i]->name()] = state.best_values[i];
  io::save_tensors(
      path, tensors,
      {{kind_key, kind}, {state_key, to_json(state, identity).dump()}, {history_key, state.history.json()}});
}

State load_checkpoint(const std::string& path, const Identity& identity, std::int64_t batches,
                      const std::optional<optim::Plateau>& plateau, detail::Task& task) {
  const io::TensorFile file = io::load_tensors(path);
  const auto text = [&](const std::string& key) {
    const auto found = file.metadata.find(key);
    return found == file.metadata.end() ? std::string() : found->second;
  };
  if (text(kind_key) != kind)
    throw IoError("fit", fmt::format("{} is no checkpoint of a training; io::load() reads a saved net", path));

  State state;
  try {
    const Json json = Json::parse(text(state_key));
    require_same(
        path,
        {natural_number(json.at("seed")), whole_number(json.at("samples"), 0), whole_number(json.at("batch_size"), 0),
         json.at("optimizer").get<std::string>(), natural_number(json.at("dataset"))},
        identity);
    state = to_state(json, plateau);
    if (state.batch > batches)
      throw IoError("fit", fmt::format("{}: batch {} of an epoch of {}; it is damaged, take another checkpoint", path,
                                       state.batch, batches));
    state.history = History::from_json(text(history_key));
  } catch (const Json::exception& error) {
    throw IoError("fit", fmt::format("{}: {}; it is damaged, take another checkpoint", path, error.what()));
  } catch (const ValueError& error) {
    throw IoError("fit", fmt::format("{}: {}; it is damaged, take another checkpoint", path, error.what()));
  }

  const Parameters values = values_of(task);
  const NamedTensors best = part(file.tensors, of_best);
  if (!best.empty()) state.best_values = fitting(path, values, best);
  std::vector<Tensor> net = fitting(path, values, part(file.tensors, of_net));
  task.restore_optimizer(parameters_of(task), part(file.tensors, of_optimizer));
  for (std::size_t i = 0; i < values.size(); ++i) values[i]->value = std::move(net[i]);
  if (double* rate = task.learning_rate()) *rate = state.learning_rate;
  return state;
}

}  // namespace nabla::train
