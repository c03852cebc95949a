#include "engine/cases/case_record.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/limits.h"
#include "engine/cases/case_kinds.h"

namespace whorl::engine {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMostNameBytes = 1024;
constexpr std::size_t kMostSampleBytes = std::size_t{64} << 20;
constexpr std::size_t kMostSamples = 64;
constexpr std::size_t kDoubleBytes = 8;

std::string text_of(ByteReader& in) { return std::string(as_text(in.sized(kMostNameBytes))); }

void put(ByteWriter& out, const Reviewer& who) { out.sized(who.issuer).sized(who.subject); }

Reviewer reviewer_from(ByteReader& in) {
  std::string issuer = text_of(in);
  return {std::move(issuer), text_of(in)};
}

bool is_answer(std::uint8_t value) { return value >= 1 && value <= 3; }

Result<RecordedDecision> decision_from(ByteReader& in) {
  RecordedDecision out;
  out.who = reviewer_from(in);
  const std::uint8_t answer = in.u8();
  out.candidate = in.u8();
  out.reason = text_of(in);
  out.at_ms = in.u64();
  if (in.failed() || !is_answer(answer)) return corruption("a decision of a case is malformed");
  out.answer = static_cast<CaseAnswer>(answer);
  return out;
}

bool is_kind(std::uint8_t value) {
  return std::ranges::any_of(case_kinds(),
                             [&](const CaseKindRow& row) { return static_cast<std::uint8_t>(row.kind) == value; });
}

bool is_modality(std::uint8_t value) {
  return std::ranges::any_of(modalities(),
                             [&](const ModalityRow& row) { return static_cast<std::uint8_t>(row.modality) == value; });
}

}  // namespace

Bytes encoded(const CaseRecord& record) {
  ByteWriter out;
  out.u8(kVersion).u8(static_cast<std::uint8_t>(record.kind));
  out.sized(record.gallery_id).sized(record.reference).sized(record.purpose);
  put(out, record.opener);
  out.u64(record.opened_ms).u64(record.due_ms).u8(record.needed).u8(record.candidates).u64(record.order);
  out.bytes(record.about);
  out.u8(record.claim ? 1 : 0);
  if (record.claim) {
    put(out, record.claim->who);
    out.u64(record.claim->until_ms);
  }
  out.u8(static_cast<std::uint8_t>(record.decisions.size()));
  for (const RecordedDecision& each : record.decisions) {
    put(out, each.who);
    out.u8(static_cast<std::uint8_t>(each.answer)).u8(each.candidate).sized(each.reason).u64(each.at_ms);
  }
  return out.take();
}

Result<CaseRecord> parse_case_record(ByteView bytes) {
  ByteReader in(bytes);
  CaseRecord out;
  const std::uint8_t version = in.u8();
  const std::uint8_t kind = in.u8();
  if (in.failed() || version != kVersion || !is_kind(kind)) return corruption("a case is of no kind that is known");
  out.kind = static_cast<CaseKind>(kind);
  out.gallery_id = text_of(in);
  out.reference = text_of(in);
  out.purpose = text_of(in);
  out.opener = reviewer_from(in);
  out.opened_ms = in.u64();
  out.due_ms = in.u64();
  out.needed = in.u8();
  out.candidates = in.u8();
  out.order = in.u64();
  const ByteView about = in.bytes(out.about.size());
  std::copy(about.begin(), about.end(), out.about.begin());
  const std::uint8_t claimed = in.u8();
  if (claimed == 1) {
    Reviewer who = reviewer_from(in);
    out.claim = CaseClaim{std::move(who), in.u64()};
  }
  const std::uint8_t decisions = in.u8();
  const bool sound = !in.failed() && claimed <= 1 && decisions <= kMostDecisions && out.needed >= 1 &&
                     out.needed <= 2 && out.candidates >= 1;
  if (!sound) return corruption("a case is malformed");
  for (std::uint8_t i = 0; i < decisions; ++i) {
    WHORL_ASSIGN(RecordedDecision each, decision_from(in));
    if (each.candidate >= out.candidates) return corruption("a case names a candidate that it has not");
    out.decisions.push_back(std::move(each));
  }
  if (!in.finished()) return corruption("a case is malformed");
  return out;
}

Bytes encoded(const CaseDossier& dossier) {
  ByteWriter out;
  out.u8(kVersion).u8(dossier.one ? 1 : 0);
  if (dossier.one) out.sized(dossier.one->person_id).sized(dossier.one->encounter_id.value_or(""));
  out.u8(static_cast<std::uint8_t>(dossier.candidates.size()));
  for (const DossierCandidate& each : dossier.candidates) {
    out.sized(each.person_id).u8(each.score_mdb ? 1 : 0);
    out.u64(static_cast<std::uint64_t>(each.score_mdb.value_or(0))).u32(each.rank);
  }
  return out.take();
}

Result<CaseDossier> parse_case_dossier(ByteView bytes) {
  ByteReader in(bytes);
  CaseDossier out;
  const std::uint8_t version = in.u8();
  if (in.u8() == 1) {
    std::string person = text_of(in);
    std::string encounter = text_of(in);
    out.one = EnrolledProbe{std::move(person), {}};
    if (!encounter.empty()) out.one->encounter_id = std::move(encounter);
  }
  const std::uint8_t candidates = in.u8();
  if (in.failed() || version != kVersion || candidates > kMostCaseCandidates) {
    return corruption("the dossier of a case is malformed");
  }
  for (std::uint8_t i = 0; i < candidates; ++i) {
    DossierCandidate each;
    each.person_id = text_of(in);
    const bool scored = in.u8() == 1;
    const auto score = static_cast<std::int64_t>(in.u64());
    if (scored) each.score_mdb = score;
    each.rank = in.u32();
    out.candidates.push_back(std::move(each));
  }
  if (!in.finished()) return corruption("the dossier of a case is malformed");
  return out;
}

Bytes encoded(const std::vector<Sample>& samples) {
  ByteWriter out;
  out.u8(kVersion).u8(static_cast<std::uint8_t>(samples.size()));
  for (const Sample& each : samples) {
    const double ppi = each.resolution_ppi.value_or(0);
    std::uint64_t bits = 0;
    static_assert(sizeof(ppi) == kDoubleBytes && sizeof(bits) == kDoubleBytes);
    std::memcpy(&bits, &ppi, sizeof bits);
    out.u8(static_cast<std::uint8_t>(each.modality)).u8(each.position);
    out.u8(static_cast<std::uint8_t>(each.format)).u64(bits).sized(each.bytes);
  }
  return out.take();
}

Result<std::vector<Sample>> parse_case_samples(ByteView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const std::uint8_t count = in.u8();
  if (in.failed() || version != kVersion || count > kMostSamples) return corruption("samples of a case are malformed");
  std::vector<Sample> out;
  for (std::uint8_t i = 0; i < count; ++i) {
    Sample each;
    const std::uint8_t modality = in.u8();
    each.position = in.u8();
    each.format = static_cast<Format>(in.u8());
    const std::uint64_t bits = in.u64();
    double ppi = 0;
    std::memcpy(&ppi, &bits, sizeof ppi);
    if (!is_modality(modality) || !std::isfinite(ppi)) return corruption("a sample of a case is malformed");
    each.modality = static_cast<Modality>(modality);
    if (ppi > 0) each.resolution_ppi = ppi;
    const ByteView content = in.sized(kMostSampleBytes);
    each.bytes.assign(content.begin(), content.end());
    out.push_back(std::move(each));
  }
  if (!in.finished()) return corruption("samples of a case are malformed");
  return out;
}

}  // namespace whorl::engine
