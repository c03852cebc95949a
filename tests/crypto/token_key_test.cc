// Root keys in a PKCS#11 token: SoftHSM's. Skipped where it is not installed; scripts/setup checks installs it.
#include "crypto/vault/token_key.h"

#include <gtest/gtest.h>
#include <p11-kit/p11-kit.h>
#include <sys/stat.h>

#include <array>
#include <thread>
#include <vector>

#include "crypto/vault/root_source.h"
#include "tests/support/test_token.h"

namespace whorl::crypto {
namespace {

const Bytes kBound{'h', 'e', 'r', 'e'};
const Bytes kKey(32, 7);

class TokenKey : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::TestToken::installed()) GTEST_SKIP() << "softhsm2 is not installed";
    token_.emplace();
    ASSERT_TRUE(token_->made());
    const Status made = make_token_key(token_->address());
    ASSERT_TRUE(made.ok()) << made.error().text();
  }
  [[nodiscard]] ErrorKind refused(const std::string& address) const {
    const auto root = token_root_key(address);
    EXPECT_FALSE(root.ok()) << address;
    return root.ok() ? ErrorKind::kInternal : root.error().kind;
  }
  std::optional<tests::TestToken> token_;
};

TEST_F(TokenKey, OpensWhatItSealedWhereItWasBoundAndNothingElse) {
  const auto root = root_key_at(token_->address());
  ASSERT_TRUE(root.ok()) << root.error().text();
  const auto sealed = (*root)->seal(kBound, kKey);
  ASSERT_TRUE(sealed.ok()) << sealed.error().text();
  EXPECT_EQ(sealed->size(), 12 + kKey.size() + 16) << "as of a root key in memory";
  EXPECT_NE((*root)->seal(kBound, kKey).value(), *sealed);
  const auto again = token_root_key(token_->address());
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(equal_in_constant_time((*again)->open(kBound, *sealed).value().view(), kKey));
  EXPECT_EQ((*root)->open(as_bytes("there"), *sealed).error().kind, ErrorKind::kCorruption);
  for (std::size_t i = 0; i < sealed->size(); ++i) {
    Bytes changed = *sealed;
    changed[i] ^= 1;
    EXPECT_EQ((*root)->open(kBound, changed).error().kind, ErrorKind::kCorruption) << i;
  }
  for (std::size_t size = 0; size < sealed->size(); ++size) {
    EXPECT_EQ((*root)->open(kBound, ByteView(*sealed).first(size)).error().kind, ErrorKind::kCorruption) << size;
  }
}

TEST_F(TokenKey, AnotherKeyOfTheTokenDoesNotOpenIt) {
  ASSERT_TRUE(make_token_key(token_->address("object=other;id=%01")).ok());
  const auto sealed = (*token_root_key(token_->address()))->seal(kBound, kKey);
  const auto other = token_root_key(token_->address("id=%01"));
  ASSERT_TRUE(other.ok()) << other.error().text();
  EXPECT_EQ((*other)->open(kBound, *sealed).error().kind, ErrorKind::kCorruption);
}

TEST_F(TokenKey, IsMadeOnce) { EXPECT_EQ(make_token_key(token_->address()).error().kind, ErrorKind::kAlreadyExists); }

TEST_F(TokenKey, AnAddressThatChoosesNoKeyOrTwoIsRefused) {
  EXPECT_EQ(refused(token_->address("object=none")), ErrorKind::kNotFound);
  EXPECT_EQ(refused(token_->address("object=root", "another")), ErrorKind::kUnavailable);
  EXPECT_EQ(refused(token_->address("slot-id=1;object=root")), ErrorKind::kUnavailable);
  ASSERT_TRUE(make_token_key(token_->address("object=twin;id=%01")).ok());
  ASSERT_TRUE(make_token_key(token_->address("object=twin;id=%02")).ok());
  EXPECT_EQ(refused(token_->address("object=twin")), ErrorKind::kInvalidInput);
}

TEST_F(TokenKey, AnUnsoundAddressIsRefused) {
  const std::string whole = token_->address();
  const std::string pin = "&pin-source=" + token_->at("pin");
  const std::string module = std::string("module-path=") + tests::TestToken::kModule;
  for (const std::string& address :
       {std::string("pkcs11:"), "pkcs11:token=a%20token?" + module + pin, std::string("pkcs11:object=root") + "?" + pin,
        "pkcs11:object=root?module-path=libsofthsm2.so" + pin, whole + "&pin-value=2468",
        "pkcs11:object=root?" + module + "&pin-source=%7C/bin/echo%202468",
        "pkcs11:object=root?" + module + "&pin-source=pin", token_->address("object=%zz"),
        token_->address("object=root;type=private"), "pkcs11:object=" + std::string(5000, 'a') + "?" + module + pin}) {
    EXPECT_EQ(refused(address), ErrorKind::kInvalidInput);
  }
}

TEST_F(TokenKey, AWrongPinIsSaidAndNotShown) {
  token_->write_pin("1357\n");
  const auto root = token_root_key(token_->address());
  ASSERT_FALSE(root.ok());
  EXPECT_EQ(root.error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(root.error().text().find("1357"), std::string::npos);
  token_->write_pin("2468");
  EXPECT_TRUE(token_root_key(token_->address()).ok()) << "a newline at its end is no part of it";
}

TEST_F(TokenKey, APinThatOthersMayReadIsRefused) {
  ASSERT_EQ(::chmod(token_->at("pin").c_str(), 0444), 0);
  EXPECT_EQ(refused(token_->address()), ErrorKind::kUnauthorised);
}

TEST_F(TokenKey, ThePinComesAsACredentialWhereNoFileIsNamed) {
  const std::string address =
      std::string("pkcs11:token=a%20token;object=root?module-path=") + tests::TestToken::kModule;
  EXPECT_EQ(refused(address), ErrorKind::kNotFound) << "there is none among the credentials";
  const std::filesystem::path credential = std::filesystem::path(::getenv("CREDENTIALS_DIRECTORY")) / "root.pin";
  std::filesystem::copy_file(token_->at("pin"), credential);
  std::filesystem::permissions(credential, std::filesystem::perms::owner_read);
  EXPECT_TRUE(token_root_key(address).ok());
  std::filesystem::remove(credential);
}

TEST_F(TokenKey, ATokenThatIsAwayIsSaidAndIsUsedAgainWhenItIsBack) {
  const auto root = token_root_key(token_->address());
  ASSERT_TRUE(root.ok());
  const Bytes sealed = (*root)->seal(kBound, kKey).value();
  token_->take_away();
  EXPECT_EQ((*root)->seal(kBound, kKey).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ((*root)->open(kBound, sealed).error().kind, ErrorKind::kUnavailable);
  token_->put_back();
  EXPECT_TRUE((*root)->open(kBound, sealed).ok());
}

TEST_F(TokenKey, AModuleThatOthersMayChangeOrThatIsNoneIsRefused) {
  std::filesystem::copy_file(tests::TestToken::kModule, token_->at("module.so"));
  const auto with = [&](const std::string& module) {
    return "pkcs11:object=root?module-path=" + module + "&pin-source=" + token_->at("pin");
  };
  ASSERT_EQ(::chmod(token_->at("module.so").c_str(), 0666), 0);
  EXPECT_EQ(refused(with(token_->at("module.so"))), ErrorKind::kUnauthorised);
  EXPECT_EQ(refused(with(token_->at("none.so"))), ErrorKind::kUnavailable);
  EXPECT_EQ(refused(with(token_->at("pin"))), ErrorKind::kUnavailable) << "no library";
  EXPECT_EQ(refused(with("/usr/lib")), ErrorKind::kInvalidInput);
}

TEST_F(TokenKey, IsUsedFromManyThreads) {
  const auto root = token_root_key(token_->address());
  ASSERT_TRUE(root.ok());
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 5; ++n) {
        const auto sealed = (*root)->seal(kBound, kKey);
        if (sealed.ok() && (*root)->open(kBound, *sealed).ok()) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 20);
}

// A key as another program might make it: each attribute as wished.
void make_loose_key(const std::string& label, CK_BBOOL sensitive, CK_BBOOL extractable, CK_ULONG bytes) {
  CK_FUNCTION_LIST* token = p11_kit_module_load(tests::TestToken::kModule, 0);
  ASSERT_NE(token, nullptr);
  ASSERT_EQ(p11_kit_module_initialize(token), CKR_OK);
  std::array<CK_SLOT_ID, 8> slots{};
  CK_ULONG count = slots.size();
  CK_SESSION_HANDLE session = 0;
  ASSERT_EQ(token->C_GetSlotList(CK_TRUE, slots.data(), &count), CKR_OK);
  ASSERT_EQ(token->C_OpenSession(slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), CKR_OK);
  std::string pin = "2468";
  ASSERT_EQ(token->C_Login(session, CKU_USER, reinterpret_cast<unsigned char*>(pin.data()), pin.size()), CKR_OK);
  CK_BBOOL yes = CK_TRUE;
  std::string name = label;
  std::array<CK_ATTRIBUTE, 7> wanted{{{CKA_LABEL, name.data(), name.size()},
                                      {CKA_TOKEN, &yes, sizeof(yes)},
                                      {CKA_SENSITIVE, &sensitive, sizeof(sensitive)},
                                      {CKA_EXTRACTABLE, &extractable, sizeof(extractable)},
                                      {CKA_ENCRYPT, &yes, sizeof(yes)},
                                      {CKA_DECRYPT, &yes, sizeof(yes)},
                                      {CKA_VALUE_LEN, &bytes, sizeof(bytes)}}};
  CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
  CK_OBJECT_HANDLE made = 0;
  ASSERT_EQ(token->C_GenerateKey(session, &mechanism, wanted.data(), wanted.size(), &made), CKR_OK);
  token->C_CloseSession(session);
  p11_kit_module_finalize(token);
  p11_kit_module_release(token);
}

TEST_F(TokenKey, AKeyThatMayLeaveTheTokenOrIsShortIsRefused) {
  make_loose_key("as it should be", CK_TRUE, CK_FALSE, 32);
  EXPECT_TRUE(token_root_key(token_->address("object=as%20it%20should%20be")).ok());
  make_loose_key("extractable", CK_TRUE, CK_TRUE, 32);
  EXPECT_EQ(refused(token_->address("object=extractable")), ErrorKind::kInvalidInput);
  make_loose_key("open", CK_FALSE, CK_FALSE, 32);
  EXPECT_EQ(refused(token_->address("object=open")), ErrorKind::kInvalidInput);
  make_loose_key("short", CK_TRUE, CK_FALSE, 16);
  EXPECT_EQ(refused(token_->address("object=short")), ErrorKind::kInvalidInput);
}

}  // namespace
}  // namespace whorl::crypto
