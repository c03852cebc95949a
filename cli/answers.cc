#include "cli/answers.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/reason_json.h"
#include "cli/print.h"

namespace whorl::cli {
namespace {
namespace json = boost::json;

using engine::FingerQuality;
using engine::FingerScore;

json::array json_of(const std::vector<FingerQuality>& fingers) {
  json::array out;
  for (const FingerQuality& f : fingers) {
    out.push_back({{"position", fingerprint::name_of(f.position)},
                   {"quality", f.quality},
                   {"minutiae", f.minutiae},
                   {"feedback", f.feedback},
                   {"feedback_reasons", reasons_json(f.why)}});
  }
  return out;
}

json::array json_of(const std::vector<FingerScore>& scores) {
  json::array out;
  for (const FingerScore& s : scores) {
    out.push_back({{"encounter_id", s.encounter_id},
                   {"probe", fingerprint::name_of(s.probe)},
                   {"reference", fingerprint::name_of(s.reference)},
                   {"score_db", s.score_db}});
  }
  return out;
}

json::value json_of(const std::optional<engine::FaceQuality>& face) {
  if (!face) return nullptr;
  return json::object{
      {"quality", face->quality}, {"feedback", face->feedback}, {"feedback_reasons", reasons_json(face->why)}};
}

json::value json_of(const std::optional<engine::FaceScore>& face) {
  if (!face) return nullptr;
  return json::object{{"encounter_id", face->encounter_id},
                      {"cosine", face->cosine},
                      {"score_db", face->score_db ? json::value(*face->score_db) : json::value(nullptr)}};
}

std::string quality_line(const std::optional<engine::FaceQuality>& face) {
  if (!face) return {};
  return "  face: quality " + std::to_string(face->quality) + (face->feedback.empty() ? "" : "; " + face->feedback) +
         "\n";
}

// " (face 0.71)"
std::string face_note(const std::optional<engine::FaceScore>& face) {
  return face ? "  (face: cosine " + fixed(face->cosine, 2) + ")" : std::string();
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return out;
}

std::string quality_lines(const std::vector<FingerQuality>& fingers) {
  std::string out;
  for (const FingerQuality& f : fingers) {
    out += "  " + std::string(fingerprint::name_of(f.position)) + ": quality " + std::to_string(f.quality) + ", " +
           std::to_string(f.minutiae) + " minutiae" + (f.feedback.empty() ? "" : "; " + f.feedback) + "\n";
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
                          {"fingers", json_of(c.fingers)},
                          {"face", json_of(c.face)}});
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
          {"probe", json_of(answer.probe)},
          {"probe_face", json_of(answer.probe_face)},
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
          {"fingers", json_of(answer.fingers)},
          {"face", json_of(answer.face)},
          {"probe", json_of(answer.probe)},
          {"probe_face", json_of(answer.probe_face)}};
}

json::object json_of(const engine::EnrolReceipt& receipt) {
  return {{"person_id", receipt.person_id},
          {"encounter_id", receipt.encounter_id},
          {"sequence", receipt.sequence},
          {"fingers", json_of(receipt.fingers)},
          {"face", json_of(receipt.face)}};
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
           upper(engine::name_of(c.decision)) + face_note(c.face) + "\n";
  }
  out += "threshold " + fixed(answer.threshold_db) + " dB, review from " + fixed(answer.review_db) + " dB; " +
         receipt_text(answer.receipt) + ", " + std::to_string(answer.compared) + " exact comparisons, " +
         fixed(answer.elapsed_ms) + " ms\n";
  return out + quality_lines(answer.probe) + quality_line(answer.probe_face);
}

std::string text_of(const engine::VerifyAnswer& answer) {
  return upper(engine::name_of(answer.decision)) + "  " + answer.reason + "\n" + fixed(answer.score_db) +
         " dB, threshold " + fixed(answer.threshold_db) + " dB" + face_note(answer.face) + "\n" +
         quality_lines(answer.probe) + quality_line(answer.probe_face);
}

std::string text_of(const engine::EnrolReceipt& receipt) {
  return "enrolled person " + receipt.person_id + ", encounter " + receipt.encounter_id + "\n" +
         quality_lines(receipt.fingers) + quality_line(receipt.face);
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
