// Options of the command line: what each takes, and how its value is shown.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "choices.hpp"

namespace nabla_train {

/// @name What a value has to be
/// @{

/// A finite number that `accepts`; else the complaint is "'x' is `kind`".
template <class Accepts>
CLI::Validator number(Accepts accepts, std::string kind) {
  return CLI::Validator(
      [accepts, kind = std::move(kind)](const std::string& text) {
        double value = 0;
        if (!CLI::detail::lexical_cast(text, value) || !accepts(value)) return fmt::format("'{}' is {}", text, kind);
        return std::isfinite(value) ? std::string() : fmt::format("'{}' is not finite", text);
      },
      "");
}
inline CLI::Validator at_least(double low) {
  return number([low](double value) { return value >= low; }, fmt::format("not a number that is at least {}", low));
}
inline CLI::Validator positive() {
  return number([](double value) { return value > 0; }, "not a number above 0");
}
inline CLI::Validator share() {
  return number([](double value) { return value >= 0 && value < 1; },
                "no share of the whole; give a number from 0 up to, but without, 1");
}

inline CLI::Validator whole(std::int64_t low) {
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

inline CLI::Validator one_of(std::vector<std::string> words) {
  return CLI::Validator(
      [words = std::move(words)](const std::string& text) {
        return std::ranges::count(words, text) > 0 ? std::string()
                                                   : fmt::format("'{}' is none of {}", text, joined(words));
      },
      "");
}
/// @}

/// @name A value as the command line would give it; empty where there is none
/// @{
inline std::string shown(const std::string& value) { return value; }
inline std::string shown(bool value) { return value ? "yes" : ""; }
inline std::string shown(char value) { return value == '\t' ? "tab" : std::string(1, value); }
template <class T>
requires std::integral<T> || std::floating_point<T> std::string shown(T value) { return fmt::format("{}", value); }
template <class T>
std::string shown(const std::optional<T>& value) {
  return value ? shown(*value) : "";
}
template <class T>
std::string shown(const std::vector<T>& values) {
  return fmt::format("{}", fmt::join(values, ","));
}
/// @}

/// Lets an option show what `value` is now: in the help, behind its description.
template <class T>
CLI::Option* showing(CLI::Option* option, const T& value) {
  return option->default_function([&value] { return shown(value); })->capture_default_str();
}

/// An option with a value.
template <class T>
CLI::Option* add(CLI::App* command, const std::string& name, T& value, const std::string& help) {
  return showing(command->add_option(name, value, help), value);
}

/// One without.
inline CLI::Option* add_switch(CLI::App* command, const std::string& name, bool& value, const std::string& help) {
  return showing(command->add_flag(name, value, help), value);
}

inline void add_to(std::vector<std::string>& values, const std::string& text) { values.push_back(text); }
inline void add_to(std::vector<std::int64_t>& values, const std::string& text) {
  if (const std::string complaint = whole(1)(text); !complaint.empty()) throw CLI::ValidationError(complaint);
  values.push_back(std::stoll(text));
}

/// One whose values are a list, separated by commas.
template <class T>
CLI::Option* add_list(CLI::App* command, const std::string& name, std::vector<T>& values, const std::string& help) {
  const auto set = [&values, name](const std::string& list) {
    values.clear();
    for (const std::string& entry : separated(list)) {
      if (entry.empty()) throw CLI::ValidationError(name, fmt::format("'{}' has an empty entry", list));
      try {
        add_to(values, entry);
      } catch (const CLI::ValidationError& error) {
        throw CLI::ValidationError(name, error.what());
      }
    }
  };
  return showing(command->add_option_function<std::string>(name, set, help), values);
}

/// "a, b, c"
template <class T>
std::string any_of(std::span<const Choice<T>> choices) {
  return joined(names(choices));
}

}  // namespace nabla_train
