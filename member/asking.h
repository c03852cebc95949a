// The asking side: an officer's checks, the questions to members that they make, and the answers.
//
// A check, its questions and their leaves of the audit log are on disk before the first is sent. A question is sealed
// once, for the key of the day that its receiver has then, and the same bytes are sent until they are taken: who gets
// them twice sees that by their number. Thread-safety: any thread may call any method at once.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "crypto/jose/jwe.h"
#include "crypto/random.h"
#include "engine/sealed_desk.h"
#include "engine/service.h"
#include "exchange/policy/quota.h"
#include "member/question.h"
#include "member/rows.h"
#include "member/standing.h"

namespace whorl::member {

// In five files: what is asked (asking.cc), what was asked before (asking_rows.cc), questions on their way
// (asking_send.cc), what becomes of them (asking_answers.cc), and what follows an answer (asking_follow.cc).
class Asking {
 public:
  // Borrows all of them.
  struct With {
    const OwnKeys& keys;
    engine::Service& service;
    engine::TaskStore& rows;
    World& world;
    crypto::Random& random;
  };
  explicit Asking(const With& with) : with_(with) {}

  static constexpr std::size_t kPseudonymKeyBytes = 32;
  // Rows that were kept. Errors: kCorruption.
  Status take_check(ByteView head);
  Status take_question(ByteView head);
  Status take_counts(ByteView head);
  Status take_pseudonyms(ByteView head);

  // When all rows are read: questions whose check is not there were not asked to their end, and go.
  Status drop_unasked();

  // As engine::MemberDesk.
  Result<engine::CheckView> ask(const engine::Call& call, const engine::CheckQuestion& question,
                                const std::optional<engine::RequestKey>& key, const Standing& standing);
  // As engine::SealedDesk.
  Result<std::optional<engine::AskedBefore>> asked_before(const engine::Call& call,
                                                          const engine::RequestKey& key) const;
  Result<engine::CheckView> check(const engine::Call& call, const std::string& check_id) const;

  // As engine::CheckUpkeep. Whom is to be told, and of which question.
  struct Cancelled {
    std::string member;
    std::string ref;
    std::int64_t exp = 0;
  };
  Result<std::vector<Cancelled>> cancel(const engine::Call& call, const std::string& check_id);

  // Questions that are to be sent, by number: all, or those of a check.
  [[nodiscard]] std::vector<std::string> to_send() const;
  [[nodiscard]] std::vector<std::string> questions_of(const std::string& check_id) const;
  // One of them; nothing: it is over, or its receiver has it.
  struct Sending {
    std::string member;
    exchange::Lane lane = exchange::Lane::kBorder;
    std::int64_t exp = 0;
    std::string envelope;  // empty: it is to be sealed first
  };
  Result<std::optional<Sending>> sending(const std::string& jti);
  // Seals it for the key of the day; on disk when it returns.
  Status seal(const std::string& jti, const crypto::PublicKey& day_key);
  Status receipted(const std::string& jti);
  // It will not be taken: `why` is a word.
  Status refused(const std::string& jti, const std::string& why);

  // -- What follows an answer (release_asking.h)

  // Of which match data are asked. Errors: kNotFound (no such check, or another officer's), kInvalidInput (no match).
  struct Matched {
    std::string purpose;
    std::string ref;
    std::string handle;
    crypto::PublicKey release;
    exchange::By by;
  };
  Result<Matched> matched(const engine::Call& call, const std::string& check_id, const std::string& member);
  // Whether the caller asked that check. Errors: kUnauthorised, kNotFound.
  Status owns(const engine::Call& call, const std::string& check_id) const;
  // Whether this member asked whoever answers, and waits.
  [[nodiscard]] bool awaits(const exchange::Opened& answer) const;
  // What `member` sees of an officer of this one.
  Result<std::string> officer_pseudonym(const std::string& member, const std::string& issuer,
                                        const std::string& subject);

  // The one-time keys that answers are sealed to.
  [[nodiscard]] std::optional<crypto::PrivateKey> reply_key(std::string_view kid) const;
  // Checks that were counted from one member to another, both as the policy calls them.
  [[nodiscard]] exchange::QuotaCount used(const std::string& from, const std::string& to, exchange::Time now) const;
  // Whether an answer was taken before (taken_mark).
  [[nodiscard]] bool took(const std::string& mark) const;
  // Errors: envelope_refused.
  Status take_answer(const exchange::Opened& opened);
  // What is due: questions whose time is over; by `settled` (settled_time.h) the keys of answers that come no more, and
  // checks that are kept no longer.
  Status pass_time(const exchange::Retention& retention, exchange::Time settled);

 private:
  struct Entry {
    Question question;
    std::string kid;  // of the reply key
  };
  struct Planned;

  [[nodiscard]] exchange::Time now() const;
  Result<Planned> plan(const engine::Call& call, const engine::CheckQuestion& question, const Standing& standing) const;
  Result<exchange::Message> message_for(const Planned& plan, const std::string& member, const Standing& standing,
                                        const crypto::PrivateKey& reply);
  // The caller has the lock.
  Result<std::optional<engine::AskedBefore>> repeated(const engine::Call& call, const engine::RequestKey& key) const;
  Result<std::string> pseudonym(const std::string& member, std::string_view what, const std::string& of);
  // On disk when it returns, and known to nobody before know() was told of it.
  Result<Entry> kept_question(const Planned& plan, const std::string& member, const Standing& standing);
  void know(Entry entry);
  void know(CheckRow row);
  void forget(const std::string& check_id);
  Status heard(const Question& question) const;
  // What is not on disk has not happened: questions are changed in a copy.
  Status keep(Entry& entry, Question question);
  [[nodiscard]] const Question* question_to(const std::string& check_id, const std::string& member) const;
  [[nodiscard]] engine::CheckView view(const CheckRow& row) const;

  const With with_;
  mutable std::mutex mutex_;
  // All guarded by mutex_.
  std::map<std::string, CheckRow> checks_;
  std::map<std::string, std::string> by_key_;                     // check id, by the key of its request
  std::map<std::string, Entry> questions_;                        // by jti
  std::map<std::string, std::map<std::string, std::string>> of_;  // check id, member: jti
  std::map<std::string, std::string, std::less<>> by_kid_;        // jti
  std::set<std::string> taken_;                                   // marks of answers
  exchange::QuotaLedger counts_;
  crypto::SecretBytes pseudonyms_;
};

}  // namespace whorl::member
