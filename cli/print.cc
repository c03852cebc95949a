#include "cli/print.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

namespace whorl::cli {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void print_json(const boost::json::value& value) { print(boost::json::serialize(value) + "\n"); }

void print_error(const Error& error, bool json) {
  std::string text(name_of(error.kind));
  std::replace(text.begin(), text.end(), '_', ' ');
  if (!error.field.empty()) text += ": " + error.field.text();
  std::fprintf(stderr, "whorl: %s\n", printable(text + ": " + error.message).c_str());
  if (!json) return;
  print_json({{"error", {{"kind", name_of(error.kind)}, {"message", error.message}, {"field", error.field.text()}}}});
}

void print_notice(const std::string& text) { std::fprintf(stderr, "whorl: note: %s\n", printable(text).c_str()); }

std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return text;
}

}  // namespace whorl::cli
