#include "base/canonical_json.h"

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/catalogue.h"
#include "base/json_view.h"

namespace whorl {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMostWhole = std::int64_t{1} << 53;

// Where the byte that begins a character stands among the others, by the UTF-16 of the character: those beyond
// U+FFFF are surrogates there, which come before U+E000.
int rank(unsigned char lead) {
  if (lead >= 0xF0) return lead - 0x02;
  return lead >= 0xEE ? lead + 0x11 : lead;
}

// RFC 8785, 3.2.3: in the order of UTF-16's code units.
bool before(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto x = static_cast<unsigned char>(a[i]);
    const auto y = static_cast<unsigned char>(b[i]);
    if (x != y) return rank(x) < rank(y);
  }
  return a.size() < b.size();
}

// RFC 8785, 3.2.2.2.
void write_text(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kEscaped = "\b\t\n\f\r\"\\";
  constexpr std::string_view kLetters = "btnfr\"\\";
  out += '"';
  for (const char c : text) {
    const auto at = kEscaped.find(c);
    if (at != std::string_view::npos) {
      out += '\\';
      out += kLetters[at];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

// As ECMAScript writes it (RFC 8785, 3.2.2.3): the fewest digits that read back as the same number. Precondition:
// finite.
std::string number_text(double value) {
  if (value == 0) return "0";
  std::array<char, 40> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value), std::chars_format::scientific).ptr;
  const std::string_view written(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const auto mark = written.find('e');
  int exponent = 0;
  const std::size_t signless = mark + (written[mark + 1] == '+' ? 2 : 1);
  std::from_chars(written.data() + signless, written.data() + written.size(), exponent);
  std::string digits(written.substr(0, mark));
  std::erase(digits, '.');
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // so many digits stand before it
  std::string out = value < 0 ? "-" : "";
  if (count <= point && point <= 21) return out + digits + std::string(static_cast<std::size_t>(point - count), '0');
  if (0 < point && point <= 21) return out + digits.insert(static_cast<std::size_t>(point), ".");
  if (-6 < point && point <= 0) return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (count > 1) digits.insert(1, ".");
  return out + digits + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
}

class Writer {
 public:
  Status write(const json::value& value, std::size_t depth = 0) {
    if (depth > kMostCanonicalDepth) return not_canonical();
    switch (value.kind()) {
      case json::kind::null: out_ += "null"; return {};
      case json::kind::bool_: out_ += value.get_bool() ? "true" : "false"; return {};
      case json::kind::int64: return whole(value.get_int64());
      case json::kind::uint64: {
        const std::uint64_t number = value.get_uint64();
        return number > static_cast<std::uint64_t>(kMostWhole) ? not_canonical()
                                                               : whole(static_cast<std::int64_t>(number));
      }
      case json::kind::double_:
        if (!std::isfinite(value.get_double())) return not_canonical();
        out_ += number_text(value.get_double());
        return {};
      case json::kind::string: write_text(std_view(value.get_string()), out_); return {};
      case json::kind::array: return array(value.get_array(), depth);
      case json::kind::object: break;
    }
    return object(value.get_object(), depth);
  }

  std::string take() { return std::move(out_); }

 private:
  static Error not_canonical() { return failure(ErrorCode::kNotCanonical); }

  Status whole(std::int64_t number) {
    if (number > kMostWhole || number < -kMostWhole) return not_canonical();
    out_ += std::to_string(number);
    return {};
  }

  Status array(const json::array& items, std::size_t depth) {
    out_ += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += ',';
      WHORL_TRY(write(items[i], depth + 1));
    }
    out_ += ']';
    return {};
  }

  Status object(const json::object& members, std::size_t depth) {
    std::vector<const json::key_value_pair*> sorted;
    sorted.reserve(members.size());
    for (const auto& member : members) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return before(std_view(a->key()), std_view(b->key())); });
    out_ += '{';
    bool first = true;
    for (const auto* member : sorted) {
      if (!first) out_ += ',';
      first = false;
      write_text(std_view(member->key()), out_);
      out_ += ':';
      WHORL_TRY(write(member->value(), depth + 1));
    }
    out_ += '}';
    return {};
  }

  std::string out_;
};

}  // namespace

Result<std::string> canonical_json(const json::value& value) {
  Writer writer;
  WHORL_TRY(writer.write(value));
  return writer.take();
}

}  // namespace whorl
