#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <nabla/error.hpp>
#include <nabla/io.hpp>
#include <nabla/nn/mlp.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <vector>

#include "temporary_folder.hpp"

using namespace nabla;
using test::complaint;
using test::TemporaryFolder;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A file with this header and so many bytes after it.
std::string with_header(const std::string& header, std::size_t data_bytes = 0) {
  std::string file(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) file[i] = static_cast<char>(header.size() >> 8 * i);
  return file + header + std::string(data_bytes, '\0');
}

/// What load_tensors() says of this content, without the name of the file.
std::string load_complaint(const std::string& content) {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", content);
  const std::string message = complaint<IoError>([&] { io::load_tensors(path); });
  const std::string start = fmt::format("[load_tensors] {}, ", path);
  return message.starts_with(start) ? message.substr(start.size()) : message;
}

NamedTensors some_tensors() {
  return {{"weight", Tensor::from({2, 3}, {1, 2, 3, 4, 5, -0.0}, f32)},
          {"double", Tensor::from({2}, {0.1, 1e300})},
          {"index", Tensor::from({3}, {-1, 0, 7}, i64)},
          {"mask", Tensor::from({5}, {1, 0, 1, 1, 0}, u8)},
          {"scalar", Tensor::scalar(3, f32)},
          {"nothing", Tensor::uninitialized({0, 4}, f32)}};
}

void check_equal(const NamedTensors& a, const NamedTensors& b) {
  REQUIRE(a.size() == b.size());
  for (const auto& named : a) {
    CAPTURE(named.first);
    REQUIRE(b.contains(named.first));
    CHECK(identical(named.second, b.at(named.first)));
  }
}

struct WithBuffer {
  Parameter weight{"weight", Tensor::from({2}, {1, 2}, f32)};
  Parameter mean{"mean", Tensor::from({1}, {3})};
  Parameters parameters() { return {&weight}; }
  ConstParameters parameters() const { return {&weight}; }
  Parameters buffers() { return {&mean}; }
  ConstParameters buffers() const { return {&mean}; }
};

}  // namespace

TEST_CASE("tensors of every dtype come back bit for bit, with the metadata") {
  const TemporaryFolder folder;
  const io::Metadata metadata{{"epoch", "3"}, {"note", "größer \"as\" is\n"}};
  io::save_tensors(folder.path("t"), some_tensors(), metadata);
  const auto [tensors, again] = io::load_tensors(folder.path("t"));
  check_equal(some_tensors(), tensors);
  CHECK(again == metadata);

  io::save_tensors(folder.path("t"), {});
  CHECK(io::load_tensors(folder.path("t")).tensors.empty());
}

TEST_CASE("a file is laid out as the specification of safetensors says") {
  const TemporaryFolder folder;
  io::save_tensors(folder.path("t"),
                   {{"b", Tensor::from({2, 1}, {1, 2}, f32)}, {"a", Tensor::from({3}, {7, 8, 9}, u8)}}, {{"k", "v"}});
  const std::string file = content_of(folder.path("t"));
  std::size_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | static_cast<unsigned char>(file[i]);
  CHECK(length % 8 == 0);
  REQUIRE(file.size() == 8 + length + 8 + 3);
  const auto header = nlohmann::json::parse(file.substr(8, length));
  CHECK(header == nlohmann::json::parse(R"({"__metadata__": {"k": "v"},
                                            "a": {"dtype": "U8", "shape": [3], "data_offsets": [8, 11]},
                                            "b": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}})"));
  CHECK(file.substr(8 + length) == std::string("\0\0\x80\x3f\0\0\0\x40\x07\x08\x09", 11));
}

TEST_CASE("a view is stored as what it shows") {
  const TemporaryFolder folder;
  const Tensor x = Tensor::from({2, 2}, {1, 2, 3, 4});
  io::save_tensors(folder.path("t"), {{"x", x.transposed()}});
  CHECK(identical(io::load_tensors(folder.path("t")).tensors.at("x"), Tensor::from({2, 2}, {1, 3, 2, 4})));
}

TEST_CASE("a network comes back with its parameters and its buffers") {
  const TemporaryFolder folder;
  const nn::Mlp net({3, 4, 2}, {.seed = 1});
  io::save(folder.path("net"), net);
  nn::Mlp again({3, 4, 2}, {.seed = 2});
  io::load(folder.path("net"), again);
  check_equal(io::named_values(net.parameters()), io::named_values(std::as_const(again).parameters()));

  WithBuffer module;
  io::save(folder.path("buffer"), module);
  module.weight.value = module.mean.value = Tensor();
  module = WithBuffer();
  module.mean.value = Tensor::from({1}, {9});
  io::load(folder.path("buffer"), module);
  CHECK(module.mean.value.item() == 3);
}

TEST_CASE("a network that does not fit is told what is wrong, and stays as it is") {
  const TemporaryFolder folder;
  const std::string path = folder.path("net");
  io::save_tensors(path, {{"net.0.weight", zeros({4, 3})},
                          {"net.1.weight", zeros({2, 5}, f32)},
                          {"extra", zeros({1})},
                          {"net.0.bias", ones({4}, f32)}});
  nn::Mlp net({3, 4, 2}, {.seed = 2});
  const NamedTensors before = io::named_values(std::as_const(net).parameters());
  CHECK(complaint<IoError>([&] { io::load(path, net); }) ==
        "[load] " + path +
            " does not fit the net: 'net.0.weight' is [4, 3] f64 there and [4, 3] f32 in the net; "
            "'net.1.bias' [2] f32 is missing; 'net.1.weight' is [2, 5] f32 there and [2, 4] f32 in the net; "
            "'extra' [1] f64 is left over; build the net that was saved");
  check_equal(before, io::named_values(std::as_const(net).parameters()));
}

TEST_CASE("what cannot be saved is refused, and what stood there before still stands there") {
  const TemporaryFolder folder;
  const std::string path = folder.path("t");
  io::save_tensors(path, some_tensors());
  CHECK(complaint<ValueError>([&] {
          io::save_tensors(path, {{"x", Tensor()}});
        }) == "[save_tensors] 'x' has no value; set it first");
  CHECK(complaint<ValueError>([&] {
          io::save_tensors(path, {{"__metadata__", zeros({1})}});
        }) == "[save_tensors] '__metadata__' is a name that the format keeps for itself; choose another");
  const Parameter a("w", zeros({1})), b("w", zeros({1}));
  CHECK(complaint<ValueError>([&] {
          io::named_values({&a, &b});
        }) == "[named_values] Two parameters are named 'w'; give the layers of a net names of their own");
  CHECK(
      complaint<IoError>([&] { io::save_tensors(folder.path("no/t"), {}); }) ==
      fmt::format("[save_tensors] {} cannot be created (No such file or directory); check the folder and the space on "
                  "the disk",
                  folder.path("no/t")));
  // A folder cannot be replaced by a file; the partial one is gone then.
  std::filesystem::create_directories(folder.path("dir/inside"));
  CHECK_THROWS_AS(io::save_tensors(folder.path("dir"), some_tensors()), IoError);
  check_equal(some_tensors(), io::load_tensors(path).tensors);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("the next save removes what a killed one has left, and no file of another name or of a living writer") {
  const TemporaryFolder folder;
  const std::string path = folder.path("t");
  const std::vector<std::string> others{"t.partial",     "t.1.partial",    "t.1-.partial",
                                        "t.-1.partial",  "t.1-2.partials", "t.1-x.partial",
                                        "u.1-2.partial", "t2.1-2.partial", "1-2.partial"};
  for (const std::string& name : others) folder.write(name, "");
  for (const char* name : {"t.1-0.partial", "t.4194304-18.partial"}) folder.write(name, "abandoned");
  const int alive = open(folder.write("t.77-5.partial", "").c_str(), O_RDONLY);
  REQUIRE(flock(alive, LOCK_EX) == 0);
  const auto names = [&] {
    std::set<std::string> found;
    for (const auto& file : std::filesystem::directory_iterator(folder.path())) found.insert(file.path().filename());
    return found;
  };
  std::set<std::string> expected(others.begin(), others.end());
  expected.insert({"t", "t.77-5.partial"});
  io::save_tensors(path, some_tensors());
  CHECK(names() == expected);
  close(alive);
  io::save_tensors(path, some_tensors());
  expected.erase("t.77-5.partial");
  CHECK(names() == expected);
}

TEST_CASE("any number of writers of one file leave a whole one, and nothing beside it") {
  const TemporaryFolder folder;
  const std::string path = folder.path("t");
  constexpr int writers = 4, times = 50;
  std::vector<pid_t> children;
  for (int i = 0; i < writers; ++i)
    if (children.push_back(fork()); children.back() == 0) {
      try {
        for (int k = 0; k < times; ++k) io::save_tensors(path, {{"x", full({1000}, i)}});
        _exit(0);
      } catch (const Error&) {
        _exit(1);
      }
    }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  CHECK(io::load_tensors(path).tensors.at("x").size() == 1000);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a file that is no whole safetensors file is refused with the offset") {
  const TemporaryFolder folder;
  CHECK(complaint<IoError>([&] { io::load_tensors(folder.path("none")); }) ==
        fmt::format("[load_tensors] {} cannot be opened (No such file or directory); check the path",
                    folder.path("none")));
  CHECK_THROWS_AS(io::load_tensors(folder.path()), IoError);
  CHECK(load_complaint("abc") ==
        "offset 3: The file ends within the length of its header; it is no safetensors file, or cut short");
  CHECK(load_complaint(std::string(8, '\xff') + "{}") ==
        "offset 0: The header is said to have 18446744073709551615 bytes, and the file has 10; it is no safetensors "
        "file, "
        "or cut short");
  CHECK(load_complaint(with_header("{}", 3)) == "offset 10: 3 bytes belong to no tensor; write the file again");
  io::save_tensors(folder.path("t"), some_tensors());
  const std::string whole = content_of(folder.path("t"));
  CHECK(load_complaint(whole.substr(0, whole.size() - 1)).find("it is cut short, get it again") != std::string::npos);
}

TEST_CASE("a malformed header is refused with the offset") {
  const auto entry = [](const std::string& text) { return with_header("{\"x\":" + text + "}", 4); };
  CHECK(load_complaint(with_header("")).starts_with("offset 8: The header is no JSON"));
  CHECK(load_complaint(with_header("[]")) == "offset 8: An array does not belong here; write the file again");
  CHECK(load_complaint(with_header("3")) == "offset 8: A number does not belong here; write the file again");
  CHECK(load_complaint(with_header("{} x")).find("The header is no JSON") != std::string::npos);
  CHECK(load_complaint(entry("{}")) == "offset 14: 'x' lacks dtype, shape or two data_offsets; write the file again");
  CHECK(load_complaint(entry(R"({"dtype":"F16","shape":[1],"data_offsets":[0,4]})")) ==
        "offset 26: 'x' has elements of type 'F16'; F32, F64, I64 and U8 can be read; write the file again");
  for (const char* text : {R"({"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]})",
                           R"({"dtype":"F32","shape":[0,18446744073709551615],"data_offsets":[0,0]})",
                           R"({"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]})"})
    CHECK(load_complaint(entry(text)).find("has too many elements") != std::string::npos);
  CHECK(load_complaint(entry(R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})"))
            .find("'x' takes 4 bytes, F32 [1], and data_offsets are 4 and 0") != std::string::npos);
  CHECK(load_complaint(entry(R"({"dtype":"F32","shape":[1],"data_offsets":[0,5]})"))
            .find("'x' takes 4 bytes, F32 [1], and data_offsets are 0 and 5") != std::string::npos);
  CHECK(load_complaint(entry(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})")).find("begin after a gap") !=
        std::string::npos);
  CHECK(load_complaint(with_header(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
                                   R"("b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
                                   4))
            .find("The bytes of 'b' overlap those of another tensor") != std::string::npos);
  const std::pair<const char*, const char*> cases[] = {
      {R"({"dtype":"F32","dtype":"F32"})", "'x' has 'dtype' twice"},
      {R"({"shape":[],"shape":[]})", "'x' has 'shape' twice"},
      {R"({"shape":[1,1,1,1,1,1,1,1,1]})", "shape of 'x' has more than 8 numbers"},
      {R"({"data_offsets":[0,1,2]})", "data_offsets of 'x' has more than 2 numbers"},
      {R"({"shape":[[1]]})", "An array does not belong here"},
      {R"({"shape":[{}]})", "An object does not belong here"},
      {R"({"shape":["1"]})", "A string does not belong here"},
      {R"({"shape":[-1]})", "-1 is negative"},
      {R"({"shape":[1.0]})", "'1.0' is no 64-bit integer"},
      {R"({"shape":[99999999999999999999]})", "'99999999999999999999' is no 64-bit integer"},
      {R"({"shape":[null]})", "null does not belong here"},
      {R"({"shape":[true]})", "true and false do not belong here"},
      {R"({"size":[1]})", "'x' has a key 'size'"},
      {R"(7)", "A number does not belong here"},
      {R"({},"x":{})", "'x' lacks"}};
  for (const auto& wrong : cases) {
    CAPTURE(wrong.first);
    CHECK(load_complaint(entry(wrong.first)).find(wrong.second) != std::string::npos);
  }
  const std::string whole = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  CHECK(load_complaint(entry(whole + ",\"x\":" + whole)).find("'x' stands there twice") != std::string::npos);
  CHECK(load_complaint(with_header(R"({"__metadata__":{"a":"b","a":"c"}})")).find("'a' stands there twice") !=
        std::string::npos);
  CHECK(load_complaint(with_header(R"({"__metadata__":{"a":1}})")).find("A number does not belong here") !=
        std::string::npos);
}

TEST_CASE("no depth of nesting does harm") {
  for (const std::string open : {"[", "{\"shape\":"}) {
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += open;
    CHECK(load_complaint(with_header("{\"x\":" + deep)).find("does not belong here") != std::string::npos);
  }
}

TEST_CASE("of thousands of damaged files, each is read or refused") {
  const TemporaryFolder folder;
  io::save_tensors(folder.path("t"), some_tensors(), {{"key", "value"}});
  const std::string good = content_of(folder.path("t"));
  const std::size_t header_end = good.find("  ", 8) == std::string::npos ? good.rfind('}') + 1 : good.find("  ", 8);
  Rng rng(1);
  const auto below = [&](std::size_t n) {
    return static_cast<std::size_t>(rng.integers({}, 0, static_cast<std::int64_t>(n)).item());
  };
  constexpr std::string_view telling = "{}[],:\"0123456789eE-.\\ntu F";
  int refused = 0, read = 0, nan = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string bad = good;
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t place = below(below(4) == 0 ? bad.size() : std::min(header_end, bad.size()));
      switch (below(5)) {
        case 0:
          bad[place] = static_cast<char>(below(256));
          break;
        case 1:
          bad[place] = telling[below(telling.size())];
          break;
        case 2:
          bad.erase(place, 1 + below(8));
          break;
        case 3:
          bad.insert(place, bad.substr(below(bad.size()), below(40)));
          break;
        default:
          bad.resize(bad.size() - below(bad.size()) / 4);
      }
      if (bad.empty()) bad.push_back('x');
    }
    const std::string path = folder.write("bad", bad);
    try {
      for (const auto& [name, tensor] : io::load_tensors(path).tensors) {
        // Reads every byte, for the sanitizers to see.
        visit(tensor.dtype(), [&, &t = tensor]<class T>(std::type_identity<T>) {
          for (const T x : t.template data<T>()) nan += x != x;
        });
      }
      ++read;
    } catch (const IoError& error) {
      CHECK(std::string_view(error.what()).find(path) != std::string_view::npos);
      ++refused;
    }
  }
  CHECK(nan < read);
  CHECK(read > 20);
  CHECK(refused > 1000);
}

TEST_CASE("a process that is killed while it saves leaves a whole file") {
  const TemporaryFolder folder;
  const std::string path = folder.path("net");
  constexpr std::int64_t size = 20'000;
  io::save_tensors(path, {{"a", full({size}, -1)}, {"b", full({size}, -1)}});
  const auto began = std::chrono::steady_clock::now();
  io::save_tensors(path, {{"a", full({size}, -1)}, {"b", full({size}, -1)}});
  const std::chrono::duration<double, std::micro> duration = std::chrono::steady_clock::now() - began;
  Rng rng(2);
  double last = -1;
  int changed = 0;
  for (int run = 0; run < 50; ++run) {
    std::array<int, 2> ready{};
    REQUIRE(pipe(ready.data()) == 0);
    const pid_t child = fork();
    if (child == 0) {
      const char begun = 1;
      if (write(ready[1], &begun, 1) != 1) _exit(1);
      for (int i = 0;; ++i) {
        const double value = 1000 * run + i;
        io::save_tensors(path, {{"a", full({size}, value)}, {"b", full({size}, value)}});
      }
    }
    REQUIRE(child > 0);
    char begun = 0;
    REQUIRE(read(ready[0], &begun, 1) == 1);
    usleep(static_cast<useconds_t>(rng.uniform({}, 0, 4 * duration.count()).item()));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ready[0]);
    close(ready[1]);

    const NamedTensors tensors = io::load_tensors(path).tensors;
    const double value = tensors.at("a").at({0});
    CHECK(identical(tensors.at("a"), full({size}, value)));
    CHECK(identical(tensors.at("b"), full({size}, value)));
    changed += value != last;
    last = value;
  }
  CHECK(changed > 5);  // or nothing was saved, and nothing was shown
}
