#include "index/record/digest.h"

#include <cstring>

#include "base/sha256.h"
#include "index/record/stored_record.h"

namespace whorl::index {

RecordDigest record_digest(ByteView key, ByteView value) {
  const Sha256 whole = sha256_of({key, value});
  RecordDigest out;
  std::memcpy(out.data(), whole.data(), out.size());
  return out;
}

Status check_is_meant(ByteView key, ByteView value, const RecordDigest& meant) {
  if (record_digest(key, value) == meant) return {};
  WHORL_ASSIGN(const EncounterRecord record, parse_record(key, value));
  return corruption("gallery record " + record.person_id + "/" + record.encounter_id +
                    ": is not the one that the index names");
}

void SetDigest::add(std::string_view person_id, std::string_view encounter_id, const RecordDigest& record) {
  constexpr std::string_view kZero("\0", 1);
  const Sha256 one = sha256_of({as_bytes(person_id), as_bytes(kZero), as_bytes(encounter_id), as_bytes(kZero), record});
  ByteReader in(one);
  for (std::uint64_t& lane : lanes_) lane += in.u64();
}

SetDigest::Value SetDigest::value() const {
  ByteWriter out;
  for (const std::uint64_t lane : lanes_) out.u64(lane);
  Value value;
  std::memcpy(value.data(), out.view().data(), value.size());
  return value;
}

}  // namespace whorl::index
