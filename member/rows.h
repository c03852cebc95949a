// What a member keeps of the exchange, sealed in its gallery: one row for each question to a member, each check, each
// answer, each person that is protected.
//
// Plain values, and their bytes. Rows of cases have one length whatever they say. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/secret_bytes.h"
#include "engine/member_desk.h"
#include "exchange/envelope/message.h"
#include "exchange/policy/quota.h"
#include "member/row_key.h"

namespace whorl::member {

// Of unix seconds, as rows have them.
inline exchange::Time time_of(std::int64_t seconds) { return exchange::Time(exchange::Seconds(seconds)); }

// How far a question to one member is.
enum class QuestionState : std::uint8_t {
  kQueued,        // kept, and not sealed for its receiver yet
  kSealed,        // sealed; it may have been sent
  kReceipted,     // its receiver has it
  kAnswered,      // refused too
  kDidNotAnswer,  // its time is over
};

// A question to one member.
struct Question {
  std::string check_id;
  std::string member;
  std::string jti;
  std::string ref;
  exchange::Lane lane = exchange::Lane::kBorder;
  std::int64_t iat = 0;
  std::int64_t exp = 0;
  QuestionState state = QuestionState::kQueued;
  RowKey reply_key;      // X25519; empty once it is over
  std::string req = {};  // SHA-256 of what was signed, once it is sealed
  exchange::Outcome outcome = exchange::Outcome::kIndeterminate;
  std::string why = {};
  int score_db = 0;
  bool late = false;
  std::int64_t at = 0;  // of the answer
  // For a request for data; there whatever the outcome.
  std::string handle = {};
  std::string release_key = {};  // X25519, public, base64url
  // The answer as it came (taken_mark): sent again it is signed for again, though its key is gone.
  std::string taken = {};
};
Bytes encoded(const Question& question);
Result<Question> parse_question(ByteView bytes);

// A check of an officer's.
struct CheckRow {
  std::string check_id;
  std::string issuer;  // who asked
  std::string subject;
  std::string key;  // of the request, hexadecimal; empty: none
  std::string request;
  std::string purpose;
  std::string role;
  std::int64_t asked_at = 0;
  std::int64_t expires_at = 0;
  std::vector<engine::CheckView::LeftOut> left_out;
  std::vector<engine::MemberAnswer> members;  // those asked; `state` and `why` of whom was refused here
  std::string reason = {};
  std::string matter = {};
};
Bytes encoded(const CheckRow& row);
Result<CheckRow> parse_check_row(ByteView bytes);

// What another member was answered, and what it was not told.
struct CaseRow {
  std::string member;
  std::string jti;
  std::string ref;
  std::string purpose;
  exchange::Lane lane = exchange::Lane::kBorder;
  std::int64_t received = 0;  // unix seconds
  std::int64_t check_exp = 0;
  std::int64_t due_ms = 0;  // when the answer leaves, unix milliseconds
  std::int64_t answer_exp = 0;
  std::string answer_jti;
  bool sent = false;
  exchange::Outcome outcome = exchange::Outcome::kIndeterminate;
  std::string why;
  std::string handle;
  RowKey release_key;  // X25519
  std::vector<engine::HiddenHit> hidden;
  // The person of a match that was told; empty of everything else, so that nothing can be released of it. Whoever was
  // hidden never stands here.
  std::string person_id = {};
  bool release_asked = false;    // once, and no more
  int release_requests = 0;      // that came, whatever became of them
  std::string cover_jti = {};    // of the cover message that followed the answer; empty: none did
  std::string release_jti = {};  // of the request that counts
  std::string heard_jti = {};    // of the last one that came, whatever became of it
};
inline constexpr int kMostReleaseRequests = 4;  // further ones get no answer
inline constexpr std::size_t kCaseRowBytes = 2048;
inline constexpr std::size_t kMostHiddenHits = 4;  // the best; the others are not kept
// Of exactly kCaseRowBytes. Errors: kInternal where it does not fit.
Result<Bytes> encoded(const CaseRow& row);
Result<CaseRow> parse_case_row(ByteView bytes);

inline constexpr std::size_t kMostNeverTo = 256;  // of a row; one that has more is not read

struct ProtectionRow {
  std::string person_id;
  engine::Protection protection;
};
Bytes encoded(const ProtectionRow& row);
Result<ProtectionRow> parse_protection_row(ByteView bytes);

Bytes encoded(const exchange::QuotaLedger& ledger);
Result<exchange::QuotaLedger> parse_ledger(ByteView bytes);

}  // namespace whorl::member
