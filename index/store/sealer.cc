#include "index/store/sealer.h"

#include <algorithm>

#include "index/record/record_key.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

constexpr std::string_view kPerson = "person";
constexpr std::string_view kEncounter = "encounter";

}  // namespace

crypto::SealContext Place::context() const { return {kind, kFamilyNames[static_cast<std::size_t>(family)], key}; }

void Sealer::take(const crypto::GalleryId& gallery, crypto::Vault vault, const crypto::SecretBytes& name_key) {
  gallery_ = gallery;
  names_ = std::make_unique<const crypto::NameDigest>(name_key);
  replace(std::move(vault));
}

void Sealer::replace(crypto::Vault vault) {
  const std::scoped_lock lock(mutex_);
  if (vault_) vault_->replaced_by(vault);  // readers who took the earlier one read on
  vault_ = std::move(vault);
}

crypto::Vault Sealer::vault() const {
  const std::scoped_lock lock(mutex_);
  return *vault_;
}

std::optional<crypto::Vault> Sealer::keys() const {
  const std::scoped_lock lock(mutex_);
  return vault_;
}

Bytes Sealer::record_row(ByteView record_key) const {
  if (!sealed()) return {record_key.begin(), record_key.end()};
  const std::string_view ids = as_text(record_key.subspan(std::min<std::size_t>(1, record_key.size())));
  const std::string_view person = ids.substr(0, ids.find('\0'));
  return ByteWriter().bytes(person_rows(person)).bytes(names_->of(kEncounter, ids)).take();
}

Bytes Sealer::person_rows(std::string_view person_id) const {
  if (!sealed()) return person_prefix(person_id);
  return ByteWriter().u8(kSealedRecordPrefix).bytes(names_->of(kPerson, person_id)).take();
}

Bytes Sealer::named_row(std::uint8_t prefix, std::string_view what, ByteView name) const {
  return ByteWriter().u8(prefix).bytes(names_->of(what, as_text(name))).take();
}

std::uint8_t Sealer::record_prefix() const { return sealed() ? kSealedRecordPrefix : kEncounterKeyPrefix; }

Result<Bytes> Sealer::seal(const Place& place, ByteView plain) const {
  if (!sealed()) return internal_error("nothing is sealed in a gallery of an earlier format");
  return vault().seal(place.context(), plain);
}

Result<Bytes> Sealer::open(const std::optional<crypto::Vault>& keys, const Place& place, ByteView stored) {
  if (!keys) return Bytes(stored.begin(), stored.end());
  return keys->open(place.context(), stored);
}

}  // namespace whorl::index
