// The vocabulary of the engine: what callers hand in and get back. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "index/record/person_rule.h"
#include "templates/fingerprint/template.h"

namespace whorl::engine {

using fingerprint::FingerPosition;
using index::PersonRule;

// One finger of one capture: an image in a file format (PNG, BMP, TIFF, JPEG), or a native template.
struct FingerSample {
  FingerPosition position = FingerPosition::kUnknown;
  Bytes image;                      // encoded image; empty when `native_template` is given
  std::optional<double> image_ppi;  // overrides the file's resolution
  Bytes native_template;            // docs/template-format.md; empty when `image` is given
};

// The face of one capture: a photograph in a file format (PNG, BMP, TIFF, JPEG), or a native template.
struct FaceSample {
  Bytes image;            // encoded image; empty when `native_template` is given
  Bytes native_template;  // docs/face-template-format.md; empty when `image` is given
};

// Why a finger is absent (OSIA MissingType: "the reason" is free text of at most 64 bytes).
struct MissingFinger {
  FingerPosition position = FingerPosition::kUnknown;
  std::string reason;
};

// Identifiers: 1..128 bytes of letters, digits, '.', '_', ':', '-'. "ALL" names every gallery in a search.
struct EnrolRequest {
  std::string person_id;     // empty: the engine makes one
  std::string encounter_id;  // empty: the engine makes one
  PersonRule person_rule = PersonRule::kNew;
  std::vector<std::string> galleries = {"default"};
  std::vector<FingerSample> fingers;  // up to 10, no position twice (except unknown); 1 at least without a face
  std::vector<MissingFinger> missing;
  std::string encounter_type = "enrolment";
  std::string client_data;              // opaque, at most 64 KiB, given back as it came (the server keeps JSON here)
  std::optional<FaceSample> face = {};  // beside or instead of fingers
};

struct FingerQuality {
  FingerPosition position = FingerPosition::kUnknown;
  int quality = 0;  // 0..100
  int minutiae = 0;
  std::string feedback;  // empty when good; else what the operator can do about it
};

struct FaceQuality {
  int quality = 0;       // 0..100
  std::string feedback;  // empty when good; else what the operator can do about it
};

struct EnrolReceipt {
  std::string person_id;
  std::string encounter_id;
  std::vector<FingerQuality> fingers;
  std::uint64_t sequence = 0;  // of the durable write; a later search sees it
  std::optional<FaceQuality> face = {};
};

enum class Decision { kMatch, kNoMatch, kIndeterminate };
std::string_view name_of(Decision decision);  // "match", "no_match", "indeterminate"

enum class Accuracy { kFast, kDefault, kExhaustive };

struct IdentifyRequest {
  std::string gallery_id = "default";  // or "ALL"
  std::vector<FingerSample> fingers;
  double target_fpir = 0.01;           // (0, 0.5]
  int max_candidates = 10;             // 1..1000
  std::optional<double> threshold_db;  // replaces the one derived from target_fpir
  Accuracy accuracy = Accuracy::kDefault;
  bool partial_ok = false;              // true: an incomplete search answers indeterminate instead of an error
  std::optional<FaceSample> face = {};  // beside or instead of fingers
};

struct FingerScore {
  std::string encounter_id;
  FingerPosition probe = FingerPosition::kUnknown;
  FingerPosition reference = FingerPosition::kUnknown;
  double score_db = 0;
};

struct FaceScore {
  std::string encounter_id;        // of the most alike kept face
  double cosine = 0;               // -1..1
  std::optional<double> score_db;  // empty without a calibration for faces: then it counts for nothing
};

struct Candidate {
  std::string person_id;
  int rank = 1;
  double score_db = 0;  // fused over fingers and face
  Decision decision = Decision::kNoMatch;
  std::vector<FingerScore> fingers;    // the scores behind it, best first
  std::optional<FaceScore> face = {};  // where both have one
};

// Proof that everybody was looked at. `complete()` or the answer is an error (or indeterminate where asked for).
struct Receipt {
  std::uint64_t gallery_size = 0;  // persons in the gallery when the search began
  std::uint64_t searched = 0;      // persons the search covered
  int shards_ok = 0;
  int shards_total = 0;
  // Of the searched, persons with a finger or face that a good one of the probe compares with.
  std::uint64_t comparable = 0;
  [[nodiscard]] bool complete() const { return searched == gallery_size && shards_ok == shards_total; }
};

struct IdentifyAnswer {
  Decision decision = Decision::kNoMatch;
  std::string reason;       // one sentence for the officer
  double threshold_db = 0;  // a candidate at or above it is a match
  double review_db = 0;     // a candidate between this and the threshold is indeterminate
  double target_fpir = 0;
  std::vector<Candidate> candidates;  // best first
  std::vector<FingerQuality> probe;
  Receipt receipt;
  std::uint64_t compared = 0;  // exact comparisons made
  double elapsed_ms = 0;
  std::optional<FaceQuality> probe_face = {};
};

struct VerifyRequest {
  std::string gallery_id = "default";
  std::string person_id;
  std::vector<FingerSample> fingers;
  double target_fmr = 0.0001;
  std::optional<double> threshold_db;
  std::optional<FaceSample> face = {};  // beside or instead of fingers
};

struct VerifyAnswer {
  Decision decision = Decision::kNoMatch;
  std::string reason;
  double score_db = 0;
  double threshold_db = 0;
  std::vector<FingerScore> fingers;
  std::vector<FingerQuality> probe;
  std::optional<FaceScore> face = {};
  std::optional<FaceQuality> probe_face = {};
};

// What is kept of an encounter (templates and images are not handed out).
struct EncounterView {
  std::string person_id;
  std::string encounter_id;
  std::string encounter_type;
  std::chrono::system_clock::time_point created;
  std::vector<std::string> galleries;
  std::vector<FingerQuality> fingers;
  std::vector<MissingFinger> missing;
  std::string client_data;
  std::optional<FaceQuality> face = {};
};

struct GalleryView {
  std::string gallery_id;
  std::uint64_t persons = 0;
  std::uint64_t encounters = 0;
  std::uint64_t fingers = 0;
  std::uint64_t faces = 0;
};

}  // namespace whorl::engine
