// Help in 80 columns, in which defaults stand behind what they are the defaults of.
#pragma once

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <string>

#include "text.hpp"

namespace nabla_train {

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    const std::string type = option->get_type_size() == 0 ? "" : ' ' + option->get_type_name();
    std::string text = option->get_description();
    if (const std::string standard = option->get_default_str(); !standard.empty() && option->get_type_size() != 0)
      text += fmt::format(" [{}]", standard);
    return row(make_option_name(option, is_positional) + type, text);
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return row(command->get_name(), command->get_description());
  }
  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode) const override {
    const std::vector<const CLI::App*> commands = app->get_subcommands([](const CLI::App*) { return true; });
    if (commands.empty()) return "";
    std::string result = "\n\nCommands:\n";
    for (const CLI::App* command : commands) result += make_subcommand(command);
    result.pop_back();
    return result;
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    const bool has_commands = !app->get_subcommands([](const CLI::App*) { return true; }).empty();
    return fmt::format("\nUsage: {} {}\n", name, has_commands ? "COMMAND [OPTION...]" : "[OPTION...]");
  }
  /// They are options too, and listed there.
  std::string make_positionals(const CLI::App*) const override { return ""; }
  std::string make_footer(const CLI::App* app) const override {
    return app->get_footer().empty() ? "" : fmt::format("\n{}\n", app->get_footer());
  }
  std::string make_description(const CLI::App* app) const override { return app->get_description() + '\n'; }
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    std::string result = fmt::format("\n{}:\n", group);
    for (const CLI::Option* option : options) result += make_option(option, is_positional);
    result.pop_back();  // CLI11 ends the line, but not that of the last group
    return result;
  }

 private:
  static std::string row(const std::string& left, const std::string& right) {
    constexpr std::size_t indent = 26, width = 80;
    const std::string text = wrapped(right, width - indent, indent);
    if (left.size() + 4 > indent) return fmt::format("  {}\n{:{}}{}\n", left, "", indent, text);
    return fmt::format("  {:{}}{}\n", left, indent - 2, text);
  }
};

}  // namespace nabla_train
