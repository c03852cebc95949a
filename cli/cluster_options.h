// What the verbs of clusters have in common. Private to this room; CLI11 is a heavy header.
#pragma once

#include <CLI/CLI.hpp>
#include <csignal>
#include <string>

#include "base/event.h"
#include "engine/node.h"

namespace whorl::cli {

// The signals that end a process, held back from every thread that is started from now on.
sigset_t ending_signals();

// Notices go to standard error.
Result<engine::EngineConfig> cluster_engine_config(const engine::NodeConfig& node, EventSink events);

void add_cluster_option(CLI::App& verb, std::string& into);

}  // namespace whorl::cli
