// Bodies and queries of the routes -> the engine's requests. The only door for JSON from outside; fuzzed.
// Pure and thread-safe. Every error is kInvalidInput, names its field in OSIA's words, and comes before the
// engine has seen anything.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/types.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/osia/osia_biometrics.h"

namespace whorl::server {

// Of contextualData, biographicData, clientData and the samples' descriptions together, as they are kept.
inline constexpr std::size_t kMaxClientDataBytes = 64 * 1024;

template <class EngineRequest>
struct Parsed {
  EngineRequest request;
  Biometrics biometrics;  // its samples have moved into `request`; the item numbers serve in_osia_words
};

// An Encounter. `ids` come from the path. What the engine does not understand (contextualData, ...) is packed
// into client_data; unpack_client_data (osia_reply.h) is its inverse.
Result<Parsed<engine::EnrolRequest>> read_enrol(std::string_view body, const PathIds& ids);

// An IdentifyRequest; maxNbCand, threshold, accuracyLevel, targetFpir, partialOk from the query.
Result<Parsed<engine::IdentifyRequest>> read_identify(std::string_view body, const PathIds& ids, const Query& query);

// A VerifyFromIdRequest; threshold, targetFmr from the query.
Result<Parsed<engine::VerifyRequest>> read_verify(std::string_view body, const PathIds& ids, const Query& query);

// 1..128 bytes of letters, digits, '.', '_', ':', '-'. The error names `field`.
Status check_id(std::string_view id, const FieldPath& field);

}  // namespace whorl::server
