#include "cli/print.h"

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <cstdio>

#include "base/files.h"
#include "base/json_text.h"
#include "base/reason_json.h"
#include "cli/plain_text.h"

namespace whorl::cli {
namespace {

std::atomic<bool> output_failed = false;

}  // namespace

void print(const std::string& text) {
  const Status written = write_standard_output(text);
  if (written.ok() || output_failed.exchange(true)) return;
  std::fprintf(stderr, "whorl: %s\n", written.error().message.c_str());
}

bool printed_whole() { return !output_failed; }

// A string that is no UTF-8, such as the name of a file, is printed as plain_unless_utf8 has it.
void print_json(const boost::json::value& value) { print(json_text(plain_unless_utf8(value)) + "\n"); }

void print_error(const Error& error, bool json) {
  std::string text(name_of(error.kind));
  std::replace(text.begin(), text.end(), '_', ' ');
  if (!error.field.empty()) text += ": " + error.field.text();
  std::fprintf(stderr, "whorl: %s\n", printable(text + ": " + error.message).c_str());
  if (!json) return;
  print_json({{"error",
               {{"kind", name_of(error.kind)},
                {"message", error.message},
                {"field", error.field.text()},
                {"reason_code", std::string(error.code())},
                {"reason_arguments", arguments_json(error.reason)}}}});
}

void print_notice(const std::string& text) { std::fprintf(stderr, "whorl: note: %s\n", printable(text).c_str()); }

void print_notices(const std::string& beginning, const std::vector<std::string>& texts) {
  for (const std::string& each : texts) print_notice(beginning + each);
}

void print_first_notices(const std::vector<std::string>& texts) {
  constexpr std::size_t kMost = 3;
  for (std::size_t i = 0; i < std::min(texts.size(), kMost); ++i) print_notice(texts[i]);
  if (texts.size() > kMost) print_notice("and " + std::to_string(texts.size() - kMost) + " more of this kind");
}

std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return text;
}

}  // namespace whorl::cli
