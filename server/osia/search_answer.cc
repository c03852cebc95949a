#include "server/osia/search_answer.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/text.h"
#include "server/json/json_text.h"
#include "server/osia/json_reply.h"
#include "server/osia/sample_json.h"

namespace whorl::server {
namespace {

namespace json = boost::json;
using engine::Decision;

json::array candidates_json(const std::vector<engine::Candidate>& candidates) {
  json::array out;
  for (const auto& candidate : candidates) {
    out.push_back({{"personId", candidate.person_id},
                   {"rank", candidate.rank},
                   {"score", two_decimals(candidate.score_db)},
                   {"scores", scores_json(candidate.fingers, candidate.face)},
                   {"others", {{"decision", json_view(name_of(candidate.decision))}}}});
  }
  return out;
}

void add_decision_headers(Reply& reply, Decision decision, double threshold_db, std::string_view reason) {
  reply.headers.emplace_back("Whorl-Decision", name_of(decision));
  reply.headers.emplace_back("Whorl-Threshold-Db", fixed(threshold_db, 2));
  reply.headers.emplace_back("Whorl-Reason", header_value(reason));
}

void add_receipt_headers(Reply& reply, const engine::Receipt& receipt) {
  reply.headers.emplace_back("Whorl-Gallery-Size", std::to_string(receipt.gallery_size));
  reply.headers.emplace_back("Whorl-Searched", std::to_string(receipt.searched));
  reply.headers.emplace_back("Whorl-Shards-Ok", std::to_string(receipt.shards_ok));
  reply.headers.emplace_back("Whorl-Shards-Total", std::to_string(receipt.shards_total));
  reply.headers.emplace_back("Whorl-Comparable", std::to_string(receipt.comparable));
}

json::object whole_identify(const engine::IdentifyAnswer& answer, Decision decision, std::string_view reason) {
  const auto& receipt = answer.receipt;
  return {{"decision", json_view(name_of(decision))},
          {"reason", json_view(reason)},
          {"thresholdDb", two_decimals(answer.threshold_db)},
          {"reviewDb", two_decimals(answer.review_db)},
          {"targetFpir", answer.target_fpir},
          {"receipt",
           {{"gallerySize", receipt.gallery_size},
            {"searched", receipt.searched},
            {"shardsOk", receipt.shards_ok},
            {"shardsTotal", receipt.shards_total},
            {"comparable", receipt.comparable},
            {"complete", receipt.complete()}}},
          {"candidates", candidates_json(answer.candidates)},
          {"probe", quality_json(answer.probe)},
          {"probeFace", face_json(answer.probe_face)},
          {"compared", answer.compared},
          {"elapsedMs", two_decimals(answer.elapsed_ms)}};
}

}  // namespace

Reply identify_reply(const engine::IdentifyAnswer& answer, bool whole, bool partial_ok) {
  Decision decision = answer.decision;
  std::string reason = answer.reason;
  if (decision == Decision::kNoMatch && !answer.receipt.complete()) {
    if (!partial_ok) {
      return error_reply(503, "the search did not cover the whole gallery, so there is no answer; try again");
    }
    decision = Decision::kIndeterminate;
    reason = "The search did not cover the whole gallery; nobody was found in the part that was searched.";
  }
  Reply reply = whole ? json_reply(whole_identify(answer, decision, reason), kIdentifyType)
                      : json_reply(candidates_json(answer.candidates));
  add_decision_headers(reply, decision, answer.threshold_db, reason);
  add_receipt_headers(reply, answer.receipt);
  reply.decision = name_of(decision);
  return reply;
}

Reply verify_reply(const engine::VerifyAnswer& answer, bool whole) {
  Reply reply;
  if (whole) {
    reply = json_reply({{"decision", json_view(name_of(answer.decision))},
                        {"reason", answer.reason},
                        {"scoreDb", two_decimals(answer.score_db)},
                        {"thresholdDb", two_decimals(answer.threshold_db)},
                        {"scores", scores_json(answer.fingers, answer.face)},
                        {"probe", quality_json(answer.probe)},
                        {"probeFace", face_json(answer.probe_face)}},
                       kVerifyType);
  } else {
    reply = json_reply(
        {{"decision", answer.decision == Decision::kMatch}, {"scores", scores_json(answer.fingers, answer.face)}});
  }
  add_decision_headers(reply, answer.decision, answer.threshold_db, answer.reason);
  reply.headers.emplace_back("Whorl-Score-Db", fixed(answer.score_db, 2));
  reply.decision = name_of(answer.decision);
  return reply;
}

}  // namespace whorl::server
