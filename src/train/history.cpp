#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/train/history.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "io/replace_file.hpp"
#include "json_number.hpp"

namespace nabla::train {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::pair<StopReason, std::string_view> names_of_reasons[] = {
    {StopReason::finished, "finished"},    {StopReason::early_stopping, "early_stopping"},
    {StopReason::threshold, "threshold"},  {StopReason::callback, "callback"},
    {StopReason::sigint, "sigint"},        {StopReason::sigterm, "sigterm"},
    {StopReason::not_finite, "not_finite"}};

StopReason to_reason(const Json& json) {
  for (const auto& [reason, name] : names_of_reasons)
    if (json == name) return reason;
  throw Json::other_error::create(501, json.dump() + " is no reason to stop", nullptr);
}

/// As RFC 4180 has it: in quotation marks where it would be taken for several cells.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

Json to_json(const Epoch& epoch) {
  Json json{{"epoch", epoch.number},
            {"loss", json_number(epoch.loss)},
            {"learning_rate", json_number(epoch.learning_rate)},
            {"seconds", json_number(epoch.seconds)}};
  if (epoch.validation_loss) json["validation_loss"] = json_number(*epoch.validation_loss);
  if (!epoch.metrics.empty()) json["metrics"] = Json::object();
  for (const auto& [name, value] : epoch.metrics) json["metrics"][name] = json_number(value);
  return json;
}

Epoch to_epoch(const Json& json) {
  Epoch epoch{.number = whole_number(json.at("epoch"), 1),
              .loss = number(json.at("loss")),
              .learning_rate = number(json.at("learning_rate")),
              .seconds = number(json.at("seconds"))};
  if (json.contains("validation_loss")) epoch.validation_loss = number(json.at("validation_loss"));
  if (json.contains("metrics"))
    for (const auto& [name, value] : json.at("metrics").get_ref<const Json::object_t&>())
      epoch.metrics[name] = number(value);
  return epoch;
}

}  // namespace

std::string History::csv() const {
  std::set<std::string> metrics;
  bool validated = false;
  for (const Epoch& epoch : epochs) {
    validated = validated || epoch.validation_loss;
    for (const auto& [name, value] : epoch.metrics) metrics.insert(name);
  }
  std::string text = "epoch,loss,learning_rate,seconds";
  if (validated) text += ",validation_loss";
  for (const std::string& name : metrics) text += "," + cell(name);
  text += '\n';
  for (const Epoch& epoch : epochs) {
    text += fmt::format("{},{},{},{}", epoch.number, epoch.loss, epoch.learning_rate, epoch.seconds);
    if (validated) text += epoch.validation_loss ? fmt::format(",{}", *epoch.validation_loss) : ",";
    for (const std::string& name : metrics) {
      const auto found = epoch.metrics.find(name);
      text += found == epoch.metrics.end() ? "," : fmt::format(",{}", found->second);
    }
    text += '\n';
  }
  return text;
}

std::string History::json() const {
  Json json{{"epochs", Json::array()}, {"reason", to_string(reason)}, {"stopped_because", stopped_because}};
  if (best_epoch) json["best_epoch"] = *best_epoch;
  for (const Epoch& epoch : epochs) json["epochs"].push_back(to_json(epoch));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

void History::write_csv(const std::string& path) const { io::replace_file("write_csv", path, csv()); }
void History::write_json(const std::string& path) const { io::replace_file("write_json", path, json()); }

History History::from_json(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    History history{.epochs = {},
                    .reason = to_reason(json.at("reason")),
                    .best_epoch = {},
                    .stopped_because = json.at("stopped_because").get<std::string>()};
    if (json.contains("best_epoch")) history.best_epoch = whole_number(json.at("best_epoch"), 1);
    for (const Json& epoch : json.at("epochs").get_ref<const Json::array_t&>())
      history.epochs.push_back(to_epoch(epoch));
    return history;
  } catch (const Json::exception& error) {
    throw ValueError("history", fmt::format("The text is no history ({}); give what json() wrote", error.what()));
  }
}

std::string to_string(StopReason reason) {
  for (const auto& [known, name] : names_of_reasons)
    if (reason == known) return std::string(name);
  return "?";
}

}  // namespace nabla::train
