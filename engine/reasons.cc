// The catalogue of reasons, and how a sentence is made of a row and arguments.
#include "engine/reasons.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

namespace whorl::engine {
namespace {

constexpr ReasonSentence kCatalogue[] = {
    {reasons::kPartFailed,
     "Undecided: the part {part} of the gallery could not be searched ({cause})[, nor could {others} more]; search "
     "again."},
    {reasons::kIncomplete,
     "Undecided: {searched} of {gallery_size:persons} ({shards_ok} of {shards_total} shards) could be searched; search "
     "again."},
    {reasons::kNobodyEnrolled, "No match: nobody is enrolled in this gallery."},
    {reasons::kFaceUncalibrated,
     "Undecided: [the most alike face is that of person {person} ({cosine:cosine}); ]there is no calibration for "
     "faces, "
     "so a face decides nothing: make one from pairs that you know with whorl calibrate --pairs PAIRS --images FOLDER "
     "--cross --out FILE, and give it with --face-calibration."},
    {reasons::kFingersDisagree,
     "Undecided: the fingers point to different people, the {finger:finger} to person {person} and the "
     "{other_finger:finger} to person {other_person}: capture again, or have an examiner compare."},
    {reasons::kMatch,
     "Match with person {person}: {score_db:dB}, threshold {threshold_db:dB}; [in a search of {searched:persons}, a "
     "stranger would score as much in at most {chance:odds}|how seldom a stranger scores as much is beyond what was "
     "measured ({supported_chance:about})].[ {matches} records match: are they one person enrolled twice?]"},
    {reasons::kFingerUnlike,
     "Undecided: the {finger:finger} fits person {person}, the {other_finger:finger} does not, though it is a good "
     "capture: are they fingers of one person? Capture again, or have an examiner compare."},
    {reasons::kWeakMatch,
     "Undecided: person {person} scores {score_db:dB}, threshold {threshold_db:dB}; less than {least_db:dB} is no "
     "match, "
     "whatever the threshold: capture again or more fingers, or have an examiner compare."},
    {reasons::kFaceAlone,
     "Undecided: person {person} scores {score_db:dB}, threshold {threshold_db:dB}, by the face; a face alone is no "
     "match in this gallery: capture fingers, or have an examiner compare."},
    {reasons::kBelowThreshold,
     "Undecided: person {person} scores {score_db:dB}, just below the threshold of {threshold_db:dB}; capture again or "
     "more fingers, or have an examiner compare."},
    {reasons::kLoneFinger,
     "Undecided: the {finger:finger} fits person {person} ({score_db:dB}, threshold {threshold_db:dB}), what else was "
     "captured does not; capture again, or have an examiner compare."},
    {reasons::kOtherHand,
     "Undecided: the {finger:finger} captured fits the {other_finger:finger} of person {person} ({score_db:dB}, "
     "threshold "
     "{threshold_db:dB}): were the hands exchanged? Look, and search again under the right names."},
    {reasons::kOtherFinger,
     "Undecided: the {finger:finger} captured fits the {other_finger:finger} of person {person} ({score_db:dB}, "
     "threshold "
     "{threshold_db:dB}): were the fingers exchanged? Look, and search again under the right names."},
    {reasons::kResolutionDoubtful,
     "Undecided: the spacing of the ridges contradicts the resolution that the image states, so that not finding "
     "anybody "
     "says nothing; state the true resolution, or capture again."},
    {reasons::kProbeUnusable,
     "Undecided: no finger or face that could be compared is good enough to rule anybody out; follow the feedback and "
     "capture again."},
    {reasons::kFewComparable,
     "Undecided: {comparable:some} of {searched:persons} has a {lacking:phrase}; capture other fingers."},
    {reasons::kNoMatch,
     "No match: all of {searched:persons} searched[, the {compared} likeliest compared], [best score "
     "{score_db:dB}|nothing alike], threshold "
     "{threshold_db:dB}[; {incomparable} of them have no {lacking:phrase}][; such a search misses about "
     "{miss_chance:about} of the people enrolled][: add {add:phrase}]."},
    {reasons::kClaimFaceUncalibrated,
     "Undecided: {cosine:cosine}; there is no calibration for faces, so a face decides nothing: make one from pairs "
     "that you know with whorl calibrate --pairs PAIRS --images FOLDER --cross --out FILE, and give it with "
     "--face-calibration."},
    {reasons::kClaimMatch,
     "Match: {score_db:dB}, threshold {threshold_db:dB}; [a stranger would score as much in at most {chance:odds}|how "
     "seldom a stranger scores as much is beyond what was measured ({supported_chance:about})]."},
    {reasons::kClaimFingerUnlike,
     "Undecided: the {finger:finger} fits, the {other_finger:finger} does not, though it is a good capture: are they "
     "fingers of one person? Capture again, or have an examiner compare."},
    {reasons::kClaimWeakMatch,
     "Undecided: {score_db:dB}, threshold {threshold_db:dB}; less than {least_db:dB} is no match, whatever the "
     "threshold: capture again or more fingers, or have an examiner compare."},
    {reasons::kClaimFaceAlone,
     "Undecided: {score_db:dB}, threshold {threshold_db:dB}, by the face; a face alone is no match in this gallery: "
     "capture fingers, or have an examiner compare."},
    {reasons::kClaimBelowThreshold,
     "Undecided: {score_db:dB}, threshold {threshold_db:dB}; capture again or more fingers, or have an examiner "
     "compare."},
    {reasons::kClaimLoneFinger,
     "Undecided: the {finger:finger} fits ({score_db:dB}, threshold {threshold_db:dB}), what else was captured does "
     "not; "
     "capture again, or have an examiner compare."},
    {reasons::kClaimOtherHand,
     "Undecided: the {finger:finger} captured fits the {other_finger:finger} of this person ({score_db:dB}, threshold "
     "{threshold_db:dB}): were the hands exchanged? Look, and verify again under the right names."},
    {reasons::kClaimOtherFinger,
     "Undecided: the {finger:finger} captured fits the {other_finger:finger} of this person ({score_db:dB}, threshold "
     "{threshold_db:dB}): were the fingers exchanged? Look, and verify again under the right names."},
    {reasons::kClaimNoSuchFinger,
     "Undecided: the person has no finger at the positions captured; capture other fingers."},
    {reasons::kClaimNoSuchFingerNorFace,
     "Undecided: the person has no finger at the positions captured, and no face; capture other fingers."},
    {reasons::kClaimNoMatch, "No match: {score_db:dB}, threshold {threshold_db:dB}."},
};

constexpr ReasonSentence kPhrases[] = {
    {lacking::kFinger, "finger at the positions captured well enough"},
    {lacking::kFace, "face"},
    {lacking::kFingerOrFace, "finger at the positions captured well enough, or a face"},
    {advice::kSecondFinger, "a second finger"},
};

std::string_view text_of(std::span<const ReasonSentence> rows, std::string_view code) {
  const auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.code == code; });
  return at == rows.end() ? code : at->sentence;
}

// With so many digits after the point.
std::string fixed(double value, int digits) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// "4,000"
std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), ",");
  }
  return digits;
}

// "1 in 4,000"
std::string odds(double rate) {
  return "1 in " + grouped(static_cast<std::uint64_t>(std::llround(std::min(1.0 / rate, 1e15))));
}

// The same with two digits that count.
std::string rounded_odds(double rate) {
  const double one_in = std::min(1.0 / rate, 1e15);
  const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(one_in)) - 1));
  return "1 in " + grouped(static_cast<std::uint64_t>(std::llround(one_in / unit) * std::llround(unit)));
}

std::string written(double value, std::string_view kind) {
  if (kind == "dB") return fixed(value, 1) + " dB";
  if (kind == "odds") return odds(value);
  if (kind == "about") return rounded_odds(value);
  if (kind == "cosine") return "cosine " + fixed(value, 2);
  return fixed(value, 3);
}

std::string written(std::uint64_t value, std::string_view kind) {
  if (kind == "persons") return value == 1 ? "1 person" : grouped(value) + " persons";
  if (kind == "some") return value == 0 ? "none" : "only " + grouped(value);
  return grouped(value);
}

// "right index" of "right_index"
std::string finger_in_words(std::string name) {
  if (name == "unknown") return "captured finger";
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string written(const std::string& value, std::string_view kind) {
  if (kind == "finger") return finger_in_words(value);
  return kind == "phrase" ? std::string(text_of(kPhrases, value)) : value;
}

// What "{name:kind}" stands for; nothing where the argument is not given.
std::optional<std::string> argument(std::string_view name_and_kind, const Reason& reason) {
  const std::size_t colon = name_and_kind.find(':');
  const std::string_view name = name_and_kind.substr(0, colon);
  const std::string_view kind = colon == std::string_view::npos ? "" : name_and_kind.substr(colon + 1);
  const auto at = std::find_if(reason.arguments.begin(), reason.arguments.end(),
                               [&](const ReasonArgument& a) { return a.name == name; });
  if (at == reason.arguments.end()) return {};
  return std::visit([&](const auto& value) { return written(value, kind); }, at->value);
}

// The text with its arguments put in; nothing where one of them is not given. Holds no "[".
std::optional<std::string> filled(std::string_view text, const Reason& reason) {
  std::string out;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const std::size_t close = text.find('}', open);
    const auto value = argument(text.substr(open + 1, close - open - 1), reason);
    if (!value) return {};
    out.append(text.substr(0, open)).append(*value);
    text.remove_prefix(close + 1);
  }
  return out.append(text);
}

// What "[one|other]" stands for.
std::string choice(std::string_view text, const Reason& reason) {
  const std::size_t bar = text.find('|');
  if (const auto one = filled(text.substr(0, bar), reason)) return *one;
  return bar == std::string_view::npos ? std::string() : filled(text.substr(bar + 1), reason).value_or("");
}

}  // namespace

std::span<const ReasonSentence> reason_catalogue() { return kCatalogue; }

std::string sentence(const Reason& reason) {
  std::string_view rest = text_of(kCatalogue, reason.code);
  std::string out;
  for (std::size_t open = rest.find('['); open != std::string_view::npos; open = rest.find('[')) {
    const std::size_t close = rest.find(']', open);
    out += filled(rest.substr(0, open), reason).value_or(std::string(reason.code));
    out += choice(rest.substr(open + 1, close - open - 1), reason);
    rest.remove_prefix(close + 1);
  }
  return out + filled(rest, reason).value_or(std::string(reason.code));
}

}  // namespace whorl::engine
