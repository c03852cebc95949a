// Whole answers as text, to the last bit of every score, for tests that compare them.
#pragma once

#include <ios>
#include <ostream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "engine/types.h"

namespace whorl::engine {

inline void write(std::ostream& out, const SampleScore& s) {
  out << "  " << row_of(s.modality).name << ' ' << s.encounter_id << ' ' << int{s.probe} << ' ' << int{s.reference}
      << ' ' << s.score_db.value_or(-1.0) << ' ' << s.cosine << '\n';
}

inline void write(std::ostream& out, const Reason& reason) {
  out << reason.code;
  for (const ReasonArgument& argument : reason.arguments) {
    out << ' ' << argument.name << '=';
    std::visit([&](const auto& value) { out << value; }, argument.value);
  }
  out << '\n';
}

inline void write(std::ostream& out, const std::vector<SampleQuality>& samples) {
  for (const auto& s : samples) {
    out << "probe " << row_of(s.modality).name << ' ' << int{s.position} << ' ' << s.quality << ' ' << s.features << ' '
        << s.feedback << '\n';
  }
}

// Everything of an answer but the time it took, and but how many shards and parts there are: that is how the gallery is
// cut up.
inline std::string text_of(const Result<IdentifyAnswer>& result) {
  if (!result.ok()) return result.error().text();
  const IdentifyAnswer& answer = *result;
  std::ostringstream out;
  out << std::hexfloat << name_of(answer.decision) << ' ' << answer.reason << '\n';
  write(out, answer.why);
  out << answer.threshold_db << ' ' << answer.review_db << ' ' << answer.target_fpir << '\n';
  for (const Candidate& c : answer.candidates) {
    out << c.rank << ' ' << c.person_id << ' ' << c.score_db << ' ' << name_of(c.decision) << '\n';
    for (const SampleScore& score : c.scores) write(out, score);
  }
  write(out, answer.probe);
  const Receipt& r = answer.receipt;
  out << r.gallery_size << ' ' << r.searched << ' ' << r.comparable << ' ' << r.complete() << ' ' << answer.compared
      << ' ' << r.compared << ' ' << answer.matches << ' ' << r.failures.size() << '\n';
  return out.str();
}

inline std::string text_of(const Result<VerifyAnswer>& result) {
  if (!result.ok()) return result.error().text();
  const VerifyAnswer& answer = *result;
  std::ostringstream out;
  out << std::hexfloat << name_of(answer.decision) << ' ' << answer.reason << '\n';
  write(out, answer.why);
  out << answer.score_db << ' ' << answer.threshold_db << '\n';
  for (const SampleScore& score : answer.scores) write(out, score);
  write(out, answer.probe);
  return out.str();
}

}  // namespace whorl::engine
