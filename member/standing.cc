#include "member/standing.h"

#include <algorithm>

#include "base/files.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"
#include "crypto/private_file.h"
#include "exchange/directory/pins.h"
#include "exchange/policy/policy_note.h"
#include "member/refusals.h"

namespace whorl::member {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSecretBytes = 32;

Error malformed(std::string detail, const fs::path& file) {
  return config_malformed(std::move(detail), FieldPath(file.string()));
}

Result<std::string> text_of(const fs::path& file) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, crypto::kMostNoteBytes));
  return std::string(as_text(bytes));
}

// A key a line.
Result<std::vector<crypto::NoteVerifier>> office_keys(const fs::path& file) {
  WHORL_ASSIGN(const std::string text, text_of(file));
  std::vector<crypto::NoteVerifier> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) continue;
    WHORL_ASSIGN(auto key, crypto::NoteVerifier::parse(line));
    out.push_back(std::move(key));
  }
  return out;
}

template <class T>
Result<T> of_file(Result<T> result, const fs::path& file) {
  if (result.ok()) return result;
  return result.error().within(FieldPath(file.string()));
}

}  // namespace

Result<std::shared_ptr<const Standing>> read_standing(const MemberConfig& config, exchange::Time now,
                                                      std::uint64_t least_serial) {
  auto out = std::make_shared<Standing>();
  out->name = config.name;
  WHORL_ASSIGN(const auto office, of_file(office_keys(config.office), config.office));
  WHORL_ASSIGN(const std::string directory_note, text_of(config.directory));
  WHORL_ASSIGN(const auto directory,
               of_file(exchange::open_directory(directory_note, office, now, least_serial), config.directory));
  WHORL_ASSIGN(const std::string pins_text, text_of(config.pins));
  WHORL_ASSIGN(const auto pins, of_file(exchange::parse_pins(pins_text), config.pins));
  WHORL_ASSIGN(out->partners, of_file(exchange::partners(directory, pins), config.pins));
  WHORL_ASSIGN(const std::string policy_note, text_of(config.policy));
  WHORL_ASSIGN(auto policy, of_file(exchange::open_policy(policy_note, office, directory), config.policy));
  WHORL_ASSIGN(const std::string national, text_of(config.national));
  WHORL_ASSIGN(out->national, exchange::parse_national(national, config.national));
  WHORL_ASSIGN(out->policy, of_file(exchange::narrowed(policy.policy, out->national), config.national));
  const auto me = out->policy.short_name_of(config.name);
  if (!me) return malformed("has no member " + config.name + ", or it has not signed", config.policy);
  if (*me != out->national.member) return malformed("is of the member " + out->national.member, config.national);
  out->me = *me;
  return std::shared_ptr<const Standing>(std::move(out));
}

fs::file_time_type changed_at(const MemberConfig& config) {
  fs::file_time_type out = fs::file_time_type::min();
  for (const fs::path* file : {&config.directory, &config.policy, &config.pins, &config.national, &config.office}) {
    std::error_code error;
    const auto at = fs::last_write_time(*file, error);
    if (!error) out = std::max(out, at);
  }
  return out;
}

Result<OwnKeys> read_own_keys(const MemberConfig& config, const exchange::Directory& directory) {
  WHORL_ASSIGN(const auto text,
               crypto::read_private_file(config.identity, crypto::kMostJwkBytes, crypto::OthersMay::kNothing));
  WHORL_ASSIGN(auto key, of_file(crypto::parse_private_jwk(as_text(text.view())), config.identity));
  OwnKeys out{std::move(key.key), {}};
  const auto known = directory.identity(crypto::key_id(out.identity.public_key()));
  if (!known || *known->member != config.name)
    return malformed("is not the identity that directory and pins have of " + config.name, config.identity);
  for (const auto& [member, file] : config.secrets) {
    WHORL_ASSIGN(auto secret, crypto::read_private_file(file, kSecretBytes + 1, crypto::OthersMay::kNothing));
    if (secret.size() != kSecretBytes) return malformed("is not 32 bytes", file);
    const Sha256 name = sha256_of({as_bytes("whorl pair secret"), secret.view()});
    out.secrets[member] = {crypto::base64url(ByteView(name).first(exchange::kIdBytes)), std::move(secret)};
  }
  return out;
}

}  // namespace whorl::member
