#include "tests/relay/drill/needles.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "base/files.h"
#include "crypto/jose/base64url.h"

namespace whorl::drill {
namespace {

constexpr std::size_t kPiece = 32;
constexpr std::size_t kEvery = 256;

std::uint64_t start_of(const char* text) {
  std::uint64_t out = 0;
  std::memcpy(&out, text, sizeof out);
  return out;
}
std::size_t place_of(std::uint64_t start) { return (start * 0x9e3779b97f4a7c15ULL) >> 42; }

std::string hexadecimal(std::string_view text, const char* digits) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace

std::vector<std::string> forms_of(std::string_view secret) {
  std::vector<std::string> out{std::string(secret), hexadecimal(secret, "0123456789abcdef"),
                               hexadecimal(secret, "0123456789ABCDEF")};
  for (std::size_t before = 0; before < 3; ++before) {
    // Of what stands behind `before` bytes: the characters that depend on the secret alone.
    const std::string text = std::string(before, '\0') + std::string(secret);
    std::string encoded = crypto::base64url(as_bytes(text));
    encoded = encoded.substr(before == 0 ? 0 : before + 1);
    encoded.resize(encoded.size() - (text.size() % 3 == 0 ? 0 : 1));
    out.push_back(encoded);
    std::replace(encoded.begin(), encoded.end(), '-', '+');
    std::replace(encoded.begin(), encoded.end(), '_', '/');
    if (encoded != out.back()) out.push_back(encoded);
  }
  for (std::size_t i = 0, n = out.size(); i < n; ++i) out.emplace_back(out[i].rbegin(), out[i].rend());
  return out;
}

void Needles::add(std::string_view text, std::uint32_t owner) {
  if (text.size() < 16 || text.size() > 128) throw std::logic_error("a needle has 16 to 128 bytes");
  by_start_.emplace(start_of(text.data()), static_cast<std::uint32_t>(texts_.size()));
  may_be_[place_of(start_of(text.data()))] = true;
  texts_.emplace_back(text);
  owners_.push_back(owner);
}

void Needles::add_forms(std::string_view secret, std::uint32_t owner) {
  for (const std::string& form : forms_of(secret)) add(form, owner);
}

void Needles::add_pieces(std::string_view text, std::uint32_t owner) {
  // Not the header: it is alike in all.
  for (std::size_t at = 512; at + kPiece <= text.size(); at += kEvery) add(text.substr(at, kPiece), owner);
}

void Needles::look(ByteView bytes, Found& found) const {
  found.bytes += bytes.size();
  const char* const all = reinterpret_cast<const char*>(bytes.data());
  for (std::size_t at = 0; at + 16 <= bytes.size(); ++at) {
    const std::uint64_t start = start_of(all + at);
    if (!may_be_[place_of(start)]) continue;
    const auto [first, last] = by_start_.equal_range(start);
    for (auto each = first; each != last; ++each) {
      const std::string& text = texts_[each->second];
      if (at + text.size() > bytes.size() || std::memcmp(all + at, text.data(), text.size()) != 0) continue;
      ++found.times;
      found.owners.insert(owners_[each->second]);
      found.needles.insert(each->second);
    }
  }
}

Needles::Found Needles::look_in(const std::filesystem::path& folder) const {
  Found out;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
    if (!each.is_regular_file()) continue;
    const auto bytes = read_file(each.path(), std::size_t{64} << 20);
    if (!bytes.ok()) throw std::runtime_error(bytes.error().text());
    look(*bytes, out);
  }
  return out;
}

}  // namespace whorl::drill
