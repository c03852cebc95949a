#include "index/record/attributes.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>

namespace whorl::index {
namespace {

namespace json = boost::json;

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMost = 256;

bool is_scalar(const json::value& value) { return value.is_string() || value.is_number() || value.is_bool(); }

std::optional<json::value> scalar(const std::string& text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !is_scalar(value)) return {};
  return value;
}

void add_members(const std::string& text, std::vector<Attribute>& out) {
  if (text.empty()) return;
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return;
  for (const auto& member : value.get_object()) {
    if (!is_scalar(member.value())) continue;
    out.push_back({std::string(member.key().data(), member.key().size()), json::serialize(member.value())});
  }
}

int order(auto left, auto right) { return left < right ? -1 : left > right ? 1 : 0; }

// Whole numbers as they are: identifiers may have more digits than a double.
int compared_numbers(const json::value& a, const json::value& b) {
  if (a.is_int64() && b.is_int64()) return order(a.get_int64(), b.get_int64());
  if (a.is_uint64() && b.is_uint64()) return order(a.get_uint64(), b.get_uint64());
  // JSON's reader has an unsigned number only where it is beyond the signed ones.
  if (a.is_uint64() && b.is_int64()) return 1;
  if (a.is_int64() && b.is_uint64()) return -1;
  const auto left = a.to_number<double>();
  const auto right = b.to_number<double>();
  // It reads a fraction to within some steps of a double, so that what was written and read again may differ by them.
  constexpr double kSteps = 16;
  const double near = std::max(std::abs(left), std::abs(right)) * kSteps * std::numeric_limits<double>::epsilon();
  return std::abs(left - right) <= near ? 0 : order(left, right);
}

// Negative, zero, positive as std::string::compare; nothing of two kinds.
std::optional<int> compared(const json::value& a, const json::value& b) {
  if (a.is_string() && b.is_string()) {
    const std::string_view left(a.get_string().data(), a.get_string().size());
    const std::string_view right(b.get_string().data(), b.get_string().size());
    return left.compare(right);
  }
  if (a.is_bool() && b.is_bool()) return static_cast<int>(a.get_bool()) - static_cast<int>(b.get_bool());
  if (!a.is_number() || !b.is_number()) return {};
  return compared_numbers(a, b);
}

}  // namespace

std::string EncounterFilter::as_json(const std::string& text) { return json::serialize(json::value(text)); }

std::vector<Attribute> attributes_of(const EncounterRecord& record) {
  std::vector<Attribute> out;
  add_members(record.biographic_data, out);
  add_members(record.contextual_data, out);
  return out;
}

std::optional<Bytes> encode_attributes(const std::vector<Attribute>& attributes) {
  if (attributes.size() > kMost) return {};
  ByteWriter out;
  out.u8(kVersion).u16(static_cast<std::uint16_t>(attributes.size()));
  for (const Attribute& each : attributes) out.sized(each.name).sized(each.value);
  if (out.view().size() > kMaxExtensionBytes) return {};
  return out.take();
}

Result<std::vector<Attribute>> parse_attributes(ByteView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const std::size_t n = in.u16();
  if (in.failed() || version != kVersion || n > kMost) return corruption("index entry: malformed attributes");
  std::vector<Attribute> out;
  for (std::size_t i = 0; i < n && !in.failed(); ++i) {
    Attribute& each = out.emplace_back();
    each.name = as_text(in.sized(kMaxExtensionBytes));
    each.value = as_text(in.sized(kMaxExtensionBytes));
  }
  if (!in.finished()) return corruption("index entry: malformed attributes");
  return out;
}

const std::string* find_attribute(const std::vector<Attribute>& attributes, const std::string& name) {
  const auto at =
      std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& each) { return each.name == name; });
  return at == attributes.end() ? nullptr : &at->value;
}

bool holds(const EncounterFilter::Term& term, const std::string& value) {
  const auto is = scalar(value);
  if (!is) return false;
  const auto against = [&](const std::string& text) -> std::optional<int> {
    const auto wanted = scalar(text);
    return wanted ? compared(*is, *wanted) : std::nullopt;
  };
  const bool chosen = term.one_of.empty() || std::any_of(term.one_of.begin(), term.one_of.end(),
                                                         [&](const std::string& each) { return against(each) == 0; });
  if (!chosen) return false;
  if (term.least && against(*term.least).value_or(-1) < 0) return false;
  return !term.most || against(*term.most).value_or(1) <= 0;
}

bool comparable(const EncounterFilter::Term& term, const std::string& value) {
  const auto is = scalar(value);
  if (!is) return false;
  const auto fits = [&](const std::string& text) {
    const auto wanted = scalar(text);
    return wanted && compared(*is, *wanted).has_value();
  };
  if (term.least && !fits(*term.least)) return false;
  if (term.most && !fits(*term.most)) return false;
  return term.one_of.empty() || std::any_of(term.one_of.begin(), term.one_of.end(), fits);
}

}  // namespace whorl::index
