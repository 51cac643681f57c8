// SIGINT and SIGTERM as a request.
#pragma once

namespace nabla::train {

/// While one lives, SIGINT and SIGTERM are noted instead of ending the process; a second signal ends it. The handlers
/// of before come back with the last one. A signal that is ignored stays so. Any number may live at a time, on any
/// threads.
class SignalWatch {
 public:
  SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch();

  /// The signal that has come since the first of those that now live; 0 for none.
  static int received();
};

/// "SIGINT"
const char* signal_name(int signal);

}  // namespace nabla::train
