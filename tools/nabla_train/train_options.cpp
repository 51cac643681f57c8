#include "train_options.hpp"

#include <fmt/core.h>

#include "arguments.hpp"
#include "measures.hpp"
#include "settings.hpp"

namespace nabla_train {
namespace {

// Groups of the help. Those of the second row do not settle the result: see settings().
constexpr const char *columns = "Columns of a table", *preparation = "Preparation of the samples", *network = "Network",
                     *loss = "Loss", *optimizer = "Optimizer", *training = "Training";
constexpr const char *samples = "Samples", *length = "Length and speed", *output = "Output";

void add_place(CLI::App* command, const std::string& name, std::string& place, const std::string& help) {
  add(command, name, place, help)->type_name("SOURCE")->transform([](const std::string& text) {
    return text == "-" ? std::string("/dev/stdin") : text;
  });
}

}  // namespace

void add_source(CLI::App* command, DataOptions& data) {
  add_place(command, "--data", data.source,
            "the samples: a file, a folder, or a name; - is a table from standard input");
  add(command, "--labels", data.labels, "class indices of the images in an IDX file")->type_name("FILE");
}

void add_columns(CLI::App* command, DataOptions& data) {
  add_list(command, "--target", data.targets,
           "columns of a table to be predicted, by name, or by number: 0 is the first, -1 the last [-1]")
      ->type_name("COLUMN,...");
  add_list(command, "--ignore", data.ignored, "columns to be passed over, such as identifiers")
      ->type_name("COLUMN,...");
  add(command, "--header", data.header, "whether a table begins with names of columns: yes, no, auto")
      ->type_name("WHETHER")
      ->check(one_of({"auto", "yes", "no"}));
  const auto set_delimiter = [&data](const std::string& text) {
    if (text.size() != 1 && text != "tab") throw CLI::ValidationError("--delimiter", "give one character, or tab");
    data.delimiter = text == "tab" ? '\t' : text.front();
  };
  showing(
      command->add_option_function<std::string>("--delimiter", set_delimiter, "between the columns of a table; or tab"),
      data.delimiter)
      ->type_name("C");
}

void add_top_k(CLI::App* command, std::optional<std::int64_t>& k) {
  add(command, "--top-k", k, "tell also how often the right class is among the K likeliest")
      ->type_name("K")
      ->check(whole(1));
}

void add_threads(CLI::App* command, int& threads) {
  add(command, "--threads", threads, "that compute; results do not depend on it")->type_name("N")->check(whole(1));
}

namespace {

void add_samples(CLI::App* command, TrainOptions& o) {
  command->option_defaults()->group(samples);
  add_source(command, o.data);
  add_place(command, "--test-data", o.test_data, "samples for the test, a source like --data");
  add(command, "--test-labels", o.test_labels, "class indices, where that is an IDX file")->type_name("FILE");

  command->option_defaults()->group(columns);
  add_columns(command, o.data);
  add(command, "--missing", o.data.missing,
      "what becomes of rows with an empty field or NA: refuse; drop; mean, by which numbers are filled in with the "
      "mean "
      "of the column in the training set, which predict does too, categories are none of all, and rows without a "
      "target are dropped")
      ->type_name("HOW")
      ->check(one_of({"refuse", "drop", "mean"}));
  add_list(command, "--categories", o.data.categories, "columns of categories that look like numbers, such as codes")
      ->type_name("COLUMN,...");
  add(command, "--task", o.task, "what targets are: classes, numbers, auto")
      ->type_name("WHAT")
      ->check(one_of({"auto", "classes", "numbers"}));

  command->option_defaults()->group(preparation);
  add(command, "--test", o.test, "share of the samples kept for the test, where the source has no test set")
      ->type_name("SHARE")
      ->check(share());
  add(command, "--validation", o.validation,
      "share of the other samples that is not learnt from, but measured after every epoch; with 0, the test set is "
      "measured")
      ->type_name("SHARE")
      ->check(share());
  add(command, "--standardize", o.standardize,
      "bring every input to mean 0 and standard deviation 1: yes, no, auto (tables are, images are not)")
      ->type_name("WHETHER")
      ->check(one_of({"auto", "yes", "no"}));
  add(command, "--shift-augmentation", o.shift_augmentation,
      "move images by up to so many pixels each time they are learnt from")
      ->type_name("N")
      ->check(whole(0));
}

void add_network(CLI::App* command, TrainOptions& o) {
  command->option_defaults()->group(network);
  CLI::Option* layers =
      add_list(command, "--layers", o.layers, "neurons of all layers, from inputs to outputs")->type_name("N,N,...");
  add_list(command, "--hidden", o.hidden, "neurons of the hidden layers; inputs and outputs are those of the data")
      ->type_name("N,...")
      ->excludes(layers);
  add_list(command, "--activation", o.activation,
           fmt::format("of all hidden layers, or of each: {}", any_of(activations())))
      ->type_name("NAME,...");
  add(command, "--output-activation", o.output_activation, "of the last layer [by the loss]")->type_name("NAME");
  add(command, "--initializer", o.initializer, fmt::format("how weights begin: {}", any_of(initializations())))
      ->type_name("NAME");
  add(command, "--dropout", o.dropout, "probability with which training drops an output of a hidden layer")
      ->type_name("P")
      ->check(share());
}

void add_loss(CLI::App* command, TrainOptions& o) {
  command->option_defaults()->group(loss);
  add(command, "--loss", o.loss, fmt::format("{} [softmax-ce for classes, mse for numbers]", any_of(losses())))
      ->type_name("NAME");
  add_list(command, "--class-weights", o.class_weights,
           "how much samples of each class count in softmax-ce: numbers, by the order of the classes, or balanced: all "
           "classes count the same, however rare")
      ->type_name("X,...");
  add(command, "--label-smoothing", o.label_smoothing, "share of a target that is spread over all classes")
      ->type_name("SHARE")
      ->check(share());
  add(command, "--l1", o.l1, "adds λ Σ |w| over all weights, which makes many of them 0 (lasso)")
      ->type_name("λ")
      ->check(at_least(0));
  add(command, "--l2", o.l2,
      "adds λ/2 Σ w^2, which keeps them small (ridge). Class weights, smoothing and both of these are learnt by, and "
      "not part of the losses that are shown")
      ->type_name("λ")
      ->check(at_least(0));
}

void add_optimizer(CLI::App* command, TrainOptions& o) {
  command->option_defaults()->group(optimizer);
  add(command, "--optimizer", o.optimizer, any_of(optimizers()))->type_name("NAME");
  HyperParameters& h = o.hyper_parameters;
  add(command, "--learning-rate", h.learning_rate, "η; the optimizer's own if not given, 0.001 for adam")
      ->type_name("X")
      ->check(at_least(0));
  add(command, "--momentum", h.momentum, "of sgd, crowley-sgd and rmsprop [0]")->type_name("X")->check(share());
  add_switch(command, "--nesterov", h.nesterov, "momentum of sgd in Nesterov's form");
  add(command, "--weight-decay", h.weight_decay, "λ of every optimizer [0; 0.01 for adamw]")
      ->type_name("X")
      ->check(at_least(0));
  add(command, "--beta1", h.beta1, "of adam and its kin [0.9]")->type_name("X")->check(share());
  add(command, "--beta2", h.beta2, "of adam and its kin [0.999]")->type_name("X")->check(share());
  add(command, "--eps", h.eps, "below the fraction, of optimizers that have one")->type_name("X")->check(at_least(0));
  add(command, "--schedule", o.schedule, fmt::format("of the learning rate: {}", any_of(schedules())))
      ->type_name("NAME");
  add(command, "--warm-up", o.warm_up, "epochs in which the learning rate first rises from 0")
      ->type_name("EPOCHS")
      ->check(at_least(0));
  add(command, "--clip-norm", o.clip_norm, "bound for the norm of all gradients of a step")
      ->type_name("X")
      ->check(positive());
}

void add_course(CLI::App* command, TrainOptions& o) {
  command->option_defaults()->group(training);
  add(command, "--batch-size", o.batch_size, "samples of a step [a 20th of them, at most 64]")
      ->type_name("N")
      ->check(whole(1));
  add(command, "--early-stopping", o.early_stopping,
      "stop after so many epochs in which the validation set got no better, and keep the best")
      ->type_name("EPOCHS")
      ->check(whole(1));
  add(command, "--watch", o.watch,
      fmt::format("figure of the validation set that early stopping and the schedule plateau go by: {}",
                  any_of(figures())))
      ->type_name("NAME");
  add(command, "--least-improvement", o.least_improvement, "by which an epoch has to be better, for early stopping")
      ->type_name("X")
      ->check(at_least(0));
  add(command, "--seed", o.seed, "of all that is drawn; the same seed gives the same network")
      ->type_name("N")
      ->check(whole(0));

  command->option_defaults()->group(length);
  add(command, "--epochs", o.epochs, "how often every sample is learnt from")->type_name("N")->check(whole(1));
  add_threads(command, o.threads);
}

void add_output(CLI::App* command, TrainOptions& o) {
  command->option_defaults()->group(output);
  add_top_k(command, o.top_k);
  add(command, "--model", o.model, "write the network (safetensors), with all that evaluate and predict need")
      ->type_name("FILE");
  add(command, "--history", o.history, "write a line for every epoch (.csv, or .json)")->type_name("FILE");
  add(command, "--report", o.report, "write a page with curves, confusions and the state of the layers (.html)")
      ->type_name("FILE");
  add(command, "--checkpoint", o.checkpoint, "write the state after every epoch")->type_name("FILE");
  add(command, "--checkpoint-every", o.checkpoint_every, "after so many steps, too, where epochs take long")
      ->type_name("N")
      ->check(whole(1));
  add_switch(command, "--resume", o.resume, "go on from the file of --checkpoint, to the same figures");
  command->add_flag("--health", o.health,
                    "print at the end whether the layers can learn: dead and saturated units, gradients, updates");
  CLI::Option* display = add(command, "--display", o.display,
                             "of the progress: bar, lines, counts (of right answers, as Nielsen's network.py prints "
                             "them), none, auto (a bar in a terminal, lines in a log)")
                             ->type_name("HOW")
                             ->check(one_of({"auto", "bar", "lines", "counts", "none"}));
  command
      ->add_flag_callback(
          "--quiet", [&o] { o.display = "none"; }, "no progress: --display none")
      ->excludes(display);
}

}  // namespace

void add_train_options(CLI::App* command, TrainOptions& options) {
  add_samples(command, options);
  add_network(command, options);
  add_loss(command, options);
  add_optimizer(command, options);
  add_course(command, options);
  add_output(command, options);
}

Settings settings(TrainOptions options) {
  CLI::App command;
  command.set_help_flag();
  add_train_options(&command, options);  // which show what their values are
  Settings result;
  for (const CLI::Option* option : command.get_options()) {
    const std::string& group = option->get_group();
    if (group == samples || group == length || group == output) continue;
    if (const std::string value = option->get_default_str(); !value.empty())
      result.emplace_back(option->get_name().substr(2), value);
  }
  return result;
}

}  // namespace nabla_train
