#include "crypto/vault/token_address.h"

#include <algorithm>
#include <string_view>

#include "crypto/private_file.h"
#include "crypto/vault/root_source.h"

namespace whorl::crypto {
namespace {

constexpr std::size_t kMostAddressBytes = 4096;
constexpr std::size_t kMostPinBytes = 256;
constexpr const char* kPinName = "root.pin";  // of a credential
constexpr CK_SLOT_ID kNoSlot = static_cast<CK_SLOT_ID>(-1);

Error of_address(const std::string& what) { return invalid_input("the address of a key in a token " + what); }

}  // namespace

Result<TokenAddress> TokenAddress::parse(const std::string& text) {
  if (text.size() > kMostAddressBytes) return of_address("is too long");
  TokenAddress out{std::unique_ptr<P11KitUri, Free>(p11_kit_uri_new())};
  const int read = p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_ANY, out.uri_.get());
  if (read != P11_KIT_URI_OK) return of_address("cannot be read (RFC 7512): " + std::string(p11_kit_uri_message(read)));
  if (p11_kit_uri_any_unrecognized(out.uri_.get()) != 0) return of_address("says more than is known here (RFC 7512)");
  WHORL_TRY(out.take_key());
  WHORL_TRY(out.take_module());
  WHORL_TRY(out.take_pin());
  return out;
}

bool TokenAddress::fits(CK_SLOT_ID slot, const CK_TOKEN_INFO& token) const {
  const CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(uri_.get());
  return (wanted == kNoSlot || wanted == slot) && p11_kit_uri_match_token_info(uri_.get(), &token) != 0;
}

std::vector<CK_ATTRIBUTE> TokenAddress::key() const {
  std::vector<CK_ATTRIBUTE> out;
  for (const CK_ATTRIBUTE_TYPE type : {CKA_LABEL, CKA_ID}) {
    const CK_ATTRIBUTE* found = p11_kit_uri_get_attribute(uri_.get(), type);
    if (found != nullptr) out.push_back(*found);
  }
  return out;
}

Result<SecretBytes> TokenAddress::pin() const {
  std::filesystem::path file = pin_;
  if (file.empty()) {
    const auto credentials = root_places_of_environment().credentials;
    if (!credentials) return of_address("names no file with the PIN: pin-source=/path, or the credential root.pin");
    file = *credentials / kPinName;
  }
  WHORL_ASSIGN(SecretBytes whole, read_private_file(file, kMostPinBytes, OthersMay::kNothing));
  ByteView pin = whole.view();
  if (pin.back() == '\n') pin = pin.first(pin.size() - 1);
  if (pin.empty()) return invalid_input("is empty", file.string());
  return SecretBytes::copy_of(pin);
}

Status TokenAddress::take_key() const {
  if (key().empty()) return of_address("names no key: object=, or id=");
  const CK_ATTRIBUTE* kind = p11_kit_uri_get_attribute(uri_.get(), CKA_CLASS);
  if (kind == nullptr) return {};
  if (kind->ulValueLen == sizeof(CK_OBJECT_CLASS) &&
      *static_cast<const CK_OBJECT_CLASS*>(kind->pValue) == CKO_SECRET_KEY) {
    return {};
  }
  return of_address("must name a secret key: type=secret-key, or none");
}

Status TokenAddress::take_module() {
  const char* path = p11_kit_uri_get_module_path(uri_.get());
  if (path == nullptr || *path != '/') return of_address("names no module: module-path=, absolute");
  module_ = path;
  return {};
}

Status TokenAddress::take_pin() {
  if (p11_kit_uri_get_pin_value(uri_.get()) != nullptr) {
    return of_address("must not hold the PIN: put it into a file, and name that with pin-source=");
  }
  const char* source = p11_kit_uri_get_pin_source(uri_.get());
  if (source == nullptr) return {};
  std::string_view path = source;
  for (const std::string_view scheme : {"file://", "file:"}) {
    if (!path.starts_with(scheme)) continue;
    path.remove_prefix(scheme.size());
    break;
  }
  if (!path.starts_with('/')) return of_address("names no file with the PIN: pin-source=/path");
  pin_ = path;
  return {};
}

}  // namespace whorl::crypto
