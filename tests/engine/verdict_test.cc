// Rows of evidence and rules, and what they must decide, by code and by sentence.
#include "engine/verdict.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/catalogue.h"
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

// Fingers given, a face given.
constexpr Evidence::Captured kFingers{true, {{true, false}}};
constexpr Evidence::Captured kPoorFingers{false, {{true, false}}};
constexpr Evidence::Captured kDoubtfulFingers{false, {{true, false}}, true};
constexpr Evidence::Captured kFace{true, {{false, true}}};
constexpr Evidence::Captured kUncalibratedFace{false, {{false, true}}};
constexpr Evidence::Captured kBoth{true, {{true, true}}};
constexpr Evidence::Captured kPoorBoth{false, {{true, true}}};

// Fingers may do everything; a face what is said.
using AllRules = ByModality<ModalityRules>;
constexpr ModalityRules kFingerRules{true, true};
constexpr AllRules kNoCalibration{{kFingerRules, {false, false}}};
constexpr AllRules kCalibrated{{kFingerRules, {true, false}}};
constexpr AllRules kAlone{{kFingerRules, {true, true}}};

TEST(Verdict, AScoreFallsIntoOneOfThree) {
  const Rules rules{36, 31, kNoCalibration};
  EXPECT_EQ(classify(36, rules), Decision::kMatch);
  EXPECT_EQ(classify(35.999, rules), Decision::kIndeterminate);
  EXPECT_EQ(classify(31, rules), Decision::kIndeterminate);
  EXPECT_EQ(classify(30.999, rules), Decision::kNoMatch);
  EXPECT_EQ(classify(0, {0, 0, kNoCalibration}), Decision::kMatch);
}

Receipt receipt(std::uint64_t all, std::uint64_t searched, int shards_ok, int shards, std::uint64_t comparable) {
  return {all, searched, shards_ok, shards, comparable, 1, 1, {}, comparable};
}

Receipt whole(std::uint64_t comparable = 40) { return receipt(40, 40, 2, 2, comparable); }

// Screening chose the likeliest thousand.
Receipt screened() {
  Receipt out = receipt(20'000, 20'000, 2, 2, 20'000);
  out.compared = 1000;
  return out;
}

// Of a filter by what nobody has.
Receipt narrowed_to_nobody() {
  Receipt out = receipt(0, 0, 2, 2, 0);
  out.absent = {"dateOfBirth", "gender"};
  return out;
}

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
  out.score_db = out.order = db;
  out.by_modality[Modality::kFinger] = {true, db};
  out.conclusive = conclusive;
  return out;
}

// Compared by face too, or by face alone where `fingers_db` is below 0. `face_db` below 0: not calibrated.
ScoredPerson by_face(double db, double fingers_db, double face_db) {
  ScoredPerson out = by_fingers(db);
  out.by_modality[Modality::kFinger] = {fingers_db >= 0, std::max(0.0, fingers_db)};
  out.by_modality[Modality::kFace] = {true, std::max(0.0, face_db)};
  out.conclusive = face_db >= 0;
  out.scores.push_back({Modality::kFace, "e1", 0, 0, face_db >= 0 ? std::optional(face_db) : std::nullopt, 0.714});
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
  Evidence evidence;
  Rules rules;
  Decision decision;
  std::string_view code;
  const char* sentence;
};

// `rules` without any calibration are kNoCalibration.
Row row(const char* name, Receipt of, Evidence::Captured probe, std::vector<ScoredPerson> persons, AllRules rules,
        Decision decision, std::string_view code, const char* sentence = nullptr) {
  if (rules == AllRules{}) rules = kNoCalibration;
  return {name, {std::move(of), std::move(persons), probe, {}}, {36, 31, rules}, decision, code, sentence};
}

// The same row under a low threshold, as tiny galleries and large rates give.
Row at_3_db(Row row) {
  row.rules.threshold_db = 3;
  row.rules.review_db = 0;
  return row;
}

constexpr auto kMatch = Decision::kMatch;
constexpr auto kNoMatch = Decision::kNoMatch;
constexpr auto kIndeterminate = Decision::kIndeterminate;

constexpr const char* kNobody = "No match: nobody is enrolled in this gallery whom a search looks at.";
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

// The same row where false matches were counted to 42.7 dB.
Row counted_to_42_7(Row row) {
  row.rules.supported_db = 42.7;
  return row;
}

// Compared by the right and the left index, which score so much by themselves; below 0: not compared.
ScoredPerson by_two(const char* id, double db, double right_db, double left_db) {
  ScoredPerson out = by_fingers(db);
  out.person_id = id;
  if (right_db >= 0) out.by_finger.push_back({FingerPosition::kRightIndex, 0, right_db});
  if (left_db >= 0) out.by_finger.push_back({FingerPosition::kLeftIndex, 1, left_db});
  return out;
}

// The same, both of them good captures.
ScoredPerson good(ScoredPerson person) {
  for (FingerEvidence& finger : person.by_finger) finger.good = true;
  return person;
}

// A hand's four fingers, good captures, of which so many are nothing alike.
ScoredPerson hand(int unlike) {
  ScoredPerson out = by_fingers(80);
  for (int i = 0; i < 4; ++i) {
    out.by_finger.push_back(
        {static_cast<FingerPosition>(2 + i), static_cast<std::uint32_t>(i), i < unlike ? 1.0 : 60.0, true});
  }
  return out;
}

// Scores as said, and somebody else as well.
std::vector<ScoredPerson> two_records(double db, double other_db) {
  ScoredPerson other = by_fingers(other_db);
  other.person_id = "p2";
  return {by_fingers(db), other};
}

// The same row where it is known what a "no" misses.
Row missing(double rate, bool second_finger_helps, Row row) {
  row.evidence.expected_miss = ExpectedMiss{rate, second_finger_helps};
  return row;
}

// The same row after somebody has looked at other positions and found p9, by the right index at this position.
Row elsewhere(double db, FingerPosition reference, Row row) {
  ScoredPerson person = by_fingers(db);
  person.person_id = "p9";
  person.scores = {{Modality::kFinger, "e1", static_cast<std::uint8_t>(FingerPosition::kRightIndex),
                    static_cast<std::uint8_t>(reference), db}};
  row.evidence.elsewhere = {person};
  return row;
}

// The same row where the threshold is beyond what was captured, up to which it would be within reach.
Row out_of_reach(std::optional<double> reach_db, Row row) {
  row.evidence.out_of_reach = OutOfReach{reach_db};
  return row;
}

// The same row with more people found than it looks at, and nobody else who scores more than so much.
Row beside(std::vector<ScoredPerson> others, std::optional<double> unlisted_db, Row row) {
  row.evidence.others = std::move(others);
  row.evidence.unlisted_db = unlisted_db;
  return row;
}

// The same row after somebody has looked at another resolution, and found that it fits.
Row fits_otherwise(Row row) {
  row.evidence.fits_at_other_resolution = true;
  return row;
}

constexpr const char* kDisagree =
    "Undecided: the fingers point to different people, the right index to person p1 and the left index to person p2: "
    "capture again, or have an examiner compare.";

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
      counted_to_42_7(row("match that was counted", whole(), kFingers, {by_fingers(42.7)}, {}, kMatch, "match",
                          "Match with person p1: 42.7 dB, threshold 36.0 dB; in a search of 40 persons, a stranger "
                          "would score as much in at most 1 in 466.")),
      counted_to_42_7(row("match beyond what was counted", whole(), kFingers, {by_fingers(92.8)}, {}, kMatch, "match",
                          "Match with person p1: 92.8 dB, threshold 36.0 dB; how seldom a stranger scores as much is "
                          "beyond what was measured (1 in 19,000).")),
      row("two records match", whole(), kFingers, two_records(50, 40), {}, kMatch, "match",
          "Match with person p1: 50.0 dB, threshold 36.0 dB; in a search of 40 persons, a stranger would score as much "
          "in at most 1 in 2,500. 2 records match: are they one person enrolled twice?"),
      row("one record matches, one is near", whole(), kFingers, two_records(50, 35), {}, kMatch, "match",
          "Match with person p1: 50.0 dB, threshold 36.0 dB; in a search of 40 persons, a stranger would score as much "
          "in at most 1 in 2,500."),
      beside({by_fingers(40), by_fingers(35)}, 35,
             row("a record more matches than is looked at", whole(), kFingers, two_records(50, 40), {}, kMatch, "match",
                 "Match with person p1: 50.0 dB, threshold 36.0 dB; in a search of 40 persons, a stranger would score "
                 "as much in at most 1 in 2,500. 3 records match: are they one person enrolled twice?")),
      beside({by_fingers(40)}, 36,
             row("records match that are in no list", whole(), kFingers, two_records(50, 40), {}, kMatch, "match",
                 "Match with person p1: 50.0 dB, threshold 36.0 dB; in a search of 40 persons, a stranger would score "
                 "as much in at most 1 in 2,500. At least 3 records match: are they one person enrolled many times?")),
      row("fingers of two people", whole(), kFingers, {by_two("p1", 69.5, 92.3, 0.1), by_two("p2", 67.7, 0.2, 90.1)},
          {}, kIndeterminate, "fingers_disagree", kDisagree),
      row("fingers of two people, each below the review line together", whole(), kFingers,
          {by_two("p1", 29, 45, 0.1), by_two("p2", 25, 0.2, 40)}, {}, kIndeterminate, "fingers_disagree", kDisagree),
      row("fingers of two people, the second without the first finger", whole(), kFingers,
          {by_two("p1", 69.5, 92.3, 0.1), by_two("p2", 90.1, -1, 90.1)}, {}, kIndeterminate, "fingers_disagree",
          kDisagree),
      row("two records of one person, one of a poor capture", whole(), kFingers,
          {by_two("p1", 95, 92, 90), by_two("p2", 69, 90, 0.1)}, {}, kMatch, "match"),
      row("two records of one person, each with one of the fingers", whole(), kFingers,
          {by_two("p1", 92, 92, -1), by_two("p2", 90, -1, 90)}, {}, kMatch, "match"),
      row("two records of one person, each with a poor capture of another finger", whole(), kFingers,
          {by_two("p1", 75, 92, 22), by_two("p2", 74, 21, 90)}, {}, kMatch, "match"),
      row("a stranger who is a little alike by a poor finger", whole(), kFingers,
          {by_two("p1", 69, 92, 0.1), by_two("p2", 19, 0.2, 30)}, {}, kMatch, "match"),
      row("a good capture that is nothing alike", whole(), kFingers, {good(by_two("p1", 69, 92, 3.9))}, {},
          kIndeterminate, "finger_unlike",
          "Undecided: the right index fits person p1, the left index does not, though it is a good capture: are they "
          "fingers of one person? Capture again, or have an examiner compare."),
      row("a good capture that is a little alike", whole(), kFingers, {good(by_two("p1", 69, 92, 4))}, {}, kMatch,
          "match"),
      row("a hand of which half is nothing alike", whole(), kFingers, {hand(2)}, {}, kIndeterminate, "finger_unlike"),
      row("a hand of which one finger is nothing alike", whole(), kFingers, {hand(1)}, {}, kMatch, "match"),
      row("one finger fits, the other pulls it below", whole(), kFingers, {by_two("p1", 29, 45, 0.1)}, {},
          kIndeterminate, "lone_finger",
          "Undecided: the right index fits person p1 (42.0 dB, threshold 36.0 dB), what else was captured does not; "
          "capture again, or have an examiner compare."),
      row("one finger fits a little, the other pulls it below", whole(), kFingers, {by_two("p1", 22, 38, 0.1)}, {},
          kNoMatch, "no_match"),
      row("review", whole(), kFingers, {by_fingers(33)}, {}, kIndeterminate, "below_threshold",
          "Undecided: person p1 scores 33.0 dB, just below the threshold of 36.0 dB; capture again or more fingers, or "
          "have an examiner compare."),
      row("no match", whole(), kFingers, {by_fingers(12)}, {}, kNoMatch, "no_match",
          "No match: all of 40 persons searched, best score 12.0 dB, threshold 36.0 dB."),
      row("no candidate", whole(), kFingers, {}, {}, kNoMatch, "no_match",
          "No match: all of 40 persons searched, nothing alike, threshold 36.0 dB."),
      row("no match of many", screened(), kFingers, {by_fingers(12)}, {}, kNoMatch, "no_match",
          "No match: all of 20,000 persons searched, the 1,000 likeliest compared, best score 12.0 dB, threshold 36.0 "
          "dB."),
      missing(0.0192, true,
              row("no match by one finger", whole(), kFingers, {by_fingers(12)}, {}, kNoMatch, "no_match",
                  "No match: all of 40 persons searched, best score 12.0 dB, threshold 36.0 dB; such a search misses "
                  "about 1 in 52 of the people enrolled: add a second finger.")),
      missing(0.00213, false,
              row("no match by several fingers", whole(37), kFingers, {}, {}, kNoMatch, "no_match",
                  "No match: all of 40 persons searched, nothing alike, threshold 36.0 dB; 3 of them have no finger at "
                  "the positions captured well enough; such a search misses about 1 in 470 of the people enrolled.")),
      elsewhere(40, FingerPosition::kLeftIndex,
                row("hands exchanged", whole(), kFingers, {by_fingers(12)}, {}, kIndeterminate, "fits_other_hand",
                    "Undecided: the right index captured fits the left index of person p9 (40.0 dB, threshold 36.0 "
                    "dB): were the hands exchanged? Look, and search again under the right names.")),
      elsewhere(40, FingerPosition::kRightMiddle,
                row("neighbouring finger", whole(), kFingers, {by_fingers(12)}, {}, kIndeterminate, "fits_other_finger",
                    "Undecided: the right index captured fits the right middle of person p9 (40.0 dB, threshold 36.0 "
                    "dB): were the fingers exchanged? Look, and search again under the right names.")),
      elsewhere(40, FingerPosition::kLeftIndex,
                row("hands exchanged, few comparable at the stated position", whole(0), kFingers, {}, {},
                    kIndeterminate, "fits_other_hand")),
      elsewhere(
          35.9, FingerPosition::kLeftIndex,
          row("a little alike at another position", whole(), kFingers, {by_fingers(12)}, {}, kNoMatch, "no_match")),
      at_3_db(elsewhere(
          9, FingerPosition::kLeftIndex,
          row("a stranger at another position, at a low threshold", whole(), kFingers, {}, {}, kNoMatch, "no_match"))),
      elsewhere(60, FingerPosition::kLeftIndex,
                row("incomplete, and somebody fits at another position", receipt(40, 25, 1, 2, 25), kFingers, {}, {},
                    kIndeterminate, "incomplete")),
      row("poor probe", whole(), kPoorFingers, {by_fingers(12)}, {}, kIndeterminate, "probe_unusable", kUnusable),
      row("doubtful resolution", whole(), kDoubtfulFingers, {by_fingers(12)}, {}, kIndeterminate, "resolution_doubtful",
          kDoubtful),
      row("doubtful resolution, and found", whole(), kDoubtfulFingers, {by_fingers(50)}, {}, kMatch, "match"),
      fits_otherwise(row("alike at another resolution alone", whole(), kFingers, {by_fingers(12)}, {}, kIndeterminate,
                         "resolution_doubtful", kDoubtful)),
      fits_otherwise(row("found as it is stated, whatever fits otherwise", whole(), kFingers, {by_fingers(50)}, {},
                         kMatch, "match")),
      fits_otherwise(row("near as it is stated, whatever fits otherwise", whole(), kFingers, {by_fingers(33)}, {},
                         kIndeterminate, "below_threshold")),
      fits_otherwise(elsewhere(40, FingerPosition::kLeftIndex,
                               row("alike at another position and at another resolution", whole(), kFingers,
                                   {by_fingers(12)}, {}, kIndeterminate, "fits_other_hand"))),
      fits_otherwise(row("alike at another resolution, incomplete", receipt(40, 25, 1, 2, 25), kFingers, {}, {},
                         kIndeterminate, "incomplete")),
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
      out_of_reach(35.2, row("a threshold beyond the capture", whole(), kFingers, {by_fingers(12)}, {}, kIndeterminate,
                             "threshold_out_of_reach",
                             "Undecided: at a threshold of 36.0 dB such a search misses more than half of the people "
                             "enrolled, so that not finding anybody says nothing; a threshold of 35.2 dB is within its "
                             "reach, which is a rate of 1 in 82: capture more fingers, or ask for less.")),
      out_of_reach(17, row("a threshold beyond the capture, and no rate within reach", whole(), kFingers, {}, {},
                           kIndeterminate, "threshold_out_of_reach",
                           "Undecided: at a threshold of 36.0 dB such a search misses more than half of the people "
                           "enrolled, so that not finding anybody says nothing; a threshold of 17.0 dB is within its "
                           "reach: capture more fingers, or ask for less.")),
      out_of_reach({},
                   row("nothing is within reach", whole(), kFingers, {}, {}, kIndeterminate, "threshold_out_of_reach",
                       "Undecided: at a threshold of 36.0 dB such a search misses more than half of the people "
                       "enrolled, so that not finding anybody says nothing: capture more fingers, or ask for "
                       "less.")),
      out_of_reach(35.2, row("found, however seldom", whole(), kFingers, {by_fingers(50)}, {}, kMatch, "match")),
      out_of_reach(35.2, row("near, however seldom", whole(), kFingers, {by_fingers(33)}, {}, kIndeterminate,
                             "below_threshold")),
      out_of_reach({}, row("nobody enrolled is nobody missed", receipt(0, 0, 0, 0, 0), kFingers, {}, {}, kNoMatch,
                           "nobody_enrolled")),
      row("many incomparable by face", whole(35), kFace, {}, kCalibrated, kIndeterminate, "few_comparable",
          "Undecided: only 35 of 40 persons has a face; capture other fingers."),
      row("few incomparable by both", whole(39), kBoth, {}, kCalibrated, kNoMatch, "no_match",
          "No match: all of 40 persons searched, nothing alike, threshold 36.0 dB; 1 of them have no finger at the "
          "positions captured well enough, or a face."),
      row("narrowed by what nobody has", narrowed_to_nobody(), kFingers, {}, {}, kIndeterminate, "filter_of_nothing",
          "Undecided: the filter by dateOfBirth, gender leaves nobody in this gallery to be looked at; search without "
          "it."),
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
      row("empty gallery", receipt(0, 0, 0, 0, 0), kFingers, {}, {}, kNoMatch, "nobody_enrolled", kNobody),
      row("empty gallery, poor probe", receipt(0, 0, 0, 0, 0), kPoorFingers, {}, {}, kNoMatch, "nobody_enrolled",
          kNobody),
      row("empty gallery, uncalibrated face", receipt(0, 0, 0, 0, 0), kUncalibratedFace, {}, kNoCalibration, kNoMatch,
          "nobody_enrolled", kNobody),
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
      at_3_db(row("a low threshold", whole(), kFingers, {by_fingers(10)}, {}, kMatch, "match")),
      at_3_db(row("below 10 dB at a low threshold", whole(), kFingers, {by_fingers(9.9)}, {}, kIndeterminate,
                  "weak_match",
                  "Undecided: person p1 scores 9.9 dB, threshold 3.0 dB; less than 10.0 dB is no match, whatever the "
                  "threshold: capture again or more fingers, or have an examiner compare.")),
      at_3_db(row("face captured, person without one, at a low threshold", whole(), kBoth, {by_fingers(5)}, kCalibrated,
                  kIndeterminate, "weak_match")),
      at_3_db(row("face alone where it may, at a low threshold", whole(), kFace, {by_face(5, -1, 5)}, kAlone,
                  kIndeterminate, "weak_match")),
      row("poor fingers and face", whole(), kPoorBoth, {by_face(5, 5, -1)}, kNoCalibration, kIndeterminate,
          "probe_unusable", kUnusable),
  };
}

std::vector<Row> claim_rows() {
  return {
      row("match", {}, kFingers, {by_fingers(45)}, {}, kMatch, "claim_match",
          "Match: 45.0 dB, threshold 36.0 dB; a stranger would score as much in at most 1 in 31,623."),
      counted_to_42_7(row("match that was counted", {}, kFingers, {by_fingers(40)}, {}, kMatch, "claim_match",
                          "Match: 40.0 dB, threshold 36.0 dB; a stranger would score as much in at most 1 in 10,000.")),
      counted_to_42_7(row("match beyond what was counted", {}, kFingers, {by_fingers(42.8)}, {}, kMatch, "claim_match",
                          "Match: 42.8 dB, threshold 36.0 dB; how seldom a stranger scores as much is beyond what was "
                          "measured (1 in 19,000).")),
      row("match with a poor probe", {}, kPoorFingers, {by_fingers(45, false)}, {}, kMatch, "claim_match"),
      row("review", {}, kFingers, {by_fingers(33)}, {}, kIndeterminate, "claim_below_threshold",
          "Undecided: 33.0 dB, threshold 36.0 dB; capture again or more fingers, or have an examiner compare."),
      row("a good capture that is nothing alike", {}, kFingers, {good(by_two("p1", 69, 92, 0.1))}, {}, kIndeterminate,
          "claim_finger_unlike",
          "Undecided: the right index fits, the left index does not, though it is a good capture: are they fingers of "
          "one person? Capture again, or have an examiner compare."),
      row("one finger fits, the other pulls it below", {}, kFingers, {by_two("p1", 29, 45, 0.1)}, {}, kIndeterminate,
          "claim_lone_finger",
          "Undecided: the right index fits (42.0 dB, threshold 36.0 dB), what else was captured does not; capture "
          "again, "
          "or have an examiner compare."),
      elsewhere(40, FingerPosition::kLeftIndex,
                row("hands exchanged", {}, kFingers, {by_fingers(12)}, {}, kIndeterminate, "claim_fits_other_hand",
                    "Undecided: the right index captured fits the left index of this person (40.0 dB, threshold 36.0 "
                    "dB): were the hands exchanged? Look, and verify again under the right names.")),
      elsewhere(40, FingerPosition::kRightMiddle,
                row("neighbouring finger, nothing to compare at the stated position", {}, kFingers, {incomparable()},
                    {}, kIndeterminate, "claim_fits_other_finger",
                    "Undecided: the right index captured fits the right middle of this person (40.0 dB, threshold 36.0 "
                    "dB): were the fingers exchanged? Look, and verify again under the right names.")),
      elsewhere(20, FingerPosition::kLeftIndex,
                row("unlike at other positions too", {}, kFingers, {by_fingers(20)}, {}, kNoMatch, "claim_no_match")),
      row("no match", {}, kFingers, {by_fingers(20)}, {}, kNoMatch, "claim_no_match",
          "No match: 20.0 dB, threshold 36.0 dB."),
      out_of_reach(30.1, row("a threshold beyond the capture", {}, kFingers, {by_fingers(20)}, {}, kIndeterminate,
                             "claim_threshold_out_of_reach",
                             "Undecided: at a threshold of 36.0 dB such a verification misses more than half of those "
                             "who are whom they claim to be, so that it says nothing; a threshold of 30.1 dB is within "
                             "its reach, which is a rate of 1 in 1,023: capture more fingers, or ask for less.")),
      out_of_reach(30.1, row("the person, however seldom", {}, kFingers, {by_fingers(45)}, {}, kMatch, "claim_match")),
      row("poor probe", {}, kPoorFingers, {by_fingers(20, false)}, {}, kIndeterminate, "probe_unusable", kUnusable),
      row("doubtful resolution", {}, kDoubtfulFingers, {by_fingers(20, false)}, {}, kIndeterminate,
          "resolution_doubtful", kDoubtful),
      fits_otherwise(row("alike at another resolution alone", {}, kFingers, {by_fingers(12)}, {}, kIndeterminate,
                         "resolution_doubtful", kDoubtful)),
      fits_otherwise(row("found as it is stated, whatever fits otherwise", {}, kFingers, {by_fingers(45)}, {}, kMatch,
                         "claim_match")),
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
      at_3_db(row("below 10 dB at a low threshold", {}, kFingers, {by_fingers(5)}, {}, kIndeterminate,
                  "claim_weak_match",
                  "Undecided: 5.0 dB, threshold 3.0 dB; less than 10.0 dB is no match, whatever the threshold: capture "
                  "again or more fingers, or have an examiner compare.")),
      at_3_db(row("face captured, person without one, at a low threshold", {}, kBoth, {by_fingers(5)}, kCalibrated,
                  kIndeterminate, "claim_weak_match")),
      row("another face", {}, kFace, {by_face(3, -1, 3)}, kCalibrated, kNoMatch, "claim_no_match"),
  };
}

Verdict verdict_of(const Row& row, bool claim) {
  Evidence evidence = row.evidence;
  if (claim) evidence.claimed = "p1";
  return verdict(evidence, row.rules);
}

void expect_rows(const std::vector<Row>& rows, bool claim) {
  for (const Row& row : rows) {
    const Verdict got = verdict_of(row, claim);
    EXPECT_EQ(got.decision, row.decision) << row.name;
    EXPECT_EQ(got.reason.code, row.code) << row.name;
    EXPECT_EQ(got.persons.size(), row.evidence.persons.size()) << row.name;
    if (row.sentence == nullptr) continue;
    EXPECT_EQ(sentence(got.reason), row.sentence) << row.name;
  }
}

TEST(Verdict, OfSearches) { expect_rows(search_rows(), false); }

TEST(Verdict, OfVerifications) { expect_rows(claim_rows(), true); }

TEST(Verdict, AnUncalibratedFaceNamesTheMostAlikeAndSaysWhatToDo) {
  const Evidence search{whole(0), {by_face(0, -1, -1)}, kUncalibratedFace, {}};
  EXPECT_EQ(sentence(verdict(search, {36, 31, kNoCalibration}).reason),
            std::string("Undecided: the most alike face is that of person p1 (cosine 0.71); ") + kMakeCalibration);
  const Evidence nobody{whole(0), {}, kUncalibratedFace, {}};
  EXPECT_EQ(sentence(verdict(nobody, {36, 31, kNoCalibration}).reason), std::string("Undecided: ") + kMakeCalibration);
  const Evidence claim{{}, {by_face(0, -1, -1)}, kUncalibratedFace, "p1"};
  EXPECT_EQ(sentence(verdict(claim, {36, 31, kNoCalibration}).reason),
            std::string("Undecided: cosine 0.71; ") + kMakeCalibration);
}

// Every code of the catalogue has a row above that reaches it, so that none is dead and none is untested.
TEST(Verdict, TheTablesReachEveryReason) {
  std::set<std::string_view> reached;
  for (const Row& row : search_rows()) reached.insert(verdict_of(row, false).reason.code.name());
  for (const Row& row : claim_rows()) reached.insert(verdict_of(row, true).reason.code.name());
  std::set<std::string_view> known;
  for (const ReasonCode code : AnswerCode::all()) known.insert(code.name());
  EXPECT_EQ(reached, known);
}

// The answer of a complete search is a match exactly where its best candidate is one.
TEST(Verdict, AnswerAndBestCandidateAgree) {
  for (const AllRules face : {kNoCalibration, kCalibrated, kAlone}) {
    for (const Evidence::Captured probe : {kFingers, kPoorFingers, kFace, kBoth, kPoorBoth}) {
      for (const double db : {0.0, 5.0, 12.0, 33.0, 36.0, 90.0}) {
        for (const double fingers_db : {-1.0, 0.0, 9.0, 10.0, 36.0}) {
          for (const double threshold_db : {3.0, 10.0, 36.0}) {
            const Rules rules{threshold_db, threshold_db - 3, face};
            const bool with_face = probe.given[Modality::kFace];
            const ScoredPerson person =
                with_face ? by_face(db, fingers_db, face[Modality::kFace].calibrated ? db : -1) : by_fingers(db);
            // Nothing but a face and no calibration: it has no decibels.
            if (with_face && !face[Modality::kFace].calibrated && fingers_db < 0 && db > 0) continue;
            if (with_face && !probe.given[Modality::kFinger] && fingers_db >= 0) continue;
            const Verdict got = verdict({whole(), {person}, probe, {}}, rules);
            EXPECT_EQ(got.decision == kMatch, got.persons.at(0) == kMatch)
                << got.reason.code << " " << db << " " << fingers_db << " " << threshold_db;
          }
        }
      }
    }
  }
}

// However low the threshold is: the score is at least kLeastMatch_db where the answer is a match.
TEST(Verdict, NothingBelowTenDecibelsIsAMatch) {
  for (const AllRules face : {kNoCalibration, kCalibrated, kAlone}) {
    for (const Evidence::Captured probe : {kFingers, kFace, kBoth}) {
      for (double db = 0; db < kLeastMatch_db; db += 0.5) {
        for (const std::optional<std::string>& claimed :
             {std::optional<std::string>(), std::optional<std::string>("p1")}) {
          for (const ScoredPerson& person : {by_fingers(db), by_face(db, db, db), by_face(db, -1, db)}) {
            const Verdict got = verdict({whole(), {person}, probe, claimed}, {0, 0, face});
            EXPECT_NE(got.decision, kMatch) << got.reason.code << ' ' << db;
            EXPECT_NE(got.persons.at(0), kMatch) << db;
          }
        }
      }
    }
  }
}

// Of a match, a search left undecided, and a no: who is near enough, and nobody else.
TEST(Verdict, NobodyBelowTheReviewLineIsNamed) {
  const std::vector<double> scores = {92, 36, 35, 31, 30.9, 12, 0};
  for (std::size_t best = 0; best < scores.size(); ++best) {
    Evidence evidence{whole(), {}, kFingers, {}};
    for (std::size_t i = best; i < scores.size(); ++i) {
      evidence.persons.push_back(by_fingers(scores[i]));
      evidence.persons.back().person_id = "p" + std::to_string(i);
    }
    const Verdict got = verdict(evidence, {36, 31, kNoCalibration});
    ASSERT_EQ(got.named.size(), evidence.persons.size());
    for (std::size_t i = best; i < scores.size(); ++i) EXPECT_EQ(got.named[i - best], scores[i] >= 31) << scores[i];
  }
}

TEST(Verdict, WhomTheReasonNamesIsNamed) {
  const Evidence evidence{
      whole(), {by_two("p1", 69.5, 92.3, 0.1), by_two("p2", 25, 0.2, 40), by_two("p3", 12, 3, 9)}, kFingers, {}};
  const Verdict got = verdict(evidence, {36, 31, kNoCalibration});
  EXPECT_EQ(got.reason.code, AnswerCode::kFingersDisagree);
  EXPECT_EQ(got.named, (std::vector<bool>{true, true, false}));
}

// Looking elsewhere is for what would rule somebody out, and for nothing else.
TEST(Verdict, LookingElsewhereIsWorthWhileBeforeANo) {
  const auto check = [](const std::vector<Row>& rows, bool claim, const std::set<std::string_view>& worth) {
    for (const Row& row : rows) {
      const Verdict got = verdict_of(row, claim);
      EXPECT_EQ(worth_looking_elsewhere(got), worth.contains(got.reason.code.name())) << row.name;
    }
  };
  check(search_rows(), false, {"no_match", "threshold_out_of_reach", "few_comparable"});
  check(claim_rows(), true,
        {"claim_no_match", "claim_threshold_out_of_reach", "claim_no_such_finger", "claim_no_such_finger_nor_face"});
}

TEST(Verdict, CountsWhoFitsElsewhere) {
  Row row = search_rows().front();
  row.evidence.persons = {by_fingers(12)};
  row = elsewhere(40, FingerPosition::kLeftIndex, row);
  row.evidence.elsewhere.push_back(row.evidence.elsewhere.front());
  row.evidence.elsewhere.push_back(row.evidence.elsewhere.front());
  row.evidence.elsewhere.back().score_db = 20;
  EXPECT_EQ(verdict_of(row, false).fit_elsewhere, 2U);
}

TEST(Verdict, CountsWhoMatches) {
  EXPECT_EQ(verdict({whole(), two_records(50, 40), kFingers, {}}, {36, 31, kNoCalibration}).matches, 2U);
  EXPECT_EQ(verdict({whole(), two_records(50, 35), kFingers, {}}, {36, 31, kNoCalibration}).matches, 1U);
  EXPECT_EQ(verdict({whole(), two_records(35, 12), kFingers, {}}, {36, 31, kNoCalibration}).matches, 0U);
}

// Without a calibration faces have no decibels: they name people where nothing else was captured.
TEST(Verdict, UncalibratedFacesNamePeopleWhereThereIsNothingElse) {
  EXPECT_TRUE(verdict({whole(0), {by_face(0, -1, -1)}, kUncalibratedFace, {}}, {36, 31, kNoCalibration}).named.at(0));
  EXPECT_FALSE(verdict({whole(), {by_face(0, -1, -1)}, kBoth, {}}, {36, 31, kNoCalibration}).named.at(0));
}

// No odds are named that nobody counted: a score beyond what was counted names how far that was.
TEST(Verdict, NoOddsBeyondWhatWasCounted) {
  for (const double supported_db : {10.0, 36.75, 42.75}) {
    for (double db = 36; db < 120; db += 0.25) {
      for (const std::optional<std::string>& claimed :
           {std::optional<std::string>(), std::optional<std::string>("p1")}) {
        const Reason reason =
            verdict({whole(), {by_fingers(db)}, kFingers, claimed}, {36, 31, {}, supported_db}).reason;
        for (const ReasonArgument& argument : reason.arguments) {
          if (argument.name != "chance" && argument.name != "supported_chance") continue;
          EXPECT_GE(std::get<double>(argument.value), std::pow(10.0, -supported_db / 10) * (1 - 1e-9)) << db;
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
  EXPECT_EQ(verdict(failed, {36, 31, kNoCalibration}).decision, kIndeterminate);
}

TEST(Verdict, NamesAreStable) {
  EXPECT_EQ(name_of(Decision::kMatch), "match");
  EXPECT_EQ(name_of(Decision::kNoMatch), "no_match");
  EXPECT_EQ(name_of(Decision::kIndeterminate), "indeterminate");
}

}  // namespace
}  // namespace whorl::engine
