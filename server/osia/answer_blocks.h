// OSIA's encryption and integrity blocks of what is given out, for callers that ask for them: `encryptTo` names for
// whom, `integrity` of which type. docs/http.md, "Encrypted and signed data".
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/access/block_keys.h"
#include "server/http/query.h"
#include "server/http/route.h"

namespace whorl::server {

// Of the answers that have blocks, and of those that have encrypted texts alone.
inline constexpr std::string_view kIntegrityAnswers[] = {"NONE", "JWS"};
inline constexpr Parameter kEncryptTo{"encryptTo", TextValue{1, 64}};
inline constexpr Parameter kIntegrityWanted{"integrity", OneOfValue{kIntegrityAnswers}};

// Where the blocks of an answer stand that has no room for them: the texts that are encrypted.
inline constexpr std::string_view kEncryptionHeader = "Whorl-Encryption";

struct AnswerBlocks {
  std::optional<std::string> recipient = {};
  std::optional<std::string> integrity = {};  // "NONE" or "JWS"
};

// Errors: kInvalidInput (recipient_unknown, no_signing_key), naming the parameter, before anything is read.
Result<AnswerBlocks> blocks_asked(const Query& query, const access::BlockKeys& keys);

// Of an Encounter: first a hash over all of it, in clear, then encrypted in their place its images and what is said of
// the person. Errors: kInvalidInput (not_canonical), kUnavailable.
Status put_blocks(const AnswerBlocks& asked, const access::BlockKeys& keys, boost::json::object& encounter);

// The bytes, encrypted for the recipient; in base64 where there is none.
Result<std::string> buffer_text(const AnswerBlocks& asked, const access::BlockKeys& keys, ByteView bytes);

}  // namespace whorl::server
