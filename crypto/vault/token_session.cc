#include "crypto/vault/token_session.h"

#include <p11-kit/p11-kit.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "crypto/aead.h"
#include "crypto/vault/root_key.h"

namespace whorl::crypto {
namespace {

constexpr CK_ULONG kTagBits = 8 * kAeadTagBytes;

// What is loaded runs here, with the gallery's keys in reach.
Status check_module(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) {
    return unavailable("the module " + path + " cannot be opened: " + std::system_category().message(errno));
  }
  if (!S_ISREG(about.st_mode)) return invalid_input("the module " + path + " is no file");
  if ((about.st_uid != 0 && about.st_uid != ::geteuid()) || (about.st_mode & 022) != 0) {
    return unauthorised("others than root and this user may change the module " + path);
  }
  return {};
}

Error of_sign_in(CK_RV code) {
  switch (code) {
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE: return unauthorised("the token does not take the PIN");
    case CKR_PIN_LOCKED: return unauthorised("the token is locked: too many wrong PINs were tried");
    case CKR_USER_PIN_NOT_INITIALIZED: return unauthorised("the token has no PIN yet");
    default: return token_error("signing in to the token", code);
  }
}

// The token is gone, as against: it did not open what it was given.
bool is_away(CK_RV code) {
  switch (code) {
    case CKR_DEVICE_ERROR:
    case CKR_DEVICE_MEMORY:
    case CKR_DEVICE_REMOVED:
    case CKR_HOST_MEMORY:
    case CKR_KEY_HANDLE_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_USER_NOT_LOGGED_IN: return true;
    default: return false;
  }
}

unsigned char* bytes_of(ByteView view) { return const_cast<unsigned char*>(view.data()); }  // the interface is C

class Gcm {
 public:
  Gcm(unsigned char* nonce, ByteView bound)
      : parameters_{nonce, kAeadNonceBytes, 8 * kAeadNonceBytes, bytes_of(bound), bound.size(), kTagBits} {}
  CK_MECHANISM* mechanism() { return &mechanism_; }

 private:
  CK_GCM_PARAMS parameters_;
  CK_MECHANISM mechanism_{CKM_AES_GCM, &parameters_, sizeof(parameters_)};
};

template <class T>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, T& value) {
  return {type, &value, sizeof(value)};
}

}  // namespace

Error token_error(const std::string& doing, CK_RV code) { return unavailable(doing + ": " + p11_kit_strerror(code)); }

Result<TokenSession> TokenSession::open(const TokenAddress& address, TokenUse use) {
  WHORL_TRY(check_module(address.module().string()));
  CK_FUNCTION_LIST* token = p11_kit_module_load(address.module().c_str(), P11_KIT_MODULE_CRITICAL);
  if (token == nullptr) {
    const char* why = p11_kit_message();
    return unavailable("the module " + address.module().string() +
                       " cannot be loaded: " + (why == nullptr ? "no cause is known" : why));
  }
  TokenSession out(token);
  WHORL_TRY(out.start(address, use));
  return out;
}

TokenSession::TokenSession(TokenSession&& other) noexcept
    : token_(std::exchange(other.token_, nullptr)),
      initialised_(std::exchange(other.initialised_, false)),
      session_(std::exchange(other.session_, CK_INVALID_HANDLE)) {}

TokenSession::~TokenSession() {
  if (token_ == nullptr) return;
  if (session_ != CK_INVALID_HANDLE) token_->C_CloseSession(session_);
  if (initialised_) p11_kit_module_finalize(token_);
  p11_kit_module_release(token_);
}

Status TokenSession::start(const TokenAddress& address, TokenUse use) {
  if (const CK_RV code = p11_kit_module_initialize(token_); code != CKR_OK) {
    return token_error("starting the module " + address.module().string(), code);
  }
  initialised_ = true;
  WHORL_ASSIGN(const CK_SLOT_ID where, slot(address));
  CK_TOKEN_INFO about{};
  if (const CK_RV code = token_->C_GetTokenInfo(where, &about); code != CKR_OK) {
    return token_error("looking at the token", code);
  }
  const CK_FLAGS changes = use == TokenUse::kChange ? CKF_RW_SESSION : 0;
  const CK_RV code = token_->C_OpenSession(where, CKF_SERIAL_SESSION | changes, nullptr, nullptr, &session_);
  if (code != CKR_OK) return token_error("opening a session with the token", code);
  return (about.flags & CKF_LOGIN_REQUIRED) != 0 ? sign_in(address, about.flags) : Status();
}

Result<CK_SLOT_ID> TokenSession::slot(const TokenAddress& address) const {
  std::array<CK_SLOT_ID, 64> slots{};
  CK_ULONG count = slots.size();
  if (const CK_RV code = token_->C_GetSlotList(CK_TRUE, slots.data(), &count); code != CKR_OK) {
    return token_error("looking for the token", code);
  }
  std::vector<CK_SLOT_ID> fitting;
  for (CK_ULONG i = 0; i < count; ++i) {
    CK_TOKEN_INFO about{};
    if (token_->C_GetTokenInfo(slots.at(i), &about) != CKR_OK) continue;
    if (address.fits(slots.at(i), about)) fitting.push_back(slots.at(i));
  }
  if (fitting.empty()) return unavailable("no token that fits the address is there");
  if (fitting.size() > 1) return invalid_input("more than one token fits the address: name its serial, too");
  return fitting.front();
}

Status TokenSession::sign_in(const TokenAddress& address, CK_FLAGS flags) const {
  if ((flags & CKF_USER_PIN_LOCKED) != 0) return of_sign_in(CKR_PIN_LOCKED);
  if ((flags & CKF_USER_PIN_FINAL_TRY) != 0) {
    return unauthorised(
        "one more wrong PIN would lock the token, and it is not tried here: sign in once with its own "
        "tool");
  }
  WHORL_ASSIGN(const SecretBytes pin, address.pin());
  const CK_RV code = token_->C_Login(session_, CKU_USER, bytes_of(pin.view()), pin.size());
  if (code == CKR_OK || code == CKR_USER_ALREADY_LOGGED_IN) return {};
  return of_sign_in(code);
}

Result<CK_OBJECT_HANDLE> TokenSession::key(const TokenAddress& address) const {
  CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
  CK_KEY_TYPE aes = CKK_AES;
  std::vector<CK_ATTRIBUTE> wanted = address.key();
  wanted.push_back(attribute(CKA_CLASS, secret));
  wanted.push_back(attribute(CKA_KEY_TYPE, aes));
  std::array<CK_OBJECT_HANDLE, 2> found{};
  CK_ULONG count = 0;
  CK_RV code = token_->C_FindObjectsInit(session_, wanted.data(), wanted.size());
  if (code == CKR_OK) {
    code = token_->C_FindObjects(session_, found.data(), found.size(), &count);
    token_->C_FindObjectsFinal(session_);
  }
  if (code != CKR_OK) return token_error("looking for the key in the token", code);
  if (count == 0) return not_found("the token holds no AES key of that name");
  if (count > 1) return invalid_input("more than one key in the token fits the address: name its id, too");
  return found.front();
}

Status TokenSession::check(CK_OBJECT_HANDLE key) const {
  CK_ULONG bytes = 0;
  CK_BBOOL shut = CK_FALSE;
  CK_BBOOL leaves = CK_TRUE;
  CK_BBOOL seals = CK_FALSE;
  CK_BBOOL opens = CK_FALSE;
  std::array asked{attribute(CKA_VALUE_LEN, bytes), attribute(CKA_SENSITIVE, shut), attribute(CKA_EXTRACTABLE, leaves),
                   attribute(CKA_ENCRYPT, seals), attribute(CKA_DECRYPT, opens)};
  const CK_RV code = token_->C_GetAttributeValue(session_, key, asked.data(), asked.size());
  if (code != CKR_OK) return token_error("looking at the key in the token", code);
  if (bytes != kRootKeyBytes) return invalid_input("the key in the token is no AES-256 key");
  if (shut == CK_FALSE || leaves != CK_FALSE) {
    return invalid_input("the key may leave the token: make one that is sensitive and not extractable");
  }
  if (seals == CK_FALSE || opens == CK_FALSE) return invalid_input("the key in the token may not encrypt and decrypt");
  return {};
}

Status TokenSession::make_key(const TokenAddress& address) const {
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL no = CK_FALSE;
  CK_ULONG bytes = kRootKeyBytes;
  std::vector<CK_ATTRIBUTE> wanted = address.key();
  for (const CK_ATTRIBUTE_TYPE type : {CKA_TOKEN, CKA_PRIVATE, CKA_SENSITIVE, CKA_ENCRYPT, CKA_DECRYPT}) {
    wanted.push_back(attribute(type, yes));
  }
  for (const CK_ATTRIBUTE_TYPE type : {CKA_EXTRACTABLE, CKA_WRAP, CKA_UNWRAP}) wanted.push_back(attribute(type, no));
  wanted.push_back(attribute(CKA_VALUE_LEN, bytes));
  CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
  CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
  const CK_RV code = token_->C_GenerateKey(session_, &mechanism, wanted.data(), wanted.size(), &made);
  return code == CKR_OK ? Status() : Status(token_error("making a key in the token", code));
}

Result<Bytes> TokenSession::seal(CK_OBJECT_HANDLE key, std::span<std::uint8_t> nonce, ByteView bound,
                                 ByteView plain) const {
  Gcm gcm(nonce.data(), bound);
  Bytes out(plain.size() + kAeadTagBytes);
  CK_ULONG size = out.size();
  CK_RV code = token_->C_EncryptInit(session_, gcm.mechanism(), key);
  if (code == CKR_OK) code = token_->C_Encrypt(session_, bytes_of(plain), plain.size(), out.data(), &size);
  if (code != CKR_OK) return token_error("sealing in the token", code);
  if (size != out.size()) return unavailable("the token seals to another length than AES-GCM has");
  return out;
}

Result<SecretBytes> TokenSession::open(CK_OBJECT_HANDLE key, ByteView nonce, ByteView bound, ByteView sealed) const {
  Gcm gcm(bytes_of(nonce), bound);
  CK_RV code = token_->C_DecryptInit(session_, gcm.mechanism(), key);
  if (code != CKR_OK) return token_error("opening in the token", code);
  SecretBytes out(sealed.size());  // tokens want room for more than comes
  CK_ULONG size = out.size();
  code = token_->C_Decrypt(session_, bytes_of(sealed), sealed.size(), out.writable().data(), &size);
  if (is_away(code)) return token_error("opening in the token", code);
  if (code != CKR_OK || size + kAeadTagBytes != sealed.size()) {
    return corruption("the key in the token does not open it, or it is damaged");
  }
  return SecretBytes::copy_of(out.view().first(size));
}

}  // namespace whorl::crypto
