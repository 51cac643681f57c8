// The history of a training as text, and back.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/train/history.hpp>
#include <set>
#include <string>

#include "temporary_folder.hpp"

using namespace nabla;
using test::complaint;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

train::History example() {
  return {.epochs = {{.number = 1,
                      .loss = 0.1,
                      .learning_rate = 1.0 / 3,
                      .seconds = 0.25,
                      .validation_loss = 5e-324,
                      .metrics = {{"top 3, of 10", 1}, {"accuracy", 0.9}}},
                     {.number = 2, .loss = 1e308, .learning_rate = nan, .seconds = 2},
                     {.number = 3,
                      .loss = -0.0,
                      .learning_rate = 1e-3,
                      .seconds = 1,
                      .validation_loss = -infinity,
                      .metrics = {{"accuracy", infinity}}}},
          .reason = train::StopReason::callback,
          .stopped_because = "a callback said \"enough\""};
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a history is a table with a line for each epoch") {
  CHECK(example().csv() ==
        "epoch,loss,learning_rate,seconds,validation_loss,accuracy,\"top 3, of 10\"\n"
        "1,0.1,0.3333333333333333,0.25,5e-324,0.9,1\n"
        "2,1e+308,nan,2,,,\n"
        "3,-0,0.001,1,-inf,inf,\n");
  CHECK(train::History{.epochs = {{.loss = 0.5}}}.csv() == "epoch,loss,learning_rate,seconds\n1,0.5,0,0\n");
  CHECK(train::History{}.csv() == "epoch,loss,learning_rate,seconds\n");
}

TEST_CASE("a history comes back from JSON with every bit of its numbers") {
  const train::History before = example(), after = train::History::from_json(before.json());
  CHECK(after.reason == before.reason);
  CHECK(after.stopped_because == before.stopped_because);
  REQUIRE(after.epochs.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const train::Epoch &a = before.epochs[i], &b = after.epochs[i];
    CHECK(a.number == b.number);
    CHECK(same(a.loss, b.loss));
    CHECK(same(a.learning_rate, b.learning_rate));
    CHECK(same(a.seconds, b.seconds));
    REQUIRE(a.validation_loss.has_value() == b.validation_loss.has_value());
    if (a.validation_loss) CHECK(same(*a.validation_loss, *b.validation_loss));
    CHECK(a.metrics == b.metrics);
  }
  CHECK(train::History::from_json(train::History{}.json()).epochs.empty());
}

TEST_CASE("every reason has a name of its own, by which it comes back from JSON") {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(train::StopReason::not_finite); ++i) {
    const auto reason = static_cast<train::StopReason>(i);
    CHECK(train::History::from_json(train::History{.reason = reason}.json()).reason == reason);
    names.insert(fmt::format("{}", reason));
  }
  CHECK(names == std::set<std::string>{"finished", "early_stopping", "threshold", "callback", "sigint", "sigterm",
                                       "not_finite"});
}

TEST_CASE("text that is not UTF-8 does not keep a history from being written") {
  CHECK(train::History::from_json(train::History{.stopped_because = "caf\xe9"}.json()).stopped_because ==
        "caf\xef\xbf\xbd");
}

TEST_CASE("a history is written to files") {
  const test::TemporaryFolder folder;
  example().write_csv(folder.path("history.csv"));
  example().write_json(folder.path("history.json"));
  CHECK(content(folder.path("history.csv")) == example().csv());
  CHECK(content(folder.path("history.json")) == example().json());
  CHECK(complaint<IoError>([&] { example().write_csv(folder.path("none/history.csv")); }).starts_with("[write_csv] "));
  CHECK(
      complaint<IoError>([&] { example().write_json(folder.path("none/history.json")); }).starts_with("[write_json] "));
}

TEST_CASE("other text is no history") {
  const std::string end = R"(, "reason": "finished", "stopped_because": ""})";
  const std::string epoch = R"({"epochs": [{"epoch": 1, "loss": 1, "learning_rate": 1, "seconds": 1}])";
  CHECK(train::History::from_json(epoch + end).epochs.size() == 1);  // and so the rest of the others is not at fault
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), epoch + R"(, "reason": "finished", "stopped_because": 1})",
        epoch + R"(, "stopped_because": ""})", epoch + R"(, "reason": "fatigue", "stopped_because": ""})",
        epoch + R"(, "reason": 0, "stopped_because": ""})", R"({"epochs": [1])" + end, R"({"epochs": {})" + end,
        R"({"epochs": [{"epoch": 1, "loss": "much", "learning_rate": 1, "seconds": 1}])" + end,
        R"({"epochs": [{"epoch": 0, "loss": 1, "learning_rate": 1, "seconds": 1}])" + end,
        R"({"epochs": [{"epoch": 1e99, "loss": 1, "learning_rate": 1, "seconds": 1}])" + end,
        R"({"epochs": [{"epoch": 1, "loss": 1, "learning_rate": 1, "seconds": 1, "metrics": []}])" + end}) {
    CAPTURE(text);
    CHECK(complaint<ValueError>([&] {
            train::History::from_json(text);
          }).starts_with("[history] The text is no history"));
  }
}
