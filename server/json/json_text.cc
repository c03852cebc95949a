#include "server/json/json_text.h"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <string_view>

namespace whorl::server {
namespace {

namespace json = boost::json;

void write(const json::value& value, std::string& out);

void write_number(double x, std::string& out) {
  if (!std::isfinite(x)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";  // else it would come back as an integer
}

void write_array(const json::array& items, std::string& out) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    write(item, out);
  }
  out += ']';
}

void write_object(const json::object& members, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& member : members) {
    if (!first) out += ',';
    first = false;
    out += json::serialize(json::string_view(member.key()));
    out += ':';
    write(member.value(), out);
  }
  out += '}';
}

void write(const json::value& value, std::string& out) {
  switch (value.kind()) {
    case json::kind::object: write_object(value.get_object(), out); break;
    case json::kind::array: write_array(value.get_array(), out); break;
    case json::kind::double_: write_number(value.get_double(), out); break;
    default: out += json::serialize(value);
  }
}

}  // namespace

std::string json_text(const json::value& value) {
  std::string out;
  write(value, out);
  return out;
}

double two_decimals(double x) { return std::round(x * 100.0) / 100.0; }

}  // namespace whorl::server
