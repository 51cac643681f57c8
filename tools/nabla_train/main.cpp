// nabla-train: networks from the command line.
#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "command_line.hpp"
#include "commands.hpp"

int main(int argc, char** argv) {
  using namespace nabla_train;
  const auto fail = [](const std::exception& error, int status) {
    std::fflush(stdout);
    fmt::print(stderr, "nabla-train: {}\n", error.what());
    return status;
  };
  const auto unwritten = [&] {
    return DataError(fmt::format("the results cannot be written to standard output: {}", std::strerror(errno)));
  };
  try {
    const std::optional<Command> command = parse_command_line(argc, argv);
    const int status = command ? std::visit([](const auto& options) { return run(options); }, *command) : 0;
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) throw unwritten();
    return status;
  } catch (const UsageError& error) {
    return fail(error, 2);
  } catch (const std::bad_alloc&) {
    return fail(DataError("there is not enough memory; give smaller layers, smaller batches or fewer samples"), 1);
  } catch (const std::exception& error) {
    if (std::ferror(stdout) != 0) return fail(unwritten(), 1);
    return fail(error, 1);
  }
}
