// The training steps by Nabla as a program of its own, as the peers' are, on the number of threads that is its
// argument.
#include <cstdlib>

#include "nabla_net.hpp"
#include "peer.hpp"

int main(int, char** argv) {
  using namespace bench;
  const int threads = argv[1] ? std::atoi(argv[1]) : 1;
  nabla::set_threads(threads);
  const Clock clock = threads == 1 ? Clock::thread : Clock::wall;
  std::map<std::string, std::function<Block()>> rows;
  for (const Net& net : nets())
    rows.emplace(net.name, [net, clock] {
      return timed([nabla = std::make_shared<NablaNet>(Problem(net))] { nabla->step(); }, clock);
    });
  return serve(rows);
}
