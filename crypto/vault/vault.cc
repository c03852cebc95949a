#include "crypto/vault/vault.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>

namespace whorl::crypto {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kKeptKeyBytes = 1 + kAeadNonceBytes + kAeadKeyBytes + kAeadTagBytes;
constexpr std::string_view kWrapLabel = "whorl wrapped key 1";
constexpr std::uint64_t kOwnSlot = 0;  // of the one value under a key of its own

Bytes bound_to_gallery(const GalleryId& gallery, std::uint32_t epoch) {
  return ByteWriter().bytes(as_bytes("whorl kek")).u8(kVersion).bytes(gallery).u32(epoch).take();
}

Result<SecretBytes> open_gallery_key(RootKey& root, const GalleryId& gallery, const KeptGalleryKey& key) {
  const auto refused = [&] {
    return corruption("the gallery's key of epoch " + std::to_string(key.epoch) +
                      " does not open: it is damaged, of another gallery, or under another root key");
  };
  if (key.sealed.size() != kKeptKeyBytes || key.sealed.front() != kVersion) return refused();
  auto opened = root.open(bound_to_gallery(gallery, key.epoch), ByteView(key.sealed).subspan(1));
  if (!opened.ok() && opened.error().kind == ErrorKind::kCorruption) return refused();
  if (opened.ok() && opened->size() != kAeadKeyBytes) return refused();
  return opened;
}

Result<KeptGalleryKey> kept(RootKey& root, const GalleryId& gallery, std::uint32_t epoch, const SecretBytes& key) {
  WHORL_ASSIGN(const Bytes sealed, root.seal(bound_to_gallery(gallery, epoch), key.view()));
  return KeptGalleryKey{epoch, ByteWriter().u8(kVersion).bytes(sealed).take(), 0};
}

}  // namespace

struct Vault::GalleryKey {
  std::uint32_t epoch;
  SecretBytes key;
  mutable std::atomic<std::uint64_t> wraps;
  GalleryKey(std::uint32_t e, SecretBytes k, std::uint64_t n) : epoch(e), key(std::move(k)), wraps(n) {}
};

struct Vault::State {
  GalleryId gallery;
  Random* random;
  std::vector<std::unique_ptr<const GalleryKey>> keys;  // in order of epochs; the last one wraps

  State(const GalleryId& of, Random& from) : gallery(of), random(&from) {}

  // What it was replaced by; nothing where it was not.
  void replace_by(std::shared_ptr<const State> other) const {
    const std::scoped_lock lock(mutex);
    next = std::move(other);
  }
  [[nodiscard]] std::shared_ptr<const State> replacement() const {
    const std::scoped_lock lock(mutex);
    return next;
  }

  [[nodiscard]] const GalleryKey* find(std::uint32_t epoch) const {
    for (const auto& key : keys) {
      if (key->epoch == epoch) return key.get();
    }
    return nullptr;
  }

  mutable std::mutex mutex;
  mutable std::shared_ptr<const State> next;  // guarded by mutex
};

Result<KeptGalleryKey> make_gallery_key(RootKey& root, const GalleryId& gallery, std::uint32_t epoch, Random& random) {
  if (epoch == 0) return invalid_input("epochs of a gallery's keys begin at 1");
  SecretBytes key(kAeadKeyBytes);
  WHORL_TRY(random.fill(key.writable()));
  return kept(root, gallery, epoch, key);
}

Result<KeptGalleryKey> rewrap_gallery_key(const KeptGalleryKey& key, const GalleryId& gallery, RootKey& from,
                                          RootKey& to) {
  WHORL_ASSIGN(const SecretBytes opened, open_gallery_key(from, gallery, key));
  WHORL_ASSIGN(KeptGalleryKey out, kept(to, gallery, key.epoch, opened));
  out.wraps = key.wraps;
  return out;
}

Result<std::uint32_t> epoch_of(ByteView wrapped) {
  ByteReader in(wrapped);
  const bool known = in.u8() == kVersion;
  const std::uint32_t epoch = in.u32();
  if (!known || wrapped.size() < kWrappedKeyBytes) return corruption("a wrapped key is damaged");
  return epoch;
}

Result<Vault> Vault::open(RootKey& root, const GalleryId& gallery, std::span<const KeptGalleryKey> keys,
                          Random& random) {
  if (keys.empty()) return invalid_input("a gallery needs a key of at least one epoch");
  auto state = std::make_shared<State>(gallery, random);
  for (const KeptGalleryKey& key : keys) {
    if (key.epoch == 0 || state->find(key.epoch) != nullptr) {
      return invalid_input("a gallery's key of epoch " + std::to_string(key.epoch) + " is given twice, or is none");
    }
    WHORL_ASSIGN(SecretBytes opened, open_gallery_key(root, gallery, key));
    state->keys.push_back(std::make_unique<const GalleryKey>(key.epoch, std::move(opened), key.wraps));
  }
  std::sort(state->keys.begin(), state->keys.end(), [](const auto& a, const auto& b) { return a->epoch < b->epoch; });
  return Vault(std::move(state));
}

void Vault::replaced_by(const Vault& next) const {
  if (next.state_ != state_) state_->replace_by(next.state_);
}

std::uint32_t Vault::epoch() const { return state_->keys.back()->epoch; }
std::uint64_t Vault::wraps() const { return state_->keys.back()->wraps.load(); }

Result<SealingKey> Vault::new_key() const {
  SecretBytes key(kAeadKeyBytes);
  WHORL_TRY(state_->random->fill(key.writable()));
  return SealingKey(OpeningKey(state_->gallery, std::move(key)));
}

Result<WrappedKey> Vault::wrapped(const SecretBytes& key, const SealContext& context) const {
  const GalleryKey& under = *state_->keys.back();
  WHORL_ASSIGN(const BoundBytes bound, BoundBytes::of(kWrapLabel, state_->gallery, context, under.epoch));
  // Counted before it is done: a wrap that fails counts, too. The sum stays where the bound is, so that it never wraps.
  std::uint64_t before = under.wraps.load();
  do {
    if (before >= kMostDrawnNonces) {
      return exhausted("the gallery's key of epoch " + std::to_string(under.epoch) +
                       " has wrapped as many keys as it may: rotate the gallery's key");
    }
  } while (!under.wraps.compare_exchange_weak(before, before + 1));
  WHORL_ASSIGN(const Nonce nonce, Nonce::drawn(*state_->random));
  WHORL_ASSIGN(const Bytes sealed, aead_seal(under.key.view(), nonce, bound.view(), key.view()));
  const Bytes whole = ByteWriter().u8(kVersion).u32(under.epoch).bytes(nonce.view()).bytes(sealed).take();
  WrappedKey out{};
  std::copy(whole.begin(), whole.end(), out.begin());
  return out;
}

Result<SecretBytes> Vault::unwrapped(ByteView wrapped, const SealContext& context) const {
  if (wrapped.size() != kWrappedKeyBytes) return corruption("a wrapped key is damaged");
  WHORL_ASSIGN(const std::uint32_t epoch, epoch_of(wrapped));
  // Held until the key is used: the chain of vaults after this one, of which one had the epoch if ever one did.
  std::shared_ptr<const State> with = state_;
  while (with != nullptr && with->find(epoch) == nullptr) with = with->replacement();
  if (with == nullptr) {
    return corruption("a key is wrapped under the gallery's key of epoch " + std::to_string(epoch) +
                      ", which is not here");
  }
  const GalleryKey* under = with->find(epoch);
  WHORL_ASSIGN(const BoundBytes bound, BoundBytes::of(kWrapLabel, state_->gallery, context, epoch));
  const ByteView rest = wrapped.subspan(1 + 4);
  return aead_open_secret(under->key.view(), Nonce::of_sealed(rest.first<kAeadNonceBytes>()), bound.view(),
                          rest.subspan(kAeadNonceBytes));
}

Result<WrappedKey> Vault::wrap(const SealingKey& key, const SealContext& context) const {
  if (key.opening_.gallery_ != state_->gallery) return internal_error("a key of one gallery is wrapped in another");
  return wrapped(key.opening_.key_, context);
}

Result<OpeningKey> Vault::unwrap(ByteView wrapped, const SealContext& context) const {
  WHORL_ASSIGN(SecretBytes key, unwrapped(wrapped, context));
  return OpeningKey(state_->gallery, std::move(key));
}

Result<WrappedKey> Vault::rewrap(ByteView wrapped_key, const SealContext& context) const {
  WHORL_ASSIGN(const SecretBytes key, unwrapped(wrapped_key, context));
  WHORL_ASSIGN(const std::uint32_t old, epoch_of(wrapped_key));
  if (old != epoch()) return wrapped(key, context);
  WrappedKey same{};
  std::copy(wrapped_key.begin(), wrapped_key.end(), same.begin());
  return same;
}

Result<Bytes> Vault::seal(const SealContext& context, ByteView plain) const {
  WHORL_ASSIGN(SealingKey key, new_key());
  WHORL_ASSIGN(const Bytes sealed, key.seal(kOwnSlot, context, plain));
  WHORL_ASSIGN(const WrappedKey own, wrap(key, context));
  return ByteWriter().bytes(own).bytes(sealed).take();
}

Result<Bytes> Vault::open(const SealContext& context, ByteView sealed) const {
  if (sealed.size() < kOwnKeyOverheadBytes) return corruption("a sealed value is too short");
  WHORL_ASSIGN(const OpeningKey key, unwrap(sealed.first(kWrappedKeyBytes), context));
  return key.open(kOwnSlot, context, sealed.subspan(kWrappedKeyBytes));
}

Result<SecretBytes> Vault::open_secret(const SealContext& context, ByteView sealed) const {
  if (sealed.size() < kOwnKeyOverheadBytes) return corruption("a sealed value is too short");
  WHORL_ASSIGN(const OpeningKey key, unwrap(sealed.first(kWrappedKeyBytes), context));
  return key.open_secret(kOwnSlot, context, sealed.subspan(kWrappedKeyBytes));
}

Result<Bytes> Vault::rewrap_value(const SealContext& context, ByteView sealed) const {
  if (sealed.size() < kOwnKeyOverheadBytes) return corruption("a sealed value is too short");
  WHORL_ASSIGN(const WrappedKey own, rewrap(sealed.first(kWrappedKeyBytes), context));
  return ByteWriter().bytes(own).bytes(sealed.subspan(kWrappedKeyBytes)).take();
}

}  // namespace whorl::crypto
