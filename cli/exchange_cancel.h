// whorl exchange cancel, a verb of the group that exchange.cc makes.
#pragma once

namespace CLI {
class App;
}

namespace whorl::cli {

struct Chosen;
void add_exchange_cancel(CLI::App& group, Chosen& chosen);

}  // namespace whorl::cli
