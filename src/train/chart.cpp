#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <nabla/train/chart.hpp>
#include <string_view>

#include "gnuplot.hpp"
#include "html.hpp"
#include "io/replace_file.hpp"

namespace nabla::train {
namespace {

using Points = std::vector<std::pair<double, double>>;

// Each differs from both grounds by 3 to 1 and more, as WCAG 2.1 (1.4.11) asks of graphics.
constexpr std::string_view style = R"(<style>
.chart { color-scheme: light dark; --ground: #ffffff; --text: #1f2328; --axis: #6e7781; --grid: #d8dee4;
  --curve-1: #0969da; --curve-2: #bc4c00; --curve-3: #1a7f37; --curve-4: #8250df; --curve-5: #bf3989; --curve-6: #7d4e00; }
@media screen and (prefers-color-scheme: dark) {
  .chart { --ground: #0d1117; --text: #e6edf3; --axis: #9198a1; --grid: #30363d;
    --curve-1: #58a6ff; --curve-2: #f0883e; --curve-3: #56d364; --curve-4: #bc8cff; --curve-5: #f778ba; --curve-6: #e3b341; }
}
.chart .ground { fill: var(--ground); }
.chart text { fill: var(--text); }
.chart path { stroke: var(--axis); }
.chart path.gridline { stroke: var(--grid); }
.chart .curve-1 { --curve: var(--curve-1); }
.chart .curve-2 { --curve: var(--curve-2); }
.chart .curve-3 { --curve: var(--curve-3); }
.chart .curve-4 { --curve: var(--curve-4); }
.chart .curve-5 { --curve: var(--curve-5); }
.chart .curve-6 { --curve: var(--curve-6); }
.chart .curve path { stroke: var(--curve); }
.chart .curve circle { fill: var(--curve); stroke: none; }
</style>
)";
constexpr std::size_t colours = 6;
constexpr int width = 460, height = 300;  // of a font that can still be read in a page of 320 pixels

Points drawn(const Curve& curve, Scale scale) {
  Points points;
  for (const auto& [x, y] : curve.points)
    if (std::isfinite(x) && std::isfinite(y) && (scale != Scale::logarithmic || y > 0)) points.emplace_back(x, y);
  return points;
}

/// Texts that gnuplot does not see: in their places it sets words of letters that are as long. So no text is taken for
/// a command, whatever stands in it.
class Labels {
 public:
  /// The word for a text, in apostrophes.
  std::string operator()(const std::string& text) {
    const auto characters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    std::string word = fmt::format("L{}x", texts_.size());
    word.resize(std::max(word.size(), static_cast<std::size_t>(std::min<std::ptrdiff_t>(characters, 60))), 'x');
    texts_.emplace_back(word, escaped(text));
    return fmt::format("'{}'", word);
  }
  void put_into(std::string& svg) const;

 private:
  std::vector<std::pair<std::string, std::string>> texts_;
};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

void Labels::put_into(std::string& svg) const {
  for (const auto& [word, text] : texts_) replace_all(svg, fmt::format(">{}<", word), fmt::format(">{}<", text));
}

/// What the vertical axis shows, as gnuplot has it. gnuplot itself finds no ticks that differ in their digits where all
/// values are nearly the same, and none at all between two powers of ten.
std::string vertical_range(Scale scale, const std::vector<Points>& curves) {
  double least = curves[0][0].second, largest = least;
  for (const Points& points : curves)
    for (const auto& [x, y] : points) least = std::min(least, y), largest = std::max(largest, y);
  if (scale == Scale::logarithmic) {
    const double low = std::floor(std::log10(least)), high = std::max(std::ceil(std::log10(largest)), low + 1);
    return fmt::format("set logscale y\nset yrange [1e{:.0f} : 1e{:.0f}]\n", low, high);
  }
  if (scale == Scale::from_zero) return fmt::format("set yrange [0 : {}]\n", largest > 0 ? "*" : "1");
  const double size = std::max(std::abs(least), std::abs(largest));
  if (largest - least > 1e-4 * size) return "";
  const double margin = size > 0 ? 0.05 * size : 1;
  return fmt::format("set yrange [{} : {}]\n", least - margin, largest + margin);
}

std::string script(const Chart& chart, const std::vector<Points>& curves, Labels& labels) {
  double first = curves[0][0].first, last = first;
  std::size_t most = 0;
  for (const Points& points : curves) {
    most = std::max(most, points.size());
    for (const auto& [x, y] : points) first = std::min(first, x), last = std::max(last, x);
  }
  if (first == last) first -= 0.5, last += 0.5;

  std::string text = fmt::format(
      "set terminal svg size {}, {} font 'sans-serif, 15' noenhanced\n"
      "set title {} font ',17'\nset xlabel {}\nset ylabel {}\nset xrange [{} : {}]\n",
      width, height, labels(chart.title), labels(chart.x_label), labels(chart.y_label), first, last);
  if (last - first <= 10) text += "set xtics 1\n";
  text += vertical_range(chart.scale, curves);
  text += R"(set format y '%g'
set border 3
set tics nomirror out scale 0.6
set grid ytics linetype 1
set tmargin 2
set bmargin 4.5
set xlabel offset 0, 0.6
set key bmargin left horizontal Left reverse
)";
  if (curves.size() == 1 && chart.curves[0].name == chart.y_label) text += "unset key\nset bmargin 3\n";
  for (std::size_t i = 0; i < curves.size(); ++i) {
    text += fmt::format("$curve{} << END\n", i);
    for (const auto& [x, y] : curves[i]) text += fmt::format("{} {}\n", x, y);
    text += "END\n";
  }
  const std::string_view style_of_points = most > 60 ? "lines" : "linespoints pointtype 7 pointsize 0.4";
  for (std::size_t i = 0; i < curves.size(); ++i)
    text += fmt::format("{} $curve{} title {} with {} linetype 1 dashtype {} linewidth 2", i == 0 ? "plot" : ",", i,
                        labels(chart.curves[i].name), style_of_points, i % 5 + 1);
  return text + '\n';
}

/// gnuplot's drawing as an element that goes by our style, and may stand in a page beside others: without ids.
std::string dressed(std::string svg, const Chart& chart, const Labels& labels, std::size_t curves) {
  const std::size_t begin = svg.find("<rect "), defs = svg.find("<defs>"), defs_end = svg.find("</defs>");
  if (begin == std::string::npos || defs == std::string::npos || defs_end == std::string::npos || defs < begin)
    throw IoError("chart", "gnuplot has drawn an SVG of an unknown form; use version 5.4");
  svg.erase(defs, defs_end + std::string_view("</defs>").size() - defs);
  svg.erase(0, begin);
  svg.insert(std::string_view("<rect").size(), " class=\"ground\"");
  for (std::size_t i = 0; i < curves; ++i)
    replace_all(svg, fmt::format("<g id=\"gnuplot_plot_{0}\" ><title>gnuplot_plot_{0}</title>", i + 1),
                fmt::format("<g class=\"curve curve-{}\">", i % colours + 1));
  replace_all(svg, "<use xlink:href='#gpPt6'", "<circle r='1'");
  labels.put_into(svg);
  return fmt::format(
      "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" "
      "aria-label=\"{}\">\n{}<g>\n{}",
      width, height, escaped(chart.title + ". " + chart.description()), style, svg);
}

}  // namespace

bool Chart::has_points() const {
  return std::any_of(curves.begin(), curves.end(), [&](const Curve& curve) { return !drawn(curve, scale).empty(); });
}

std::string Chart::description() const {
  std::string text;
  for (const Curve& curve : curves) {
    const Points points = drawn(curve, scale);
    if (points.empty()) continue;
    const auto by_value = [](const auto& a, const auto& b) { return a.second < b.second; };
    const auto [least, largest] = std::minmax_element(points.begin(), points.end(), by_value);
    text += fmt::format("{}{}: {:.4g} at {} {}", text.empty() ? "" : " ", curve.name, points.front().second, x_label,
                        points.front().first);
    if (points.size() > 1)
      text += fmt::format(", {:.4g} at {} {}; least {:.4g} at {}, largest {:.4g} at {}", points.back().second, x_label,
                          points.back().first, least->second, least->first, largest->second, largest->first);
    text += '.';
  }
  return text;
}

std::string Chart::svg() const {
  Chart shown = *this;
  std::erase_if(shown.curves, [&](const Curve& curve) { return drawn(curve, scale).empty(); });
  if (shown.curves.empty())
    throw ValueError("chart", fmt::format("'{}' has no points with finite values; draw it when there are some", title));
  std::vector<Points> points;
  for (const Curve& curve : shown.curves) points.push_back(drawn(curve, scale));
  Labels labels;
  std::string drawing = gnuplot("chart", script(shown, points, labels));
  return dressed(std::move(drawing), shown, labels, points.size());
}

void Chart::write_svg(const std::string& path) const { io::replace_file("write_svg", path, svg()); }

}  // namespace nabla::train
