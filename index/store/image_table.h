// Images that are kept beside their records, in a column family of their own that is there only where a gallery keeps
// or has kept some; and the gallery's setting. Private to this room.
//
// put() is the one place where an image's bytes are written, and get() the one where they are read.
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "crypto/vault/data_key.h"
#include "index/record/kept_image.h"

namespace rocksdb {
class WriteBatch;
}

namespace whorl::index {

class OpenDatabase;
class RocksDatabase;
struct OpenedEntry;
using Hold = std::shared_ptr<OpenDatabase>;

class ImageTable {
 public:
  explicit ImageTable(RocksDatabase& database) : database_(database) {}

  // Whether images of enrolments to come are kept; false where nobody said. Errors: kCorruption, kUnavailable,
  // kInvalidInput (a setting that this build does not know).
  [[nodiscard]] Result<bool> keeps() const;
  // Precondition of `keep`: the store was opened to keep images (StoreOptions). Errors: kUnavailable, kExhausted.
  Status set_keeps(bool keep);

  // The image of a record's sample, as it was kept. Errors: kCorruption naming person and encounter (it is missing, or
  // not the file that the record names), kUnavailable.
  [[nodiscard]] Result<KeptImage> get(const std::string& person_id, const std::string& encounter_id,
                                      const ImageReference& named) const;

  // The image of an encounter whose entry was opened, from its row. Errors: kCorruption.
  static Result<KeptImage> opened(const OpenedEntry& entry, ByteView key, ByteView stored, const ImageReference& named);

  // Into the batch of the record of this row, under the key of its images. Precondition: the store was opened to keep
  // images. Errors: kInternal.
  static Status put(rocksdb::WriteBatch& batch, const OpenDatabase& db, ByteView row, crypto::SealingKey& key,
                    std::span<const ImageToKeep> images);
  // The same of one that lies in the clear in a gallery of an earlier format, as it is kept there. Errors: kCorruption.
  struct Destination {
    ByteView row;
    crypto::SealingKey& key;
  };
  static Status move(rocksdb::WriteBatch& batch, const OpenDatabase& db, const Destination& to, ByteView old_key,
                     ByteView old_value);
  // Deletes all images of a record in the batch that erases it, and notes it for purge(). Errors: kUnavailable.
  static Status erase(rocksdb::WriteBatch& batch, const OpenDatabase& db, ByteView row);

  // Rows of records whose images were erased since the last purge. Errors: kUnavailable.
  static Result<std::vector<Bytes>> erased(const OpenDatabase& db);
  // Rewrites the table files that may hold their images, which must be in table files already. Cost: reads and writes
  // some 64 MiB a record, or all images where so many were erased. Errors: kUnavailable, kExhausted.
  static Status rewrite(RocksDatabase& database, const Hold& db, std::span<const Bytes> erased);
  // Into a batch: takes the notes of these records away.
  static void forget_erased(rocksdb::WriteBatch& batch, const OpenDatabase& db, std::span<const Bytes> erased);

  ImageTable(const ImageTable&) = delete;
  ImageTable& operator=(const ImageTable&) = delete;

 private:
  [[nodiscard]] Result<KeptImage> opened_image(const OpenDatabase& db, ByteView row, ByteView key, ByteView stored,
                                               const ImageReference& named) const;

  RocksDatabase& database_;
};

}  // namespace whorl::index
