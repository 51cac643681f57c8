#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <nabla/data.hpp>
#include <nabla/error.hpp>
#include <string>
#include <vector>

#include "png.hpp"
#include "temporary_folder.hpp"

using namespace nabla;
using namespace std::string_literals;
using nabla::test::complaint;
using nabla::test::complaint_about;
using nabla::test::gzipped;
using nabla::test::png;
using nabla::test::TemporaryFolder;

namespace {

Tensor read(const std::string& content) {
  const TemporaryFolder folder;
  return data::load_image(folder.write("file", content));
}

/// What load_image says of a file with this content, after its name.
std::string image_complaint(const std::string& content) {
  return complaint_about("load_image", content, [&](const std::string& path) { data::load_image(path); });
}

const std::string small_png = png(3, 2, 8, 0, "\0\x00\x33\xff\0\x66\x99\xcc"s);

}  // namespace

TEST_CASE("pictures in PGM are read, plain, binary and compressed") {
  const Tensor expected = Tensor::from({2, 3}, {0, 0.2f, 1, 0.4f, 0.6f, 0.8f}, f32);
  for (const std::string& content : {"P5\n3 2\n255\n"s + "\x00\x33\xff\x66\x99\xcc"s,
                                     "P5 # made by hand\n# twice\n3\t2\r\n255 \x00\x33\xff\x66\x99\xcc"s,
                                     "P2\n3 2\n5\n0 1 5\n2 3 4\n"s, "P2 3 2 5 0 1 5 2 3 # done\n4"s}) {
    CAPTURE(content);
    CHECK(identical(read(content), expected));
    CHECK(identical(read(gzipped(content)), expected));
  }
  CHECK(identical(read("P5 2 1 65535 \xff\xff\x33\x33"s), Tensor::from({1, 2}, {1, 0.2f}, f32)));
  CHECK(identical(read("P5 2 1 256 \x01\x00\x00\x40"s), Tensor::from({1, 2}, {1, 0.25}, f32)));
}

TEST_CASE("what is wrong with a PGM file is said, and where") {
  CHECK(complaint<IoError>([] { data::load_image("no-such-file"); }) ==
        "[load_image] no-such-file cannot be opened (No such file or directory); check the path");
  const char* neither = "offset 0: This is neither PGM (P2, P5) nor PNG; convert the picture to one of them";
  for (const std::string& content : {""s, "P"s, "P6 1 1 255 abc"s, "GIF89a"s})
    CHECK(image_complaint(content) == neither);
  CHECK(image_complaint("P5 3") == "offset 4: The height is missing: the file is cut short; get it again");
  CHECK(image_complaint("P5 x 2 255 ") == "offset 3: The width is no number in decimal digits; the file is damaged");
  CHECK(image_complaint("P5 3 0 255 ") == "offset 5: The height is not between 1 and 16777216; the file is damaged");
  CHECK(image_complaint("P5 3 2 65536 ") ==
        "offset 7: The number that means white is not between 1 and 65535; the file is damaged");
  CHECK(image_complaint("P5 3 2 255x") ==
        "offset 7: The number that means white is not followed by a blank; the file is damaged");
  CHECK(image_complaint("P5 3 2 255 abcde") ==
        "offset 16: 3 x 2 pixels take 6 bytes, but there are 5: the file is cut short; get it again");
  CHECK(image_complaint("P5 3 2 255 abcdefg") ==
        "offset 17: There is more than the 3 x 2 pixels of the header; the file is damaged");
  CHECK(image_complaint("P5 2 1 99 ab") == "no such exception");
  CHECK(image_complaint("P5 2 1 97 ab") == "offset 11: A pixel of 98 is whiter than white, 97; the file is damaged");
  CHECK(image_complaint("P2 2 1 9 9 10") == "offset 11: A pixel is not between 0 and 9; the file is damaged");
  CHECK(image_complaint("P2 2 1 9 9 -1") == "offset 11: A pixel is no number in decimal digits; the file is damaged");
  CHECK(image_complaint("P2 2 1 9 9") == "offset 10: A pixel is missing: the file is cut short; get it again");
  CHECK(image_complaint("P2 2 1 9 9 8 7") ==
        "offset 13: There is more than the 2 x 1 pixels of the header; the file is damaged");
}

TEST_CASE("a hostile picture costs an error, not memory") {
  CHECK(image_complaint("P5 16777216 16777216 65535 ab") ==
        "offset 29: 16777216 x 16777216 pixels take 562949953421312 bytes, but there are 2: the file is cut short; get "
        "it "
        "again");
  CHECK(image_complaint("P2 16777216 16777216 9 1 2")
            .ends_with("A pixel is missing: the file is cut short; get it again"));
  CHECK(image_complaint("P5 99999999999999999999999 1 9 a").starts_with("offset 3: The width is not between"));
  CHECK(image_complaint(png(0x7fffffff, 0x7fffffff, 16, 6, "")).starts_with("a PNG file of"));
}

TEST_CASE("pictures in PNG are read") {
  CHECK(identical(read(small_png), Tensor::from({2, 3}, {0, 0.2f, 1, 0.4f, 0.6f, 0.8f}, f32)));
  CHECK(identical(read(png(2, 1, 16, 0, "\0\xff\xff\x33\x33"s)), Tensor::from({1, 2}, {1, 0.2f}, f32)));
  // White, and a grey that is almost transparent.
  CHECK(identical(read(png(2, 1, 8, 6, "\0\xff\xff\xff\xff\x33\x33\x33\x01"s)), Tensor::from({1, 2}, {1, 0.2f}, f32)));
  const std::string complaint = image_complaint(small_png.substr(0, small_png.size() - 30));
  CHECK(
      complaint.starts_with(fmt::format("a PNG file of {} bytes: stb_image cannot read it (", small_png.size() - 30)));
  CHECK(complaint.ends_with("); get it again, or save it by another program"));
}

TEST_CASE("a folder of pictures is a data set whose classes are its folders, sorted by name") {
  const TemporaryFolder folder;
  for (const char* name : {"b", "a", "C", ".hidden"}) std::filesystem::create_directory(folder.path(name));
  folder.write("about.txt", "not a picture");
  folder.write("a/2.pgm", "P2 2 1 4 3 4");
  folder.write("a/10.pgm", "P2 2 1 4 1 2");
  folder.write("b/x.png", png(2, 1, 8, 0, "\0\xff\x00"s));
  folder.write("b/.DS_Store", "not a picture");
  const data::ImageFolder all = data::load_image_folder(folder.path());
  CHECK(all.classes == std::vector<std::string>{"C", "a", "b"});
  CHECK(all.height == 1);
  CHECK(all.width == 2);
  CHECK(identical(all.dataset.inputs, Tensor::from({3, 2}, {0.25, 0.5, 0.75, 1, 1, 0}, f32)));
  CHECK(identical(all.dataset.targets, Tensor::from({3}, {1, 1, 2}, i64)));

  folder.write("b/y.pgm", "P2 1 2 4 3 4");
  CHECK(complaint<IoError>([&] { data::load_image_folder(folder.path()); }) ==
        fmt::format("[load_image_folder] {} is of 1 x 2 pixels and {} of 2 x 1; bring all pictures to one size",
                    folder.path("b/y.pgm"), folder.path("a/10.pgm")));
  folder.write("a/notes.txt", "about a");
  CHECK(complaint<IoError>([&] { data::load_image_folder(folder.path()); }) ==
        "[load_image] " + folder.path("a/notes.txt") +
            ", offset 0: This is neither PGM (P2, P5) nor PNG; convert the picture to one of them");
  CHECK(complaint<IoError>([&] { data::load_image_folder(folder.path("nowhere")); }) ==
        "[load_image_folder] " + folder.path("nowhere") +
            " cannot be read (No such file or directory); give a folder of folders");
  CHECK(complaint<IoError>([&] { data::load_image_folder(folder.path("C")); }) ==
        "[load_image_folder] " + folder.path("C") +
            " holds no pictures; give a folder with a folder of pictures for each class");
}
