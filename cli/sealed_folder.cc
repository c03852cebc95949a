#include "cli/sealed_folder.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/bytes.h"
#include "base/file_system.h"
#include "base/world.h"
#include "crypto/jose/jwe.h"
#include "crypto/jose/jwk.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "member/desk_key.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKeyFile = "node.jwk";
constexpr std::string_view kSealed = ".sealed";
constexpr std::string_view kAsked = ".asked";
constexpr std::size_t kNameBytes = 49;  // 20261127T173000Z-, and 32 digits

bool is_name(std::string_view text) {
  return text.size() == kNameBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == 'T' || c == 'Z' || c == '-';
         });
}

Result<std::string> new_name() {
  std::string time = rfc3339(std::chrono::floor<std::chrono::seconds>(real_world().now()));
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  std::array<std::uint8_t, 16> drawn{};
  WHORL_TRY(crypto::system_random().fill(drawn));
  return time + "-" + hex_of(drawn);
}

Result<std::string> private_text(const fs::path& file, std::size_t most) {
  WHORL_ASSIGN(const auto text, crypto::read_private_file(file, most, crypto::OthersMay::kNothing));
  return std::string(as_text(text.view()));
}

}  // namespace

fs::path SealedFolder::file(const std::string& name, std::string_view ending) const {
  return folder_ / (name + std::string(ending));
}
fs::path SealedFolder::file_of(const Request& request) const {
  return file(request.name, request.asked ? kAsked : kSealed);
}

Result<std::string> SealedFolder::key() const { return private_text(folder_ / kKeyFile, crypto::kMostJwkBytes); }

Status SealedFolder::keep_key(std::string_view jwk) const {
  WHORL_TRY(real_file_system().make_private_folder(folder_));
  return real_file_system().write_private(folder_ / kKeyFile, as_bytes(jwk));
}

Result<std::string> SealedFolder::add(std::string_view body) const {
  WHORL_ASSIGN(const std::string jwk, key());
  WHORL_ASSIGN(const std::string sealed, member::sealed_check(jwk, body));
  WHORL_ASSIGN(std::string name, new_name());
  WHORL_TRY(real_file_system().write_private(file(name, kSealed), as_bytes(sealed)));
  return name;
}

Result<std::vector<SealedFolder::Request>> SealedFolder::requests() const {
  WHORL_ASSIGN(const auto there, real_file_system().look(folder_));
  if (!there || !there->folder) return not_found("is no folder of sealed requests", folder_.string());
  WHORL_ASSIGN(const auto names, real_file_system().list(folder_));
  std::map<std::string, bool> found;  // whether it was asked
  for (const std::string& each : names) {
    for (const std::string_view ending : {kSealed, kAsked}) {
      if (!each.ends_with(ending)) continue;
      const std::string name = each.substr(0, each.size() - ending.size());
      if (is_name(name)) found[name] |= ending == kAsked;
    }
  }
  std::vector<Request> out;
  for (const auto& [name, asked] : found) out.push_back({name, asked});
  return out;
}

Result<std::string> SealedFolder::text_of(const Request& request) const {
  return private_text(file_of(request), crypto::kMostJweBytes);
}

Status SealedFolder::mark_asked(Request& request, const std::string& check_id) const {
  WHORL_TRY(real_file_system().write_private(file(request.name, kAsked), as_bytes(check_id)));
  request.asked = true;
  return real_file_system().remove(file(request.name, kSealed));
}

Status SealedFolder::remove(const Request& request) const {
  // In this order: what was asked stays asked.
  WHORL_TRY(real_file_system().remove(file(request.name, kSealed)));
  return real_file_system().remove(file(request.name, kAsked));
}

}  // namespace whorl::cli
