// A case as it is kept: what became of it, and whom it is about; each as bytes that the gallery seals. Private to this
// room.
//
// Plain values; parsing and encoding are pure. Errors of parsing: kCorruption.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/sha256.h"
#include "engine/case_desk.h"

namespace whorl::engine {

struct Reviewer {
  std::string issuer;
  std::string subject;
  friend bool operator==(const Reviewer&, const Reviewer&) = default;
};
inline Reviewer reviewer_of(const Call& call) { return {call.who.issuer, call.who.subject}; }

struct CaseClaim {
  Reviewer who;
  std::uint64_t until_ms = 0;
  friend bool operator==(const CaseClaim&, const CaseClaim&) = default;
};

struct RecordedDecision {
  Reviewer who;
  CaseAnswer answer = CaseAnswer::kCannotTell;
  std::uint8_t candidate = 0;  // of kSame: its place in the dossier
  std::string reason;
  std::uint64_t at_ms = 0;
  friend bool operator==(const RecordedDecision&, const RecordedDecision&) = default;
};

// It names nobody whom the case is about. Times are milliseconds since 1970.
struct CaseRecord {
  CaseKind kind = CaseKind::kIdentification;
  std::string gallery_id;
  std::string reference;
  std::string purpose;
  Reviewer opener;
  std::uint64_t opened_ms = 0;
  std::uint64_t due_ms = 0;
  std::uint8_t needed = 2;      // decisions that have to agree
  std::uint8_t candidates = 1;  // in the dossier
  std::uint64_t order = 0;      // by which candidates are shuffled
  Sha256 about = {};            // tells the same question asked twice
  std::optional<CaseClaim> claim;
  std::vector<RecordedDecision> decisions;
  friend bool operator==(const CaseRecord&, const CaseRecord&) = default;
};
Bytes encoded(const CaseRecord& record);
Result<CaseRecord> parse_case_record(ByteView bytes);

struct DossierCandidate {
  std::string person_id;
  std::optional<std::int64_t> score_mdb;  // thousandths of a decibel
  std::uint32_t rank = 0;
  friend bool operator==(const DossierCandidate&, const DossierCandidate&) = default;
};

// Whom it is about.
struct CaseDossier {
  std::optional<EnrolledProbe> one;  // of a pair; of a search the samples lie beside it
  std::vector<DossierCandidate> candidates;
};
Bytes encoded(const CaseDossier& dossier);
Result<CaseDossier> parse_case_dossier(ByteView bytes);

// What was searched with: what is looked at, not what was said of the capture.
Bytes encoded(const std::vector<Sample>& samples);
Result<std::vector<Sample>> parse_case_samples(ByteView bytes);

}  // namespace whorl::engine
