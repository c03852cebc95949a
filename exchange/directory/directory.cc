#include "exchange/directory/directory.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/catalogue.h"
#include "base/world.h"
#include "crypto/jose/base64url.h"
#include "exchange/words.h"

namespace whorl::exchange {
namespace {

constexpr std::string_view kFirstLine = "rbdes directory v1";
constexpr std::size_t kMostLineBytes = 1024;

Error malformed(std::string detail, FieldPath field = {}) {
  return failure(ErrorCode::kDirectoryMalformed, std::move(field), with<"detail">(std::move(detail)));
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t end = text.find(at);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

// "2026-11-01T00:00:00Z" and nothing else.
std::optional<std::chrono::sys_seconds> time_named(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != 'Z') {
    return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t size) {
    int out = -1;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + size, out);
    return error == std::errc() && end == text.data() + at + size ? out : -1;
  };
  const int clock[] = {number(11, 2), number(14, 2), number(17, 2)};
  const int parts[] = {number(0, 4), number(5, 2), number(8, 2)};
  if (clock[0] < 0 || clock[0] > 23 || clock[1] < 0 || clock[1] > 59 || clock[2] < 0 || clock[2] > 59)
    return std::nullopt;
  if (parts[0] < 1970 || parts[1] < 1 || parts[2] < 1) return std::nullopt;
  const year_month_day date{year(parts[0]), month(static_cast<unsigned>(parts[1])),
                            day(static_cast<unsigned>(parts[2]))};
  if (!date.ok()) return std::nullopt;
  const sys_seconds out = sys_days(date) + hours(clock[0]) + minutes(clock[1]) + seconds(clock[2]);
  return out.time_since_epoch().count() <= kLatestSecond ? std::optional(out) : std::nullopt;
}

std::string text_of(std::chrono::sys_seconds time) { return rfc3339(time); }

Result<crypto::Jwk> identity_of(std::string_view text) {
  const bool edwards = text.starts_with("eddsa:");
  if (!edwards && !text.starts_with("es256:")) return malformed("an identity key is eddsa:... or es256:...");
  const auto bytes = crypto::decode_base64url(text.substr(6));
  if (!bytes) return malformed("an identity key is base64url");
  WHORL_ASSIGN(const auto key,
               crypto::PublicKey::of(edwards ? crypto::KeyKind::kEd25519 : crypto::KeyKind::kP256, *bytes));
  return crypto::parse_jwk(crypto::jwk_text(key, crypto::key_id(key)));
}

Result<std::string_view> value_of(std::string_view field, std::string_view key) {
  if (!field.starts_with(key)) return malformed("a member's line has name, country, tls=, id= and note=");
  return field.substr(key.size());
}

Result<std::uint64_t> serial_of(std::string_view line) {
  constexpr std::string_view kWord = "serial ";
  std::uint64_t out = 0;
  if (!line.starts_with(kWord)) return malformed("the second line is \"serial NUMBER\"");
  const auto [end, error] = std::from_chars(line.data() + kWord.size(), line.data() + line.size(), out);
  if (error != std::errc() || end != line.data() + line.size() || out == 0)
    return malformed("the serial is a number from 1");
  return out;
}

Status read_times(std::string_view line, Directory& out) {
  const auto words = split(line, ' ');
  if (words.size() != 3 || words[0] != "valid") return malformed("the third line is \"valid FROM UNTIL\"");
  const auto from = time_named(words[1]);
  const auto until = time_named(words[2]);
  if (!from || !until || *until <= *from)
    return malformed("FROM and UNTIL are times such as 2026-11-01T00:00:00Z, before 2200");
  out.valid_from = *from;
  out.valid_until = *until;
  return {};
}

// No key stands for two members.
Status check_keys(const Directory& directory) {
  std::set<std::string> seen;
  for (const auto& [name, member] : directory.members) {
    std::vector<std::string> keys;
    for (const Sha256& each : member.tls) keys.push_back("tls " + hex_of(each));
    for (const crypto::Jwk& each : member.identity) keys.push_back("id " + each.kid);
    keys.push_back("note " + crypto::key_id(member.note.key()));
    for (const std::string& key : keys) {
      if (!seen.insert(key).second) return malformed("a key stands there twice", name);
    }
  }
  return {};
}

}  // namespace

std::optional<Directory::Identity> Directory::identity(std::string_view kid) const {
  for (const auto& [name, member] : members) {
    for (const crypto::Jwk& key : member.identity) {
      if (key.kid == kid) return Identity{&name, &key};
    }
  }
  return std::nullopt;
}

bool Directory::knows_tls_key(std::string_view name, const Sha256& spki) const {
  const auto found = members.find(std::string(name));
  return found != members.end() &&
         std::find(found->second.tls.begin(), found->second.tls.end(), spki) != found->second.tls.end();
}

std::string member_line(const std::string& name, const DirectoryMember& member) {
  std::string out = "member " + name + " " + member.country + " tls=";
  for (std::size_t i = 0; i < member.tls.size(); ++i) out += (i == 0 ? "" : ",") + hex_of(member.tls[i]);
  out += " id=";
  for (std::size_t i = 0; i < member.identity.size(); ++i) {
    const crypto::PublicKey& key = member.identity[i].key;
    out += i == 0 ? "" : ",";
    out += key.kind() == crypto::KeyKind::kEd25519 ? "eddsa:" : "es256:";
    out += crypto::base64url(key.bytes());
  }
  return out + " note=" + member.note.text();
}

std::string Directory::text() const {
  std::string out = std::string(kFirstLine) + "\nserial " + std::to_string(serial) + "\nvalid " + text_of(valid_from) +
                    " " + text_of(valid_until) + "\n";
  for (const auto& [name, member] : members) out += member_line(name, member) + "\n";
  return out;
}

Result<std::pair<std::string, DirectoryMember>> parse_member_line(std::string_view line) {
  if (line.size() > kMostLineBytes) return malformed("a line is too long");
  const auto words = split(line, ' ');
  if (words.size() != 6 || words[0] != "member")
    return malformed("a member's line has name, country, tls=, id= and note=");
  const std::string name(words[1]);
  if (!is_member_name(name)) return malformed("a member's name is one such as a.rbdes.test, in lower case");
  const bool letters = std::all_of(words[2].begin(), words[2].end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (words[2].size() != 3 || !letters) return malformed("a country is three capital letters");
  WHORL_ASSIGN(const std::string_view tls, value_of(words[3], "tls="));
  WHORL_ASSIGN(const std::string_view identity, value_of(words[4], "id="));
  WHORL_ASSIGN(const std::string_view note, value_of(words[5], "note="));
  WHORL_ASSIGN(crypto::NoteVerifier verifier, crypto::NoteVerifier::parse(note));
  if (verifier.name() != name || verifier.kind() != crypto::NoteKeyKind::kSignature) {
    return malformed("the note key has another name than the member, or is for cosignatures");
  }
  DirectoryMember out{std::string(words[2]), {}, {}, std::move(verifier)};
  for (const std::string_view each : split(tls, ',')) {
    const auto digest = sha256_named(each);
    if (!digest) return malformed("tls= is the SHA-256 of a key, 64 hexadecimal digits");
    out.tls.push_back(*digest);
  }
  for (const std::string_view each : split(identity, ',')) {
    WHORL_ASSIGN(crypto::Jwk key, identity_of(each));
    out.identity.push_back(std::move(key));
  }
  if (out.tls.size() > kMostKeysOfMember || out.identity.size() > kMostKeysOfMember)
    return malformed("a member has two keys of a kind at most");
  if (member_line(name, out) != line) return malformed("the line is not written in the one way");
  return std::pair(name, std::move(out));
}

Result<Directory> parse_directory(std::string_view text) {
  if (text.size() > kMostDirectoryBytes)
    return malformed("is longer than " + std::to_string(kMostDirectoryBytes) + " bytes");
  if (text.empty() || text.back() != '\n') return malformed("does not end with a line's end");
  const auto lines = split(text.substr(0, text.size() - 1), '\n');
  if (lines.size() < 3 || lines[0] != kFirstLine)
    return malformed("the first line is \"" + std::string(kFirstLine) + "\"");
  if (lines.size() - 3 > kMostDirectoryMembers) return malformed("has too many members");
  Directory out;
  WHORL_ASSIGN(out.serial, serial_of(lines[1]));
  WHORL_TRY(read_times(lines[2], out));
  for (std::size_t i = 3; i < lines.size(); ++i) {
    auto member = parse_member_line(lines[i]);
    if (!member.ok()) return member.error().within("line " + std::to_string(i + 1));
    if (!out.members.insert(std::move(*member)).second)
      return malformed("a member stands there twice", "line " + std::to_string(i + 1));
  }
  WHORL_TRY(check_keys(out));
  if (out.text() != text) return malformed("members are in order of name, and each line is written in the one way");
  return out;
}

Result<Directory> open_directory(std::string_view note, std::span<const crypto::NoteVerifier> office,
                                 std::chrono::sys_seconds now, std::uint64_t least_serial) {
  if (note.size() > crypto::kMostNoteBytes)
    return failure(ErrorCode::kFileTooLong, with<"most_bytes">(crypto::kMostNoteBytes));
  WHORL_ASSIGN(const crypto::SignedNote parsed, crypto::SignedNote::parse(note));
  if (!parsed.signed_by(office).ok()) return failure(ErrorCode::kDirectoryNotSigned);
  WHORL_ASSIGN(Directory out, parse_directory(parsed.text()));
  if (now < out.valid_from || now >= out.valid_until) {
    return failure(ErrorCode::kOutOfForce, with<"from">(text_of(out.valid_from)),
                   with<"until">(text_of(out.valid_until)), with<"now">(text_of(now)));
  }
  if (out.serial < least_serial) return malformed("is older than the one that is known here already");
  return out;
}

}  // namespace whorl::exchange
