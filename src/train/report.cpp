#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nabla/error.hpp>
#include <nabla/ops.hpp>
#include <nabla/train/report.hpp>

#include "classes.hpp"
#include "io/replace_file.hpp"
#include "report_page.hpp"

namespace nabla::train {
namespace {

void check(const Report& report) {
  if (report.confusion_matrix) {
    const Tensor& counts = report.confusion_matrix->counts;
    if (!counts.defined() || counts.rank() != 2 || counts.shape()[0] != counts.shape()[1])
      throw ShapeError("write_html",
                       fmt::format("The confusion matrix has the shape {}; give [classes, classes]", counts.shape()));
    if (counts.dtype() != i64)
      throw DTypeError("write_html", fmt::format("The confusion matrix is of {}; give counts of i64", counts.dtype()));
  }
  const auto check_images = [](const Tensor& images, std::string_view what) {
    if (images.defined() && images.rank() != 3)
      throw ShapeError("write_html",
                       fmt::format("{} have the shape {}; give [images, height, width]", what, images.shape()));
  };
  check_images(report.first_layer, "The weights of the first layer");
  for (const Confusion& confusion : report.confusions) check_images(confusion.images, "Images of a confusion");
}

/// The last line of a picture's file. By it a later report knows a file that a report of this page wrote under this
/// name, and that nobody has changed since.
std::string mark(std::string_view page, std::string_view name, std::string_view svg) {
  uLong check = crc32(0, nullptr, 0);
  for (const std::string_view text : {page, name, svg})
    check = crc32_z(check, reinterpret_cast<const Bytef*>(text.data()), text.size());
  return fmt::format("<!-- a picture of a report, {:08x} -->\n", check);
}

bool is_marked(const std::filesystem::path& file, std::string_view page) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  const std::size_t length = mark("", "", "").size();
  if (text.size() < length) return false;
  const std::string_view svg = std::string_view(text).substr(0, text.size() - length);
  return text.ends_with(mark(page, file.filename().string(), svg));
}

/// Removes from the folder what an earlier report of this page wrote and this one has not, and the folder if that was
/// all. What cannot be removed stays: the page does not depend on it.
void remove_earlier_pictures(const std::filesystem::path& folder, std::string_view page,
                             const std::vector<std::pair<std::string, std::string>>& kept) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> earlier;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto is_kept = [&](const auto& picture) { return picture.first == entry->path().filename(); };
    if (entry->path().extension() == ".svg" && fs::is_regular_file(entry->symlink_status(error)) &&
        std::none_of(kept.begin(), kept.end(), is_kept) && is_marked(entry->path(), page))
      earlier.push_back(entry->path());
  }
  for (const fs::path& file : earlier) fs::remove(file, error);
  if (!earlier.empty() && kept.empty()) fs::remove(folder, error);  // which fails where a user's file is in it
}

}  // namespace

std::vector<Confusion> confusions(const Tensor& scores, const data::Dataset& dataset, std::int64_t height,
                                  std::int64_t width, const ConfusionOptions& options) {
  const Tensor counts = confusion_matrix(scores, dataset.targets).counts;
  if (height < 1 || width < 1 || dataset.inputs.size() != dataset.size() * height * width)
    throw ShapeError("confusions",
                     fmt::format("Inputs {} are no images of {} × {}; give the height and the width of one",
                                 dataset.inputs.shape(), height, width));

  std::vector<Confusion> all;
  for (std::int64_t c = 0; c < counts.shape()[0]; ++c)
    for (std::int64_t found = 0; found < counts.shape()[1]; ++found)
      if (const auto count = static_cast<std::int64_t>(counts.at({c, found})); count > 0 && c != found)
        all.push_back({.true_class = c, .found = found, .count = count, .images = {}});
  std::ranges::stable_sort(all, std::ranges::greater(), &Confusion::count);
  if (options.pairs < static_cast<std::int64_t>(all.size())) all.resize(static_cast<std::size_t>(options.pairs));

  std::vector<std::vector<std::int64_t>> examples(all.size());
  std::int64_t sample = 0;
  for_each_row(classified("confusions", scores, dataset.targets), [&](auto row, std::size_t target) {
    const auto found = static_cast<std::int64_t>(std::ranges::max_element(row) - row.begin());
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].true_class == static_cast<std::int64_t>(target) && all[i].found == found &&
          static_cast<std::int64_t>(examples[i].size()) < options.images)
        examples[i].push_back(sample);
    ++sample;
  });
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].images =
        dataset.rows(examples[i]).inputs.reshaped({static_cast<std::int64_t>(examples[i].size()), height, width});
  return all;
}

void Report::write_html(const std::string& path) const {
  check(*this);
  const Page page = train::page(*this);
  const std::filesystem::path file(path), folder = file.parent_path() / (file.stem().string() + "_files");
  const std::string name_of_page = file.filename().string();
  if (!page.pictures.empty()) {
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    if (error)
      throw IoError("write_html", fmt::format("The folder {} cannot be made ({}); check the folder that it is to stand "
                                              "in",
                                              folder.string(), error.message()));
    for (const auto& [name, svg] : page.pictures)
      io::replace_file("write_html", (folder / name).string(), svg + mark(name_of_page, name, svg));
  }
  io::replace_file("write_html", path, page.html);
  remove_earlier_pictures(folder, name_of_page, page.pictures);
}

}  // namespace nabla::train
