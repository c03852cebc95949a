// What the verbs that talk to a node have in common. Include in verb files only.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/node_client.h"
#include "cli/samples.h"

namespace CLI {
class App;
}

namespace whorl::cli {

// --node, --token, --ca.
void add_node_options(CLI::App& verb, NodeAt& node);

// The samples of the flags as OSIA has them: biometricData; and "POSITION" or "POSITION=REASON" of absent fingers.
// Errors: as read_samples and missing_fingers, with the flag at fault.
Result<boost::json::array> biometric_data(const SampleOptions& options, const std::vector<std::string>& missing = {});

// 32 hexadecimal digits that nobody else draws. Errors: kUnavailable (no randomness).
Result<std::string> drawn_reference();
boost::json::array json_texts(const std::vector<std::string>& from);
// A text of the node's answer, fit for a terminal; empty where there is none.
std::string text_in(const boost::json::object& object, std::string_view name);
std::vector<std::string> texts_in(const boost::json::object& object, std::string_view name);
// Whether an identifier or a name goes into a path as it is, and stays there: "." and ".." do not.
bool fits_path(std::string_view text);

}  // namespace whorl::cli
