// Programs that compare.cpp runs beside itself.
#pragma once

#include <sys/types.h>
#include <cstdio>
#include <string>
#include <vector>

namespace bench {

/// A running program whose standard input and output are ours. It ends with this object.
class Child {
 public:
  /// @param environment  NAME=value, added to our own
  explicit Child(const std::vector<std::string>& command, const std::vector<std::string>& environment = {});
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Sends a line, and returns the line that answers it. @throws std::runtime_error when the program has ended
  std::string ask(const std::string& line);
  /// Reads a line. @throws std::runtime_error
  std::string read();
  /// Waits for its end. @throws std::runtime_error unless it exits with 0
  void wait();

 private:
  std::string name_;
  pid_t pid_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

}  // namespace bench
