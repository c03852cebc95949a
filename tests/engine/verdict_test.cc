// Rows of evidence and rules, and what they must decide, by code and by sentence.
#include "engine/verdict.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/threshold.h"

namespace whorl::engine {
namespace {

TEST(Threshold, HasClosedForms) {
  EXPECT_NEAR(identify_threshold_db(0.01, 1), 20, 1e-9);
  EXPECT_NEAR(identify_threshold_db(0.01, 0), 20, 1e-9);
  EXPECT_NEAR(identify_threshold_db(0.01, 40), 36.0206, 1e-4);
  EXPECT_NEAR(identify_threshold_db(0.01, 1'000'000), 80, 1e-9);
  EXPECT_NEAR(identify_threshold_db(0.5, 5), 10, 1e-9);
  EXPECT_NEAR(verify_threshold_db(0.0001), 40, 1e-9);
}

TEST(Verdict, AScoreFallsIntoOneOfThree) {
  const Rules rules{36, 31, {}};
  EXPECT_EQ(classify(36, rules), Decision::kMatch);
  EXPECT_EQ(classify(35.999, rules), Decision::kIndeterminate);
  EXPECT_EQ(classify(31, rules), Decision::kIndeterminate);
  EXPECT_EQ(classify(30.999, rules), Decision::kNoMatch);
  EXPECT_EQ(classify(0, {0, 0, {}}), Decision::kMatch);
}

constexpr Evidence::Captured kFingers{true, true, false};
constexpr Evidence::Captured kPoorFingers{false, true, false};
constexpr Evidence::Captured kDoubtfulFingers{false, true, false, true};
constexpr Evidence::Captured kFace{true, false, true};
constexpr Evidence::Captured kUncalibratedFace{false, false, true};
constexpr Evidence::Captured kBoth{true, true, true};
constexpr Evidence::Captured kPoorBoth{false, true, true};

constexpr FaceRules kNoCalibration{false, false};
constexpr FaceRules kCalibrated{true, false};
constexpr FaceRules kAlone{true, true};

Receipt receipt(std::uint64_t all, std::uint64_t searched, int shards_ok, int shards, std::uint64_t comparable) {
  return {all, searched, shards_ok, shards, comparable, 1, 1, {}};
}

Receipt whole(std::uint64_t comparable = 40) { return receipt(40, 40, 2, 2, comparable); }

Receipt without_parts(std::vector<PartFailure> failures) {
  Receipt out = whole();
  out.parts_total = 1 + static_cast<int>(failures.size());
  out.failures = std::move(failures);
  return out;
}

// Compared by fingers alone.
ScoredPerson by_fingers(double db, bool conclusive = true) {
  ScoredPerson out;
  out.person_id = "p1";
  out.score_db = out.order = out.fingers_db = db;
  out.fingers_compared = true;
  out.conclusive = conclusive;
  return out;
}

// Compared by face too, or by face alone where `fingers_db` is below 0. `face_db` below 0: not calibrated.
ScoredPerson by_face(double db, double fingers_db, double face_db) {
  ScoredPerson out = by_fingers(db);
  out.fingers_compared = fingers_db >= 0;
  out.fingers_db = std::max(0.0, fingers_db);
  out.conclusive = face_db >= 0;
  out.face = FaceScore{"e1", 0.714, face_db >= 0 ? std::optional(face_db) : std::nullopt};
  return out;
}

// Nothing of the person could be compared.
ScoredPerson incomparable() {
  ScoredPerson out;
  out.person_id = "p1";
  return out;
}

struct Row {
  const char* name;
  Receipt receipt;
  Evidence::Captured probe;
  std::vector<ScoredPerson> persons;
  FaceRules face;
  Decision decision;
  std::string_view code;
  const char* sentence;
};

Row row(const char* name, Receipt of, Evidence::Captured probe, std::vector<ScoredPerson> persons, FaceRules face,
        Decision decision, std::string_view code, const char* sentence = nullptr) {
  return {name, std::move(of), probe, std::move(persons), face, decision, code, sentence};
}

constexpr auto kMatch = Decision::kMatch;
constexpr auto kNoMatch = Decision::kNoMatch;
constexpr auto kIndeterminate = Decision::kIndeterminate;

constexpr const char* kUnusable =
    "Undecided: no finger or face that could be compared is good enough to rule anybody out; follow the feedback and "
    "capture again.";
constexpr const char* kDoubtful =
    "Undecided: the spacing of the ridges contradicts the resolution that the image states, so that not finding "
    "anybody "
    "says nothing; state the true resolution, or capture again.";
constexpr const char* kMakeCalibration =
    "there is no calibration for faces, so a face decides nothing: make one from pairs that you know with whorl "
    "calibrate --pairs PAIRS --images FOLDER --cross --out FILE, and give it with --face-calibration.";

std::vector<Row> search_rows() {
  return {
      row("match", whole(), kFingers, {by_fingers(50)}, {}, kMatch, "match",
          "Match with person p1: 50.0 dB, threshold 36.0 dB; in a search of 40 persons, a stranger would score as much "
          "in at most 1 in 2,500."),
      row("match with a poor probe", whole(0), kPoorFingers, {by_fingers(36, false)}, {}, kMatch, "match",
          "Match with person p1: 36.0 dB, threshold 36.0 dB; in a search of 40 persons, a stranger would score as much "
          "in at most 1 in 100."),
      row("match in a gallery of one", receipt(1, 1, 1, 1, 1), kFingers, {by_fingers(60)}, {}, kMatch, "match",
          "Match with person p1: 60.0 dB, threshold 36.0 dB; in a search of 1 person, a stranger would score as much "
          "in at most 1 in 1,000,000."),
      row("review", whole(), kFingers, {by_fingers(33)}, {}, kIndeterminate, "below_threshold",
          "Undecided: person p1 scores 33.0 dB, just below the threshold of 36.0 dB; capture again or more fingers, or "
          "have an examiner compare."),
      row("no match", whole(), kFingers, {by_fingers(12)}, {}, kNoMatch, "no_match",
          "No match: all of 40 persons searched, best score 12.0 dB, threshold 36.0 dB."),
      row("no candidate", whole(), kFingers, {}, {}, kNoMatch, "no_match",
          "No match: all of 40 persons searched, nothing alike, threshold 36.0 dB."),
      row("poor probe", whole(), kPoorFingers, {by_fingers(12)}, {}, kIndeterminate, "probe_unusable", kUnusable),
      row("doubtful resolution", whole(), kDoubtfulFingers, {by_fingers(12)}, {}, kIndeterminate, "resolution_doubtful",
          kDoubtful),
      row("doubtful resolution, and found", whole(), kDoubtfulFingers, {by_fingers(50)}, {}, kMatch, "match"),
      row("nobody comparable", whole(0), kFingers, {}, {}, kIndeterminate, "few_comparable",
          "Undecided: none of 40 persons has a finger at the positions captured well enough; capture other fingers."),
      row("few incomparable", whole(37), kFingers, {by_fingers(12)}, {}, kNoMatch, "no_match",
          "No match: all of 40 persons searched, best score 12.0 dB, threshold 36.0 dB; 3 of them have no finger at "
          "the positions captured well enough."),
      row("as few as may be comparable", whole(36), kFingers, {}, {}, kNoMatch, "no_match",
          "No match: all of 40 persons searched, nothing alike, threshold 36.0 dB; 4 of them have no finger at the "
          "positions captured well enough."),
      row("many incomparable", whole(35), kFingers, {by_fingers(12)}, {}, kIndeterminate, "few_comparable",
          "Undecided: only 35 of 40 persons has a finger at the positions captured well enough; capture other "
          "fingers."),
      row("many incomparable by face", whole(35), kFace, {}, kCalibrated, kIndeterminate, "few_comparable",
          "Undecided: only 35 of 40 persons has a face; capture other fingers."),
      row("few incomparable by both", whole(39), kBoth, {}, kCalibrated, kNoMatch, "no_match",
          "No match: all of 40 persons searched, nothing alike, threshold 36.0 dB; 1 of them have no finger at the "
          "positions captured well enough, or a face."),
      row("incomplete without a hit", receipt(40, 25, 1, 2, 25), kFingers, {by_fingers(12)}, {}, kIndeterminate,
          "incomplete", "Undecided: 25 of 40 persons (1 of 2 shards) could be searched; search again."),
      row("incomplete with a hit", receipt(40, 25, 1, 2, 25), kFingers, {by_fingers(50)}, {}, kIndeterminate,
          "incomplete", "Undecided: 25 of 40 persons (1 of 2 shards) could be searched; search again."),
      row("a shard lost, everybody seen elsewhere", receipt(40, 40, 1, 2, 40), kFingers, {}, {}, kIndeterminate,
          "incomplete", "Undecided: 40 of 40 persons (1 of 2 shards) could be searched; search again."),
      row("incomplete in an empty gallery", receipt(0, 0, 0, 1, 0), kFingers, {}, {}, kIndeterminate, "incomplete",
          "Undecided: 0 of 0 persons (0 of 1 shards) could be searched; search again."),
      row("incomplete by an uncalibrated face", receipt(40, 25, 1, 2, 0), kUncalibratedFace, {}, kNoCalibration,
          kIndeterminate, "incomplete", "Undecided: 25 of 40 persons (1 of 2 shards) could be searched; search again."),
      row("a part lost", without_parts({{"rome", "unavailable: no route to host"}}), kFingers, {by_fingers(50)}, {},
          kIndeterminate, "part_failed",
          "Undecided: the part rome of the gallery could not be searched (unavailable: no route to host); search "
          "again."),
      row("parts lost", without_parts({{"rome", "internal: torn"}, {"oslo", "unavailable: stopping"}}), kFingers, {},
          {}, kIndeterminate, "part_failed",
          "Undecided: the part rome of the gallery could not be searched (internal: torn), nor could 1 more; search "
          "again."),
      row("empty gallery", receipt(0, 0, 0, 0, 0), kFingers, {}, {}, kNoMatch, "nobody_enrolled",
          "No match: nobody is enrolled in this gallery."),
      row("empty gallery, poor probe", receipt(0, 0, 0, 0, 0), kPoorFingers, {}, {}, kNoMatch, "nobody_enrolled",
          "No match: nobody is enrolled in this gallery."),
      row("empty gallery, uncalibrated face", receipt(0, 0, 0, 0, 0), kUncalibratedFace, {}, kNoCalibration, kNoMatch,
          "nobody_enrolled", "No match: nobody is enrolled in this gallery."),
      row("uncalibrated face", whole(0), kUncalibratedFace, {by_face(0, -1, -1)}, kNoCalibration, kIndeterminate,
          "face_uncalibrated"),
      row("uncalibrated face, nobody alike", whole(0), kUncalibratedFace, {}, kNoCalibration, kIndeterminate,
          "face_uncalibrated"),
      row("uncalibrated face beside fingers that match", whole(), kBoth, {by_face(50, 50, -1)}, kNoCalibration, kMatch,
          "match"),
      row("uncalibrated face beside fingers that do not", whole(), kBoth, {by_face(0, -1, -1)}, kNoCalibration,
          kNoMatch, "no_match", "No match: all of 40 persons searched, best score 0.0 dB, threshold 36.0 dB."),
      row("face alone", whole(), kFace, {by_face(50, -1, 50)}, kCalibrated, kIndeterminate, "face_alone",
          "Undecided: person p1 scores 50.0 dB, threshold 36.0 dB, by the face; a face alone is no match in this "
          "gallery: capture fingers, or have an examiner compare."),
      row("face alone where it may", whole(), kFace, {by_face(50, -1, 50)}, kAlone, kMatch, "match"),
      row("face with fingers that speak against it", whole(), kBoth, {by_face(50, 9.9, 60)}, kCalibrated,
          kIndeterminate, "face_alone"),
      row("face with fingers that support it", whole(), kBoth, {by_face(50, 10, 60)}, kCalibrated, kMatch, "match"),
      row("face near the threshold", whole(), kFace, {by_face(33, -1, 33)}, kCalibrated, kIndeterminate,
          "below_threshold"),
      row("fingers of somebody without a face", whole(), kBoth, {by_fingers(50)}, kCalibrated, kMatch, "match"),
      row("poor fingers and face", whole(), kPoorBoth, {by_face(5, 5, -1)}, kNoCalibration, kIndeterminate,
          "probe_unusable", kUnusable),
  };
}

std::vector<Row> claim_rows() {
  return {
      row("match", {}, kFingers, {by_fingers(45)}, {}, kMatch, "claim_match",
          "Match: 45.0 dB, threshold 36.0 dB; a stranger would score as much in at most 1 in 31,623."),
      row("match with a poor probe", {}, kPoorFingers, {by_fingers(45, false)}, {}, kMatch, "claim_match"),
      row("review", {}, kFingers, {by_fingers(33)}, {}, kIndeterminate, "claim_below_threshold",
          "Undecided: 33.0 dB, threshold 36.0 dB; capture again or more fingers, or have an examiner compare."),
      row("no match", {}, kFingers, {by_fingers(20)}, {}, kNoMatch, "claim_no_match",
          "No match: 20.0 dB, threshold 36.0 dB."),
      row("poor probe", {}, kPoorFingers, {by_fingers(20, false)}, {}, kIndeterminate, "probe_unusable", kUnusable),
      row("doubtful resolution", {}, kDoubtfulFingers, {by_fingers(20, false)}, {}, kIndeterminate,
          "resolution_doubtful", kDoubtful),
      row("only a poor finger could be compared", {}, kFingers, {by_fingers(20, false)}, {}, kIndeterminate,
          "probe_unusable", kUnusable),
      row("nothing could be compared", {}, kFingers, {incomparable()}, {}, kIndeterminate, "claim_no_such_finger",
          "Undecided: the person has no finger at the positions captured; capture other fingers."),
      row("nothing could be compared, by both", {}, kBoth, {incomparable()}, kCalibrated, kIndeterminate,
          "claim_no_such_finger_nor_face",
          "Undecided: the person has no finger at the positions captured, and no face; capture other fingers."),
      row("nothing could be compared with a poor probe", {}, kPoorFingers, {incomparable()}, {}, kIndeterminate,
          "probe_unusable", kUnusable),
      row("uncalibrated face", {}, kUncalibratedFace, {by_face(0, -1, -1)}, kNoCalibration, kIndeterminate,
          "claim_face_uncalibrated"),
      row("uncalibrated face beside fingers", {}, kBoth, {by_face(50, 50, -1)}, kNoCalibration, kMatch, "claim_match"),
      row("face alone", {}, kFace, {by_face(50, -1, 50)}, kCalibrated, kIndeterminate, "claim_face_alone",
          "Undecided: 50.0 dB, threshold 36.0 dB, by the face; a face alone is no match in this gallery: capture "
          "fingers, or have an examiner compare."),
      row("face alone where it may", {}, kFace, {by_face(50, -1, 50)}, kAlone, kMatch, "claim_match"),
      row("face with fingers that speak against it", {}, kBoth, {by_face(50, 9.9, 60)}, kCalibrated, kIndeterminate,
          "claim_face_alone"),
      row("another face", {}, kFace, {by_face(3, -1, 3)}, kCalibrated, kNoMatch, "claim_no_match"),
  };
}

Verdict verdict_of(const Row& row, bool claim) {
  const Evidence evidence{row.receipt, row.persons, row.probe, claim ? std::optional<std::string>("p1") : std::nullopt};
  return verdict(evidence, {36, 31, row.face});
}

void expect_rows(const std::vector<Row>& rows, bool claim) {
  for (const Row& row : rows) {
    const Verdict got = verdict_of(row, claim);
    EXPECT_EQ(got.decision, row.decision) << row.name;
    EXPECT_EQ(got.reason.code, row.code) << row.name;
    EXPECT_EQ(got.persons.size(), row.persons.size()) << row.name;
    if (row.sentence == nullptr) continue;
    EXPECT_EQ(sentence(got.reason), row.sentence) << row.name;
  }
}

TEST(Verdict, OfSearches) { expect_rows(search_rows(), false); }

TEST(Verdict, OfVerifications) { expect_rows(claim_rows(), true); }

TEST(Verdict, AnUncalibratedFaceNamesTheMostAlikeAndSaysWhatToDo) {
  const Evidence search{whole(0), {by_face(0, -1, -1)}, kUncalibratedFace, {}};
  EXPECT_EQ(sentence(verdict(search, {36, 31, {}}).reason),
            std::string("Undecided: the most alike face is that of person p1 (cosine 0.71); ") + kMakeCalibration);
  const Evidence nobody{whole(0), {}, kUncalibratedFace, {}};
  EXPECT_EQ(sentence(verdict(nobody, {36, 31, {}}).reason), std::string("Undecided: ") + kMakeCalibration);
  const Evidence claim{{}, {by_face(0, -1, -1)}, kUncalibratedFace, "p1"};
  EXPECT_EQ(sentence(verdict(claim, {36, 31, {}}).reason), std::string("Undecided: cosine 0.71; ") + kMakeCalibration);
}

// Every code of the catalogue has a row above that reaches it, so that none is dead and none is untested.
TEST(Verdict, TheTablesReachEveryReason) {
  std::set<std::string_view> reached;
  for (const Row& row : search_rows()) reached.insert(verdict_of(row, false).reason.code);
  for (const Row& row : claim_rows()) reached.insert(verdict_of(row, true).reason.code);
  std::set<std::string_view> known;
  for (const ReasonSentence& row : reason_catalogue()) known.insert(row.code);
  EXPECT_EQ(reached, known);
}

// The answer of a complete search is a match exactly where its best candidate is one.
TEST(Verdict, AnswerAndBestCandidateAgree) {
  for (const FaceRules face : {kNoCalibration, kCalibrated, kAlone}) {
    for (const Evidence::Captured probe : {kFingers, kPoorFingers, kFace, kBoth, kPoorBoth}) {
      for (const double db : {0.0, 5.0, 12.0, 33.0, 36.0, 90.0}) {
        for (const double fingers_db : {-1.0, 0.0, 9.0, 10.0, 36.0}) {
          for (const double threshold_db : {3.0, 10.0, 36.0}) {
            const Rules rules{threshold_db, threshold_db - 3, face};
            const bool with_face = probe.face;
            const ScoredPerson person = with_face ? by_face(db, fingers_db, face.calibrated ? db : -1) : by_fingers(db);
            // Nothing but a face and no calibration: it has no decibels.
            if (with_face && !face.calibrated && fingers_db < 0 && db > 0) continue;
            if (with_face && !probe.fingers && fingers_db >= 0) continue;
            const Verdict got = verdict({whole(), {person}, probe, {}}, rules);
            EXPECT_EQ(got.decision == kMatch, got.persons.at(0) == kMatch)
                << got.reason.code << " " << db << " " << fingers_db << " " << threshold_db;
          }
        }
      }
    }
  }
}

// Whatever else holds, an incomplete search never says no, and never yes.
TEST(Verdict, IncompleteIsAlwaysIndeterminate) {
  for (std::uint64_t searched = 0; searched < 40; ++searched) {
    for (const double db : {-1.0, 0.0, 20.0, 34.0, 90.0}) {
      for (const auto& probe : {kFingers, kPoorFingers, kFace, kUncalibratedFace}) {
        Evidence evidence{receipt(40, searched, 2, 2, searched), {}, probe, {}};
        if (db >= 0) evidence.persons = {by_fingers(db)};
        EXPECT_EQ(verdict(evidence, {36, 31, kCalibrated}).decision, kIndeterminate);
      }
    }
  }
  Evidence failed{whole(), {by_fingers(90)}, kFingers, {}};
  failed.receipt.failures = {{"local", "a shard that failed and was counted as well", 0}};
  EXPECT_EQ(verdict(failed, {36, 31, {}}).decision, kIndeterminate);
}

TEST(Verdict, NamesAreStable) {
  EXPECT_EQ(name_of(Decision::kMatch), "match");
  EXPECT_EQ(name_of(Decision::kNoMatch), "no_match");
  EXPECT_EQ(name_of(Decision::kIndeterminate), "indeterminate");
}

}  // namespace
}  // namespace whorl::engine
