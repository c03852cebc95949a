#include "engine/decision.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>
#include <utility>

namespace whorl::engine {
namespace {

std::string decibels(double db) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f dB", db);
  return text;
}

// "1 in 4,000"
std::string odds(double rate) {
  std::string digits = std::to_string(std::llround(std::min(1.0 / rate, 1e15)));
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), ",");
  }
  return "1 in " + digits;
}

std::string persons(std::uint64_t n) { return n == 1 ? "1 person" : std::to_string(n) + " persons"; }

std::string match_reason(const IdentifyAnswer& answer) {
  const Candidate& best = answer.candidates.front();
  const double chance =
      static_cast<double>(std::max<std::uint64_t>(1, answer.receipt.searched)) * std::pow(10.0, -best.score_db / 10.0);
  return "Match with person " + best.person_id + ": " + decibels(best.score_db) + ", threshold " +
         decibels(answer.threshold_db) + "; in a search of " + persons(answer.receipt.searched) +
         ", a stranger would score as much in at most " + odds(std::min(1.0, chance)) + ".";
}

// What a person must have to be compared with what was captured.
std::string comparable_with(const IdentifyAnswer& answer) {
  const std::string finger = "finger at the positions captured well enough";
  if (!answer.probe_face) return finger;
  return answer.probe.empty() ? "face" : finger + ", or a face";
}

std::string no_match_reason(const IdentifyAnswer& answer) {
  if (answer.receipt.gallery_size == 0) return "No match: nobody is enrolled in this gallery.";
  std::string out = "No match: all of " + persons(answer.receipt.searched) + " searched, ";
  out += answer.candidates.empty() ? std::string("nothing alike")
                                   : "best score " + decibels(answer.candidates.front().score_db);
  out += ", threshold " + decibels(answer.threshold_db);
  const std::uint64_t incomparable = answer.receipt.searched - answer.receipt.comparable;
  if (incomparable > 0) {
    out += "; " + std::to_string(incomparable) + " of them have no " + comparable_with(answer);
  }
  return out + ".";
}

constexpr const char* kUnusable =
    "Undecided: no finger or face that could be compared is good enough to rule anybody out; follow the feedback and "
    "capture again.";

bool enough_comparable(const Receipt& receipt) {
  return static_cast<double>(receipt.comparable) >= kLeastComparableShare * static_cast<double>(receipt.searched);
}

std::pair<Decision, std::string> decided(bool probe_usable, const IdentifyAnswer& answer) {
  const Receipt& receipt = answer.receipt;
  if (!receipt.complete()) {
    return {Decision::kIndeterminate, "Undecided: " + std::to_string(receipt.searched) + " of " +
                                          persons(receipt.gallery_size) + " (" + std::to_string(receipt.shards_ok) +
                                          " of " + std::to_string(receipt.shards_total) +
                                          " shards) could be searched; search again."};
  }
  const double best_db = answer.candidates.empty() ? 0.0 : answer.candidates.front().score_db;
  const Decision best =
      answer.candidates.empty() ? Decision::kNoMatch : classify(best_db, answer.threshold_db, answer.review_db);
  if (best == Decision::kMatch) return {best, match_reason(answer)};
  if (best == Decision::kIndeterminate) {
    return {best, "Undecided: person " + answer.candidates.front().person_id + " scores " + decibels(best_db) +
                      ", just below the threshold of " + decibels(answer.threshold_db) +
                      "; capture again or more fingers, or have an examiner compare."};
  }
  if (receipt.gallery_size > 0 && !probe_usable) return {Decision::kIndeterminate, kUnusable};
  if (!enough_comparable(receipt)) {
    const std::string some = receipt.comparable == 0 ? "none" : "only " + std::to_string(receipt.comparable);
    return {Decision::kIndeterminate, "Undecided: " + some + " of " + persons(receipt.searched) + " has a " +
                                          comparable_with(answer) + "; capture other fingers."};
  }
  return {Decision::kNoMatch, no_match_reason(answer)};
}

std::string likeness(const FaceScore& face) {
  char text[32];
  std::snprintf(text, sizeof text, "cosine %.2f", face.cosine);
  return text;
}

constexpr const char* kNoCalibration =
    "there is no calibration for faces, so a face decides nothing: make one from pairs that you know with whorl "
    "calibrate --pairs PAIRS --images FOLDER --cross --out FILE, and give it with --face-calibration";

constexpr const char* kNeedsFingers =
    "a face alone is no match in this gallery: capture fingers, or have an examiner compare";

}  // namespace

Decision classify_person(double score_db, double fingers_db, bool compared, double threshold_db, double review_db,
                         const FaceRules& rules) {
  if (!compared && rules.face && !rules.calibrated) return Decision::kIndeterminate;
  const Decision by_score = classify(score_db, threshold_db, review_db);
  const bool supported = rules.alone_matches || fingers_db >= kLeastSupport_db;
  return by_score == Decision::kMatch && !supported ? Decision::kIndeterminate : by_score;
}

void apply(const FaceRules& rules, IdentifyAnswer& answer) {
  if (!rules.face || !answer.receipt.complete() || answer.receipt.gallery_size == 0) return;
  if (!rules.calibrated && !rules.fingers) {
    answer.decision = Decision::kIndeterminate;
    answer.reason = "Undecided: ";
    if (!answer.candidates.empty() && answer.candidates.front().face) {
      const Candidate& best = answer.candidates.front();
      answer.reason += "the most alike face is that of person " + best.person_id + " (" + likeness(*best.face) + "); ";
    }
    answer.reason += std::string(kNoCalibration) + ".";
    return;
  }
  if (answer.decision != Decision::kMatch || answer.candidates.front().decision == Decision::kMatch) return;
  const Candidate& best = answer.candidates.front();
  answer.decision = Decision::kIndeterminate;
  answer.reason = "Undecided: person " + best.person_id + " scores " + decibels(best.score_db) + ", threshold " +
                  decibels(answer.threshold_db) + ", by the face; " + kNeedsFingers + ".";
}

void apply(const FaceRules& rules, Decision by_person, VerifyAnswer& answer) {
  if (!rules.face || !answer.face) return;
  if (!rules.calibrated && answer.fingers.empty()) {
    answer.decision = Decision::kIndeterminate;
    answer.reason = "Undecided: " + likeness(*answer.face) + "; " + kNoCalibration + ".";
  } else if (answer.decision == Decision::kMatch && by_person != Decision::kMatch) {
    answer.decision = Decision::kIndeterminate;
    answer.reason = "Undecided: " + decibels(answer.score_db) + ", threshold " + decibels(answer.threshold_db) +
                    ", by the face; " + kNeedsFingers + ".";
  }
}

double identify_threshold_db(double target_fpir, std::uint64_t persons_searched) {
  return 10.0 * std::log10(static_cast<double>(std::max<std::uint64_t>(1, persons_searched)) / target_fpir);
}

double verify_threshold_db(double target_fmr) { return -10.0 * std::log10(target_fmr); }

Decision classify(double score_db, double threshold_db, double review_db) {
  if (score_db >= threshold_db) return Decision::kMatch;
  return score_db >= review_db ? Decision::kIndeterminate : Decision::kNoMatch;
}

void decide(bool probe_usable, IdentifyAnswer& answer) {
  std::tie(answer.decision, answer.reason) = decided(probe_usable, answer);
}

void decide(bool probe_usable, bool compared, double review_db, VerifyAnswer& answer) {
  const std::string figures = decibels(answer.score_db) + ", threshold " + decibels(answer.threshold_db);
  const Decision by_score = compared ? classify(answer.score_db, answer.threshold_db, review_db) : Decision::kNoMatch;
  if (by_score == Decision::kMatch) {
    answer.decision = by_score;
    answer.reason = "Match: " + figures + "; a stranger would score as much in at most " +
                    odds(std::pow(10.0, -answer.score_db / 10.0)) + ".";
  } else if (by_score == Decision::kIndeterminate) {
    answer.decision = by_score;
    answer.reason = "Undecided: " + figures + "; capture again or more fingers, or have an examiner compare.";
  } else if (!probe_usable) {
    answer.decision = Decision::kIndeterminate;
    answer.reason = kUnusable;
  } else if (!compared) {
    answer.decision = Decision::kIndeterminate;
    answer.reason = std::string("Undecided: the person has no finger at the positions captured") +
                    (answer.probe_face ? ", and no face; " : "; ") + "capture other fingers.";
  } else {
    answer.decision = Decision::kNoMatch;
    answer.reason = "No match: " + figures + ".";
  }
}

}  // namespace whorl::engine
