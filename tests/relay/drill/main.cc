// switch_drill PROGRAM NAME [--full]: see drills.h, and scripts/exchange-test. Exit status: 0 all is as it must be, 1
// it is not, 2 wrong arguments.
#include <signal.h>
#include <sys/resource.h>

#include <functional>
#include <map>

#include "tests/relay/drill/drills.h"

int main(int argc, char** argv) {
  using namespace whorl::drill;
  const std::map<std::string, std::function<bool(const Options&)>> drills{{"switch-forgets", switch_forgets},
                                                                          {"lengths", lengths},
                                                                          {"quota", quota},
                                                                          {"slow", slow},
                                                                          {"throughput", throughput}};
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2 || words.size() > 3 || !drills.contains(words[1]) ||
      (words.size() == 3 && words[2] != "--full")) {
    std::cerr << "switch_drill PROGRAM switch-forgets|lengths|quota|slow|throughput [--full]\n";
    return 2;
  }
  ::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  try {
    if (drills.at(words[1])({words[0], words.size() == 3})) return 0;
    std::cerr << words[1] << ": not as it must be\n";
  } catch (const std::exception& error) {
    std::cerr << words[1] << ": " << error.what() << "\n";
  }
  return 1;
}
