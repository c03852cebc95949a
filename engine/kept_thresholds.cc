#include "engine/kept_thresholds.h"

#include <algorithm>
#include <cmath>

#include "base/identifier.h"
#include "engine/call_record.h"
#include "engine/question.h"
#include "engine/threshold.h"
#include "engine/threshold_row.h"

namespace whorl::engine {
namespace {

constexpr double kLeast_db = 10;
constexpr double kMost_db = 300;
constexpr double kMostBand_db = 60;
constexpr double kLeastFpir = 1e-12;
constexpr double kMostFpir = 0.5;
constexpr double kRounding_db = 1e-9;

bool within(const std::optional<double>& value, double least, double most) {
  return !value || (std::isfinite(*value) && *value >= least && *value <= most);
}

Status check_reason(const std::string& reason) {
  if (!reason.empty() && reason.size() <= kMostReasonBytes) return {};
  return invalid_input("say why, in at most " + std::to_string(kMostReasonBytes) + " bytes", "reason");
}

Status check(const ThresholdRule& rule) {
  if (rule.threshold_db.has_value() == rule.target_fpir.has_value()) {
    return invalid_input("state a threshold or a rate that it follows from, and not both", "threshold_db");
  }
  if (!within(rule.threshold_db, kLeast_db, kMost_db)) return invalid_input("is not 10 to 300 dB", "threshold_db");
  if (!within(rule.target_fpir, kLeastFpir, kMostFpir)) return invalid_input("is not 1e-12 to 0.5", "target_fpir");
  if (!within(rule.review_band_db, 0, kMostBand_db)) return invalid_input("is not 0 to 60 dB", "review_band_db");
  return {};
}

Status check(const ThresholdProposal& proposal) {
  WHORL_TRY(check_reason(proposal.reason));
  if (!proposal.gallery_id.empty() && !is_identifier(proposal.gallery_id)) {
    return invalid_input("is no identifier of a gallery", "gallery_id");
  }
  return proposal.rule ? check(*proposal.rule) : Status();
}

// The local user is whoever reaches the port: one person, or everybody.
Status require_person(const Principal& who) {
  if (!who.is_local()) return {};
  return unauthorised(
      "a threshold is set by two people who are signed in: open the node with an access file "
      "(docs/access.md)");
}

std::optional<Sha256> digest_of(const std::optional<ThresholdBasis>& basis) {
  if (!basis || basis->sha256.size() != 2 * Sha256().size()) return std::nullopt;
  Sha256 out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(std::stoul(basis->sha256.substr(2 * i, 2), nullptr, 16));
  }
  return out;
}

bool is_over(const ThresholdChange& change) { return change.state != ThresholdChange::State::kProposed; }

Error unknown_change() {
  return not_found("no proposal of that identifier, or it is not kept any more", "proposal_id");
}

}  // namespace

std::string_view name_of(ThresholdChange::State state) {
  constexpr std::string_view kNames[] = {"proposed", "in_force", "ended", "rejected", "withdrawn"};
  return kNames[static_cast<std::size_t>(state)];
}

Status KeptThresholds::load() {
  std::size_t damaged = 0;
  WHORL_ASSIGN(const auto kept, rows_.all(damaged));
  const std::lock_guard lock(mutex_);
  for (const KeptTask& row : kept) {
    WHORL_ASSIGN(ThresholdChange change, parse_threshold_change(row.id, row.head));
    changes_[row.id] = std::move(change);
  }
  return {};
}

std::chrono::sys_seconds KeptThresholds::now() const { return std::chrono::floor<std::chrono::seconds>(world_.now()); }

const ThresholdChange* KeptThresholds::latest(const std::string& gallery_id) const {
  const ThresholdChange* out = nullptr;
  for (const auto& [id, change] : changes_) {
    if (change.number == 0 || change.what.gallery_id != gallery_id) continue;
    if (out == nullptr || change.number > out->number) out = &change;
  }
  return out;
}

ThresholdInForce KeptThresholds::in_force_now(const std::string& gallery_id) const {
  ThresholdInForce out;
  out.rule = {{}, IdentifyRequest{}.target_fpir, config_.review_band_db};
  for (const std::string& whose : {gallery_id, std::string()}) {
    const ThresholdChange* change = latest(whose);
    if (change == nullptr || !change->what.rule) continue;
    out = {whose, *change->what.rule, change->id};
    if (!out.rule.review_band_db) out.rule.review_band_db = config_.review_band_db;
    break;
  }
  return out;
}

ThresholdInForce KeptThresholds::in_force(const std::string& gallery_id) {
  const std::lock_guard lock(mutex_);
  return in_force_now(gallery_id);
}

// With as many people as there are now; where several galleries are meant, as many as all have.
double KeptThresholds::threshold_of(const ThresholdRule& rule, const std::string& gallery_id) const {
  if (rule.threshold_db) return *rule.threshold_db;
  std::uint64_t persons = 0;
  for (const auto& each : gallery_.galleries()) {
    const bool meant = gallery_id.empty() || gallery_id == index::kAllGalleries || each.gallery_id == gallery_id;
    if (meant) persons += each.persons;
  }
  return identify_threshold_db(rule.target_fpir.value_or(IdentifyRequest{}.target_fpir), persons);
}

ThresholdChange KeptThresholds::shown(const ThresholdChange& change) const {
  ThresholdChange out = change;
  if (out.number > 0) out.state = latest(out.what.gallery_id) == &change ? State::kInForce : State::kEnded;
  return out;
}

Result<ThresholdSettings> KeptThresholds::settings(const Call& call) {
  const CallRecord record(call, "thresholds", "");
  const std::lock_guard lock(mutex_);
  ThresholdSettings out;
  out.in_force.push_back(in_force_now(""));
  for (const auto& [id, change] : changes_) {
    ThresholdChange each = shown(change);
    const bool of_gallery = each.state == State::kInForce && !each.what.gallery_id.empty() && each.what.rule;
    if (of_gallery) out.in_force.push_back(in_force_now(each.what.gallery_id));
    out.changes.push_back(std::move(each));
  }
  const auto when = [](const ThresholdChange& c) { return c.decided_at.value_or(c.proposed_at); };
  std::stable_sort(out.changes.begin(), out.changes.end(), [&](const auto& a, const auto& b) {
    return std::pair(when(a), a.number) > std::pair(when(b), b.number);
  });
  record.outcome("read");
  return out;
}

// What is decided goes to the log first: no effect is without its leaf.
Status KeptThresholds::keep(const Call& call, ThresholdChange change, const std::string& outcome) {
  Call noted = call;
  noted.request_id = change.id;
  audit::Event event;
  event.operation = audit::Operation::kSetting;
  event.outcome = "threshold " + outcome;
  if (!change.what.gallery_id.empty()) event.galleries = {change.what.gallery_id};
  event.threshold_mdb = std::llround(change.proposed_db * 1000);
  event.set = digest_of(change.what.basis);
  WHORL_TRY(gallery_.note(std::move(event), "", asked_of(noted)));
  WHORL_TRY(rows_.change(change.id, encoded(change), std::nullopt, {}));
  changes_[change.id] = std::move(change);
  return {};
}

// The oldest changes that are over go, but for those in force.
Status KeptThresholds::make_room() {
  while (changes_.size() >= kMostKept) {
    const ThresholdChange* oldest = nullptr;
    for (const auto& [id, change] : changes_) {
      if (!is_over(change) || shown(change).state == State::kInForce) continue;
      if (oldest == nullptr || change.decided_at < oldest->decided_at) oldest = &change;
    }
    if (oldest == nullptr) return exhausted("too many galleries have a threshold of their own");
    const std::string id = oldest->id;
    WHORL_TRY(rows_.erase(std::span(&id, 1)));
    changes_.erase(id);
  }
  return {};
}

Result<ThresholdChange> KeptThresholds::propose(const Call& call, const ThresholdProposal& proposal) {
  const CallRecord record(call, "propose_threshold", proposal.gallery_id);
  WHORL_TRY(require_person(call.who));
  WHORL_TRY(check(proposal));
  const std::lock_guard lock(mutex_);
  ThresholdChange change;
  change.what = proposal;
  change.proposed_db = threshold_of(proposal.rule.value_or(in_force_now("").rule), proposal.gallery_id);
  const bool beyond =
      proposal.rule && proposal.basis && change.proposed_db > proposal.basis->supported_db + kRounding_db;
  if (beyond && !proposal.extrapolated) {
    return invalid_input(
        "the evaluation counted false matches up to a lower threshold: say so (extrapolated), or "
        "measure more",
        "extrapolated");
  }
  const auto waits = std::count_if(changes_.begin(), changes_.end(), [](const auto& c) { return !is_over(c.second); });
  if (static_cast<std::size_t>(waits) >= kMostWaiting) {
    return exhausted("too many proposals wait: have them decided, or withdraw some");
  }
  WHORL_TRY(make_room());
  change.id = world_.new_uuid();
  change.proposed_by = {call.who.issuer, call.who.subject};
  change.proposed_at = now();
  WHORL_TRY(keep(call, change, "proposed"));
  record.outcome("proposed");
  return change;
}

Result<ThresholdChange*> KeptThresholds::waiting(const std::string& id) {
  const auto found = changes_.find(id);
  if (found == changes_.end()) return unknown_change();
  if (is_over(found->second)) return already_exists("it is decided, or withdrawn", "proposal_id");
  return &found->second;
}

Result<ThresholdChange> KeptThresholds::decide(const Call& call, const std::string& id, bool approve,
                                               const std::string& reason) {
  const CallRecord record(call, "decide_threshold", "");
  WHORL_TRY(require_person(call.who));
  if (!approve || !reason.empty()) WHORL_TRY(check_reason(reason));
  const std::lock_guard lock(mutex_);
  WHORL_ASSIGN(const ThresholdChange* found, waiting(id));
  // One subject of two issuers is taken for one person, too.
  if (found->proposed_by.subject == call.who.subject) {
    return unauthorised("who proposed it cannot decide it: another person has to");
  }
  ThresholdChange change = *found;
  change.state = approve ? State::kInForce : State::kRejected;
  change.decided_by = {call.who.issuer, call.who.subject};
  change.decided_at = now();
  change.decision_reason = reason;
  if (approve) {
    change.before_db = threshold_of(in_force_now(change.what.gallery_id).rule, change.what.gallery_id);
    for (const auto& [each, other] : changes_) change.number = std::max(change.number, other.number + 1);
  }
  const std::string outcome = !approve ? "rejected" : change.what.rule ? "in force" : "ended";
  WHORL_TRY(keep(call, std::move(change), outcome));
  record.outcome(outcome);
  return shown(changes_.at(id));
}

Result<ThresholdChange> KeptThresholds::withdraw(const Call& call, const std::string& id) {
  const CallRecord record(call, "withdraw_threshold", "");
  WHORL_TRY(require_person(call.who));
  const std::lock_guard lock(mutex_);
  WHORL_ASSIGN(const ThresholdChange* found, waiting(id));
  if (found->proposed_by.subject != call.who.subject || found->proposed_by.issuer != call.who.issuer) {
    return unauthorised("who proposed it may withdraw it, and nobody else");
  }
  ThresholdChange change = *found;
  change.state = State::kWithdrawn;
  change.decided_by = change.proposed_by;
  change.decided_at = now();
  WHORL_TRY(keep(call, change, "withdrawn"));
  record.outcome("withdrawn");
  return change;
}

}  // namespace whorl::engine
