// How answers and errors reach the terminal.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "base/result.h"
#include "base/text.h"

namespace whorl::cli {

// One line of JSON on standard output.
void print_json(const boost::json::value& value);
// Text on standard output as it is.
void print(const std::string& text);
// "whorl: ..." on standard error; with `json`, also {"error": {"kind", "message", "field"}} on standard
// output.
void print_error(const Error& error, bool json);

// "whorl: note: ..." on standard error.
void print_notice(const std::string& text);

// `text` on a terminal: control characters shown as '?'.
std::string printable(std::string text);

}  // namespace whorl::cli
