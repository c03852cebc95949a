#include "index/record/record_key.h"

#include "index/record/record.h"

namespace whorl::index {

Bytes person_prefix(std::string_view person_id) {
  return ByteWriter().u8(kEncounterKeyPrefix).bytes(as_bytes(person_id)).u8(0).take();
}

Bytes encounter_key(std::string_view person_id, std::string_view encounter_id) {
  Bytes key = person_prefix(person_id);
  key.insert(key.end(), encounter_id.begin(), encounter_id.end());
  return key;
}

std::optional<EncounterIds> ids_of(ByteView key) {
  if (key.empty() || key[0] != kEncounterKeyPrefix) return std::nullopt;
  const std::string_view ids = as_text(key.subspan(1));
  const std::size_t zero = ids.find('\0');
  if (zero == std::string_view::npos) return std::nullopt;
  EncounterIds out{std::string(ids.substr(0, zero)), std::string(ids.substr(zero + 1))};
  if (!is_valid_id(out.person_id) || !is_valid_id(out.encounter_id)) return std::nullopt;
  return out;
}

}  // namespace whorl::index
