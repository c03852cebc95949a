#include "cli/answers.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/reason_json.h"
#include "cli/print.h"

namespace whorl::cli {
namespace {
namespace json = boost::json;

using engine::SampleQuality;
using engine::SampleScore;

std::string_view finger_name(std::uint8_t position) {
  return fingerprint::name_of(static_cast<engine::FingerPosition>(position));
}

json::array fingers_json(const std::vector<SampleQuality>& samples) {
  json::array out;
  for (const SampleQuality& f : samples) {
    if (f.modality != Modality::kFinger) continue;
    out.push_back({{"position", finger_name(f.position)},
                   {"quality", f.quality},
                   {"minutiae", f.features},
                   {"feedback", f.feedback},
                   {"feedback_reasons", reasons_json(f.why)}});
  }
  return out;
}

json::array fingers_json(const std::vector<SampleScore>& scores) {
  json::array out;
  for (const SampleScore& s : scores) {
    if (s.modality != Modality::kFinger) continue;
    out.push_back({{"encounter_id", s.encounter_id},
                   {"probe", finger_name(s.probe)},
                   {"reference", finger_name(s.reference)},
                   {"score_db", s.score_db.value_or(0)}});
  }
  return out;
}

json::value face_json(const std::vector<SampleQuality>& samples) {
  const SampleQuality* face = first_of(samples, Modality::kFace);
  if (face == nullptr) return nullptr;
  return json::object{
      {"quality", face->quality}, {"feedback", face->feedback}, {"feedback_reasons", reasons_json(face->why)}};
}

json::value face_json(const std::vector<SampleScore>& scores) {
  const SampleScore* face = first_of(scores, Modality::kFace);
  if (face == nullptr) return nullptr;
  return json::object{{"encounter_id", face->encounter_id},
                      {"cosine", face->cosine},
                      {"score_db", face->score_db ? json::value(*face->score_db) : json::value(nullptr)}};
}

// " (face 0.71)"
std::string face_note(const std::vector<SampleScore>& scores) {
  const SampleScore* face = first_of(scores, Modality::kFace);
  return face == nullptr ? std::string() : "  (face: cosine " + fixed(face->cosine, 2) + ")";
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return out;
}

std::string quality_lines(const std::vector<SampleQuality>& samples) {
  std::string out;
  for (const SampleQuality& s : samples) {
    const bool finger = s.modality == Modality::kFinger;
    out += "  " + std::string(finger ? finger_name(s.position) : row_of(s.modality).name) + ": quality " +
           std::to_string(s.quality) + (finger ? ", " + std::to_string(s.features) + " minutiae" : "") +
           (s.feedback.empty() ? "" : "; " + s.feedback) + "\n";
  }
  return out;
}

std::string receipt_text(const engine::Receipt& r) {
  return "searched " + std::to_string(r.searched) + " of " + std::to_string(r.gallery_size) + " persons, " +
         std::to_string(r.shards_ok) + " of " + std::to_string(r.shards_total) + " shards";
}

}  // namespace

json::object json_of(const engine::IdentifyAnswer& answer) {
  json::array candidates;
  for (const engine::Candidate& c : answer.candidates) {
    candidates.push_back({{"rank", c.rank},
                          {"person_id", c.person_id},
                          {"score_db", c.score_db},
                          {"decision", engine::name_of(c.decision)},
                          {"fingers", fingers_json(c.scores)},
                          {"face", face_json(c.scores)}});
  }
  const engine::Receipt& r = answer.receipt;
  return {{"decision", engine::name_of(answer.decision)},
          {"reason", answer.reason},
          {"reason_code", std::string(answer.why.code.name())},
          {"reason_arguments", arguments_json(answer.why)},
          {"threshold_db", answer.threshold_db},
          {"review_db", answer.review_db},
          {"supported_db", answer.supported_db},
          {"target_fpir", answer.target_fpir},
          {"matches", answer.matches},
          {"expected_miss_rate",
           answer.expected_miss_rate ? json::value(*answer.expected_miss_rate) : json::value(nullptr)},
          {"candidates", std::move(candidates)},
          {"probe", fingers_json(answer.probe)},
          {"probe_face", face_json(answer.probe)},
          {"receipt",
           {{"gallery_size", r.gallery_size},
            {"searched", r.searched},
            {"shards_ok", r.shards_ok},
            {"shards_total", r.shards_total},
            {"comparable", r.comparable},
            {"compared_persons", r.compared},
            {"complete", r.complete()}}},
          {"compared", answer.compared},
          {"elapsed_ms", answer.elapsed_ms}};
}

json::object json_of(const engine::VerifyAnswer& answer) {
  return {{"decision", engine::name_of(answer.decision)},
          {"reason", answer.reason},
          {"reason_code", std::string(answer.why.code.name())},
          {"reason_arguments", arguments_json(answer.why)},
          {"score_db", answer.score_db},
          {"threshold_db", answer.threshold_db},
          {"supported_db", answer.supported_db},
          {"fingers", fingers_json(answer.scores)},
          {"face", face_json(answer.scores)},
          {"probe", fingers_json(answer.probe)},
          {"probe_face", face_json(answer.probe)}};
}

json::object json_of(const engine::EnrolReceipt& receipt) {
  return {{"person_id", receipt.person_id},
          {"encounter_id", receipt.encounter_id},
          {"sequence", receipt.sequence},
          {"fingers", fingers_json(receipt.samples)},
          {"face", face_json(receipt.samples)}};
}

json::array json_of(const std::vector<index::LoadOutcome::Refusal>& refusals) {
  json::array out;
  for (const auto& r : refusals) {
    out.push_back({{"person_id", r.person_id},
                   {"encounter_id", r.encounter_id},
                   {"kind", name_of(r.error.kind)},
                   {"message", r.error.message},
                   {"field", r.error.field.text()},
                   {"reason_code", std::string(r.error.code())},
                   {"reason_arguments", arguments_json(r.error.reason)}});
  }
  return out;
}

std::string text_of(const engine::IdentifyAnswer& answer) {
  std::string out = upper(engine::name_of(answer.decision)) + "  " + answer.reason + "\n";
  for (const engine::Candidate& c : answer.candidates) {
    out += "  " + std::to_string(c.rank) + ". " + c.person_id + "  " + fixed(c.score_db) + " dB  " +
           upper(engine::name_of(c.decision)) + face_note(c.scores) + "\n";
  }
  out += "threshold " + fixed(answer.threshold_db) + " dB, review from " + fixed(answer.review_db) + " dB; " +
         receipt_text(answer.receipt) + ", " + std::to_string(answer.compared) + " exact comparisons, " +
         fixed(answer.elapsed_ms) + " ms\n";
  return out + quality_lines(answer.probe);
}

std::string text_of(const engine::VerifyAnswer& answer) {
  return upper(engine::name_of(answer.decision)) + "  " + answer.reason + "\n" + fixed(answer.score_db) +
         " dB, threshold " + fixed(answer.threshold_db) + " dB" + face_note(answer.scores) + "\n" +
         quality_lines(answer.probe);
}

std::string text_of(const engine::EnrolReceipt& receipt) {
  return "enrolled person " + receipt.person_id + ", encounter " + receipt.encounter_id + "\n" +
         quality_lines(receipt.samples);
}

template <class Answer>
static void print_either(const Answer& answer, bool as_json) {
  if (as_json) {
    print_json(json_of(answer));
  } else {
    print(text_of(answer));
  }
}

void print_answer(const engine::IdentifyAnswer& answer, bool json) { print_either(answer, json); }
void print_answer(const engine::VerifyAnswer& answer, bool json) { print_either(answer, json); }
void print_answer(const engine::EnrolReceipt& receipt, bool json) { print_either(receipt, json); }

}  // namespace whorl::cli
