#include "member/shield.h"

#include <algorithm>
#include <array>

#include "member/refusals.h"
#include "member/row_names.h"
#include "member/rows.h"

namespace whorl::member {
namespace {

using exchange::Citizenship;

bool holds(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

Status check(const engine::Protection& protection, const exchange::Policy& policy) {
  constexpr int kFirstYear = 1880;
  constexpr int kLastYear = 2200;
  constexpr std::array<std::string_view, 3> kCitizenships{"other", "own", "resident"};
  if (std::find(kCitizenships.begin(), kCitizenships.end(), protection.citizenship) == kCitizenships.end())
    return invalid_input("is other, own or resident", "citizenship");
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
  if (holds(config.residents, gallery)) out.citizenship = Citizenship::kResident;
  if (holds(config.own_citizens, gallery)) out.citizenship = Citizenship::kOwn;
  if (known == nullptr) return out;
  if (known->citizenship == "resident" && out.citizenship == Citizenship::kOther)
    out.citizenship = Citizenship::kResident;
  if (known->citizenship == "own") out.citizenship = Citizenship::kOwn;
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
  if (!goes_with_person) WHORL_TRY(keep(row.person_id, row.protection));
  people_[row.person_id] = std::move(row.protection);
  return {};
}

Status Shield::set(const std::string& person_id, const engine::Protection& protection, const exchange::Policy& policy) {
  WHORL_TRY(check(protection, policy));
  const std::scoped_lock lock(mutex_);
  WHORL_TRY(keep(person_id, protection));
  people_[person_id] = protection;
  return {};
}

Status Shield::keep(const std::string& person_id, const engine::Protection& protection) {
  const engine::TaskName whom{person_id, std::string(engine::kWholePerson)};
  return rows_.change(protection_name(person_id), encoded(ProtectionRow{person_id, protection}), Bytes(), {&whom, 1});
}

engine::Protection Shield::of(const std::string& person_id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = people_.find(person_id);
  if (found == people_.end()) return {};
  // An erasure takes the row. Where the disk does not say, they are protected.
  const auto there = rows_.has_result(protection_name(person_id));
  if (!there.ok() || *there) return found->second;
  people_.erase(found);
  return {};
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
