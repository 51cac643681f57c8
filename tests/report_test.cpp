// Charts and reports as text; browser/ looks at the pages.
#include <doctest/doctest.h>

#include <boost/archive/iterators/binary_from_base64.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/nabla.hpp>
#include <nabla/train/chart.hpp>
#include <nabla/train/report.hpp>
#include <string>
#include <vector>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#include <stb_image.h>

#include "temporary_folder.hpp"

using namespace nabla;
using nabla::test::complaint;
using nabla::test::TemporaryFolder;
using train::Chart;
using train::Confusion;
using train::Report;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string page(const Report& report) {
  const TemporaryFolder folder;
  report.write_html(folder.path("page.html"));
  return text_of(folder.path("page.html"));
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Whether the page has the picture that the file holds, but for the line at its end by which it is known.
bool stands_in(const std::string& html, const std::string& file) {
  const std::string text = text_of(file);
  const std::size_t end = text.rfind("<!-- ");
  return end != std::string::npos && end > 0 && contains(html, text.substr(0, end));
}

/// The search path of programs, empty as long as this object lasts: there is no gnuplot.
class NoPrograms {
 public:
  NoPrograms() { setenv("PATH", "/nonexistent", 1); }
  NoPrograms(const NoPrograms&) = delete;
  NoPrograms& operator=(const NoPrograms&) = delete;
  ~NoPrograms() { setenv("PATH", path_.c_str(), 1); }

 private:
  std::string path_ = std::getenv("PATH");
};

bool no_gnuplot() {
  if (std::system("command -v gnuplot > /dev/null") == 0) return false;
  MESSAGE("skipped: there is no gnuplot; install the Debian package gnuplot-nox");
  return true;
}

/// Red, green, blue and opacity of each pixel of the n-th image of a page.
std::vector<std::vector<int>> pixels(const std::string& html, int n) {
  const std::string before = "data:image/png;base64,";
  std::size_t begin = 0;
  for (int i = 0; i <= n; ++i) begin = html.find(before, begin) + before.size();
  std::string digits = html.substr(begin, html.find('"', begin) - begin);
  digits.erase(digits.find_last_not_of('=') + 1);
  using namespace boost::archive::iterators;
  using Bytes = transform_width<binary_from_base64<std::string::const_iterator>, 8, 6>;
  std::string png;
  for (Bytes byte(digits.begin()); png.size() < digits.size() * 6 / 8; ++byte) png += *byte;

  int width = 0, height = 0, channels = 0;
  stbi_uc* decoded = stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(png.data()), static_cast<int>(png.size()),
                                           &width, &height, &channels, 4);
  REQUIRE(decoded);
  std::vector<std::vector<int>> all;
  for (int i = 0; i < width * height; ++i) all.emplace_back(decoded + 4 * i, decoded + 4 * i + 4);
  stbi_image_free(decoded);
  return all;
}

train::History history(int epochs) {
  train::History made;
  for (int epoch = 1; epoch <= epochs; ++epoch)
    made.epochs.push_back({.number = epoch, .loss = 1.0 / epoch, .learning_rate = 0.1, .metrics = {{"accuracy", 0.9}}});
  return made;
}

}  // namespace

TEST_CASE("A chart says in words what it shows") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Chart chart{
      .title = "Loss",
      .y_label = "loss",
      .curves = {{"training", {{1, 2}, {2, 0.25}, {3, nan}, {4, 0.5}}}, {"gone", {{1, nan}}}, {"one", {{7, -1}}}}};
  CHECK(chart.description() ==
        "training: 2 at epoch 1, 0.5 at epoch 4; least 0.25 at 2, largest 2 at 1. one: -1 at epoch 7.");
  CHECK(chart.has_points());
  chart.scale = train::Scale::logarithmic;
  chart.curves.erase(chart.curves.begin());
  CHECK_FALSE(chart.has_points());
  CHECK(complaint<ValueError>([&] { static_cast<void>(chart.svg()); }) ==
        "[chart] 'Loss' has no points with finite values; draw it when there are some");
}

TEST_CASE("A chart is one SVG without ids, in which no text is a command") {
  if (no_gnuplot()) return;
  const TemporaryFolder folder;
  const std::string made = folder.path("made");
  const std::string command = "a'\nsystem 'touch " + made + "'\n`touch " + made + "` & <b> \"";
  const Chart chart{.title = command, .y_label = command, .curves = {{command, {{1, 1}, {2, 3}}}}, .x_label = command};
  const std::string svg = chart.svg();
  CHECK_FALSE(std::filesystem::exists(made));
  CHECK(svg.starts_with("<svg class=\"chart\""));
  CHECK(svg.find("</svg>") == svg.rfind("</svg>"));
  CHECK_FALSE(contains(svg, " id="));
  CHECK_FALSE(contains(svg, "#gp"));
  CHECK_FALSE(contains(svg, "<b>"));
  CHECK(contains(svg, "class=\"curve curve-1\""));
  CHECK(contains(svg, "& &lt;b&gt; &quot;</text>") == false);
  CHECK(contains(svg, "&amp; &lt;b&gt; &quot;</text>"));
  chart.write_svg(folder.path("chart.svg"));
  CHECK(text_of(folder.path("chart.svg")) == svg);
}

TEST_CASE("Without gnuplot a chart names the package, and a report does without curves") {
  const TemporaryFolder folder;
  const NoPrograms here;
  const Chart chart{.title = "Loss", .y_label = "loss", .curves = {{"training", {{1, 1}}}}};
  CHECK(complaint<IoError>([&] { static_cast<void>(chart.svg()); }) ==
        "[chart] There is no gnuplot to draw with; install the Debian package gnuplot-nox");

  Report{.history = history(3)}.write_html(folder.path("page.html"));
  const std::string html = text_of(folder.path("page.html"));
  CHECK(contains(html, "There are no curves: [chart] There is no gnuplot"));
  CHECK(contains(html, "gnuplot-nox"));
  CHECK(contains(html, "<tr><th scope=\"row\">3</th><td>0.3333</td>"));
  CHECK_FALSE(contains(html, "<svg"));
  CHECK_FALSE(std::filesystem::exists(folder.path("page_files")));
}

TEST_CASE("A page says which figures are of validation, and why a training stopped, also before its first epoch") {
  const std::string html = page(
      {.history = {
           .epochs = {{.loss = 0.5, .validation_loss = 0.25, .metrics = {{"accuracy", 0.75}, {"r_squared", 0.125}}}},
           .stopped_because = "it is late"}});
  CHECK(contains(html, "<dt>training loss</dt><dd>0.5</dd>"));
  CHECK(contains(html, "<dt>validation loss</dt><dd>0.25</dd>"));
  CHECK(contains(html, "<dt>validation accuracy</dt><dd>0.75</dd>"));
  CHECK(contains(html, "<dt>validation R²</dt><dd>0.125</dd>"));
  CHECK(contains(html, "validation R²</th>"));
  CHECK_FALSE(contains(html, "r_squared"));
  CHECK(contains(html, "<p>The training was stopped: it is late.</p>"));
  const std::string two_words = page({.history = {.epochs = {{.validation_loss = 1, .metrics = {{"macro_f1", 0.5}}}}}});
  CHECK(contains(two_words, "<dt>validation macro f1</dt>"));
  CHECK(contains(two_words, "validation macro f1</th>"));
  const std::string none = page({.history = {.epochs = {}, .stopped_because = "too <soon>"}});
  CHECK(contains(none, "<p>The training was stopped: too &lt;soon&gt;.</p>"));
  CHECK_FALSE(contains(none, "<dl"));
  CHECK_FALSE(contains(page({}), "stopped"));
}

TEST_CASE("Where the test set was measured after every epoch, and the confusions are of it, a page says so") {
  const std::string html = page({.history = {.epochs = {{.validation_loss = 0.25, .metrics = {{"accuracy", 0.75}}}}},
                                 .result = "test accuracy 80 % & more",
                                 .validated_on = "test",
                                 .evaluated_on = "very <last>",
                                 .confusion_matrix = train::ConfusionMatrix{eye(2).to(i64)}});
  CHECK(contains(html, "<dt>test loss</dt><dd>0.25</dd>"));
  CHECK(contains(html, "<dt>test accuracy</dt><dd>0.75</dd>"));
  CHECK(contains(html, "<th scope=\"col\">test loss</th><th scope=\"col\">test accuracy</th>"));
  CHECK_FALSE(contains(html, "validation"));
  CHECK(contains(html, "<p>Result: test accuracy 80 % &amp; more.</p>"));
  CHECK(contains(html, ">Confusions of the very &lt;last&gt; set</h2>"));
  CHECK(contains(html, ">Confusion matrix of the very &lt;last&gt; set</text>"));
  CHECK(contains(html, "Precision and recall of the very &lt;last&gt; set; accuracy 1<"));
}

TEST_CASE("Values that are all nearly the same have an axis whose ticks differ, and so have those within a decade") {
  if (no_gnuplot()) return;
  const auto labels = [](train::Scale scale, std::vector<std::pair<double, double>> points) {
    const std::string svg =
        Chart{.title = "t", .y_label = "v", .curves = {{"v", std::move(points)}}, .scale = scale, .x_label = "x"}.svg();
    std::vector<std::string> all;  // those at the left of their axis, whose texts end there
    for (std::size_t at = svg.find("text-anchor=\"end\""); at != std::string::npos;
         at = svg.find("text-anchor=\"end\"", at + 1)) {
      const std::size_t begin = svg.find("<text", at), first = svg.find('>', begin) + 1;
      all.push_back(svg.substr(first, svg.find('<', first) - first));
    }
    return all;
  };
  const auto differ = [](std::vector<std::string> all) {
    std::ranges::sort(all);
    return all.size() > 1 && std::ranges::adjacent_find(all) == all.end();
  };
  for (const double v : {0.9, 1.0, -3.0, 0.0, 1e-7, 123456.7}) {
    CAPTURE(v);
    CHECK(differ(labels(train::Scale::fitted, {{1, v}, {2, v}, {3, v}})));
    CHECK(differ(labels(train::Scale::fitted, {{1, v}, {2, v * (1 + 3e-7)}})));
    CHECK(differ(labels(train::Scale::fitted, {{1, v}, {2, v * (1 + 1.2e-4)}})));
  }
  CHECK(differ(labels(train::Scale::from_zero, {{1, 0}, {2, 0}})));
  CHECK(differ(labels(train::Scale::logarithmic, {{1, 2e-3}, {2, 3e-3}})));
  CHECK(labels(train::Scale::logarithmic, {{1, 0.1}, {2, 0.1}}) == std::vector<std::string>{"0.1", "1"});
}

TEST_CASE("A report shows curves, and keeps each picture as a file") {
  if (no_gnuplot()) return;
  const TemporaryFolder folder;
  train::History of_two = history(2);
  of_two.stopped_because = "a < b";
  Report{.title = "A & B", .history = of_two, .first_layer = ones({3, 2, 2})}.write_html(folder.path("page.html"));
  const std::string html = text_of(folder.path("page.html"));
  CHECK(contains(html, "<title>A &amp; B</title>"));
  CHECK(contains(html, "<h1>A &amp; B</h1>"));
  CHECK(contains(html, "The training was stopped: a &lt; b."));
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path("page_files")))
    files.push_back(entry.path().filename());
  std::ranges::sort(files);
  CHECK(files == std::vector<std::string>{"first_layer.svg", "loss.svg", "metric_accuracy.svg"});
  CHECK(stands_in(html, folder.path("page_files/loss.svg")));
}

TEST_CASE("A report removes the pictures of an earlier one that it has not, and nobody's own files") {
  const TemporaryFolder folder;
  const std::string path = folder.path("page.html");
  const auto file = [&](const std::string& name) { return folder.path("page_files/" + name); };
  const auto exists = [&](const std::string& name) { return std::filesystem::exists(file(name)); };
  const auto confusion = [](std::int64_t found) {
    return Confusion{.true_class = 0, .found = found, .count = 1, .images = ones({1, 2, 2})};
  };
  const train::ConfusionMatrix matrix{eye(2).to(i64)};
  Report{.confusion_matrix = matrix,
         .confusions = {confusion(1), confusion(2), confusion(3)},
         .first_layer = ones({1, 2, 2})}
      .write_html(path);
  REQUIRE(exists("confusion_matrix.svg"));
  REQUIRE(exists("confusion_2.svg"));
  REQUIRE(exists("confusion_3.svg"));
  folder.write("page_files/own.svg", "<svg></svg>");
  folder.write("page_files/confusion_3.svg", text_of(file("confusion_3.svg")) + "<!-- a note -->");
  std::filesystem::copy_file(file("confusion_2.svg"), file("renamed.svg"));
  std::filesystem::create_symlink(file("confusion.svg"), file("link.svg"));

  Report{.confusions = {confusion(1)}}.write_html(folder.path("page.htm"));  // another page with the same folder
  CHECK(exists("confusion_2.svg"));
  Report{.confusions = {confusion(1)}}.write_html(path);
  CHECK(exists("confusion.svg"));
  CHECK_FALSE(exists("confusion_matrix.svg"));
  CHECK_FALSE(exists("first_layer.svg"));
  CHECK_FALSE(exists("confusion_2.svg"));
  for (const char* own : {"own.svg", "confusion_3.svg", "renamed.svg", "link.svg"}) CHECK(exists(own));

  Report{}.write_html(path);
  CHECK_FALSE(exists("confusion.svg"));
  CHECK(exists("own.svg"));
  const std::string alone = folder.path("alone.html");
  Report{.confusions = {confusion(1)}}.write_html(alone);
  REQUIRE(std::filesystem::exists(folder.path("alone_files")));
  Report{}.write_html(alone);
  CHECK_FALSE(std::filesystem::exists(folder.path("alone_files")));
}

TEST_CASE("Weights are blue below 0, red above, white at 0; images are grey from their least to their largest") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor weights = Tensor::from({2, 1, 3}, {-2, 0, 2, 1, nan, -1});
  const Tensor image = Tensor::from({1, 1, 3}, {5, 6, 7});
  const std::string html =
      page({.confusions = {{.true_class = 0, .found = 1, .count = 1, .images = image}}, .first_layer = weights});
  CHECK(pixels(html, 0) == std::vector<std::vector<int>>{{0, 0, 0, 255}, {128, 128, 128, 255}, {255, 255, 255, 255}});
  CHECK(pixels(html, 1) ==
        std::vector<std::vector<int>>{{33, 102, 172, 255}, {255, 255, 255, 255}, {178, 24, 43, 255}});
  CHECK(pixels(html, 2) == std::vector<std::vector<int>>{{217, 140, 149, 255}, {0, 0, 0, 0}, {144, 179, 214, 255}});
  CHECK(contains(html, "alt=\"Unit 0: weights from -2 to 2\""));
  CHECK(contains(html, "<figcaption>0 taken for 1: 1 time</figcaption>"));
}

TEST_CASE("The most frequent confusions come first, each with its own images") {
  // True 0, 0, 0, 1, 1, 2; found 1, 1, 0, 0, 1, 0.
  const data::Dataset dataset(reshape(arange(0, 24), {6, 4}), Tensor::from({6}, {0, 0, 0, 1, 1, 2}, i64));
  const Tensor scores = one_hot(Tensor::from({6}, {1, 1, 0, 0, 1, 0}, i64), 3).to(f64);
  const std::vector<Confusion> all = train::confusions(scores, dataset, 2, 2);
  REQUIRE(all.size() == 3);
  const auto is = [](const Confusion& c, std::int64_t true_class, std::int64_t found, std::int64_t count) {
    return c.true_class == true_class && c.found == found && c.count == count;
  };
  CHECK(is(all[0], 0, 1, 2));
  CHECK(is(all[1], 1, 0, 1));
  CHECK(is(all[2], 2, 0, 1));
  CHECK(identical(all[0].images, reshape(arange(0, 8), {2, 2, 2})));
  CHECK(identical(all[1].images, reshape(arange(12, 16), {1, 2, 2})));

  const std::vector<Confusion> few = train::confusions(scores, dataset, 1, 4, {.pairs = 1, .images = 1});
  REQUIRE(few.size() == 1);
  CHECK(is(few[0], 0, 1, 2));
  CHECK(identical(few[0].images, reshape(arange(0, 4), {1, 1, 4})));
  CHECK(complaint<ShapeError>([&] { train::confusions(scores, dataset, 3, 2); }) ==
        "[confusions] Inputs [6, 4] are no images of 3 × 2; give the height and the width of one");
}

TEST_CASE(
    "A confusion matrix is a picture with counts and shares, and a table; it gives numbers to classes without a name") {
  const TemporaryFolder folder;
  Report{.confusion_matrix = train::ConfusionMatrix{Tensor::from({2, 2}, {3, 1, 0, 999}, i64)}, .classes = {"cat <1>"}}
      .write_html(folder.path("page.html"));
  const std::string html = text_of(folder.path("page.html"));
  CHECK(stands_in(html, folder.path("page_files/confusion_matrix.svg")));
  CHECK(contains(html, "aria-label=\"Confusion matrix. 1002 of 1003 samples of 2 classes were found"));
  // The row is the true class: 3 of 4 cats were found, and 1 was taken for the other class.
  CHECK(contains(html, "<title>3 of 4 cat &lt;1&gt; found to be cat &lt;1&gt;: 75 %</title>"));
  CHECK(contains(html, "<title>1 of 4 cat &lt;1&gt; found to be 1: 25 %</title>"));
  CHECK(contains(html, "<title>999 of 999 1 found to be 1: 100 %</title>"));
  CHECK(contains(html, "<tr><th scope=\"row\" class=\"left\">cat &lt;1&gt;</th><td>3</td><td>1</td></tr>"));
  CHECK(contains(html, "accuracy 0.999"));
  // A row of the picture is further down, a column further to the right; the colour of an error is its root.
  const auto place = [&](const std::string& title) {
    double x = 0, y = 0, opacity = -1;
    const std::size_t at = html.find("<title>" + title);
    REQUIRE(at != std::string::npos);
    const std::string rect = html.substr(html.find("<rect", at), 200);
    const auto value = [&](const std::string& name) { return std::stod(rect.substr(rect.find(name) + name.size())); };
    x = value(" x=\""), y = value(" y=\""), opacity = value("fill-opacity=\"");
    return std::vector<double>{x, y, opacity};
  };
  const auto right = place("3 of 4"), wrong = place("1 of 4"), below = place("999 of 999");
  CHECK(wrong[0] > right[0]);
  CHECK(wrong[1] == right[1]);
  CHECK(below[0] == wrong[0]);
  CHECK(below[1] > wrong[1]);
  CHECK(right[2] == 0.75);
  CHECK(wrong[2] == 0.5);

  const std::string rare =
      page({.confusion_matrix = train::ConfusionMatrix{Tensor::from({2, 2}, {999, 1, 0, 0}, i64)}});
  CHECK(contains(rare, ">&gt;99 %</text>"));
  CHECK(contains(rare, ">&lt;1 %</text>"));
  const std::string large = page({.confusion_matrix = train::ConfusionMatrix{eye(300).to(i64)}});
  CHECK(contains(large, "The matrix of 300 classes is too large"));
  CHECK(large.size() < 100'000);
}

TEST_CASE("Warnings of the last health stand on the page, with those of the program") {
  train::Health ill{.samples = 100, .cost = 1, .layers = {{.name = "net.0", .activation = "relu", .dead = 0.9}}};
  train::Health well{.samples = 100, .cost = 1, .layers = {{.name = "net.0", .activation = "relu", .dead = 0.0}}};
  const std::string html = page({.health = {{1, well}, {2, ill}}, .warnings = {"one's own"}});
  CHECK(contains(html, "<li>one's own</li>\n<li>net.0: up to 90 % of the units are dead"));
  CHECK_FALSE(contains(page({.health = {{1, ill}, {2, well}}}), "Warnings"));
}

TEST_CASE("What is no UTF-8 and no text is replaced") {
  const auto title = [](const std::string& text) {
    const std::string html = page({.title = text});
    const std::size_t begin = html.find("<h1>") + 4;
    return html.substr(begin, html.find("</h1>") - begin);
  };
  const std::string r = "\xEF\xBF\xBD";
  CHECK(title("δ ‖w‖ 🙂 <a href=\"x\">&amp;") == "δ ‖w‖ 🙂 &lt;a href=&quot;x&quot;&gt;&amp;amp;");
  CHECK(title("a\x01\x7F\tb") == "a" + r + r + "\tb");
  CHECK(title("\xFF\xC3") == r + r);                           // no first byte; an end too early
  CHECK(title("\xC0\xAF") == r + r);                           // '/' in two bytes
  CHECK(title("\xED\xA0\x80") == r + r + r);                   // a surrogate
  CHECK(title("\xF4\x90\x80\x80") == r + r + r + r);           // beyond U+10FFFF
  CHECK(title("\xF0\x9F\x99<b>") == r + r + r + "&lt;b&gt;");  // markup cannot hide in a character
}

TEST_CASE("A report that cannot be written says why, and leaves what was there") {
  const TemporaryFolder folder;
  const std::string path = folder.write("page.html", "before");
  CHECK(complaint<ShapeError>([&] {
          Report{.first_layer = ones({2, 4})}.write_html(path);
        }) == "[write_html] The weights of the first layer have the shape [2, 4]; give [images, height, width]");
  CHECK(complaint<ShapeError>([&] {
          Report{.confusion_matrix = train::ConfusionMatrix{zeros({2, 3}, i64)}}.write_html(path);
        }) == "[write_html] The confusion matrix has the shape [2, 3]; give [classes, classes]");
  CHECK(complaint<DTypeError>([&] {
          Report{.confusion_matrix = train::ConfusionMatrix{zeros({2, 2})}}.write_html(path);
        }).find("give counts of i64") != std::string::npos);
  folder.write("page_files", "a file where the folder is to be");
  CHECK_THROWS_AS((Report{.first_layer = ones({1, 2, 2})}.write_html(path)), IoError);
  CHECK(text_of(path) == "before");
  CHECK_THROWS_AS(Report{}.write_html(folder.path("no/folder/page.html")), IoError);
}
