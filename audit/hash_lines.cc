#include "audit/hash_lines.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/base64.h"

namespace whorl::audit {
namespace {

std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string hash_lines(const crypto::TreeProof& hashes) {
  std::string out;
  for (const crypto::TreeHash& hash : hashes) out += encode_base64(hash) + "\n";
  return out + "\n";
}

bool take_hash_lines(std::string_view& rest, crypto::TreeProof& out) {
  for (;;) {
    const auto line = take_line(rest);
    if (!line) return false;
    if (line->empty()) return true;
    const auto bytes = line->size() == base64_size(sizeof(crypto::TreeHash)) ? decode_base64(*line) : std::nullopt;
    if (!bytes || bytes->size() != sizeof(crypto::TreeHash) || out.size() == crypto::kMostProofHashes) return false;
    std::copy(bytes->begin(), bytes->end(), out.emplace_back().begin());
  }
}

bool take_number_line(std::string_view& rest, std::string_view name, std::uint64_t& out) {
  const auto line = take_line(rest);
  if (!line || !line->starts_with(name) || line->substr(name.size(), 1) != " ") return false;
  const std::string_view digits = line->substr(name.size() + 1);
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return failed == std::errc() && end == digits.data() + digits.size();
}

}  // namespace whorl::audit
