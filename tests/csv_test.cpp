#include <doctest/doctest.h>
#include <fmt/format.h>

#include <clocale>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <nabla/data.hpp>
#include <nabla/error.hpp>
#include <nabla/random.hpp>
#include <string>
#include <vector>

#include "temporary_folder.hpp"

using namespace nabla;
using data::Missing;
using nabla::test::complaint;
using nabla::test::complaint_about;
using nabla::test::gzipped;
using nabla::test::TemporaryFolder;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

data::Table read(const std::string& content, const data::CsvOptions& options = {}) {
  const TemporaryFolder folder;
  return data::read_csv(folder.write("file", content), options);
}

/// What read_csv says of a file with this content, after its name.
std::string csv_complaint(const std::string& content, const data::CsvOptions& options = {}) {
  return complaint_about("read_csv", content, [&](const std::string& path) { data::read_csv(path, options); });
}

Tensor matrix(const std::string& content, const data::CsvOptions& options = {}) {
  return read(content, options).matrix(f64);
}

std::vector<std::string> names(const data::Table& table) {
  std::vector<std::string> names;
  for (const data::Column& column : table.columns) names.push_back(column.name);
  return names;
}

using Strings = std::vector<std::string>;

/// What a column of categories says, row by row; "-" where it says nothing.
Strings texts(const data::Column& column) {
  Strings texts;
  for (const std::int64_t index : column.values.data<std::int64_t>())
    texts.push_back(index < 0 ? "-" : column.categories.at(static_cast<std::size_t>(index)));
  return texts;
}

const std::string flowers =
    "length,colour,species\n"
    "5.1,red,setosa\n"
    "7,blue,virginica\n"
    "6.5,red,setosa\n"
    "6,\"green\",versicolor\n";

}  // namespace

TEST_CASE("tables are read with any line end, delimiter, blanks and byte order mark") {
  const Tensor expected = Tensor::from({2, 2}, {1, -2.5, 3e-5, 4});
  for (const char* content :
       {"1,-2.5\n3e-5,4\n", "1,-2.5\r\n3e-5,4\r\n", "1,-2.5\n3e-5,4", " 1 ,\t-2.5\n\n+3e-5, 4 \n\n\n",
        "\xEF\xBB\xBF"
        "1,-2.5\n3e-5,4\n",
        "\xEF\xBB\xBF\"1\", \"-2.5\" \n3e-5,4\n", "a,b\n1,-2.5\n3e-5,4"}) {
    CAPTURE(content);
    CHECK(identical(matrix(content), expected));
    CHECK(identical(matrix(gzipped(content)), expected));
  }
  CHECK(identical(matrix("# more\nx;y\n1;-2.5\n3e-5;4", {.delimiter = ';', .skip_lines = 1}), expected));
  CHECK(identical(matrix("1 -2.5\n3e-5 4", {.delimiter = ' '}), expected));
  CHECK(identical(matrix("1\t-2.5\n3e-5\t4", {.delimiter = '\t'}), expected));
  CHECK(identical(matrix("7"), Tensor::from({1, 1}, {7})));
  CHECK(to_string(matrix("inf,-inf,nan,5e-324,-0")) == "[[     inf     -inf      nan  5.e-324 -0.e+000]]");
  const TemporaryFolder folder;
  CHECK(identical(data::load_csv(folder.write("file", "1,-2.5\n3e-5,4\n")), expected));
}

TEST_CASE("numbers have a point in every locale") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* locale : {"de_DE.UTF-8", "fr_FR.UTF-8"}) std::setlocale(LC_ALL, locale);  // where installed
  CHECK(matrix("1.5").item() == 1.5);
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("a header names the columns, and is told from a row of values by its fields or by the caller") {
  CHECK(names(read(flowers)) == Strings{"length", "colour", "species"});
  CHECK(names(read("1,a\n2,b\n")) == Strings{"", ""});
  CHECK(read("1,a\n2,b\n").size() == 2);
  CHECK(names(read("1990,1991\n2,3\n", {.header = true})) == Strings{"1990", "1991"});
  const data::Table text = read("a,b\nc,d\n", {.header = false});
  CHECK(text.size() == 2);
  CHECK(texts(text.column(1)) == Strings{"b", "d"});
  CHECK(names(read(",x\n1,2\n")) == Strings{"", "x"});  // of rows with an index
  CHECK(names(read("\"a, b\",\"c\nd\",\"e\"\"f\"\n1,2,3\n")) == Strings{"a, b", "c\nd", "e\"f"});
  CHECK(csv_complaint("a,b,a\n1,2,3\n") ==
        "line 1, column 3, offset 4: 'a' is the name of column 1 too; rename one of them");
}

TEST_CASE("a header may hold numbers, if a column has text there and numbers below") {
  for (const std::string text : {"0,1,y\n2,3,4\n5,6,7\n", "0,1,y\n2,3,NA\n5,6,7\n"}) {
    const data::Table table = read(text, {.missing = Missing::keep});
    CHECK(names(table) == Strings{"0", "1", "y"});
    CHECK(table.size() == 2);
    for (const data::Column& column : table.columns) CHECK_FALSE(column.is_categorical());
  }
  // The kinds are those of the values: a number in the header does not make a column one of numbers.
  const data::Table years = read("2019,2020,y\nlow,1,2\nhigh,3,4\n");
  CHECK(names(years) == Strings{"2019", "2020", "y"});
  CHECK(years.column(0).categories == Strings{"high", "low"});

  // Rows of values: of text below text, of a missing field, of text between numbers, of one row alone.
  for (const std::string text : {"1,a\n2,b\n", "1,NA\n2,3\n", "1,a\n2,3\n4,b\n", "1,a\n"}) {
    CAPTURE(text);
    CHECK(names(read(text, {.missing = Missing::keep})).front().empty());
  }
  // Of columns of text, the first row is always taken for a header; only the caller can know better.
  CHECK(read("a,b\nc,d\n").size() == 1);
  // Messages name the places, though rows were read ahead.
  CHECK_THROWS_WITH_AS(read("0,y\n1,2\n3,4\n5,six\n", {.header = true}), doctest::Contains("line 4"), IoError);
  std::string late = "0,y\n";
  for (int i = 0; i < 150; ++i) late += "1,2\n";
  CHECK_THROWS_WITH_AS(read(late + "1,late\n"), doctest::Contains("line 152"), IoError);
  CHECK_THROWS_WITH_AS(read("0,y\n1,2\n3\n4,5\n"), doctest::Contains("line 3"), IoError);
}

TEST_CASE("quotes hold what would end a field, and themselves when doubled") {
  const data::Table table = read(
      "text,n\n"
      "\"a,b\",1\n"
      "\"say \"\"ah\"\"\",2\r\n"
      "\"two\r\nlines\",3\n"
      " \" kept \" ,4\n"
      "\"\"\"\",\"5\"\n",
      {.categories = {{"text"}}});
  CHECK(texts(table.column("text")) == Strings{"a,b", "say \"ah\"", "two\r\nlines", " kept ", "\""});
  CHECK(identical(table.column("n").values, Tensor::from({5}, {1, 2, 3, 4, 5})));
  CHECK(csv_complaint("n,t\n1,\"a\n\"\nz,b\n").starts_with("line 4, column 1 ('n'), offset 11: 'z' is not a number"));
  CHECK(csv_complaint("1,\"ab\n") ==
        "line 1, column 2, offset 2: 'ab?' begins with a quote that is never closed; close it");
  CHECK(csv_complaint("1,\"ab\"c\n") ==
        "line 1, column 2, offset 2: 'ab' goes on behind its closing quote; double the quotes within a field");
  CHECK(csv_complaint("1,a\"b\n") ==
        "line 1, column 2, offset 2: 'a\"' has a quote in it; put the whole field in quotes and double those within");
}

TEST_CASE("missing values are an error, or kept, or their rows left out") {
  const std::string gaps = "a,b,kind\n1,2,x\n,3,y\n4,NA,x\n5,6,\n7,?,y\n";
  CHECK(
      csv_complaint(gaps) ==
      "line 3, column 1 ('a'), offset 15: '' stands for no value; keep it as NaN with Missing::keep, or leave its row "
      "out with Missing::drop_row");
  data::CsvOptions options{.missing = Missing::keep, .missing_texts = {"", "NA", "?"}};
  const data::Table kept = read(gaps, options);
  CHECK(to_string(kept.select({"a", "b"}).matrix()) == "[[ 1.  2.]\n [nan  3.]\n [ 4. nan]\n [ 5.  6.]\n [ 7. nan]]");
  CHECK(texts(kept.column("kind")) == Strings{"x", "y", "x", "-", "y"});
  CHECK(to_string(kept.select({"kind"}).matrix()) == "[[1. 0.]\n [0. 1.]\n [1. 0.]\n [0. 0.]\n [0. 1.]]");

  CHECK(kept.complete_rows().size() == 1);
  options.missing = Missing::drop_row;
  CHECK(data::to_csv(read(gaps, options)) == "a,b,kind\n1,2,x\n");
  CHECK(csv_complaint("a\nNA\n\"\"\n", {.missing = Missing::drop_row}) ==
        "offset 8: In every row something is missing; keep such rows, or tell what stands for no value");
  CHECK(read("a,b\nNA,1\n", {.missing = Missing::keep}).column("a").values.dtype() == f64);
  CHECK(csv_complaint("1,2,\n").starts_with("line 1, column 3, offset 4: '' stands for no value"));
}

TEST_CASE("text becomes categories in the order of the names, and the same ones in another file") {
  const data::Table table = read(flowers);
  CHECK(table.column("species").categories == Strings{"setosa", "versicolor", "virginica"});
  CHECK(identical(table.column(2).values, Tensor::from({4}, {0, 2, 0, 1}, i64)));
  CHECK(table.column("colour").categories == Strings{"blue", "green", "red"});
  CHECK(read("10\n9\n1e1\n", {.header = false, .categories = {{0}}}).column(0).categories ==
        Strings{"9", "10", "1e1"});  // as numbers where all of them are
  CHECK(read("x10\n9\n", {.header = false, .categories = {{0}}}).column(0).categories == Strings{"9", "x10"});

  const data::CsvOptions same{.categories = table.categories()};
  const data::Table other = read("species,colour,length\nvirginica,red,3\n", same);
  CHECK(other.column("species").categories == table.column("species").categories);
  CHECK(identical(other.column("species").values, Tensor::from({1}, {2}, i64)));
  CHECK(csv_complaint("length,colour,species\n1,red,rose\n", same) ==
        "line 2, column 3 ('species'), offset 28: 'rose' is none of the 3 categories of the column; there are setosa, "
        "versicolor, virginica");
  const data::Table own_order = read(flowers, {.categories = {{"colour", {"red", "green", "blue", "white"}}}});
  CHECK(own_order.column("colour").categories == Strings{"red", "green", "blue", "white"});
  CHECK(identical(own_order.column("colour").values, Tensor::from({4}, {0, 2, 0, 1}, i64)));
  CHECK(complaint<ValueError>([] { read(flowers, {.categories = {{"colours"}}}); }) ==
        "[table] There is no column 'colours'; there are 'length', 'colour', 'species'");
}

TEST_CASE("what is wrong with a table is said, and where") {
  CHECK(complaint<IoError>([] { data::load_csv("no-such-file"); }) ==
        "[read_csv] no-such-file cannot be opened (No such file or directory); check the path");
  CHECK(
      csv_complaint("1,2\n3,setosa\n") ==
      "line 2, column 2, offset 6: 'setosa' is not a number, as the first value of the column is; mend it, or declare "
      "the column in categories");
  for (const char* text : {"1 2", "+-1", "0x10", "1e", "--1", "1,"})
    CHECK(csv_complaint(fmt::format("1\n\"{}\"", text))
              .starts_with(fmt::format("line 2, column 1, offset 2: '{}' is not a number", text)));
  CHECK(csv_complaint("1\nb\1" + std::string(50, 'c'))
            .starts_with("line 2, column 1, offset 2: 'b?" + std::string(38, 'c') + "...' is not a number"));
  CHECK(csv_complaint("1\n" + std::string(100000, '1')) ==
        "line 2, column 1, offset 2: '" + std::string(40, '1') +
            "...' is longer than 65536 characters; check the delimiter and the quotes");
  CHECK(csv_complaint("1,2\n3,1e999\n") ==
        "line 2, column 2, offset 6: '1e999' is outside the range of f64; rescale the data");
  CHECK(csv_complaint("1e999\n") ==
        "line 1, column 1, offset 0: '1e999' is outside the range of f64; rescale the data");
  CHECK(csv_complaint("1,2,3\n\n4,5\n") ==
        "line 3, offset 7: The number of columns is 2 here and 3 in the first row; all rows must be equally long");
  const char* empty = ": There is no row of values; give a table of at least one row";
  CHECK(csv_complaint("") == "offset 0" + std::string(empty));
  CHECK(csv_complaint("\n \n") == "offset 3" + std::string(empty));
  CHECK(csv_complaint("x,y\n", {.skip_lines = 5}) == "offset 4" + std::string(empty));
  CHECK(csv_complaint("x,y\n") == "offset 4" + std::string(empty));
  for (const char bad : {'"', '\n', '\r'})
    CHECK(complaint<ValueError>([&] { read("1", {.delimiter = bad}); }) ==
          "[read_csv] The delimiter is a quote or a line end; take another character, such as ',' or ';'");
}

TEST_CASE("columns are chosen by name and number") {
  const data::Table table = read("a,b,c\n1,2,3\n4,5,6\n");
  CHECK(names(table.select({"c", 0})) == Strings{"c", "a"});
  CHECK(names(table.without({-1, "a"})) == Strings{"b"});
  CHECK(identical(table.select({-2}).matrix(), Tensor::from({2, 1}, {2, 5}, f32)));
  CHECK(identical(table.select({-2}).matrix(f64), Tensor::from({2, 1}, {2, 5}, f64)));
  CHECK(complaint<DTypeError>([&] { table.matrix(i64); }) != "no such exception");
  CHECK(complaint<ValueError>([&] { table.column(3); }) ==
        "[table] There is no column 3 among 3; take one from -3 to 2");
  CHECK(complaint<ValueError>([&] { table.without({"d"}); }) ==
        "[table] There is no column 'd'; there are 'a', 'b', 'c'");
  CHECK(complaint<ValueError>([&] {
          table.select({"a", 0}).column("a");
        }) == "[table] More than one column is named 'a'; take it by its number");
  CHECK(data::Table().size() == 0);
}

TEST_CASE("a table becomes a data set of what is to be predicted and all else") {
  const data::Table table = read(flowers);
  const data::Dataset flowers_set = table.dataset({.target = "species"});
  CHECK(
      identical(flowers_set.inputs, Tensor::from({4, 4}, {5.1f, 0, 0, 1, 7, 1, 0, 0, 6.5, 0, 0, 1, 6, 0, 1, 0}, f32)));
  CHECK(identical(flowers_set.targets, Tensor::from({4}, {0, 2, 0, 1}, i64)));
  const data::Dataset lengths = table.without({"species"}).dataset({.target = 0});
  CHECK(lengths.inputs.shape() == Shape{4, 3});
  CHECK(identical(lengths.targets, Tensor::from({4, 1}, {5.1f, 7, 6.5, 6}, f32)));
  const data::Dataset classes = read("1,2\n3,0\n").dataset({.numbers_are_classes = true});
  CHECK(identical(classes.inputs, Tensor::from({2, 1}, {1, 3}, f32)));
  CHECK(identical(classes.targets, Tensor::from({2}, {2, 0}, i64)));
  // Times whose first 8 digits are the same.
  const data::Table times = read("1700000000,1700000000\n1700000001,1700000001\n1700000002,1700000002\n");
  const data::Dataset exact = times.dataset({.dtype = f64});
  CHECK(identical(data::Standardization::of(exact).mean, Tensor::from({1}, {1700000001})));
  CHECK(identical(exact.targets, Tensor::from({3, 1}, {1700000000, 1700000001, 1700000002})));
  CHECK(data::Standardization::of(times.dataset()).deviation.item() == 1);  // all the same
  const Tensor standardized = data::Standardization::of(exact)(exact.inputs);
  CHECK(standardized.data<double>()[2] == doctest::Approx(std::sqrt(1.5)));
  CHECK(complaint<DTypeError>([&] { times.dataset({.dtype = i64}); }) ==
        "[table] A dataset of i64 is asked for; take f32 or f64");
  CHECK(table.select({"species"}).dataset().inputs.shape() == Shape{4, 0});

  for (const char* target : {"1.5", "-1", "inf", "1e300"})
    CHECK(complaint<ValueError>([&] {
            read(fmt::format("a,b\n1,0\n2,{}\n", target)).dataset({.numbers_are_classes = true});
          }) == fmt::format("[table] Target {} in row 1 of column 1 ('b'), counted from 0, is no class index; classes "
                            "are numbered 0, 1, ...",
                            target == std::string("1e300") ? "1e+300" : target));
  for (const char* gap : {"1,2\n3,\n", "1,x\n3,\n"})
    CHECK(complaint<ValueError>([&] { read(gap, {.missing = Missing::keep}).dataset(); }) ==
          "[table] The target in row 1 of column 1, counted from 0, is missing; take the complete_rows() only");
}

TEST_CASE("tables made by hand are checked before they are used") {
  using data::Column;
  using data::Table;
  const Table uneven{{Column{"a", zeros({2})}, Column{"b", zeros({3})}}};
  CHECK(complaint<ValueError>([&] { uneven.matrix(); }) ==
        "[table] The values of column 1 ('b') are [3] of f64; give f64 or i64 [2]");
  CHECK(complaint<ValueError>([&] { data::to_csv(uneven); }).starts_with("[to_csv] The values of column 1"));
  const Table singles{{Column{"", zeros({2}, f32)}}};
  CHECK(complaint<ValueError>([&] { singles.complete_rows(); }) ==
        "[table] The values of column 0 are [2] of f32; give f64 or i64 [2]");
  for (const double index : {-2., 2.}) {
    const Table beyond{{Column{"a", Tensor::from({2}, {0, index}, i64), {"x", "y"}}}};
    CHECK(
        complaint<ValueError>([&] { beyond.dataset(); }) ==
        fmt::format("[table] Index {} in row 1 of column 0 ('a'), counted from 0, is none of the 2 categories; take -1 "
                    "to 1",
                    index));
  }
}

TEST_CASE("a table that is written is read as it was") {
  using data::Column;
  data::Table table{{Column{"x,\"y\"", Tensor::from({4}, {0.1, -1e-300, not_a_number, 12345678901234567.})},
                     Column{" kind ", Tensor::from({4}, {1, 0, 2, -1}, i64), {"\"", "a\nb", "plain"}}}};
  CHECK(data::to_csv(table, ';') ==
        "\"x,\"\"y\"\"\";\" kind \"\n0.1;\"a\nb\"\n-1e-300;\"\"\"\"\n;plain\n1.2345678901234568e+16;\n");
  const TemporaryFolder folder;
  Rng rng(5);
  const std::string alphabet = "a\"\n\r, \t;0.N";
  for (int times = 0; times < 300; ++times) {
    const data::CsvOptions options{
        .header = true, .missing = Missing::keep, .missing_texts = {""}, .categories = table.categories()};
    const std::string path = folder.path("table");
    data::write_csv(path, table);
    const data::Table again = data::read_csv(path, options);
    REQUIRE(again.columns.size() == table.columns.size());
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      CHECK(again.columns[i].name == table.columns[i].name);
      CHECK(again.columns[i].categories == table.columns[i].categories);
      CHECK(to_string(again.columns[i].values, 17) == to_string(table.columns[i].values, 17));
    }
    // The next one: a column of numbers and one of categories, or that one alone.
    Strings categories;
    for (int k = 0; k < 4; ++k) {
      std::string name(1, static_cast<char>('A' + k));
      const Tensor draws = rng.integers({3}, 0, static_cast<std::int64_t>(alphabet.size()));
      for (const std::int64_t c : draws.data<std::int64_t>()) name += alphabet[static_cast<std::size_t>(c)];
      categories.push_back(name);
    }
    table.columns = {Column{categories[0], rng.integers({5}, -1, 4), categories}};
    if (times % 2 == 0) table.columns.push_back(Column{"number", rng.normal({5}, 0, 1e5)});
  }
  CHECK(complaint<IoError>([&] { data::write_csv(folder.path("no/such"), table); }).starts_with("[write_csv] "));
  CHECK(complaint<ValueError>([&] { data::to_csv(table, '\n'); }).starts_with("[to_csv] The delimiter is"));
}
