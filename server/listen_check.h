// Whether a server could start as its configuration says, before anything is opened for it.
#pragma once

#include "server/server.h"

namespace whorl::server {

// Looks at the address alone. Errors: kInvalidInput (no address; one that is not loopback, without an access file).
Status check_address(const ServerConfig& config);
// Listens for a moment; another may take the port between this and Server::start. Errors: as check_address;
// kUnavailable.
Status check_port(const ServerConfig& config);
// Reads the files that Server::start reads, and looks at the limits. Errors: those of Server::start that its
// configuration makes, whatever the service.
Status check_files(ServerConfig config, World& world = real_world());

}  // namespace whorl::server
