#include "checkpoint.hpp"

#define XXH_INLINE_ALL  // nothing to be linked with
#include <fmt/core.h>
#include <xxhash.h>

#include <algorithm>
#include <boost/core/demangle.hpp>
#include <charconv>
#include <map>
#include <nabla/error.hpp>
#include <nabla/io.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "json_number.hpp"

namespace nabla::train {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view of_net = "net/", of_best = "best/", of_optimizer = "optimizer/";
// Keys of the metadata.
const std::string kind_key = "kind", identity_key = "identity", state_key = "state", history_key = "history";
// The value of `kind`, before the number, which changes with whatever makes former files unreadable.
constexpr std::string_view kind = "nabla checkpoint ";
constexpr std::int64_t kind_number = 4;

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

/// The JSON as text, for which bytes that are not UTF-8 are replaced.
std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json to_json(const Identity& identity) {
  return {{"seed", identity.seed},
          {"samples", identity.samples},
          {"batch_size", identity.batch_size},
          {"optimizer", identity.optimizer},
          {"dataset", identity.dataset},
          {"watched", identity.watched},
          {"configuration", identity.configuration}};
}

Json to_json(const State& state) {
  Json json{{"epoch", state.epoch},
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

Identity to_identity(const Json& json) {
  return {.seed = natural_number(json.at("seed")),
          .samples = whole_number(json.at("samples"), 0),
          .batch_size = whole_number(json.at("batch_size"), 0),
          .optimizer = json.at("optimizer").get<std::string>(),
          .dataset = natural_number(json.at("dataset")),
          .watched = json.at("watched").get<std::string>(),
          .configuration = json.at("configuration").get<std::string>()};
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

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The values of lines `key = value` by their keys; nothing where there is another line, or a key twice.
std::optional<std::map<std::string_view, std::string_view>> values_by_key(std::string_view text) {
  std::map<std::string_view, std::string_view> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::size_t sign = line.find('=');
    if (sign == std::string_view::npos || sign == 0) return {};
    if (!all.emplace(trimmed(line.substr(0, sign)), trimmed(line.substr(sign + 1))).second) return {};
  }
  return all;
}

/// In what a checkpoint differs from the training that is to go on from it.
class Differences {
 public:
  void compare(std::string_view what, const auto& there, const auto& here) {
    if (there != here) note(fmt::format("{} is {} there and {} here", what, there, here));
  }
  void compare_configurations(const std::string& there, const std::string& here) {
    const auto saved = values_by_key(there), given = values_by_key(here);
    if (!saved || !given) return compare("configuration", quoted(there), quoted(here));
    for (const auto& [key, value] : *saved) {
      const auto found = given->find(key);
      compare(key, quoted(value), found == given->end() ? "not set" : quoted(found->second));
    }
    for (const auto& [key, value] : *given)
      if (!saved->contains(key)) compare(key, std::string("not set"), quoted(value));
  }
  void note(std::string_view difference) {
    if (!text_.empty()) text_ += "; ";
    text_ += difference;
  }
  const std::string& text() const { return text_; }

 private:
  static std::string quoted(std::string_view value) { return fmt::format("'{}'", value); }

  std::string text_;
};

/// @throws ValueError
void require_same(const std::string& path, const Identity& there, const Identity& given) {
  const Identity here = to_identity(Json::parse(text_of(to_json(given))));  // as it would be in a file
  Differences differences;
  differences.compare("the optimiser", boost::core::demangle(there.optimizer.c_str()),
                      boost::core::demangle(here.optimizer.c_str()));
  differences.compare("seed", there.seed, here.seed);
  differences.compare("the number of samples", there.samples, here.samples);
  differences.compare("batch_size", there.batch_size, here.batch_size);
  if (there.samples == here.samples && there.dataset != here.dataset)
    differences.note("the data set has as many samples there and here, but other values, shapes or types");
  if (!there.watched.empty() && !here.watched.empty())
    differences.compare("what is watched", there.watched, here.watched);
  differences.compare_configurations(there.configuration, here.configuration);
  if (!differences.text().empty())
    throw ValueError("fit", fmt::format("{} is a checkpoint of another training: {}; resume with what it was begun "
                                        "with, or begin anew",
                                        path, differences.text()));
}

/// Whether the file is a checkpoint of the kind that this library reads. @throws IoError unless it is
void require_kind(const std::string& path, const std::string& text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const bool is_checkpoint = text.starts_with(kind) &&
                             std::from_chars(text.data() + kind.size(), end, number) == std::from_chars_result{end, {}};
  if (!is_checkpoint)
    throw IoError("fit",
                  fmt::format("{} is no checkpoint of a training; resume from a file that a training wrote as its "
                              "checkpoint",
                              path));
  if (number != kind_number)
    throw IoError(
        "fit",
        fmt::format(
            "{} is a checkpoint of the {} kind {}, and this Nabla goes on from kind {}; resume "
            "it with the Nabla that wrote it, or begin anew. It is a safetensors file, whose tensors \"{}…\" are "
            "the weights",
            path, number < kind_number ? "older" : "newer", number, kind_number, of_net));
}

/// XXH3 of tensors.
class Hash {
 public:
  Hash() { XXH3_64bits_reset(&state_); }

  void add(const Tensor& tensor) {
    add(static_cast<std::int64_t>(tensor.dtype()));
    add(static_cast<std::int64_t>(tensor.rank()));
    for (const std::int64_t length : tensor.shape()) add(length);
    const Tensor dense = tensor.contiguous();
    visit(dense.dtype(), [&]<class T>(std::type_identity<T>) { add(std::as_bytes(dense.data<T>())); });
  }
  std::uint64_t value() const { return XXH3_64bits_digest(&state_); }

 private:
  void add(std::int64_t number) { add(std::as_bytes(std::span(&number, 1))); }
  void add(std::span<const std::byte> bytes) { XXH3_64bits_update(&state_, bytes.data(), bytes.size()); }

  XXH3_state_t state_;
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
  io::save_tensors(path, tensors,
                   {{kind_key, fmt::format("{}{}", kind, kind_number)},
                    {identity_key, text_of(to_json(identity))},
                    {state_key, text_of(to_json(state))},
                    {history_key, state.history.json()}});
}

State load_checkpoint(const std::string& path, const Identity& identity, std::int64_t batches,
                      const std::optional<optim::Plateau>& plateau, detail::Task& task) {
  const io::TensorFile file = io::load_tensors(path);
  const auto text = [&](const std::string& key) {
    const auto found = file.metadata.find(key);
    return found == file.metadata.end() ? std::string() : found->second;
  };
  require_kind(path, text(kind_key));

  State state;
  Identity saved;
  try {
    saved = to_identity(Json::parse(text(identity_key)));
    state = to_state(Json::parse(text(state_key)), plateau);
    state.history = History::from_json(text(history_key));
  } catch (const Json::exception& error) {
    throw IoError("fit", fmt::format("{}: {}; it is damaged, take another checkpoint", path, error.what()));
  } catch (const ValueError& error) {
    throw IoError("fit", fmt::format("{}: {}; it is damaged, take another checkpoint", path, error.what()));
  }
  require_same(path, saved, identity);
  if (state.batch > batches)
    throw IoError("fit", fmt::format("{}: batch {} of an epoch of {}; it is damaged, take another checkpoint", path,
                                     state.batch, batches));

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
