// The vault: what opens, and everything that must not.
#include "crypto/vault/vault.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <thread>

#include "tests/crypto/vault_fixture.h"

namespace whorl::crypto {
namespace {

using tests::VaultTest;

const Bytes kKey{0x10, 0xAA, 0xBB};
const SealContext kRecord{.kind = "record", .family = "default", .key = kKey};

// The way of a record: a key of its own, wrapped in its index entry, seals both of its values.
TEST_F(VaultTest, ARecordAndItsEntryOpenUnderTheKeyThatTheirEntryWraps) {
  const Vault vault = vault_with({gallery_key(1)});
  const SealContext entry{.kind = "entry", .family = "index", .key = kKey};
  auto key = vault.new_key();
  ASSERT_TRUE(key.ok());
  const auto record = key->seal(2, kRecord, as_bytes("templates"));
  const auto fields = key->seal(1, entry, as_bytes("galleries"));
  const auto wrapped = vault.wrap(*key, entry);
  ASSERT_TRUE(record.ok() && fields.ok() && wrapped.ok());
  EXPECT_EQ(record->size(), 9 + kSealedOverheadBytes);

  const Vault again = vault;
  const auto opened = again.unwrap(*wrapped, entry);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(as_text(*opened->open(2, kRecord, *record)), "templates");
  EXPECT_EQ(as_text(*opened->open(1, entry, *fields)), "galleries");
  EXPECT_EQ(as_text(opened->open_secret(1, entry, *fields)->view()), "galleries");
  // The two values of one row cannot take each other's place.
  EXPECT_FALSE(opened->open(1, entry, *record).ok());
  EXPECT_FALSE(opened->open(2, entry, *record).ok());
  EXPECT_FALSE(opened->open(1, kRecord, *record).ok());
}

TEST_F(VaultTest, EveryByteOfASealedValueThatDiffersIsRefused) {
  const Vault vault = vault_with({gallery_key(1)});
  for (const std::size_t size : {0u, 1u, 16u, 200u}) {
    const auto sealed = vault.seal(kRecord, Bytes(size, 0x42));
    ASSERT_TRUE(sealed.ok());
    ASSERT_EQ(sealed->size(), size + kOwnKeyOverheadBytes);
    ASSERT_TRUE(vault.open(kRecord, *sealed).ok());
    for (std::size_t i = 0; i < sealed->size(); ++i) {
      for (const unsigned flip : {0x01u, 0x80u, 0xFFu}) {
        Bytes changed = *sealed;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ flip);
        const auto opened = vault.open(kRecord, changed);
        ASSERT_FALSE(opened.ok()) << i;
        EXPECT_EQ(opened.error().kind, ErrorKind::kCorruption);
        EXPECT_FALSE(vault.rewrap(ByteView(changed).first(kWrappedKeyBytes), kRecord).ok() && i < kWrappedKeyBytes);
      }
    }
    for (std::size_t n = 0; n < sealed->size(); ++n) EXPECT_FALSE(vault.open(kRecord, ByteView(*sealed).first(n)).ok());
    Bytes longer = *sealed;
    longer.push_back(0);
    EXPECT_FALSE(vault.open(kRecord, longer).ok());
  }
}

TEST_F(VaultTest, AValueThatWasMovedOrRolledBackIsRefused) {
  const Vault vault = vault_with({gallery_key(1)});
  const Bytes other_key{0x10, 0xAA, 0xBC};
  const SealContext here{.kind = "ring", .family = "keys", .key = kKey, .version = 8};
  const auto sealed = vault.seal(here, as_bytes("value"));
  ASSERT_TRUE(sealed.ok());
  ASSERT_TRUE(vault.open(here, *sealed).ok());
  SealContext elsewhere = here;
  elsewhere.key = other_key;
  EXPECT_FALSE(vault.open(elsewhere, *sealed).ok());
  elsewhere = here;
  elsewhere.family = "keyr";
  EXPECT_FALSE(vault.open(elsewhere, *sealed).ok());
  elsewhere = here;
  elsewhere.kind = "rinh";
  EXPECT_FALSE(vault.open(elsewhere, *sealed).ok());
  for (const std::uint64_t version : {0u, 7u, 9u}) {
    elsewhere = here;
    elsewhere.version = version;
    EXPECT_FALSE(vault.open(elsewhere, *sealed).ok());
  }
  // Kind and family are told apart by more than the bytes of both together.
  elsewhere = here;
  elsewhere.kind = "ringk";
  elsewhere.family = "eys";
  EXPECT_FALSE(vault.open(elsewhere, *sealed).ok());
}

// After a change the record has a new key: the earlier record does not open under it, nor the new one under the
// earlier.
TEST_F(VaultTest, ARecordOfBeforeAChangeDoesNotOpenUnderTheEntryOfAfterIt) {
  const Vault vault = vault_with({gallery_key(1)});
  auto before = vault.new_key();
  auto after = vault.new_key();
  ASSERT_TRUE(before.ok() && after.ok());
  const auto old_record = before->seal(2, kRecord, as_bytes("erased later"));
  const auto new_record = after->seal(2, kRecord, as_bytes("corrected"));
  ASSERT_TRUE(old_record.ok() && new_record.ok());
  EXPECT_FALSE(after->opening().open(2, kRecord, *old_record).ok());
  EXPECT_FALSE(before->opening().open(2, kRecord, *new_record).ok());
}

TEST_F(VaultTest, AnotherGalleryOrRootOpensNothing) {
  const KeptGalleryKey key = gallery_key(1);
  const auto sealed = vault_with({key}).seal(kRecord, as_bytes("value"));
  ASSERT_TRUE(sealed.ok());
  const std::vector<KeptGalleryKey> keys{key};
  GalleryId other = gallery_;
  other[15] ^= 1;
  EXPECT_EQ(Vault::open(*root_, other, keys).error().kind, ErrorKind::kCorruption);
  const auto other_root = new_root();
  EXPECT_EQ(Vault::open(*other_root, gallery_, keys).error().kind, ErrorKind::kCorruption);
  std::vector<KeptGalleryKey> renamed{key};
  renamed[0].epoch = 2;
  EXPECT_EQ(Vault::open(*root_, gallery_, renamed).error().kind, ErrorKind::kCorruption);
  for (std::size_t i = 0; i < key.sealed.size(); ++i) {
    std::vector<KeptGalleryKey> changed{key};
    changed[0].sealed[i] ^= 0x10;
    EXPECT_FALSE(Vault::open(*root_, gallery_, changed).ok()) << i;
  }
  EXPECT_EQ(Vault::open(*root_, gallery_, {}).error().kind, ErrorKind::kInvalidInput);
  const std::vector<KeptGalleryKey> twice{key, key};
  EXPECT_EQ(Vault::open(*root_, gallery_, twice).error().kind, ErrorKind::kInvalidInput);
  // The same gallery, another key of the same epoch: made by whoever restored another backup.
  EXPECT_FALSE(vault_with({gallery_key(1)}).open(kRecord, *sealed).ok());
}

TEST_F(VaultTest, AKeyOfOneGalleryIsNotWrappedInAnother) {
  const Vault vault = vault_with({gallery_key(1)});
  gallery_[0] = 99;
  const Vault other = vault_with({gallery_key(1)});
  const auto key = vault.new_key();
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(other.wrap(*key, kRecord).error().kind, ErrorKind::kInternal);
}

TEST_F(VaultTest, RotationKeepsEveryValueAndMakesTheEarlierKeyUseless) {
  const KeptGalleryKey first = gallery_key(1);
  std::map<std::string, Bytes> kept;
  const auto context = [](const std::string& name) {
    return SealContext{.kind = "record", .family = "default", .key = as_bytes(name)};
  };
  {
    const Vault vault = vault_with({first});
    for (int i = 0; i < 50; ++i) {
      const std::string name = "person " + std::to_string(i);
      const auto sealed = vault.seal(context(name), as_bytes(name));
      ASSERT_TRUE(sealed.ok());
      kept[name] = *sealed;
    }
  }
  const auto on_the_disk_before = kept;
  const KeptGalleryKey second = gallery_key(2);
  const Vault both = vault_with({second, first});
  EXPECT_EQ(both.epoch(), 2u);
  for (auto& [name, value] : kept) {
    EXPECT_EQ(*epoch_of(value), 1u);
    const auto rewrapped = both.rewrap_value(context(name), value);
    ASSERT_TRUE(rewrapped.ok());
    EXPECT_EQ(*epoch_of(*rewrapped), 2u);
    EXPECT_TRUE(std::equal(rewrapped->begin() + kWrappedKeyBytes, rewrapped->end(), value.begin() + kWrappedKeyBytes))
        << "the value itself is not sealed again";
    value = *rewrapped;
    EXPECT_EQ(*both.rewrap_value(context(name), value), value) << "what is rewrapped stays";
  }
  EXPECT_EQ(both.wraps(), 50u);
  const Vault after = vault_with({second});
  for (const auto& [name, value] : kept) EXPECT_EQ(as_text(*after.open(context(name), value)), name);
  for (const auto& [name, value] : on_the_disk_before) {
    EXPECT_EQ(after.open(context(name), value).error().kind, ErrorKind::kCorruption);
  }
}

// Whoever took a copy before a rotation reads on through it, and through the next one.
TEST_F(VaultTest, AReaderFromBeforeARotationOpensWhatWasWrappedAnewSince) {
  const auto first = gallery_key(1);
  const auto second = gallery_key(2);
  const auto third = gallery_key(3);
  Vault now = vault_with({first});
  const Vault reader = now;
  const auto replace = [&](const std::vector<KeptGalleryKey>& keys) {
    const Vault next = vault_with(keys);
    now.replaced_by(next);
    now = next;
  };
  const auto under_first = reader.seal(kRecord, as_bytes("1"));
  replace({first, second});
  const auto under_second = now.seal(kRecord, as_bytes("2"));
  replace({second});
  replace({second, third});
  replace({third});
  const auto under_third = now.seal(kRecord, as_bytes("3"));
  EXPECT_EQ(as_text(*reader.open(kRecord, *under_first)), "1");
  EXPECT_EQ(as_text(*reader.open(kRecord, *under_second)), "2");
  EXPECT_EQ(as_text(*reader.open(kRecord, *under_third)), "3");
  // The newest holds no key of before, and what no key was ever of is damage.
  EXPECT_FALSE(now.open(kRecord, *under_first).ok());
  EXPECT_FALSE(now.open(kRecord, *under_second).ok());
  const auto strange = vault_with({gallery_key(7)}).seal(kRecord, as_bytes("7"));
  EXPECT_EQ(reader.open(kRecord, *strange).error().kind, ErrorKind::kCorruption);
  now.replaced_by(now);
  EXPECT_FALSE(now.open(kRecord, *strange).ok());
}

TEST_F(VaultTest, TheRootKeyCanBeChanged) {
  const KeptGalleryKey key = gallery_key(3);
  const auto sealed = vault_with({key}).seal(kRecord, as_bytes("value"));
  ASSERT_TRUE(sealed.ok());
  const auto next = new_root();
  auto moved = rewrap_gallery_key(key, gallery_, *root_, *next);
  ASSERT_TRUE(moved.ok());
  EXPECT_FALSE(rewrap_gallery_key(key, gallery_, *next, *root_).ok());
  const std::vector<KeptGalleryKey> keys{*moved};
  EXPECT_FALSE(Vault::open(*root_, gallery_, keys).ok());
  const auto vault = Vault::open(*next, gallery_, keys);
  ASSERT_TRUE(vault.ok());
  EXPECT_EQ(as_text(*vault->open(kRecord, *sealed)), "value");
}

// What docs/crypto.md says of copies: rotation alone does not shut one that holds the earlier gallery key.
TEST_F(VaultTest, ACopyWithItsGalleryKeyIsShutByAChangeOfTheRootKey) {
  const KeptGalleryKey first = gallery_key(1);
  const auto erased = vault_with({first}).seal(kRecord, as_bytes("erased"));
  ASSERT_TRUE(erased.ok());
  const KeptGalleryKey second = gallery_key(2);
  EXPECT_FALSE(vault_with({second}).open(kRecord, *erased).ok());
  EXPECT_TRUE(vault_with({first}).open(kRecord, *erased).ok()) << "the copy, with the root key";
  const auto next = new_root();
  const auto moved = rewrap_gallery_key(second, gallery_, *root_, *next);
  ASSERT_TRUE(moved.ok());
  const std::vector<KeptGalleryKey> now{*moved};
  const std::vector<KeptGalleryKey> copy{first};
  EXPECT_TRUE(Vault::open(*next, gallery_, now).ok());
  EXPECT_FALSE(Vault::open(*next, gallery_, copy).ok());
}

TEST_F(VaultTest, AGalleryKeyWrapsNoMoreThanItsBound) {
  KeptGalleryKey key = gallery_key(1);
  key.wraps = kMostDrawnNonces - 2;
  const Vault vault = vault_with({key});
  EXPECT_TRUE(vault.seal(kRecord, {}).ok());
  const auto last = vault.seal(kRecord, as_bytes("last"));
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(vault.seal(kRecord, {}).error().kind, ErrorKind::kExhausted);
  EXPECT_EQ(vault.wraps(), kMostDrawnNonces);
  EXPECT_EQ(as_text(*vault.open(kRecord, *last)), "last") << "what is there still opens";
  // A new epoch begins anew.
  EXPECT_TRUE(vault_with({key, gallery_key(2)}).seal(kRecord, {}).ok());
}

TEST_F(VaultTest, AKeySealsEachOfItsSlotsOnce) {
  const Vault vault = vault_with({gallery_key(1)});
  auto key = vault.new_key();
  ASSERT_TRUE(key.ok());
  for (const std::uint64_t slot : {5u, 1u, 9u, 0u}) EXPECT_TRUE(key->seal(slot, kRecord, {}).ok());
  EXPECT_TRUE(key->seal(~std::uint64_t{0}, kRecord, {}).ok());
  for (const std::uint64_t slot : {0u, 1u, 5u, 9u}) {
    EXPECT_EQ(key->seal(slot, kRecord, as_bytes("other")).error().kind, ErrorKind::kInternal) << slot;
  }
  EXPECT_TRUE(key->seal(6, kRecord, {}).ok());
}

// A million wraps by four threads, from the real generator: no nonce comes twice. They are all the drawn nonces that
// there are; a value's nonce is its slot, which its key seals once.
TEST(VaultNonces, NeverRepeatInAMillionWraps) {
  SecretBytes secret(kRootKeyBytes);
  ASSERT_TRUE(system_random().fill(secret.writable()).ok());
  auto root = make_root_key(std::move(secret));
  ASSERT_TRUE(root.ok());
  const GalleryId gallery{7};
  auto kept = make_gallery_key(**root, gallery, 1);
  ASSERT_TRUE(kept.ok());
  const std::vector<KeptGalleryKey> keys{*kept};
  const auto vault = Vault::open(**root, gallery, keys);
  ASSERT_TRUE(vault.ok());
  const auto key = vault->new_key();
  ASSERT_TRUE(key.ok());
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kEach = 250'000;
  std::vector<std::array<std::uint8_t, kAeadNonceBytes>> nonces(kThreads * kEach);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < kEach; ++i) {
        const auto wrapped = vault->wrap(*key, kRecord);
        if (!wrapped.ok()) return;
        std::copy_n(wrapped->begin() + 5, kAeadNonceBytes, nonces[t * kEach + i].begin());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(vault->wraps(), kThreads * kEach);
  std::sort(nonces.begin(), nonces.end());
  EXPECT_EQ(std::adjacent_find(nonces.begin(), nonces.end()), nonces.end());
}

}  // namespace
}  // namespace whorl::crypto
