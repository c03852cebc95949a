#include "base/json_text.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/text.h"

namespace whorl {
namespace {

namespace json = boost::json;

void write(const json::value& value, std::string& out);

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
    case json::kind::double_: out += plain_number(value.get_double()); break;
    default: out += json::serialize(value);
  }
}

}  // namespace

std::string json_text(const json::value& value) {
  std::string out;
  write(value, out);
  return out;
}

}  // namespace whorl
