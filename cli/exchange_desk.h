// whorl exchange desk, case, decide, register and withdraw, verbs of the group that exchange.cc makes.
#pragma once

namespace CLI {
class App;
}

namespace whorl::cli {

struct Chosen;
void add_exchange_desk(CLI::App& group, Chosen& chosen);

}  // namespace whorl::cli
