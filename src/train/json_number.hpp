// Numbers in JSON, which has none that are not finite: they become "nan", "inf" and "-inf". All that read throw
// nlohmann::ordered_json::exception for anything else.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace nabla::train {

inline nlohmann::ordered_json json_number(double x) {
  if (std::isfinite(x)) return x;
  return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
}

inline double number(const nlohmann::ordered_json& json) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (json == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (json == "inf") return infinity;
  if (json == "-inf") return -infinity;
  return json.get<double>();
}

/// 0 or more.
inline std::uint64_t natural_number(const nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  if (!json.is_number_unsigned())
    throw Json::other_error::create(501, json.dump() + " is no whole number from 0 on", nullptr);
  return json.get<std::uint64_t>();
}

/// low ≥ 0 or more, and no more than a signed number holds.
inline std::int64_t whole_number(const nlohmann::ordered_json& json, std::uint64_t low) {
  using Json = nlohmann::ordered_json;
  const std::uint64_t n = natural_number(json);
  if (n < low || n > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    throw Json::other_error::create(501, json.dump() + " is out of range", nullptr);
  return static_cast<std::int64_t>(n);
}

}  // namespace nabla::train
