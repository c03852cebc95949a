#include "engine/cases/case_office.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/catalogue.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "engine/cases/case_kinds.h"
#include "engine/cases/case_rows.h"
#include "engine/cases/case_rules.h"
#include "engine/cases/case_views.h"

namespace whorl::engine {
namespace {

constexpr std::chrono::minutes kSweepEvery{1};
constexpr std::size_t kIdLetters = 8;
constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";  // none is taken for another
constexpr std::size_t kMostPage = 200;
constexpr std::size_t kMostPurposeBytes = 48;

Error no_case() { return not_found("no case of that identifier, or it has gone", "case_id"); }
Error not_now(std::string_view why) {
  if (why == "claimed") return already_exists("somebody else has this case now");
  if (why == "decided_already") return already_exists("the same person cannot decide twice");
  if (why == "opened_it") return already_exists("who opened a case does not decide it");
  if (why == "closed") return already_exists("the case is decided");
  return already_exists("claim the case first; a claim ends after a quarter of an hour");
}

Status require(const Call& call, std::string_view scope) {
  if (access::may(call.who, scope)) return {};
  return failure(ErrorCode::kScopeLacking, with<"scope">(scope));
}
Status require(const Call& call, std::string_view scope, const std::string& gallery_id) {
  WHORL_TRY(require(call, scope));
  if (!access::may_use_gallery(call.who, gallery_id)) return failure(ErrorCode::kGalleryForbidden);
  return {};
}

Status check(const CaseTerms& terms) {
  if (terms.reference.size() > kMostCaseReferenceBytes) return invalid_input("is too long", "reference");
  if (terms.decisions < 0 || terms.decisions > 2) return invalid_input("must be 1 or 2", "decisions");
  return {};
}

// Of what is asked, and of a search by whom: nobody is shown a case for asking what another has asked.
Sha256 digest_of(CaseKind kind, const std::string& gallery, std::initializer_list<std::string_view> asked,
                 ByteView content) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(kind)).sized(gallery);
  for (const std::string_view each : asked) out.sized(each);
  return sha256_of({out.view(), content});
}

std::int64_t thousandths(double db) { return std::llround(db * 1000); }

// Everything but the sides to compare is done under one lock: it is short, but for the disk.
class CaseOffice final : public CaseDesk {
 public:
  CaseOffice(Service& service, index::Gallery& gallery, World& world)
      : service_(service), rows_(gallery), world_(world) {}
  ~CaseOffice() override {
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    if (sweeper_.joinable()) sweeper_.join();
  }

  Result<std::optional<CaseView>> open_search(const Call& call, const IdentifyRequest& request,
                                              const IdentifyAnswer& answer, const CaseTerms& terms) override {
    WHORL_TRY(require(call, access::scope::kCaseOpen, request.gallery_id));
    CaseDossier dossier;
    for (const Candidate& each : answer.candidates) {
      if (each.decision == Decision::kNoMatch || dossier.candidates.size() == kMostCaseCandidates) continue;
      dossier.candidates.push_back({each.person_id, thousandths(each.score_db), static_cast<std::uint32_t>(each.rank)});
    }
    if (dossier.candidates.empty()) return std::optional<CaseView>();
    const Sha256 about = digest_of(CaseKind::kIdentification, request.gallery_id,
                                   {terms.reference, call.who.issuer, call.who.subject}, encoded(request.samples));
    WHORL_ASSIGN(CaseView view,
                 open(call, CaseKind::kIdentification, request.gallery_id, terms, about, dossier, &request.samples));
    return std::optional(std::move(view));
  }

  Result<CaseView> open_pair(const Call& call, const CasePair& pair, const CaseTerms& terms) override {
    WHORL_TRY(require(call, access::scope::kCaseOpen, pair.gallery_id));
    CasePair sorted = pair;
    if (sorted.other.person_id < sorted.one.person_id) std::swap(sorted.one, sorted.other);
    if (sorted.one.person_id == sorted.other.person_id) {
      return invalid_input("are the same person", "other_person_id");
    }
    WHORL_TRY(samples_of(call, sorted.gallery_id, sorted.one));
    WHORL_TRY(samples_of(call, sorted.gallery_id, sorted.other));
    CaseDossier dossier{sorted.one, {{sorted.other.person_id, {}, 0}}};
    const Sha256 about = digest_of(CaseKind::kDeduplication, sorted.gallery_id, {}, encoded(dossier));
    if (pair.score_db) dossier.candidates.front().score_mdb = thousandths(*pair.score_db);
    return open(call, CaseKind::kDeduplication, sorted.gallery_id, terms, about, dossier, nullptr);
  }

  Result<CasePage> list(const Call& call, const CaseQuery& query) override {
    WHORL_TRY(require(call, access::scope::kCaseDecide));
    const std::scoped_lock lock(mutex_);
    WHORL_TRY(ready());
    const std::uint64_t now = now_ms();
    std::vector<std::pair<std::uint64_t, std::string>> found;
    for (const auto& [id, record] : cases_) {
      if (record.due_ms <= now || !access::may_use_gallery(call.who, record.gallery_id)) continue;
      if (query.kind && record.kind != *query.kind) continue;
      if (query.state && settled(record).state != *query.state) continue;
      found.emplace_back(record.due_ms, id);
    }
    std::ranges::sort(found);
    CasePage out;
    out.total = found.size();
    const std::size_t begin = std::min(query.offset, found.size());
    const std::size_t end = begin + std::min({query.limit, kMostPage, found.size() - begin});
    for (std::size_t i = begin; i < end; ++i) {
      const std::string& id = found[i].second;
      const auto kept = refreshed(id);
      if (!kept.ok() && kept.error().kind != ErrorKind::kCorruption) return kept.error();
      if (kept.ok() && *kept) out.cases.push_back(view_of(id, **kept, nullptr, call, now));
    }
    return out;
  }

  Result<CaseView> look(const Call& call, const std::string& case_id) override {
    const std::scoped_lock lock(mutex_);
    WHORL_ASSIGN(const CaseRecord record, seen(call, case_id));
    return shown(call, case_id, record);
  }

  Result<CaseView> claim(const Call& call, const std::string& case_id) override {
    const std::scoped_lock lock(mutex_);
    WHORL_ASSIGN(CaseRecord record, reviewed(call, case_id));
    const NextStep step = step_of(call, record);
    if (step.next == "nothing") return not_now(step.why);
    const auto lasts = std::chrono::duration_cast<std::chrono::milliseconds>(kClaimLasts);
    record.claim = CaseClaim{reviewer_of(call), now_ms() + static_cast<std::uint64_t>(lasts.count())};
    return changed(call, case_id, record, "claimed");
  }

  Result<CaseView> release_claim(const Call& call, const std::string& case_id) override {
    const std::scoped_lock lock(mutex_);
    WHORL_ASSIGN(CaseRecord record, reviewed(call, case_id));
    const CaseClaim* const claim = claim_now(record, now_ms());
    if (claim == nullptr || claim->who != reviewer_of(call)) return shown(call, case_id, record);
    record.claim.reset();
    return changed(call, case_id, record, "given back");
  }

  Result<CaseView> decide(const Call& call, const std::string& case_id, const CaseDecision& decision) override {
    const std::scoped_lock lock(mutex_);
    WHORL_ASSIGN(CaseRecord record, reviewed(call, case_id));
    const NextStep step = step_of(call, record);
    if (step.next != "decide") return not_now(step.why);
    const bool same = decision.answer == CaseAnswer::kSame;
    const int most = same ? record.candidates : 0;
    if (decision.candidate < (same ? 1 : 0) || decision.candidate > most) {
      return invalid_input("must name a candidate of the case where they are the same, and none else", "candidate");
    }
    if (!is_case_reason(decision.answer, decision.reason)) return invalid_input("is none of this answer's", "reason");
    RecordedDecision recorded{reviewer_of(call), decision.answer, 0, decision.reason, now_ms()};
    if (same) recorded.candidate = place_of(record, recorded.who, decision.candidate);
    record.decisions.push_back(std::move(recorded));
    record.claim.reset();
    WHORL_ASSIGN(CaseView view, changed(call, case_id, record, name_of(decision.answer)));
    // It is decided, whether or not the disk takes the samples away now: they go when cases are read anew.
    if (view.state != CaseState::kWaiting && !rows_.erase_samples(case_id).ok()) read_ = false;
    return view;
  }

  Result<CaseComparison> compare(const Call& call, const std::string& case_id, int number, bool pairs) override {
    WHORL_ASSIGN(const Sides sides, sides_of(call, case_id, number));
    Call looking = call;
    if (looking.purpose.empty()) looking.purpose = sides.purpose;
    WHORL_ASSIGN(Explanation explanation, service_.explain(looking, sides.request));
    CaseComparison out{number, sides.told, std::move(explanation)};
    if (!sides.told) hide(out.comparison);
    if (!pairs) {
      for (FingerExplained& each : out.comparison.fingers) each.pairs.clear();
    }
    return out;
  }

 private:
  struct Sides {
    VerifyRequest request;
    std::string purpose;
    bool told = false;
  };

  [[nodiscard]] std::uint64_t now_ms() const {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(world_.now());
    return static_cast<std::uint64_t>(now.time_since_epoch().count());
  }

  std::string new_id() {
    std::string out;
    std::uint64_t bits = world_.random_u64();
    for (std::size_t i = 0; i < kIdLetters; ++i, bits >>= 5) out += kLetters[bits % kLetters.size()];
    return out;
  }

  NextStep step_of(const Call& call, const CaseRecord& record) const {
    return next_step(record, reviewer_of(call), call.who.is_local(), access::may(call.who, access::scope::kCaseDecide),
                     now_ms());
  }

  // -- under the lock

  // Reads what is kept, once.
  Status ready() {
    if (read_) return {};
    WHORL_ASSIGN(const auto ids, rows_.ids());
    std::map<std::string, CaseRecord> found;
    for (const auto& [id, with_samples] : ids) {
      const auto record = rows_.record(id);
      if (record.ok() && *record) {
        const bool over = settled(**record).state != CaseState::kWaiting;
        if (over && with_samples) WHORL_TRY(rows_.erase_samples(id));
        found.emplace(id, **record);
      } else if (record.ok()) {
        WHORL_TRY(rows_.erase(id));                                // never opened, or somebody in it was erased
      } else if (record.error().kind != ErrorKind::kCorruption) {  // what is damaged stays, and is in no list
        return record.error();
      }
    }
    cases_ = std::move(found);
    read_ = true;
    return sweep();
  }

  // What the disk says of it now. Nothing, and nothing is left of it, where somebody in it was erased.
  Result<std::optional<CaseRecord>> refreshed(const std::string& id) {
    WHORL_ASSIGN(auto record, rows_.record(id));
    if (record) {
      cases_[id] = *record;
    } else {
      WHORL_TRY(rows_.erase(id));
      cases_.erase(id);
    }
    return record;
  }

  // Of a case that the caller may know of.
  Result<CaseRecord> seen(const Call& call, const std::string& id) {
    WHORL_TRY(ready());
    if (!cases_.contains(id)) return no_case();
    WHORL_ASSIGN(const auto record, refreshed(id));
    if (!record || record->due_ms <= now_ms()) return no_case();
    const bool opened = record->opener == reviewer_of(call) && access::may(call.who, access::scope::kCaseOpen);
    if (!opened && !access::may(call.who, access::scope::kCaseDecide)) return no_case();
    if (!access::may_use_gallery(call.who, record->gallery_id)) return no_case();
    return *record;
  }
  Result<CaseRecord> reviewed(const Call& call, const std::string& id) {
    WHORL_TRY(require(call, access::scope::kCaseDecide));
    return seen(call, id);
  }

  Result<CaseView> shown(const Call& call, const std::string& id, const CaseRecord& record) {
    std::optional<CaseDossier> dossier;
    if (is_told(record, reviewer_of(call))) {
      WHORL_ASSIGN(dossier, rows_.dossier(id));
    }
    return view_of(id, record, dossier ? &*dossier : nullptr, call, now_ms());
  }

  Result<CaseView> changed(const Call& call, const std::string& id, const CaseRecord& record, std::string_view what) {
    const Status kept = rows_.change(call, id, record, what);
    if (!kept.ok()) {
      read_ = false;  // whether it is on the disk, the disk says
      return kept.error();
    }
    cases_[id] = record;
    return shown(call, id, record);
  }

  // Who opens it may see what they have asked for; nobody else's.
  const std::string* opened_before(const Sha256& about) const {
    const auto at = std::ranges::find_if(cases_, [&](const auto& each) { return each.second.about == about; });
    return at == cases_.end() ? nullptr : &at->first;
  }

  Result<CaseView> open(const Call& call, CaseKind kind, const std::string& gallery_id, const CaseTerms& terms,
                        const Sha256& about, const CaseDossier& dossier, const std::vector<Sample>* samples) {
    WHORL_TRY(check(terms));
    const std::scoped_lock lock(mutex_);
    WHORL_TRY(ready());
    WHORL_TRY(sweep());
    if (const std::string* known = opened_before(about)) {
      const std::string id = *known;
      WHORL_ASSIGN(const auto record, refreshed(id));
      if (record) return shown(call, id, *record);
    }
    if (cases_.size() >= kMostCases) return exhausted("too many cases are kept; have those that wait decided");
    std::string id = new_id();
    while (cases_.contains(id)) id = new_id();
    const CaseKindRow& row = case_row_of(kind);
    CaseRecord record;
    record.kind = kind;
    record.gallery_id = gallery_id;
    record.reference = terms.reference;
    record.purpose = call.purpose.substr(0, kMostPurposeBytes);
    record.opener = reviewer_of(call);
    record.opened_ms = now_ms();
    const auto keeps = std::chrono::duration_cast<std::chrono::milliseconds>(row.keeps);
    record.due_ms = record.opened_ms + static_cast<std::uint64_t>(keeps.count());
    record.needed = static_cast<std::uint8_t>(terms.decisions == 0 ? row.decisions : terms.decisions);
    record.candidates = static_cast<std::uint8_t>(dossier.candidates.size());
    record.order = world_.random_u64();
    record.about = about;
    WHORL_TRY(rows_.prepare(id, dossier, samples));
    WHORL_ASSIGN(CaseView view, changed(call, id, record, "opened"));
    keep_sweeping();
    return view;
  }

  // Cases that are due go, each with its leaf.
  Status sweep() {
    const std::uint64_t now = now_ms();
    std::vector<std::string> over;
    for (const auto& [id, record] : cases_) {
      if (record.due_ms <= now) over.push_back(id);
    }
    for (const std::string& id : over) {
      WHORL_ASSIGN(const auto record, refreshed(id));
      if (!record) continue;
      const bool waited = settled(*record).state == CaseState::kWaiting;
      WHORL_TRY(rows_.change({}, id, *record, waited ? "lapsed" : "over"));
      WHORL_TRY(rows_.erase(id));
      cases_.erase(id);
    }
    if (!cases_.empty()) keep_sweeping();
    return {};
  }

  void keep_sweeping() {
    if (sweeper_.joinable()) return;
    sweeper_ = std::thread([this] {
      std::unique_lock lock(mutex_);
      while (!wake_.wait_for(lock, kSweepEvery, [this] { return ending_; })) {
        if (read_) (void)sweep_all();  // a disk that refuses is tried again
      }
    });
  }

  Status sweep_all() {
    std::vector<std::string> ids;
    for (const auto& each : cases_) ids.push_back(each.first);
    for (const std::string& id : ids) WHORL_TRY(refreshed(id));
    return sweep();
  }

  // -- what is compared

  Result<Sides> sides_of(const Call& call, const std::string& case_id, int number) {
    std::optional<CaseDossier> dossier;
    CaseRecord record;
    std::optional<std::vector<Sample>> samples;
    {
      const std::scoped_lock lock(mutex_);
      WHORL_ASSIGN(record, reviewed(call, case_id));
      const NextStep step = step_of(call, record);
      const bool decided = decision_of(record, reviewer_of(call)) != nullptr;
      if (step.next != "decide" && !decided) return not_now(step.why);
      if (number < 1 || number > record.candidates) return not_found("the case has no such candidate", "number");
      WHORL_ASSIGN(dossier, rows_.dossier(case_id));
      WHORL_ASSIGN(samples, rows_.samples(case_id));
    }
    if (!dossier) return no_case();
    Sides out;
    out.told = is_told(record, reviewer_of(call));
    out.purpose = record.purpose;
    out.request.gallery_id = record.gallery_id;
    out.request.person_id = dossier->candidates[place_of(record, reviewer_of(call), number)].person_id;
    if (dossier->one) {
      WHORL_ASSIGN(out.request.samples, samples_of(call, record.gallery_id, *dossier->one));
      return out;
    }
    if (!samples) return not_found("the samples of a case that is decided are kept no more", "number");
    out.request.samples = std::move(*samples);
    return out;
  }

  // What is kept of somebody, by an encounter that is searched. Errors: kNotFound.
  Result<std::vector<Sample>> samples_of(const Call& call, const std::string& gallery_id, const EnrolledProbe& probe) {
    Call inner = call;
    inner.leaf = nullptr;
    WHORL_ASSIGN(const auto encounters, service_.encounters(inner, probe.person_id));
    const EncounterView* latest = nullptr;
    for (const EncounterView& each : encounters) {
      const bool in_gallery =
          gallery_id == access::kAllGalleries || std::ranges::find(each.galleries, gallery_id) != each.galleries.end();
      if (!each.active || !in_gallery || (probe.encounter_id && each.encounter_id != *probe.encounter_id)) continue;
      if (latest == nullptr || latest->created < each.created) latest = &each;
    }
    if (latest == nullptr) {
      // That somebody is there, in a gallery of others, is not for who may use some alone.
      if (call.who.galleries) return failure(ErrorCode::kUnknownPerson, "person_id", with<"person">(probe.person_id));
      return failure(ErrorCode::kPersonNotInGallery, "person_id", with<"person">(probe.person_id),
                     with<"gallery">(gallery_id));
    }
    WHORL_ASSIGN(auto templates, service_.templates(inner, probe.person_id, latest->encounter_id));
    std::vector<Sample> out;
    for (TemplateView& each : templates) {
      out.push_back({each.modality, each.position, each.format, std::move(each.bytes), {}, {}});
    }
    return out;
  }

  Service& service_;
  CaseRows rows_;
  World& world_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;                      // guarded by mutex_
  bool read_ = false;                        // guarded by mutex_: cases_ is what the disk holds
  std::map<std::string, CaseRecord> cases_;  // guarded by mutex_
  std::thread sweeper_;                      // guarded by mutex_
};

}  // namespace

std::unique_ptr<CaseDesk> make_case_desk(Service& service, index::Gallery& gallery, World& world) {
  return std::make_unique<CaseOffice>(service, gallery, world);
}

}  // namespace whorl::engine
