#include "report_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nabla/error.hpp>
#include <nabla/ops.hpp>
#include <nabla/train/progress.hpp>
#include <span>

#include "html.hpp"
#include "matrix_picture.hpp"
#include "picture.hpp"
#include "report_charts.hpp"

namespace nabla::embedded {
extern const std::span<const unsigned char> report_css;
}

namespace nabla::train {
namespace {

constexpr std::int64_t most_classes = 40;  // of a matrix that is shown cell by cell
constexpr std::int64_t most_units = 64;    // of the first layer

std::string number(double value) { return fmt::format("{:.4g}", value); }
std::string number(const std::optional<double>& value) { return value ? number(*value) : "–"; }
std::string percent(const std::optional<double>& share) { return share ? fmt::format("{:.0f} %", 100 * *share) : "–"; }

std::string seconds_text(double seconds) {
  return seconds < 60 ? fmt::format("{:.2g} s", seconds) : duration_text(seconds);
}

/// The i-th of images [n, height, width].
Tensor image(const Tensor& images, std::int64_t i) {
  return images.sliced(0, i, i + 1).reshaped({images.shape()[1], images.shape()[2]});
}

class Writer {
 public:
  explicit Writer(const Report& report) : report_(report) {}

  Page page() {
    warnings();
    curves();
    confusion();
    first_layer();
    health();
    configuration();
    network();
    const std::string title = escaped(report_.title);
    const std::span<const unsigned char> css = embedded::report_css;
    const std::string_view style(reinterpret_cast<const char*>(css.data()), css.size());
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
        "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n<title>{}</title>\n"
        "<style>\n{}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
        "<header>\n<h1>{}</h1>\n{}</header>\n",
        title, style, title, summary());
    if (!contents_.empty()) html += fmt::format("<nav aria-label=\"Contents\">\n<ul>\n{}</ul>\n</nav>\n", contents_);
    html += fmt::format("<main id=\"main\" tabindex=\"-1\">\n{}</main>\n</body>\n</html>\n", body_);
    return {std::move(html), std::move(pictures_)};
  }

 private:
  /// Opens a part of the page; finish() closes it.
  void section(const std::string& id, std::string_view heading) {
    contents_ += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, escaped(heading));
    body_ += fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-heading\">\n<h2 id=\"{0}-heading\">{1}</h2>\n", id,
                         escaped(heading));
  }
  void finish() { body_ += "</section>\n"; }

  void paragraph(std::string_view text) { body_ += fmt::format("<p>{}</p>\n", escaped(text)); }

  void folded(std::string_view summary, std::string_view html) {
    body_ += fmt::format("<details>\n<summary>{}</summary>\n{}</details>\n", summary, html);
  }

  /// Under a name that no other picture of this page has.
  void keep(std::string name, std::string svg) {
    name.resize(std::min<std::size_t>(name.size(), 40));
    for (char& c : name)
      if (!std::isalnum(static_cast<unsigned char>(c)) || (c & 0x80)) c = '_';
    std::string file = name + ".svg";
    const auto taken = [&](const auto& picture) { return picture.first == file; };
    for (int i = 2; std::any_of(pictures_.begin(), pictures_.end(), taken); ++i)
      file = fmt::format("{}_{}.svg", name, i);
    pictures_.emplace_back(file, std::move(svg));
  }

  void draw(const std::vector<NamedChart>& charts) {
    if (charts.empty() || !drawable_) return;
    body_ += "<div class=\"charts\">\n";
    try {
      for (const auto& [name, chart] : charts) {
        std::string svg = chart.svg();
        body_ += fmt::format("<figure>\n{}</figure>\n", scrollable(chart.title, svg));
        keep(name, std::move(svg));
      }
    } catch (const IoError& error) {
      drawable_ = false;
      paragraph(fmt::format("There are no curves: {}. The figures stand in the tables.", error.what()));
    }
    body_ += "</div>\n";
  }

  void images(const std::string& name, const std::string& caption, const std::vector<CaptionedPicture>& pictures) {
    body_ += fmt::format("<figure>\n<figcaption>{}</figcaption>\n<ul class=\"images\">\n", escaped(caption));
    for (const CaptionedPicture& image : pictures) {
      const auto& [uri, height, width] = image.picture;
      const auto shown = [longer = std::max(height, width)](std::int64_t pixels) {
        return std::max<std::int64_t>(8, 84 * pixels / longer);
      };
      body_ += fmt::format("<li><img src=\"{}\" alt=\"{}\" width=\"{}\" height=\"{}\">", uri,
                           escaped(image.alternative), shown(width), shown(height));
      if (!image.caption.empty()) body_ += fmt::format("<span aria-hidden=\"true\">{}</span>", escaped(image.caption));
      body_ += "</li>\n";
    }
    body_ += "</ul>\n</figure>\n";
    keep(name, sheet(caption, pictures));
  }

  std::string summary() const {
    const std::string& why = report_.history.stopped_because;
    return figures_of_last_epoch() +
           (why.empty() ? "" : fmt::format("<p>The training was stopped: {}.</p>\n", escaped(why))) +
           (report_.result.empty()
                ? ""
                : fmt::format("<p>Result{}: {}.</p>\n", escaped(report_.net.empty() ? "" : " of " + report_.net),
                              escaped(report_.result)));
  }

  std::string figures_of_last_epoch() const {
    if (report_.history.epochs.empty()) return {};
    const Epoch& last = report_.history.epochs.back();
    double seconds = 0;
    for (const Epoch& epoch : report_.history.epochs) seconds += epoch.seconds;
    std::string html = fmt::format("<p>Figures of epoch {}, the last:</p>\n<dl class=\"summary\">\n", last.number);
    const auto add = [&](std::string_view name, std::string_view value) {
      html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value));
    };
    add("epochs", fmt::format("{}", last.number));
    add("time", seconds_text(seconds));
    add("training loss", number(last.loss));
    if (last.validation_loss) add(report_.validated_on + " loss", number(*last.validation_loss));
    for (const auto& [name, value] : last.metrics)
      add(report_.validated_on + " " + title_of_metric(name), number(value));
    return html + "</dl>\n";
  }

  void warnings() {
    std::vector<std::string> all = report_.warnings;
    if (!report_.health.empty()) {
      const std::vector<std::string> found = report_.health.rbegin()->second.warnings();
      all.insert(all.end(), found.begin(), found.end());
    }
    if (all.empty()) return;
    section("warnings", "Warnings");
    body_ += "<ul class=\"warnings\">\n";
    for (const std::string& warning : all) body_ += fmt::format("<li>{}</li>\n", escaped(warning));
    body_ += "</ul>\n";
    finish();
  }

  void curves() {
    const History& history = report_.history;
    if (history.epochs.empty()) return;
    section("curves", "Loss and metrics");
    draw(charts_of(history, report_.validated_on));
    epochs();
    finish();
  }

  void epochs() {
    std::vector<std::string> heads{"epoch", "training loss", report_.validated_on + " loss"};
    const std::vector<std::string> metrics = names_of_metrics(report_.history);
    for (const std::string& name : metrics) heads.push_back(report_.validated_on + " " + title_of_metric(name));
    for (const char* head : {"learning rate", "seconds"}) heads.emplace_back(head);
    std::vector<std::vector<std::string>> rows;
    for (const Epoch& epoch : report_.history.epochs) {
      std::vector<std::string>& row = rows.emplace_back();
      row = {fmt::format("{}", epoch.number), number(epoch.loss), number(epoch.validation_loss)};
      for (const std::string& name : metrics) row.push_back(number(metric(epoch, name)));
      for (const double value : {epoch.learning_rate, epoch.seconds}) row.push_back(number(value));
    }
    folded(fmt::format("All {} epochs as a table", rows.size()), html_table("Every epoch", heads, rows));
  }

  std::string class_name(std::int64_t c) const {
    const auto i = static_cast<std::size_t>(c);
    return i < report_.classes.size() ? report_.classes[i] : fmt::format("{}", c);
  }

  /// " of the test set", where the report says of which.
  std::string of_which_set() const {
    return report_.evaluated_on.empty() ? "" : " of the " + report_.evaluated_on + " set";
  }

  void confusion() {
    if (!report_.confusion_matrix && report_.confusions.empty()) return;
    section("confusions", "Confusions" + of_which_set());
    if (report_.confusion_matrix) {
      const ConfusionMatrix& matrix = *report_.confusion_matrix;
      body_ += "<div class=\"side\">\n<div>\n";
      if (matrix.classes() <= most_classes)
        matrix_of(matrix);
      else
        paragraph(fmt::format("The matrix of {} classes is too large to be shown cell by cell.", matrix.classes()));
      body_ += "</div>\n";
      figures_of_classes(matrix);
      body_ += "</div>\n";
    }
    if (!report_.confusions.empty()) body_ += "<h3>The most frequent</h3>\n<div class=\"side\">\n";
    for (const Confusion& c : report_.confusions) {
      const std::string what = fmt::format("{} taken for {}", class_name(c.true_class), class_name(c.found));
      const std::string caption = fmt::format("{}: {} time{}", what, c.count, c.count == 1 ? "" : "s");
      if (!c.images.defined() || c.images.size() == 0) {
        paragraph(caption);
        continue;
      }
      std::vector<CaptionedPicture> pictures;
      for (std::int64_t i = 0; i < c.images.shape()[0]; ++i)
        pictures.push_back({grey_picture(image(c.images, i)), fmt::format("{}, example {}", what, i + 1)});
      images("confusion", caption, pictures);
    }
    if (!report_.confusions.empty()) body_ += "</div>\n";
    finish();
  }

  void matrix_of(const ConfusionMatrix& matrix) {
    const std::int64_t n = matrix.classes();
    std::vector<std::string> names, heads{"<true class"};
    for (std::int64_t c = 0; c < n; ++c) heads.push_back(names.emplace_back(class_name(c)));
    std::string svg = matrix_picture("Confusion matrix" + of_which_set(), matrix, names);
    body_ += fmt::format(
        "<figure>\n<figcaption>How many samples of the class of the row were taken for the class of the column, and "
        "what share of the row they are. The deeper a colour, the larger the share: blue where the class was found, "
        "orange where another was.</figcaption>\n{}</figure>\n",
        scrollable("Confusion matrix", svg));
    keep("confusion_matrix", std::move(svg));

    std::vector<std::vector<std::string>> rows;
    for (std::int64_t c = 0; c < n; ++c) {
      rows.push_back({names[static_cast<std::size_t>(c)]});
      for (std::int64_t found = 0; found < n; ++found)
        rows.back().push_back(fmt::format("{:.0f}", matrix.counts.at({c, found})));
    }
    folded("The counts as a table", html_table("Samples of each true class, by the class that was found", heads, rows));
  }

  void figures_of_classes(const ConfusionMatrix& matrix) {
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const std::string& name, double samples, double precision, double recall, double f1) {
      rows.push_back({name, fmt::format("{:.0f}", samples), fmt::format("{:.3f}", precision),
                      fmt::format("{:.3f}", recall), fmt::format("{:.3f}", f1)});
    };
    double all = 0;
    for (std::int64_t c = 0; c < matrix.classes(); ++c) {
      double samples = 0;
      for (std::int64_t found = 0; found < matrix.classes(); ++found) samples += matrix.counts.at({c, found});
      add(class_name(c), samples, matrix.precision(c), matrix.recall(c), matrix.f1(c));
      all += samples;
    }
    add("mean of the classes", all, matrix.macro_precision(), matrix.macro_recall(), matrix.macro_f1());
    body_ += html_table(fmt::format("Precision and recall{}; accuracy {:.4g}", of_which_set(), matrix.accuracy()),
                        {"<class", "samples", "precision", "recall", "F1"}, rows);
  }

  void first_layer() {
    const Tensor& weights = report_.first_layer;
    if (!weights.defined() || weights.size() == 0) return;
    const std::int64_t units = weights.shape()[0], shown = std::min(units, most_units);
    const Tensor values = weights.sliced(0, 0, shown).to(f64).contiguous();
    double largest = 0;
    for (const double w : values.data<double>())
      if (std::isfinite(w)) largest = std::max(largest, std::abs(w));
    section("first-layer", "Weights of the first layer");
    body_ += fmt::format(
        "<p class=\"scale\"><span>−{0}</span> <span class=\"bar\" aria-hidden=\"true\"></span> <span>+{0}</span></p>\n",
        number(largest));
    std::vector<CaptionedPicture> pictures;
    for (std::int64_t i = 0; i < shown; ++i) {
      const Tensor unit = image(values, i);
      pictures.push_back(
          {diverging_picture(unit, largest),
           fmt::format("Unit {}: weights from {} to {}", i, number(min(unit).item()), number(max(unit).item())),
           fmt::format("{}", i)});
    }
    images("first_layer",
           fmt::format("{} of {} units, each as the image of its weights: blue below 0, red above 0, white at 0", shown,
                       units),
           pictures);
    finish();
  }

  void health() {
    if (report_.health.empty()) return;
    section("health", "Health of the layers");
    const auto& [epoch, last] = *report_.health.rbegin();
    std::vector<std::vector<std::string>> rows;
    for (const LayerHealth& layer : last.layers)
      rows.push_back({layer.name, layer.activation, fmt::format("{}", layer.units), percent(layer.saturated),
                      percent(layer.dead), fmt::format("{:.1e}", layer.delta_norm),
                      layer.update_ratio ? fmt::format("{:.1e}", *layer.update_ratio) : "–"});
    const std::string when = report_.net.empty() ? fmt::format("After epoch {}", epoch) : "Of " + report_.net;
    body_ += html_table(fmt::format("{}, by {} samples", when, last.samples),
                        {"<layer", "<activation", "units", "saturated", "dead", "norm of δ", "update / weight"}, rows);
    draw(charts_of(report_.health));
    finish();
  }

  void configuration() {
    if (report_.configuration.empty()) return;
    section("configuration", "Configuration");
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, value] : report_.configuration) rows.push_back({name, value});
    body_ += html_table("The settings of the training", {"<setting", "<value"}, rows);
    finish();
  }

  void network() {
    if (report_.description.empty()) return;
    section("network", "Network");
    body_ += scrollable("Network", fmt::format("<pre>{}</pre>\n", escaped(report_.description)));
    finish();
  }

  const Report& report_;
  std::string contents_, body_;
  bool drawable_ = true;  // until gnuplot fails
  std::vector<std::pair<std::string, std::string>> pictures_;
};

}  // namespace

Page page(const Report& report) { return Writer(report).page(); }

}  // namespace nabla::train
