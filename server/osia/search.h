// /v1/identify and /v1/verify: searches of a gallery, and comparisons with one person of it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/access/block_keys.h"
#include "engine/types.h"
#include "server/http/query.h"
#include "server/http/route.h"
#include "server/osia/biometric_data.h"

namespace whorl::server {

std::span<const Route> search_routes();

// The query's accuracyLevel; `usual` where it says none.
engine::Accuracy accuracy_of(const Query& query, engine::Accuracy usual);

// An IdentifyRequest; maxNbCand, threshold, accuracyLevel, targetFpir and partialOk come from the query, showAll from
// either. What is encrypted or signed is opened with `keys` (data_blocks.h). Like read_verify pure and thread-safe.
// Errors: kInvalidInput, naming the property or parameter in OSIA's words, before the engine has seen anything.
Result<Parsed<engine::IdentifyRequest>> read_identify(std::string_view body, const std::string& gallery_id,
                                                      const Query& query, const access::BlockKeys& keys);

// A VerifyFromIdRequest; threshold and targetFmr come from the query.
Result<Parsed<engine::VerifyRequest>> read_verify(std::string_view body, const std::string& gallery_id,
                                                  const std::string& person_id, const Query& query,
                                                  const access::BlockKeys& keys);

// The same for somebody enrolled: the body is a filter, or nothing.
Result<engine::IdentifyRequest> read_identify_enrolled(std::string_view body, const std::string& gallery_id,
                                                       const Query& query);

// One against a few: personIds, kMostClaims of them, beside what a VerifyFromIdRequest has.
inline constexpr std::size_t kMostClaims = 8;
struct ParsedFew {
  std::vector<std::string> persons;
  Parsed<engine::VerifyRequest> one;  // without a person
};
Result<ParsedFew> read_verify_few(std::string_view body, const std::string& gallery_id, const Query& query,
                                  const access::BlockKeys& keys);

// A VerifyFromBioRequest.
struct ParsedCompare {
  engine::CompareRequest request;
  Biometrics one;  // their samples have moved into `request`
  Biometrics other;
};
Result<ParsedCompare> read_compare(std::string_view body, const Query& query, const access::BlockKeys& keys);

}  // namespace whorl::server
