// whorl client: a small client of a running node, for scripts and for trying it.
#pragma once

namespace CLI {
class App;
}

namespace whorl::cli {

struct Chosen;

void add_client(CLI::App& app, Chosen& chosen);

}  // namespace whorl::cli
