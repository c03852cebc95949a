#include "server/osia/search_answer.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <utility>

#include "base/catalogue.h"
#include "base/reason_json.h"
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
                   {"scores", scores_json(candidate.scores)},
                   {"others", {{"decision", json_view(name_of(candidate.decision))}}}});
  }
  return out;
}

// Headers are logged by proxies: the reason's code stands there, and its sentence, which names people, in the body.
void add_decision_headers(Reply& reply, Decision decision, double threshold_db, const Reason& why) {
  reply.headers.emplace_back("Whorl-Decision", name_of(decision));
  reply.headers.emplace_back("Whorl-Threshold-Db", fixed(threshold_db, 2));
  if (!why.code.empty()) reply.headers.emplace_back("Whorl-Reason", header_value(why.code.name()));
}

// Which shards could not be searched. Why is for whoever runs the node: the log has it.
json::array failures_json(const engine::Receipt& receipt) {
  json::array out;
  for (const auto& failure : receipt.failures) {
    json::object each{{"part", failure.part}};
    if (failure.shard) each["shard"] = *failure.shard;
    out.emplace_back(std::move(each));
  }
  return out;
}

json::array texts_json(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

json::object receipt_json(const engine::Receipt& receipt) {
  return {{"gallerySize", receipt.gallery_size},
          {"searched", receipt.searched},
          {"shardsOk", receipt.shards_ok},
          {"shardsTotal", receipt.shards_total},
          {"partsOk", receipt.parts_ok},
          {"partsTotal", receipt.parts_total},
          {"failures", failures_json(receipt)},
          {"comparable", receipt.comparable},
          {"comparedPersons", receipt.compared},
          {"complete", receipt.complete()},
          {"filterAbsent", texts_json(receipt.absent)}};
}

void add_receipt_headers(Reply& reply, const engine::Receipt& receipt) {
  reply.headers.emplace_back("Whorl-Gallery-Size", std::to_string(receipt.gallery_size));
  reply.headers.emplace_back("Whorl-Searched", std::to_string(receipt.searched));
  reply.headers.emplace_back("Whorl-Shards-Ok", std::to_string(receipt.shards_ok));
  reply.headers.emplace_back("Whorl-Shards-Total", std::to_string(receipt.shards_total));
  reply.headers.emplace_back("Whorl-Comparable", std::to_string(receipt.comparable));
}

// A rate with six decimals, or null.
json::value rate_json(const std::optional<double>& rate) {
  constexpr double kDecimals = 1e6;
  return rate ? json::value(std::round(*rate * kDecimals) / kDecimals) : json::value(nullptr);
}

// The sentence says so, and so does its argument.
bool matches_at_least(const engine::IdentifyAnswer& answer) {
  const auto& arguments = answer.why.arguments;
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const ReasonArgument& argument) { return argument.name == "least_matches"; });
}

json::object whole_identify(const engine::IdentifyAnswer& answer) {
  return {{"decision", json_view(name_of(answer.decision))},
          {"reason", answer.reason},
          {"reasonCode", json_view(answer.why.code.name())},
          {"reasonArguments", arguments_json(answer.why)},
          {"thresholdDb", two_decimals(answer.threshold_db)},
          {"reviewDb", two_decimals(answer.review_db)},
          {"supportedDb", two_decimals(answer.supported_db)},
          {"targetFpir", answer.target_fpir},
          {"matches", answer.matches},
          {"matchesAtLeast", matches_at_least(answer)},
          {"expectedMissRate", rate_json(answer.expected_miss_rate)},
          {"receipt", receipt_json(answer.receipt)},
          {"candidates", candidates_json(answer.candidates)},
          {"probe", quality_json(answer.probe)},
          {"probeFace", face_json(answer.probe)},
          {"compared", answer.compared},
          {"elapsedMs", two_decimals(answer.elapsed_ms)}};
}

}  // namespace

boost::json::object verify_json(const engine::VerifyAnswer& answer) {
  return {{"decision", json_view(name_of(answer.decision))},
          {"reason", answer.reason},
          {"reasonCode", json_view(answer.why.code.name())},
          {"reasonArguments", arguments_json(answer.why)},
          {"scoreDb", two_decimals(answer.score_db)},
          {"thresholdDb", two_decimals(answer.threshold_db)},
          {"supportedDb", two_decimals(answer.supported_db)},
          {"scores", scores_json(answer.scores)},
          {"probe", quality_json(answer.probe)},
          {"probeFace", face_json(answer.probe)}};
}

Reply identify_reply(engine::IdentifyAnswer answer, bool whole, bool partial_ok) {
  if (answer.decision == Decision::kNoMatch && !answer.receipt.complete()) {
    if (!partial_ok) {
      return error_reply(503, failure(ErrorCode::kNotWhole));
    }
    answer.decision = Decision::kIndeterminate;
    answer.reason = "The search did not cover the whole gallery; nobody was found in the part that was searched.";
    answer.why = {AnswerCode::kIncomplete, {}};
  }
  Reply reply =
      whole ? json_reply(whole_identify(answer), kIdentifyType) : json_reply(candidates_json(answer.candidates));
  add_decision_headers(reply, answer.decision, answer.threshold_db, answer.why);
  add_receipt_headers(reply, answer.receipt);
  reply.decision = name_of(answer.decision);
  return reply;
}

Reply verify_reply(const engine::VerifyAnswer& answer, bool whole) {
  Reply reply =
      whole ? json_reply(verify_json(answer), kVerifyType)
            : json_reply({{"decision", answer.decision == Decision::kMatch}, {"scores", scores_json(answer.scores)}});
  add_decision_headers(reply, answer.decision, answer.threshold_db, answer.why);
  reply.headers.emplace_back("Whorl-Score-Db", fixed(answer.score_db, 2));
  reply.decision = name_of(answer.decision);
  return reply;
}

}  // namespace whorl::server
