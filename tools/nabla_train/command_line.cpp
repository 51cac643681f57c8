#include "command_line.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>

#include "help.hpp"

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

constexpr const char* predict_examples = R"(Examples:
  nabla-train predict --model iris.safetensors --data new_flowers.csv
  nabla-train predict --model mnist.safetensors --data t10k-images-idx3-ubyte
      --probabilities --out predictions.csv

Where both the table and the model have names for the columns, they are found by
name, in any order; columns that the model does not know are passed over.)";

CLI::Validator at_least(double low) {
  return CLI::Validator(
      [low](const std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && value >= low
                   ? std::string()
                   : fmt::format("'{}' is not a number that is at least {}", text, low);
      },
      "");
}

CLI::Validator positive() {
  return CLI::Validator(
      [](const std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && value > 0 ? std::string()
                                                                   : fmt::format("'{}' is not a number above 0", text);
      },
      "");
}

CLI::Validator whole(std::int64_t low) {
  return CLI::Validator(
      [low](const std::string& text) {
        constexpr std::int64_t high = 1'000'000'000;
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc() && end == text.data() + text.size() && low <= value && value <= high
                   ? std::string()
                   : fmt::format("'{}' is not a whole number from {} to {}", text, low, high);
      },
      "");
}

CLI::Validator share() {
  return CLI::Validator(
      [](const std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && value >= 0 && value < 1
                   ? std::string()
                   : fmt::format("'{}' is no share of the whole; give a number from 0 up to, but without, 1", text);
      },
      "");
}

CLI::Validator one_of(std::vector<std::string> words) {
  return CLI::Validator(
      [words = std::move(words)](const std::string& text) {
        return std::ranges::count(words, text) > 0 ? std::string()
                                                   : fmt::format("'{}' is none of {}", text, joined(words));
      },
      "");
}

void add_to(std::vector<std::string>& values, const std::string& text) { values.push_back(text); }
void add_to(std::vector<std::int64_t>& values, const std::string& text) {
  if (const std::string complaint = whole(1)(text); !complaint.empty()) throw CLI::ValidationError(complaint);
  values.push_back(std::stoll(text));
}

/// An option whose values are a list, separated by commas.
template <class T>
CLI::Option* add_list(CLI::App* command, const std::string& name, std::vector<T>& values, const std::string& help) {
  const auto set = [&values, name](const std::string& list) {
    values.clear();
    for (std::size_t first = 0, end = 0; end != std::string::npos; first = end + 1) {
      end = list.find(',', first);
      const std::string entry = list.substr(first, end - first);
      if (entry.empty()) throw CLI::ValidationError(name, fmt::format("'{}' has an empty entry", list));
      try {
        add_to(values, entry);
      } catch (const CLI::ValidationError& error) {
        throw CLI::ValidationError(name, error.what());
      }
    }
  };
  return command->add_option_function<std::string>(name, set, help);
}

template <class T>
std::string any_of(std::span<const Choice<T>> choices) {
  return joined(names(choices));
}

void add_data(CLI::App* command, DataOptions& data) {
  command->add_option("--data", data.source, "the samples: a file, a folder, or a name")->type_name("SOURCE");
  command->add_option("--labels", data.labels, "class indices of the images in an IDX file")->type_name("FILE");
  add_list(command, "--target", data.targets,
           "columns of a table to be predicted, by name, or by number: 0 is the first, -1 the last [-1]")
      ->type_name("COLUMN,...");
  add_list(command, "--ignore", data.ignored, "columns to be passed over, such as identifiers")
      ->type_name("COLUMN,...");
  command->add_option("--header", data.header, "whether a table begins with names of columns: yes, no, auto")
      ->type_name("WHETHER")
      ->check(one_of({"auto", "yes", "no"}))
      ->capture_default_str();
  const auto set_delimiter = [&data](const std::string& text) {
    if (text.size() != 1 && text != "tab") throw CLI::ValidationError("--delimiter", "give one character, or tab");
    data.delimiter = text == "tab" ? '\t' : text.front();
  };
  command->add_option_function<std::string>("--delimiter", set_delimiter, "between the columns of a table; or tab [,]")
      ->type_name("C");
}

/// Not of predict: its lines are to be those of the table.
void add_missing(CLI::App* command, DataOptions& data) {
  command->add_option("--missing", data.missing, "what becomes of rows with an empty field or NA: refuse, drop")
      ->type_name("HOW")
      ->check(one_of({"refuse", "drop"}))
      ->capture_default_str();
}

CLI::Option* add_threads(CLI::App* command, int& threads) {
  return command->add_option("--threads", threads, "that compute; results do not depend on it")
      ->type_name("N")
      ->check(whole(1))
      ->capture_default_str();
}

CLI::App* add_train(CLI::App& app, TrainOptions& o) {
  CLI::App* command = app.add_subcommand("train", "trains a network on samples");
  command->footer(train_examples);

  command->option_defaults()->group("Data");
  add_data(command, o.data);
  add_missing(command, o.data);
  add_list(command, "--categories", o.data.categories, "columns of categories that look like numbers, such as codes")
      ->type_name("COLUMN,...");
  command->add_option("--task", o.task, "what targets are: classes, numbers, auto")
      ->type_name("WHAT")
      ->check(one_of({"auto", "classes", "numbers"}))
      ->capture_default_str();
  command->add_option("--test-data", o.test_data, "samples for the test, a source like --data")->type_name("SOURCE");
  command->add_option("--test-labels", o.test_labels, "class indices, where that is an IDX file")->type_name("FILE");
  command->add_option("--test", o.test, "share of the samples kept for the test, where the source has no test set")
      ->type_name("SHARE")
      ->check(share())
      ->capture_default_str();
  command
      ->add_option("--validation", o.validation,
                   "share of the other samples that is not learnt from, but measured after every epoch; with 0, the "
                   "test set is measured")
      ->type_name("SHARE")
      ->check(share())
      ->capture_default_str();
  command
      ->add_option("--standardize", o.standardize,
                   "bring every input to mean 0 and standard deviation 1: yes, no, auto (tables are, images are not)")
      ->type_name("WHETHER")
      ->check(one_of({"auto", "yes", "no"}))
      ->capture_default_str();
  command
      ->add_option("--shift-augmentation", o.shift_augmentation,
                   "move images by up to so many pixels each time they are learnt from")
      ->type_name("N")
      ->check(whole(0))
      ->capture_default_str();

  command->option_defaults()->group("Network");
  CLI::Option* layers =
      add_list(command, "--layers", o.layers, "neurons of all layers, from inputs to outputs")->type_name("N,N,...");
  add_list(command, "--hidden", o.hidden, "neurons of the hidden layers; inputs and outputs are those of the data")
      ->type_name("N,...")
      ->default_str("64")
      ->excludes(layers);
  command->add_option("--activation", o.activation, fmt::format("of the hidden layers: {}", any_of(activations())))
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--output-activation", o.output_activation, "of the last layer [by the loss]")->type_name("NAME");
  command->add_option("--initializer", o.initializer, fmt::format("how weights begin: {}", any_of(initializations())))
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--dropout", o.dropout, "probability with which training drops an output of a hidden layer")
      ->type_name("P")
      ->check(share())
      ->capture_default_str();

  command->option_defaults()->group("Training");
  command->add_option("--loss", o.loss, fmt::format("{} [softmax-ce for classes, mse for numbers]", any_of(losses())))
      ->type_name("NAME");
  command->add_option("--label-smoothing", o.label_smoothing, "share of a target that is spread over all classes")
      ->type_name("SHARE")
      ->check(share())
      ->capture_default_str();
  command->add_option("--optimizer", o.optimizer, any_of(optimizers()))->type_name("NAME")->capture_default_str();
  HyperParameters& h = o.hyper_parameters;
  command->add_option("--learning-rate", h.learning_rate, "η; the optimizer's own if not given, 0.001 for adam")
      ->type_name("X")
      ->check(at_least(0));
  command->add_option("--momentum", h.momentum, "of sgd, crowley-sgd and rmsprop [0]")->type_name("X")->check(share());
  command->add_flag("--nesterov", h.nesterov, "momentum of sgd in Nesterov's form");
  command->add_option("--weight-decay", h.weight_decay, "λ of every optimizer [0; 0.01 for adamw]")
      ->type_name("X")
      ->check(at_least(0));
  command->add_option("--beta1", h.beta1, "of adam and its kin [0.9]")->type_name("X")->check(share());
  command->add_option("--beta2", h.beta2, "of adam and its kin [0.999]")->type_name("X")->check(share());
  command->add_option("--eps", h.eps, "below the fraction, of optimizers that have one")
      ->type_name("X")
      ->check(at_least(0));
  command->add_option("--schedule", o.schedule, fmt::format("of the learning rate: {}", any_of(schedules())))
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--warm-up", o.warm_up, "epochs in which the learning rate first rises from 0")
      ->type_name("EPOCHS")
      ->check(at_least(0))
      ->capture_default_str();
  command->add_option("--batch-size", o.batch_size, "samples of a step [a 20th of them, at most 64]")
      ->type_name("N")
      ->check(whole(1));
  command->add_option("--epochs", o.epochs, "how often every sample is learnt from")
      ->type_name("N")
      ->check(whole(1))
      ->capture_default_str();
  command->add_option("--clip-norm", o.clip_norm, "bound for the norm of all gradients of a step")
      ->type_name("X")
      ->check(positive());
  command
      ->add_option("--early-stopping", o.early_stopping,
                   "stop after so many epochs in which the validation loss got no better, and keep the best")
      ->type_name("EPOCHS")
      ->check(whole(1));
  command->add_option("--seed", o.seed, "of all that is drawn; the same seed gives the same network")
      ->type_name("N")
      ->check(whole(0))
      ->capture_default_str();
  add_threads(command, o.threads);

  command->option_defaults()->group("Output");
  command->add_option("--model", o.model, "write the network (safetensors), with all that evaluate and predict need")
      ->type_name("FILE");
  command->add_option("--history", o.history, "write a line for every epoch (.csv, or .json)")->type_name("FILE");
  command->add_option("--report", o.report, "write a page with curves, confusions and the state of the layers (.html)")
      ->type_name("FILE");
  command->add_option("--checkpoint", o.checkpoint, "write the state after every epoch")->type_name("FILE");
  command->add_flag("--resume", o.resume, "go on from the file of --checkpoint, to the same figures");
  CLI::Option* display =
      command
          ->add_option("--display", o.display,
                       "of the progress: bar, lines, counts (of right answers, as Nielsen's network.py prints them), "
                       "none, auto (a bar in a terminal, lines in a log)")
          ->type_name("HOW")
          ->check(one_of({"auto", "bar", "lines", "counts", "none"}))
          ->capture_default_str();
  command
      ->add_flag_callback(
          "--quiet", [&o] { o.display = "none"; }, "no progress: --display none")
      ->excludes(display);
  return command;
}

void add_model(CLI::App* command, std::string& model) {
  command->add_option("--model,model", model, "the network, as train wrote it; --model may be left out")
      ->type_name("FILE");
}

CLI::Option* add_part(CLI::App* command, std::string& part) {
  return command->add_option("--part", part, "of a source with two: test, training")
      ->type_name("WHICH")
      ->check(one_of({"auto", "test", "training"}));
}

CLI::App* add_evaluate(CLI::App& app, EvaluateOptions& o) {
  CLI::App* command = app.add_subcommand("evaluate", "measures a network on samples with targets");
  command->footer(evaluate_examples);
  add_model(command, o.model);
  add_data(command, o.data);
  add_missing(command, o.data);
  add_part(command, o.part);
  add_threads(command, o.threads);
  return command;
}

CLI::App* add_predict(CLI::App& app, PredictOptions& o) {
  CLI::App* command = app.add_subcommand("predict", "writes what a network says to samples, as CSV");
  command->footer(predict_examples);
  add_model(command, o.model);
  add_data(command, o.data);
  add_part(command, o.part);
  command->add_option("--out", o.out, "the file to write [standard output]")->type_name("FILE");
  command->add_flag("--probabilities", o.probabilities, "a column for every class");
  add_threads(command, o.threads);
  return command;
}

CLI::App* add_describe(CLI::App& app, DescribeOptions& o) {
  CLI::App* command = app.add_subcommand("describe", "says what a model file holds");
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
  const std::string meant = nearest(typed, known);
  throw UsageError(fmt::format("unknown {} '{}'; {}{} --help lists what there is",
                               typed.starts_with('-') ? "option" : "argument", typed,
                               meant.empty() ? "" : fmt::format("did you mean {}? ", meant), call));
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
  app.add_subcommand("names", "explains the names that activations, losses and optimizers have");
  std::vector<std::string> commands;
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    command->allow_extras();
    commands.push_back(command->get_name());
  }

  try {
    app.parse(argc, argv);
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
