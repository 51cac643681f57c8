// The main job: backpropagation set beside its closed form, then a network trained on real images.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nabla/compare.hpp>
#include <nabla/nabla.hpp>
#include <nabla/train/chart.hpp>
#include <string>
#include <vector>

using namespace nabla;

struct Options {
  bool quick = false;
  std::string data = {};
  std::uint64_t seed = 0;
  std::filesystem::path out = {};
};

// 1. The gradients of a network of sigmoid neurons: by one reverse sweep over the tape, and by the four equations.

/// Prints a table for each cost and returns the largest difference.
double compare_gradients(std::uint64_t seed) {
  const Tensor images = slice(data::digits().inputs, 0, 0, 32).to(f64);
  const Tensor labels = slice(data::digits().targets, 0, 0, 32);
  const Tensor one_hot = equal(reshape(labels, {32, 1}), arange(0, 10, 1, i64)).to(f64);  // [32, 10]
  const nn::Mlp net({64, 30, 10}, {.hidden = nn::sigmoid, .output = nn::sigmoid, .seed = seed, .dtype = f64});

  double largest = 0;
  for (Cost cost : {Cost::quadratic, Cost::bernoulli_cross_entropy}) {
    const BackpropReport report = compare_backprop(net, images, one_hot, cost);
    fmt::print("{}\n\n", report);
    largest = std::max(largest, report.largest_difference());
  }
  return largest;
}

// 2. The training.

/// What is learnt, by how large steps, and what is to be reached.
struct Job {
  std::string name;
  std::pair<data::Dataset, data::Dataset> data;  // to learn from, and to be tested with
  std::int64_t batch_size = 64;
  double learning_rate = 0.05;
  double least_accuracy = 0;  // where it is known what to expect
};

Job choose_job(const Options& options) {
  if (!options.data.empty()) {
    fmt::print("The images in {} may be easy or hard: no accuracy is demanded.\n", options.data);
    return {.name = options.data, .data = data::load_mnist(options.data)};
  }
  if (!options.quick) {
    try {
      return {.name = "Fashion-MNIST", .data = data::fashion_mnist(), .least_accuracy = 0.875};
    } catch (const IoError& error) {
      fmt::print("{}.\nTraining on the digits that the library holds instead.\n", error.what());
    }
  }
  return {.name = "the handwritten digits",
          .data = data::digits().split(0.8, options.seed),
          .batch_size = 16,
          .learning_rate = 0.1,
          .least_accuracy = 0.95};
}

train::History train_network(nn::Mlp& net, const Job& job, std::uint64_t seed) {
  constexpr std::int64_t epochs = 20;
  const auto& [training, test] = job.data;
  const std::int64_t batches = data::batches(training, job.batch_size).size();
  optim::Sgd sgd{.momentum = 0.9};
  return train::fit(net, nn::softmax_cross_entropy, sgd, training,
                    {.epochs = epochs,
                     .batch_size = job.batch_size,
                     .validation = &test,
                     .seed = seed,
                     .schedule =
                         [=, rate = job.learning_rate](std::int64_t step) {  // smaller as the minimum comes near
                           return rate * static_cast<double>(epochs - step / batches) / epochs;
                         },
                     .metrics = {{"accuracy", train::accuracy}},
                     .display = train::Display::automatic,
                     .unit = "images",
                     .stream = stdout,
                     .note =
                         [](const train::Epoch& epoch) {
                           return fmt::format("test accuracy {:.1f} %", 100 * epoch.metrics.at("accuracy"));
                         }});
}

/// Draws both losses over the epochs, and says where; or why not.
void draw_losses(const train::History& history, const std::string& title, const std::filesystem::path& file) {
  train::Chart chart = train::loss_chart(history);
  chart.title = title;
  try {
    chart.write_svg(file.string());
    fmt::print("loss curve: {}\n", file.string());
  } catch (const IoError& error) {
    fmt::print("no loss curve: {}\n", error.what());
  }
}

// 3. Both, what was written, and whether all figures were met.

int run(const Options& options) {
  int figures_missed = 0;
  const auto demand = [&](bool met, const std::string& figure) {
    if (met) return;
    fmt::print(stderr, "missed: {}\n", figure);
    ++figures_missed;
  };
  std::filesystem::create_directories(options.out);

  const double difference = compare_gradients(options.seed);
  demand(difference <= 1e-13, fmt::format("a gradient differs by {:.1e}; 1e-13 is allowed", difference));

  const Job job = choose_job(options);
  const auto& [training, test] = job.data;
  const std::vector<std::int64_t> sizes{training.inputs.shape()[1], 128, training.classes()};
  const std::string title = fmt::format("[{}, {}, {}] on {}", sizes[0], sizes[1], sizes[2], job.name);
  fmt::print("Training {}: {} images, {} for the test\n", title, training.size(), test.size());

  nn::Mlp net(sizes, {.hidden = nn::relu, .output = nn::identity, .seed = options.seed});
  const train::History history = train_network(net, job, options.seed);
  const double accuracy = 100 * history.epochs.back().metrics.at("accuracy");
  fmt::print("test accuracy {:.1f} %\n", accuracy);
  demand(accuracy >= 100 * job.least_accuracy,
         fmt::format("test accuracy is {:.2f} %; {} % is demanded", accuracy, 100 * job.least_accuracy));

  draw_losses(history, title, options.out / "loss_curve.svg");
  return figures_missed == 0 ? 0 : 1;
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // errors come in their place among the results, in a file too
  Options options{.out = std::filesystem::absolute(argv[0]).lexically_normal().parent_path()};
  CLI::App app("Sets gradients beside their closed form, BP1 to BP4; then trains [784, 128, 10] on Fashion-MNIST.");
  auto* quick = app.add_flag("--quick", options.quick, "train on the handwritten digits that the library holds");
  auto* data = app.add_option("--data", options.data, "train on the MNIST-style files in this folder");
  data->type_name("DIR")->check(CLI::ExistingDirectory.description(""))->excludes(quick);
  app.add_option("--seed", options.seed, "seed of all random numbers")->type_name("N")->capture_default_str();
  app.add_option("--out", options.out, "folder for the loss curve")->type_name("DIR")->capture_default_str();
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return fmt::format("main_job: {}; main_job --help lists the options\n", error.what());
  });

  try {
    app.parse(argc, argv);
    return run(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
