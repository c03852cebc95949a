#include "index/store/sealed_encounter.h"

#include <algorithm>

#include "crypto/random.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kVersionWithoutTag = 1;
constexpr std::uint64_t kEntrySlot = 1;
constexpr std::uint64_t kRecordSlot = 2;
// An identifier's key and two of those are far below.
constexpr std::size_t kMostKeyBytes = 1024;

Place key_place(ByteView row) { return {"encounter key", Family::kIndex, row}; }
Place image_key_place(ByteView row) { return {"image key", Family::kIndex, row}; }
// Of each version another kind: an entry is never read as one of the other.
Place entry_place(std::uint8_t version, ByteView row) {
  return {version == kVersion ? "tagged entry" : "entry", Family::kIndex, row};
}
Place record_place(ByteView row) { return {"record", Family::kRecords, row}; }

// The parts of an entry as it is kept. Views.
struct Parts {
  std::uint8_t version = kVersion;
  ByteView key;
  std::optional<ByteView> images;
  ByteView entry;
};

Result<Parts> parts_of(ByteView stored) {
  ByteReader in(stored);
  Parts out;
  out.version = in.u8();
  out.key = in.bytes(crypto::kWrappedKeyBytes);
  const std::uint8_t images = in.u8();
  if (images == 1) out.images = in.bytes(crypto::kWrappedKeyBytes);
  const bool known = out.version == kVersion || out.version == kVersionWithoutTag;
  if (in.failed() || !known || images > 1) return corruption("index entry: malformed");
  out.entry = in.bytes(in.left());
  return out;
}

Bytes joined(std::uint8_t version, ByteView key, const std::optional<ByteView>& images, ByteView entry) {
  ByteWriter out;
  out.u8(version).bytes(key).u8(images ? 1 : 0);
  if (images) out.bytes(*images);
  return out.bytes(entry).take();
}

crypto::WrappedKey wrapped(ByteView bytes) {
  crypto::WrappedKey out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

}  // namespace

Result<Lasting> new_lasting() {
  Lasting out;
  WHORL_TRY(crypto::system_random().fill(out.tag));
  return out;
}

Result<SealedEncounter> seal_encounter(const Sealer& sealer, const EncodedRecord& record, const IndexEntry& entry,
                                       const Lasting& lasting) {
  if (!sealer.sealed()) return internal_error("nothing is sealed in a gallery of an earlier format");
  const crypto::Vault vault = sealer.vault();
  SealedEncounter out;
  out.row = sealer.record_row(record.key);
  WHORL_ASSIGN(crypto::SealingKey key, vault.new_key());
  const Bytes content = ByteWriter().bytes(lasting.tag).sized(record.key).bytes(encode_index(entry)).take();
  WHORL_ASSIGN(const Bytes sealed, key.seal(kEntrySlot, entry_place(kVersion, out.row).context(), content));
  WHORL_ASSIGN(out.record, key.seal(kRecordSlot, record_place(out.row).context(), record.value));
  WHORL_ASSIGN(const crypto::WrappedKey kept, vault.wrap(key, key_place(out.row).context()));
  out.entry = joined(kVersion, kept, lasting.images ? std::optional<ByteView>(*lasting.images) : std::nullopt, sealed);
  return out;
}

Result<ImageKey> new_image_key(const Sealer& sealer, ByteView row) {
  if (!sealer.sealed()) return internal_error("nothing is sealed in a gallery of an earlier format");
  const crypto::Vault vault = sealer.vault();
  WHORL_ASSIGN(crypto::SealingKey key, vault.new_key());
  WHORL_ASSIGN(const crypto::WrappedKey kept, vault.wrap(key, image_key_place(row).context()));
  return ImageKey{std::move(key), kept};
}

Result<OpenedEntry> open_entry(const std::optional<crypto::Vault>& keys, ByteView row, ByteView stored) {
  OpenedEntry out;
  if (!keys) {
    out.record_key.assign(row.begin(), row.end());
    out.entry.assign(stored.begin(), stored.end());
    return out;
  }
  WHORL_ASSIGN(const Parts parts, parts_of(stored));
  WHORL_ASSIGN(out.key, keys->unwrap(parts.key, key_place(row).context()));
  if (parts.images) {
    WHORL_ASSIGN(out.images, keys->unwrap(*parts.images, image_key_place(row).context()));
  }
  WHORL_ASSIGN(const Bytes content, out.key->open(kEntrySlot, entry_place(parts.version, row).context(), parts.entry));
  ByteReader in(content);
  if (parts.version == kVersion) {
    const ByteView tag = in.bytes(out.tag.size());
    std::copy(tag.begin(), tag.end(), out.tag.begin());
  }
  const ByteView record_key = in.sized(kMostKeyBytes);
  if (in.failed()) return corruption("index entry: malformed");
  out.record_key.assign(record_key.begin(), record_key.end());
  const ByteView entry = in.bytes(in.left());
  out.entry.assign(entry.begin(), entry.end());
  return out;
}

Result<Bytes> open_record(const OpenedEntry& entry, ByteView row, ByteView stored) {
  if (!entry.key) return Bytes(stored.begin(), stored.end());
  return entry.key->open(kRecordSlot, record_place(row).context(), stored);
}

Result<std::optional<crypto::WrappedKey>> kept_image_key(ByteView stored) {
  WHORL_ASSIGN(const Parts parts, parts_of(stored));
  return parts.images ? std::optional(wrapped(*parts.images)) : std::nullopt;
}

Result<std::optional<Bytes>> rewrapped_entry(const crypto::Vault& vault, ByteView row, ByteView stored) {
  WHORL_ASSIGN(const Parts parts, parts_of(stored));
  WHORL_ASSIGN(const std::uint32_t epoch, crypto::epoch_of(parts.key));
  std::uint32_t images_epoch = vault.epoch();
  if (parts.images) {
    WHORL_ASSIGN(images_epoch, crypto::epoch_of(*parts.images));
  }
  if (epoch == vault.epoch() && images_epoch == vault.epoch()) return std::optional<Bytes>();
  WHORL_ASSIGN(const crypto::WrappedKey key, vault.rewrap(parts.key, key_place(row).context()));
  if (!parts.images) return std::optional(joined(parts.version, key, std::nullopt, parts.entry));
  WHORL_ASSIGN(const crypto::WrappedKey images, vault.rewrap(*parts.images, image_key_place(row).context()));
  return std::optional(joined(parts.version, key, ByteView(images), parts.entry));
}

}  // namespace whorl::index
