// How answers and errors reach the terminal.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace whorl::cli {

// Text on standard output as it is. What cannot be written is said once on standard error; the program then ends with
// kExitOutput (printed_whole).
void print(const std::string& text);
// One line of JSON on standard output.
void print_json(const boost::json::value& value);
// Whether standard output took everything so far.
bool printed_whole();

// "whorl: ..." on standard error; with `json`, also {"error": {"kind", "message", "field", "reason_code",
// "reason_arguments"}} on standard output.
void print_error(const Error& error, bool json);

// "whorl: note: ..." on standard error.
void print_notice(const std::string& text);
// One for each, all beginning alike: "FILE: ".
void print_notices(const std::string& beginning, const std::vector<std::string>& texts);
// The first of many, and how many more there are.
void print_first_notices(const std::vector<std::string>& texts);

// `text` on a terminal: control characters shown as '?'.
std::string printable(std::string text);

}  // namespace whorl::cli
