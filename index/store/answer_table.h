// Answers that are kept beside the change that they answer (index/record/kept_answer.h). They lie among the marks.
// Private to this room.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "crypto/vault/vault.h"
#include "index/record/kept_answer.h"
#include "index/record/record_key.h"

namespace rocksdb {
class WriteBatch;
}

namespace whorl::index {

class OpenDatabase;
class RocksDatabase;
class Sealer;

class AnswerTable {
 public:
  explicit AnswerTable(RocksDatabase& database) : database_(database) {}

  // Whatever its age. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::optional<KeptAnswer>> get(const Sha256& key) const;

  // Deletes those that is_kept() no longer holds of; one that cannot be read goes, too. Gives how many.
  // Cost: reads and opens all that are kept, about three microseconds each. Errors: kUnavailable, kExhausted.
  Result<std::size_t> drop_expired(std::uint64_t now_ms);

  // These as they are, over what lies under their keys; on disk (synced). Errors: as encode_answer; kUnavailable.
  Status put_all(std::span<const KeptAnswer> answers);
  // A row that was read with these keys (Sealer::keys()). Errors: kCorruption.
  static Result<KeptAnswer> opened(const std::optional<crypto::Vault>& keys, ByteView row, ByteView stored);

  // Into the batch of the change itself. Errors: as encode_answer.
  static Status put(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db, const KeptAnswer& answer);
  // Of those that name one of a person's encounters nothing is left but that their key was used (erased_answer), in the
  // batch that erases them. Cost: as drop_expired. Errors: kUnavailable.
  static Status erase(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                      const std::string& person_id, std::span<const std::string> encounter_ids);
  // Takes out those of encounters of many persons, by their keys (encounter_key), in the batch in which these leave for
  // where their answers are by then.
  static Status take_out(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                         const std::set<std::string>& encounters);

  // Those that name one of these encounters of one person name its new person, in the batch that moves them. Cost: as
  // drop_expired, however many move. Errors: kUnavailable.
  static Status move(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                     std::span<const EncounterIds> before, const std::string& person_id);

  AnswerTable(const AnswerTable&) = delete;
  AnswerTable& operator=(const AnswerTable&) = delete;

 private:
  RocksDatabase& database_;
};

}  // namespace whorl::index
