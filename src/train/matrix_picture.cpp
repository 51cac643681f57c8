#include "matrix_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "html.hpp"

namespace nabla::train {
namespace {

// Texts differ from the deepest colours by 4.5 to 1 and more, as WCAG 2.1 (1.4.3) asks.
constexpr std::string_view style = R"(<style>
.matrix { color-scheme: light dark; --ground: #ffffff; --text: #1f2328; --muted: #57606a; --right: #85b6f5;
  --wrong: #e68a55; font-family: sans-serif; }
@media screen and (prefers-color-scheme: dark) {
  .matrix { --ground: #0d1117; --text: #e6edf3; --muted: #9198a1; --right: #1b4b91; --wrong: #8f481d; }
}
.matrix .ground { fill: var(--ground); }
.matrix text { fill: var(--text); font-size: 14px; text-anchor: middle; }
.matrix .title { font-size: 16px; text-anchor: start; }
.matrix .row { text-anchor: end; }
.matrix .upright, .matrix .left { text-anchor: start; }
.matrix .none { fill: var(--muted); }
.matrix .share { font-size: 11px; }
.matrix .right rect { fill: var(--right); }
.matrix .wrong rect { fill: var(--wrong); }
.matrix .right text { font-weight: 600; }
</style>
)";
constexpr double digit = 10;                   // the width of a bold one, at 14 px
constexpr double longest = 160;                // of the names that are shown whole
constexpr std::int64_t most_with_shares = 20;  // classes

/// Of the letter that begins with this byte, at 14 px; as wide as it is in any usual font. The bytes after the first
/// one of a letter add nothing.
double width_of(char c) {
  const auto is_in = [c](std::string_view set) { return set.find(c) != set.npos; };
  if ((c & 0xC0) == 0x80) return 0;
  if ((c & 0x80) || is_in("mwMW@%")) return 14;
  if (is_in("fijlrtI .,:;'|!()[]")) return 6;
  return 'A' <= c && c <= 'Z' ? 11 : 9;
}
double width_of(std::string_view text) {
  return std::accumulate(text.begin(), text.end(), 0.0, [](double sum, char c) { return sum + width_of(c); });
}

/// Its beginning, where it is too long to be shown.
std::string shortened(const std::string& text) {
  if (width_of(text) <= longest) return text;
  std::size_t end = 0;
  for (double width = width_of("…"); end < text.size(); ++end)
    if ((width += width_of(text[end])) > longest) break;
  return text.substr(0, end) + "…";
}

std::string percent(double share) {
  const double rounded = 100 * share;
  if (rounded > 0 && rounded < 1) return "<1 %";
  if (rounded > 99 && rounded < 100) return ">99 %";
  return fmt::format("{:.0f} %", rounded);
}

/// A place in the picture, where a cell begins, and how large it is.
struct Box {
  double x, y, width, height;
};

/// One or two lines in a box whose colour says the share.
std::string cell(const Box& box, bool right, double share, const std::string& text, const std::string& below,
                 const std::string& explanation) {
  // Errors are few: their root tells more of them apart.
  const double depth = right ? share : std::sqrt(share);
  const double middle = box.x + box.width / 2, line = box.y + box.height / 2 + (below.empty() ? 5 : -1);
  std::string svg = fmt::format("<g class=\"{}\">", right ? "right" : "wrong");
  if (!explanation.empty()) svg += fmt::format("<title>{}</title>", escaped(explanation));
  svg += fmt::format("<rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" fill-opacity=\"{:.2f}\"/>", box.x,
                     box.y, box.width - 1, box.height - 1, depth);
  svg += fmt::format("<text{} x=\"{:g}\" y=\"{:g}\">{}</text>", share > 0 ? "" : " class=\"none\"", middle, line,
                     escaped(text));
  if (!below.empty())
    svg += fmt::format("<text class=\"share\" x=\"{:g}\" y=\"{:g}\">{}</text>", middle, line + 13, escaped(below));
  return svg + "</g>\n";
}

std::string label(std::string_view kind, double x, double y, const std::string& text, bool upright = false) {
  const std::string turned = upright ? fmt::format(" transform=\"rotate(-90 {:g} {:g})\"", x, y) : "";
  const std::string shown = shortened(text);
  return fmt::format("<text class=\"{}\" x=\"{:g}\" y=\"{:g}\"{}>{}{}</text>\n", kind, x, y, turned,
                     shown == text ? "" : fmt::format("<title>{}</title>", escaped(text)), escaped(shown));
}

}  // namespace

std::string matrix_picture(std::string_view title, const ConfusionMatrix& matrix,
                           const std::vector<std::string>& classes) {
  const std::int64_t n = matrix.classes();
  const auto name = [&](std::int64_t c) -> const std::string& { return classes[static_cast<std::size_t>(c)]; };
  const auto count = [&](std::int64_t c, std::int64_t found) { return matrix.counts.at({c, found}); };

  double largest = 0, all = 0, widest_name = 0;
  for (std::int64_t c = 0; c < n; ++c) {
    widest_name = std::max(widest_name, width_of(shortened(name(c))));
    for (std::int64_t found = 0; found < n; ++found) {
      largest = std::max(largest, count(c, found));
      all += count(c, found);
    }
  }
  const bool with_shares = n <= most_with_shares;
  const double digits = static_cast<double>(fmt::format("{:.0f}", largest).size());
  const double cell_width = std::max(40.0, digits * digit + 8), cell_height = with_shares ? 36 : 26;
  const bool upright = widest_name > cell_width - 4;
  const double names_width = widest_name + 10;
  const double left = 24 + names_width, top = 54 + (upright ? names_width : 24);
  const double bottom = top + static_cast<double>(n) * cell_height, height = bottom + 52;
  const double width =
      std::max({left + static_cast<double>(n) * cell_width + 8, 400.0, width_of(title) * 16 / 14 + 16});

  std::string svg = fmt::format("<text class=\"title\" x=\"8\" y=\"22\">{}</text>\n", escaped(title));
  svg += label("axis", left + static_cast<double>(n) * cell_width / 2, 48, "class found");
  svg += label("axis", 18, (top + bottom) / 2, "true class", true);
  double right = 0;
  for (std::int64_t c = 0; c < n; ++c) {
    const double x = left + static_cast<double>(c) * cell_width, y = top + static_cast<double>(c) * cell_height;
    right += count(c, c);
    svg += upright ? label("upright", x + cell_width / 2 + 5, top - 8, name(c), true)
                   : label("column", x + cell_width / 2, top - 8, name(c));
    svg += label("row", left - 6, y + cell_height / 2 + 5, name(c));
    double samples = 0;
    for (std::int64_t found = 0; found < n; ++found) samples += count(c, found);
    for (std::int64_t found = 0; found < n; ++found) {
      const double share = samples > 0 ? std::clamp(count(c, found) / samples, 0.0, 1.0) : 0;
      const std::string text = fmt::format("{:.0f}", count(c, found));
      svg += cell({left + static_cast<double>(found) * cell_width, y, cell_width, cell_height}, c == found, share, text,
                  with_shares && share > 0 ? percent(share) : "",
                  share > 0 ? fmt::format("{} of {:.0f} {} found to be {}: {}", text, samples, name(c), name(found),
                                          percent(share))
                            : "");
    }
  }
  svg += fmt::format("<text class=\"left\" x=\"8\" y=\"{:g}\">share of the row:</text>\n", bottom + 33);
  Box sample{.x = 132, .y = bottom + 16, .width = 52, .height = 26};
  for (const auto& [right_class, share] :
       {std::pair(true, 1.0), {true, 0.5}, {false, 0.5}, {false, 0.1}, {false, 0.01}}) {
    svg += cell(sample, right_class, share, percent(share), "", "");
    sample.x += sample.width;
  }

  return fmt::format(
             "<svg class=\"matrix\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" role=\"img\" "
             "style=\"min-width: {2:g}px; max-width: {0:g}px\" aria-label=\"{3}. {4:.0f} of {5:.0f} samples of {6} "
             "classes were found to be what they are.\">\n",
             width, height, 0.52 * width, escaped(title), right, all, n) +
         std::string(style) + "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n" + svg + "</svg>\n";
}

}  // namespace nabla::train
