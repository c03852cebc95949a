#include "member/shield.h"

#include <algorithm>
#include <array>

#include "member/refusals.h"
#include "member/row_names.h"
#include "member/rows.h"
#include "member/somebody.h"

namespace whorl::member {
namespace {

using exchange::Citizenship;

constexpr std::string_view kOther = "other";
constexpr std::string_view kOwn = "own";
constexpr std::string_view kResident = "resident";
constexpr std::string_view kOwnAndResident = "own_and_resident";

bool holds(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool is_own(const engine::Protection& known) {
  return known.citizenship == kOwn || known.citizenship == kOwnAndResident;
}
bool is_resident(const engine::Protection& known) {
  return known.citizenship == kResident || known.citizenship == kOwnAndResident;
}

// One of the four, as a policy knows them and as they are entered.
template <class T>
T one_of(bool own, bool resident, T neither, T own_alone, T resident_alone, T both) {
  if (own) return resident ? both : own_alone;
  return resident ? resident_alone : neither;
}

}  // namespace

engine::Protection stricter(const engine::Protection& one, const engine::Protection& other) {
  engine::Protection out = one;
  out.citizenship = one_of(is_own(one) || is_own(other), is_resident(one) || is_resident(other), kOther, kOwn,
                           kResident, kOwnAndResident);
  out.shielded = one.shielded || other.shielded;
  for (const std::string& each : other.never_to) {
    if (!holds(out.never_to, each)) out.never_to.push_back(each);
  }
  // No year is less than any.
  out.birth_year = std::max(one.birth_year, other.birth_year);
  return out;
}

Status check(const engine::Protection& protection, const exchange::Policy& policy) {
  constexpr int kFirstYear = 1880;
  constexpr int kLastYear = 2200;
  constexpr std::array kCitizenships{kOther, kOwn, kResident, kOwnAndResident};
  if (std::find(kCitizenships.begin(), kCitizenships.end(), protection.citizenship) == kCitizenships.end())
    return invalid_input("is other, own, resident or own_and_resident", "citizenship");
  const int year = protection.birth_year.value_or(kFirstYear);
  if (year < kFirstYear || year > kLastYear) return invalid_input("is no year of a birth", "birth_year");
  for (const std::string& each : protection.never_to) {
    if (!policy.short_name_of(each)) return unknown_member(each, "never_to");
  }
  return {};
}

exchange::CandidateFacts facts_of(const engine::Protection* known, const std::string& gallery,
                                  const MemberConfig& config, const exchange::Policy& policy) {
  exchange::CandidateFacts out;
  const bool own = holds(config.own_citizens, gallery) || (known != nullptr && is_own(*known));
  const bool resident = holds(config.residents, gallery) || (known != nullptr && is_resident(*known));
  out.citizenship = one_of(own, resident, Citizenship::kOther, Citizenship::kOwn, Citizenship::kResident,
                           Citizenship::kOwnAndResident);
  if (known == nullptr) return out;
  out.shielded = known->shielded;
  for (const std::string& name : known->never_to) {
    if (const auto member = policy.short_name_of(name)) out.never_to.push_back(*member);
  }
  return out;
}

std::optional<exchange::Hidden> hidden_by(const engine::Protection& known, const std::vector<std::string>& galleries,
                                          const MemberConfig& config, const exchange::Policy& policy,
                                          const std::string& asker, const std::string& purpose) {
  for (const std::string& gallery : galleries) {
    if (const auto rule = exchange::suppress(policy, facts_of(&known, gallery, config, policy), asker, purpose))
      return rule;
  }
  return std::nullopt;
}

Status Shield::take(ByteView head) {
  WHORL_ASSIGN(ProtectionRow row, parse_protection_row(head));
  const std::scoped_lock lock(mutex_);
  WHORL_ASSIGN(const bool goes_with_person, rows_.has_result(protection_name(row.person_id)));
  if (!goes_with_person) {
    const engine::TaskName whom{row.person_id, std::string(engine::kWholePerson)};
    WHORL_TRY(rows_.change(protection_name(row.person_id), head, Bytes(), {&whom, 1}));
  }
  people_[row.person_id] = std::move(row.protection);
  return {};
}

bool Shield::is_there(const std::string& person_id) const {
  const auto there = is_somebody(service_, person_id);
  return !there.ok() || *there;
}

Status Shield::set(const engine::Call& call, const std::string& person_id, const engine::Protection& protection,
                   const exchange::Policy& policy) {
  WHORL_TRY(check(protection, policy));
  audit::Event event;
  event.operation = audit::Operation::kProtect;
  event.outcome = protection == engine::Protection() ? "lifted" : "set";
  // Before the wait: entered under a name that has become another's meanwhile it would protect nobody.
  const bool was_there = is_there(person_id);
  const std::scoped_lock entering(entering_);
  // An erasure from here on is minded by note_change.
  const std::string row = protection_name(person_id);
  WHORL_ASSIGN(const auto minded, engine::WorkOnTask::begin(rows_, row));
  if (was_there && !is_there(person_id)) return nobody_any_more(person_id);
  WHORL_TRY(service_.note_change(call, event, row, encoded(ProtectionRow{person_id, protection}), person_id));
  const std::scoped_lock lock(mutex_);
  people_[person_id] = protection;
  unsure_.erase(person_id);
  return {};
}

Status Shield::carry(const std::string& from, const std::string& into,
                     const std::function<Status(const engine::MemberDesk::Carry&)>& move) {
  const std::scoped_lock entering(entering_);
  WHORL_TRY(move([&] { return carried(from, into); }));
  const std::scoped_lock lock(mutex_);
  unsure_.erase(into);
  return {};
}

// In memory before it is on the disk: a search that sees the move comes later, and where nobody knows whether the disk
// has it, whoever may have been moved is hidden. The earlier entry stays: for searches that began before, and for
// whoever is enrolled under that name again.
Result<std::optional<engine::CarriedProtection>> Shield::carried(const std::string& from, const std::string& into) {
  const std::scoped_lock lock(mutex_);
  const engine::Protection* known = kept_of(from);
  if (known == nullptr) return std::optional<engine::CarriedProtection>();
  const engine::Protection* there = kept_of(into);
  const engine::Protection before = there == nullptr ? engine::Protection() : *there;
  const engine::Protection both = stricter(before, *known);
  if (both == before && !unsure_.contains(into)) return std::optional<engine::CarriedProtection>();
  if (both.never_to.size() > kMostNeverTo) return exhausted("so many members are named that no more can be kept");
  engine::CarriedProtection out{protection_name(into), encoded(ProtectionRow{into, both}), {}};
  out.event.operation = audit::Operation::kProtect;
  out.event.outcome = "carried";
  people_[into] = both;
  unsure_.insert(into);
  return std::optional(std::move(out));
}

const engine::Protection* Shield::kept_of(const std::string& person_id) const {
  const auto found = people_.find(person_id);
  if (found == people_.end()) return nullptr;
  if (unsure_.contains(person_id)) return &found->second;
  // An erasure takes the row. Where the disk does not say, they are protected.
  const auto there = rows_.has_result(protection_name(person_id));
  if (!there.ok() || *there) return &found->second;
  people_.erase(found);
  return nullptr;
}

engine::Protection Shield::of(const std::string& person_id) const {
  const std::scoped_lock lock(mutex_);
  const engine::Protection* known = kept_of(person_id);
  return known == nullptr ? engine::Protection() : *known;
}

int Shield::age_of(const std::string& person_id, int year_now) const {
  const auto known = of(person_id);
  // The birthday of this year may be to come.
  return known.birth_year ? std::max(0, year_now - *known.birth_year - 1) : -1;
}

Shield::Look Shield::look(std::shared_ptr<const Standing> standing, const std::string& asker,
                          const std::string& purpose, const std::string& gallery, GalleriesOf galleries_of) const {
  Look out;
  out.shield_ = this;
  out.standing_ = std::move(standing);
  out.asker_ = asker;
  out.purpose_ = purpose;
  out.gallery_ = gallery;
  out.galleries_of_ = std::move(galleries_of);
  return out;
}

std::optional<exchange::Hidden> Shield::Look::rule_for(const std::string& person_id, double score_db) const {
  constexpr double kSaysNothing_db = 0;
  const engine::Protection known = shield_->of(person_id);
  const auto rule_of = [&](const std::vector<std::string>& galleries) {
    return hidden_by(known, galleries, shield_->config_, standing_->policy, asker_, purpose_);
  };
  const auto rule = rule_of({gallery_});
  if (rule || score_db <= kSaysNothing_db) return rule;  // records are read of those alone who could be told
  const auto galleries = galleries_of_(person_id);
  return galleries.ok() ? rule_of(*galleries) : exchange::Hidden::kInactive;
}

std::function<bool(const std::string&, double)> Shield::Look::hides() {
  return [this](const std::string& person_id, double score_db) {
    const auto rule = rule_for(person_id, score_db);
    if (!rule) return false;
    engine::HiddenHit& hit = seen_[person_id];
    hit.member = standing_->policy.members.at(asker_).name;
    hit.purpose = purpose_;
    hit.person_id = person_id;
    hit.rule = std::string(exchange::name_of(*rule));
    hit.score_db = std::max(hit.score_db, score_db);
    return true;
  };
}

std::vector<engine::HiddenHit> Shield::Look::hits(double review_db) const {
  std::vector<engine::HiddenHit> out;
  for (const auto& [person, hit] : seen_) {
    if (hit.score_db >= review_db) out.push_back(hit);
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.score_db > b.score_db; });
  return out;
}

}  // namespace whorl::member
