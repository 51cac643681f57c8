#include "command_line.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "arguments.hpp"
#include "help.hpp"
#include "train_options.hpp"

namespace nabla_train {
namespace {

constexpr const char* description = "Trains networks of neurons, and uses them.";
constexpr const char* examples = R"(Examples:
  nabla-train train --data iris --model iris.safetensors
  nabla-train evaluate --model iris.safetensors --data iris
  nabla-train predict --model iris.safetensors --data new_flowers.csv
  nabla-train train --help        the options of a command, with examples

Results go to standard output, progress and errors to standard error. The exit
status is 1 for data and files that are not as they should be, and 2 for a
command line that is not.)";

constexpr const char* train_examples = R"(Examples:
  nabla-train train --data iris
      the flowers that the library holds, with everything left to the tool
  nabla-train train --data houses.csv --target price --loss huber
      --hidden 32,32 --epochs 200 --early-stopping 20 --model houses.safetensors
      a number to be learnt from the other columns of a table
  nabla-train train --data fashion-mnist --layers 784,30,10
      --activation sigmoid --loss quadratic --optimizer sgd --learning-rate 3
      --batch-size 10 --epochs 30 --initializer standard-normal
      --validation 0 --display counts
      as in Nielsen's book: one line an epoch, "Epoch 0: 8000 / 10000"

--data takes digits or iris, which the library holds; fashion-mnist, from the
Debian package dataset-fashion-mnist; a folder with the four files of MNIST, or
with a folder of pictures (PGM, PNG) for each class; an IDX file; or a table
(CSV, may be gzipped). In a table, text in the target's column means classes,
and so do numbers 0, 1, 2 ... unless --task says numbers.

nabla-train names explains the names of activations, losses and the like.

Ctrl-C ends the training after the step under way; what has been learnt until
then is saved. A second Ctrl-C ends the program.)";

constexpr const char* evaluate_examples = R"(Examples:
  nabla-train evaluate --model iris.safetensors --data iris
  nabla-train evaluate --model houses.safetensors --data sold.csv)";

constexpr const char* describe_examples = R"(Example:
  nabla-train describe iris.safetensors
      its layers and parameters, the loss, the names of inputs and classes, and
      how it was trained)";

constexpr const char* names_examples = R"(Example:
  nabla-train names)";

constexpr const char* predict_examples = R"(Examples:
  nabla-train predict --model iris.safetensors --data new_flowers.csv
  nabla-train predict --model mnist.safetensors --data t10k-images-idx3-ubyte
      --probabilities --out predictions.csv

Where both the table and the model have names for the columns, they are found by
name, in any order; columns that the model does not know are passed over.)";

CLI::App* add_train(CLI::App& app, TrainOptions& o) {
  CLI::App* command = app.add_subcommand("train", "trains a network on samples");
  command->footer(train_examples);
  add_train_options(command, o);
  return command;
}

void add_model(CLI::App* command, std::string& model) {
  add(command, "--model,model", model, "the network, as train wrote it; --model may be left out")->type_name("FILE");
}

void add_part(CLI::App* command, std::string& part) {
  add(command, "--part", part, "of a source with two: test, training, auto (the test set, where there is one)")
      ->type_name("WHICH")
      ->check(one_of({"auto", "test", "training"}));
}

CLI::App* add_evaluate(CLI::App& app, EvaluateOptions& o) {
  CLI::App* command = app.add_subcommand("evaluate", "measures a network on samples with targets");
  command->footer(evaluate_examples);
  add_model(command, o.model);
  add_source(command, o.data);
  add_columns(command, o.data);
  add(command, "--missing", o.data.missing,
      "what becomes of rows with an empty field or NA: refuse (unless the network was trained with --missing mean), "
      "drop")
      ->type_name("HOW")
      ->check(one_of({"refuse", "drop"}));
  add_part(command, o.part);
  add_top_k(command, o.top_k);
  add_threads(command, o.threads);
  return command;
}

CLI::App* add_predict(CLI::App& app, PredictOptions& o) {
  CLI::App* command = app.add_subcommand("predict", "writes what a network says to samples, as CSV");
  command->footer(predict_examples);
  add_model(command, o.model);
  add_source(command, o.data);
  add_columns(command, o.data);
  add_part(command, o.part);
  add(command, "--out", o.out, "the file to write [standard output]")->type_name("FILE");
  command->add_flag("--probabilities", o.probabilities, "a column for every class");
  add_threads(command, o.threads);
  return command;
}

CLI::App* add_describe(CLI::App& app, DescribeOptions& o) {
  CLI::App* command = app.add_subcommand("describe", "says what a model file holds");
  command->footer(describe_examples);
  add_model(command, o.model);
  return command;
}

/// The first argument that nothing takes. @throws UsageError, if there is one
void refuse_extras(const CLI::App& command, const std::string& call) {
  const std::vector<std::string> extras = command.remaining();
  if (extras.empty()) return;
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) known.push_back(option->get_name());
  const std::string typed = extras.front().substr(0, extras.front().find('='));
  if (!typed.starts_with('-') && std::ranges::count(known, "--data") > 0)
    throw UsageError(
        fmt::format("unknown argument '{}'; if it is where the samples are, give --data {}", typed, typed));
  const std::string meant = nearest(typed, known);
  throw UsageError(fmt::format("unknown {} '{}'; {}{} --help lists what there is",
                               typed.starts_with('-') ? "option" : "argument", typed,
                               meant.empty() ? "" : fmt::format("did you mean {}? ", meant), call));
}

/// What was given, backwards, as CLI11 takes it. help COMMAND is COMMAND --help.
std::vector<std::string> arguments(int argc, char** argv) {
  std::vector<std::string> result(argv + std::min(argc, 1), argv + argc);
  if (!result.empty() && result.front() == "help") {
    result.erase(result.begin());
    result.push_back("--help");
  }
  return {result.rbegin(), result.rend()};
}

}  // namespace

std::optional<Command> parse_command_line(int argc, char** argv) {
  CLI::App app(description, "nabla-train");
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer(examples);
  app.allow_extras();
  app.set_help_flag("-h,--help", "this text");
  app.set_version_flag("--version", "nabla-train " NABLA_VERSION, "which version this is");

  TrainOptions train;
  EvaluateOptions evaluate;
  PredictOptions predict;
  DescribeOptions describe;
  CLI::App* const train_command = add_train(app, train);
  CLI::App* const evaluate_command = add_evaluate(app, evaluate);
  CLI::App* const predict_command = add_predict(app, predict);
  CLI::App* const describe_command = add_describe(app, describe);
  app.add_subcommand("names", "explains the names that activations, losses and optimizers have")
      ->footer(names_examples);
  std::vector<std::string> commands{"help"};
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    command->allow_extras();
    commands.push_back(command->get_name());
  }

  try {
    app.parse(arguments(argc, argv));
  } catch (const CLI::Success& help) {
    app.exit(help);
    return std::nullopt;
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();
    const std::size_t twice = what.find(": At Most 1 required");
    throw UsageError(twice == std::string::npos ? what : what.substr(0, twice) + " is given twice; give it once");
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  if (app.get_subcommands().empty()) {
    if (app.remaining().empty()) throw UsageError("say what to do: nabla-train --help lists the commands");
    throw UsageError(unknown("command", app.remaining().front(), commands));
  }
  const CLI::App* const command = app.get_subcommands().front();
  const std::string call = "nabla-train " + command->get_name();
  refuse_extras(*command, call);
  const auto demand = [&](const std::string& value, std::string_view option) {
    if (value.empty()) throw UsageError(fmt::format("{} is missing; {} --help shows examples", option, call));
  };
  if (command == train_command) {
    demand(train.data.source, "--data");
    return train;
  }
  if (command == evaluate_command) {
    demand(evaluate.model, "--model");
    demand(evaluate.data.source, "--data");
    return evaluate;
  }
  if (command == predict_command) {
    demand(predict.model, "--model");
    demand(predict.data.source, "--data");
    return predict;
  }
  if (command == describe_command) {
    demand(describe.model, "--model");
    return describe;
  }
  return NamesOptions{};
}

}  // namespace nabla_train
