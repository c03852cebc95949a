// An encounter's rows: its index entry, with the key of the encounter, and its record under that key. Private to
// store/.
//
// A key is one encounter's, and new with every change of it: entry and record are sealed anew together. The key of its
// images is another one, beside the first, so that a change of the record leaves the images as they are. Deleting the
// entry takes both keys away, and with them everything that they opened: the tag, too, by which the audit log speaks of
// the encounter, and which stands nowhere else.
//
// Pure but for the sealer; thread-safe.
#pragma once

#include <optional>

#include "audit/leaf.h"
#include "crypto/vault/data_key.h"
#include "index/record/index_entry.h"
#include "index/record/stored_record.h"
#include "index/store/sealer.h"

namespace whorl::index {

// What is put into the families of records and of index entries, both under `row`.
struct SealedEncounter {
  Bytes row;
  Bytes record;
  Bytes entry;
};

// What of an encounter outlives a change of it.
struct Lasting {
  audit::Tag tag{};
  std::optional<crypto::WrappedKey> images{};  // the key of its images, wrapped for its row; none where it has none
};
// With a new tag. Errors: kUnavailable (no randomness).
Result<Lasting> new_lasting();

// Errors: as crypto::Vault.
Result<SealedEncounter> seal_encounter(const Sealer& sealer, const EncodedRecord& record, const IndexEntry& entry,
                                       const Lasting& lasting);

// A new key of the images of the encounter at `row`, and as it is kept. Errors: as crypto::Vault.
struct ImageKey {
  crypto::SealingKey key;
  crypto::WrappedKey kept;
};
Result<ImageKey> new_image_key(const Sealer& sealer, ByteView row);

// An index entry that was opened: the record's key (record_key.h), the entry's bytes (index_entry.h), and the keys of
// what is sealed beside it. In a gallery of an earlier format there are no keys.
struct OpenedEntry {
  Bytes record_key;
  Bytes entry;
  std::optional<crypto::OpeningKey> key;
  std::optional<crypto::OpeningKey> images;
  audit::Tag tag{};  // zeros of an encounter that was last changed before there was an audit log
};
// `keys`: of Sealer::keys(), taken before the entry was read. Errors: kCorruption.
Result<OpenedEntry> open_entry(const std::optional<crypto::Vault>& keys, ByteView row, ByteView stored);
// The record's bytes (stored_record.h). Errors: kCorruption.
Result<Bytes> open_record(const OpenedEntry& entry, ByteView row, ByteView stored);

// The key of the images as it is kept in an entry, for another entry at the same row. Errors: kCorruption.
Result<std::optional<crypto::WrappedKey>> kept_image_key(ByteView stored);

// The entry with its keys wrapped under the newest epoch; nothing where they are. Errors: kCorruption; as
// crypto::Vault.
Result<std::optional<Bytes>> rewrapped_entry(const crypto::Vault& vault, ByteView row, ByteView stored);

}  // namespace whorl::index
