// A training as a page: curves, confusions, what the first layer looks at, and the health of the layers, in digits.html
// and digits_files/ where the program runs.
#include <fmt/core.h>

#include <filesystem>
#include <nabla/nabla.hpp>
#include <nabla/train/report.hpp>

#include "claim.hpp"

using namespace nabla;

int main() {
  const auto [training, test] = data::digits().split(0.8, /*seed=*/1);
  nn::Mlp net({64, 32, 10}, {.hidden = nn::relu, .output = nn::identity, .seed = 2});
  optim::Sgd sgd{.learning_rate = 0.05, .momentum = 0.9};

  std::map<std::int64_t, train::Health> health;
  const auto examine = [&, &training = training](const train::Epoch& epoch, train::Stop&) {
    health[epoch.number] = train::examine(net, nn::softmax_cross_entropy, training.inputs, training.targets,
                                          {.learning_rate = epoch.learning_rate});
  };
  const train::History history = train::fit(net, nn::softmax_cross_entropy, sgd, training,
                                            {.epochs = 20,
                                             .batch_size = 32,
                                             .validation = &test,
                                             .seed = 3,
                                             .metrics = {{"accuracy", train::accuracy}},
                                             .after_epoch = examine});
  fmt::print("{}\n", health[20]);

  const Tensor scores = train::outputs(net, test);
  const train::Report report{
      .title = "Handwritten digits",
      .configuration = {{"optimiser", "Sgd"}, {"learning rate", "0.05"}, {"momentum", "0.9"}, {"batch size", "32"}},
      .history = history,
      .validated_on = "test",
      .evaluated_on = "test",
      .confusion_matrix = train::confusion_matrix(scores, test.targets),
      .confusions = train::confusions(scores, test, 8, 8),
      .first_layer = reshape(net.layers()[0].linear.weight.value, {-1, 8, 8}),
      .health = health,
      .description = nn::describe(net)};
  report.write_html("digits.html");
  fmt::print("report: {}\n", std::filesystem::absolute("digits.html").string());

  claim("the net recognises 95 % of the digits", history.epochs.back().metrics.at("accuracy") > 0.95);
  claim("its layers are well", health[20].warnings().empty());
  claim("the page has been written", std::filesystem::file_size("digits.html") > 10'000);
  return claims_failed;
}
