// Whom other members are not told of: what is known of people's protection, and the look that leaves them out of a
// search.
//
// A person is protected by what the protection desk has entered, and by the gallery they are in. What was entered goes
// along when they are merged or an encounter of theirs moves. A search for another
// member asks hides() of everybody whom it found, before anything is decided. Thread-safety: any thread may call any
// method at once.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/member_desk.h"
#include "engine/service.h"
#include "exchange/policy/rules.h"
#include "member/config.h"
#include "member/standing.h"

namespace whorl::member {

// What the rules are told of a person of `gallery`. `known`: what was entered; null: nothing.
exchange::CandidateFacts facts_of(const engine::Protection* known, const std::string& gallery,
                                  const MemberConfig& config, const exchange::Policy& policy);

// The first rule that hides a person of these galleries from `asker` (its short name): one gallery that hides them is
// enough. Nothing: they are shown.
std::optional<exchange::Hidden> hidden_by(const engine::Protection& known, const std::vector<std::string>& galleries,
                                          const MemberConfig& config, const exchange::Policy& policy,
                                          const std::string& asker, const std::string& purpose);

// Of one person who was known as two: what hides either hides both, for every policy. Of years of birth the later one,
// for children; a year of one of them is that of both.
engine::Protection stricter(const engine::Protection& one, const engine::Protection& other);

// Errors: kInvalidInput: a citizenship, a year or a member that there is not.
Status check(const engine::Protection& protection, const exchange::Policy& policy);

class Shield {
 public:
  // Borrows all of them.
  Shield(const MemberConfig& config, engine::Service& service, engine::TaskStore& rows)
      : config_(config), service_(service), rows_(rows) {}

  // Takes a row that was kept. One of an earlier build is written anew, so that it goes with its person. Errors:
  // kCorruption, and those of the store.
  Status take(ByteView head);
  // On disk with its leaf when it returns; it goes with the last encounter of the person, in the erasure's own batch.
  // Waits for moves that are under way. Errors: kInvalidInput; kNotFound: the person was there when this was called,
  // and became somebody else or was erased before it was written; those of Service::note_change.
  Status set(const engine::Call& call, const std::string& person_id, const engine::Protection& protection,
             const exchange::Policy& policy);
  // As engine::MemberDesk::carry_protection. Moves go one after another.
  Status carry(const std::string& from, const std::string& into,
               const std::function<Status(const engine::MemberDesk::Carry&)>& move);
  [[nodiscard]] engine::Protection of(const std::string& person_id) const;
  [[nodiscard]] int age_of(const std::string& person_id, int year_now) const;

  // The galleries that a person is in. Errors: kNotFound: nobody of that name (any more).
  using GalleriesOf = std::function<Result<std::vector<std::string>>(const std::string& person_id)>;

  // One search's look: what is hidden of it, and what was.
  class Look {
   public:
    // For IdentifyRequest::hides; borrows the look. Of a person in several galleries each counts: whoever is an own
    // citizen anywhere is one. Where that cannot be read the person is hidden.
    std::function<bool(const std::string&, double)> hides();
    // Of those hidden the ones that would have been shown, the best first.
    [[nodiscard]] std::vector<engine::HiddenHit> hits(double review_db) const;

   private:
    friend class Shield;
    [[nodiscard]] std::optional<exchange::Hidden> rule_for(const std::string& person_id, double score_db) const;

    const Shield* shield_ = nullptr;
    std::shared_ptr<const Standing> standing_;
    std::string asker_;  // short names
    std::string purpose_;
    std::string gallery_;
    GalleriesOf galleries_of_;
    std::map<std::string, engine::HiddenHit> seen_;
  };
  // `asker`: its short name; `gallery`: the one that is searched.
  [[nodiscard]] Look look(std::shared_ptr<const Standing> standing, const std::string& asker,
                          const std::string& purpose, const std::string& gallery, GalleriesOf galleries_of) const;

 private:
  // Under the lock; null: nothing is kept.
  const engine::Protection* kept_of(const std::string& person_id) const;
  Result<std::optional<engine::CarriedProtection>> carried(const std::string& from, const std::string& into);
  // Whether anything is kept of the person; so it is where that cannot be read.
  [[nodiscard]] bool is_there(const std::string& person_id) const;

  const MemberConfig& config_;
  engine::Service& service_;
  engine::TaskStore& rows_;
  // Held by whoever enters protection and by whoever moves people, until that is on disk. Taken before any lock of the
  // gallery and before mutex_.
  std::mutex entering_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, engine::Protection> people_;  // guarded by mutex_; some may be erased by now
  std::set<std::string> unsure_;  // guarded by mutex_; whose entry the disk may not have, as a move failed
};

}  // namespace whorl::member
