// The pages that browser.sh looks at: pages FOLDER writes a training with everything in it, one whose texts are
// wide, one whose texts are hostile, and one with hardly anything.
#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <nabla/nabla.hpp>
#include <nabla/train/report.hpp>

using namespace nabla;
using train::LayerHealth;
using train::Report;

namespace {

Report whole() {
  Rng rng(1);
  Report report{.title = "Everything that a report can show",
                .configuration = {{"optimiser", "Adam"}, {"learning rate", "0.002"}},
                .result = "test accuracy 89.21 % (8921 of 10000), loss 0.3205",
                .evaluated_on = "test",
                .classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
                            "Bag of MMMMMWWWWW@@@@@", "Ankle boot"},
                .warnings = {"A warning of the program's own."},
                .description = "name   layer\nnet.0  " + std::string(200, 'x')};
  for (int epoch = 1; epoch <= 80; ++epoch)
    report.history.epochs.push_back(
        {.number = epoch,
         .loss = 2.0 / epoch,
         .learning_rate = 0.1 / epoch,
         .seconds = 1.5,
         .validation_loss = 2.2 / epoch + 0.1,
         .metrics = {{"accuracy", 1 - 0.5 / epoch}, {"level", 0.9}, {"top 3", 1 - 0.1 / epoch}}});
  Tensor counts = rng.integers({10, 10}, 0, 9);
  for (std::size_t c = 0; c < 10; ++c) counts.mutable_data<std::int64_t>()[11 * c] = 900;
  counts.mutable_data<std::int64_t>()[3] = 2000;
  report.confusion_matrix = train::ConfusionMatrix{counts};
  report.confusions = {{.true_class = 0, .found = 3, .count = 2000, .images = rng.uniform({4, 28, 28})},
                       {.true_class = 4, .found = 6, .count = 8, .images = rng.uniform({2, 28, 28})}};
  report.first_layer = rng.normal({70, 28, 28});
  for (int epoch = 10; epoch <= 80; epoch += 10) {
    train::Health& health = report.health[epoch];
    health.samples = 500;
    for (int l = 0; l < 8; ++l)
      health.layers.push_back({.name = fmt::format("net.{}", l),
                               .activation = "sigmoid",
                               .units = 128,
                               .saturated = 0.1 * l,
                               .dead = 0.01 * epoch / (l + 1),
                               .delta_norm = std::pow(10.0, l - 8),
                               .update_ratio = 1e-3 / epoch});
  }
  return report;
}

Report hostile() {
  const std::string script = "</title></script><script>window.attacked = true</script>";
  const std::string attribute = "\"><img src=x onerror=\"window.attacked = true\">";
  const std::string command = "x'\nsystem 'touch attacked'\nset output '/dev/null'\n\xff\x01 `touch attacked`";
  Report report{.title = script,
                .configuration = {{script, attribute}, {command, std::string(3000, 'w')}},
                .history = {.epochs = {}, .stopped_because = script},
                .result = script,
                .validated_on = attribute,
                .evaluated_on = attribute,
                .confusion_matrix = train::ConfusionMatrix{Tensor::from({2, 2}, {3, 1, 0, 4}, i64)},
                .classes = {script, attribute},
                .confusions = {{.true_class = 0, .found = 1, .count = 1, .images = ones({1, 1, 300})},
                               {.true_class = 1, .found = -7, .count = 1, .images = {}}},
                .first_layer = full({1, 2, 2}, std::numeric_limits<double>::quiet_NaN()),
                .health = {{1, {.samples = 1, .layers = {{.name = script, .activation = attribute}}}}},
                .warnings = {script, attribute, command},
                .description = script + "</pre>"};
  for (int epoch = 1; epoch <= 3; ++epoch)
    report.history.epochs.push_back({.number = epoch,
                                     .loss = epoch == 2 ? std::numeric_limits<double>::quiet_NaN() : -1.0 / epoch,
                                     .metrics = {{script, 0.5},
                                                 {attribute, 0.25},
                                                 {command, 1},
                                                 {"<left", 1e300},
                                                 {"../../x", 3},
                                                 {std::string(400, 'm'), 1}}});
  return report;
}

/// A small matrix, whose names are wider than they are long.
Report wide() {
  return {.title = "Names of wide letters",
          .evaluated_on = "test",
          .confusion_matrix = train::ConfusionMatrix{Tensor::from({3, 3}, {12345, 10, 0, 4, 3, 2, 0, 0, 54321}, i64)},
          .classes = {"common", "mmmwwwMMM", "漢字漢字"}};
}

}  // namespace

int main(int, char** argv) {
  const std::string folder = argv[1];
  whole().write_html(folder + "/whole.html");
  wide().write_html(folder + "/wide.html");
  hostile().write_html(folder + "/hostile.html");
  Report{.title = "Hardly anything"}.write_html(folder + "/empty.html");
}
