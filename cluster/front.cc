#include "cluster/front.h"

#include <future>

#include "base/catalogue.h"
#include "cluster/part_group.h"
#include "cluster/part_watch.h"
#include "cluster/sliced_parts.h"
#include "engine/best_samples.h"

namespace whorl::cluster {
namespace {

using engine::Call;

Status as_status(const Result<Done>& result) { return result.ok() ? Status() : Status(result.error()); }

Error not_of_a_cluster(const std::string& what) {
  return invalid_input(what + " is not there in a cluster (docs/cluster.md)");
}

class ClusterFront final : public Front {
 public:
  ClusterFront(std::unique_ptr<Bus> bus, World& world) : world_(world), bus_(std::move(bus)) {}

  Status open(const ClusterConfig& config, engine::EngineConfig own) {
    const Setting setting = setting_of(config, own.calibrations);
    WHORL_ASSIGN(const auto key, Keys::read(config.key));
    std::vector<std::shared_ptr<PartGroup>> parts;
    for (std::size_t place = 0; place < config.parts.size(); ++place) {
      WHORL_ASSIGN(parts.emplace_back(), PartGroup::make(config, place, setting, key.view(), *bus_));
    }
    parts_ = std::make_shared<SlicedParts>(config, std::move(parts));
    own.holds_people = false;
    own.part_name = "front";
    own.more_parts = parts_->as_engine_parts();
    WHORL_ASSIGN(engine_, engine::Engine::open(std::move(own), world_));
    watch_ = std::make_unique<PartWatch>(*parts_);
    return {};
  }

  std::vector<PartView> parts() override { return watch_->look(); }

  // -- Searches: the engine asks every part ---------------------------------------------------------------------------

  Result<engine::IdentifyAnswer> identify(const Call& call, const engine::IdentifyRequest& request) override {
    return engine_->identify(call, request);
  }
  Result<engine::VerifyAnswer> verify(const Call& call, const engine::VerifyRequest& request) override {
    return engine_->verify(call, request);
  }
  Result<engine::Explanation> explain(const Call& call, const engine::VerifyRequest& request) override {
    return engine_->explain(call, request);
  }
  Result<engine::VerifyAnswer> compare(const Call& call, const engine::CompareRequest& request) override {
    return engine_->compare(call, request);
  }
  Result<engine::AssessAnswer> assess(const Call& call, const engine::AssessRequest& request) override {
    return engine_->assess(call, request);
  }

  Result<engine::VerifyAnswer> verify_enrolled(const Call& call, const engine::EnrolledProbe& probe,
                                               const engine::VerifyRequest& request) override {
    if (probe.person_id == request.person_id) return failure(ErrorCode::kSamePerson, "person_id");
    auto samples = samples_of(call, probe);
    if (!samples.ok()) {
      audit::Event question;
      question.operation = audit::Operation::kVerify;
      question.galleries = {request.gallery_id};
      question.outcome = name_of(samples.error().kind);
      WHORL_TRY(engine_->note(call, question));
      return samples.error();
    }
    engine::VerifyRequest asked = request;
    asked.samples = std::move(*samples);
    return engine_->verify(call, asked);
  }
  Result<engine::IdentifyAnswer> identify_enrolled(const Call& call, const engine::EnrolledProbe& probe,
                                                   const engine::IdentifyRequest& request) override {
    const auto samples = samples_of(call, probe);
    // A question all the same: who is enrolled may be tried out so.
    if (!samples.ok()) {
      audit::Event question;
      question.operation = audit::Operation::kIdentify;
      question.galleries = {request.gallery_id};
      question.outcome = name_of(samples.error().kind);
      WHORL_TRY(engine_->note(call, question));
      return samples.error();
    }
    engine::IdentifyRequest asked = request;
    asked.samples = *samples;
    std::erase_if(asked.samples, [&](const Sample& sample) {
      return !request.modalities.empty() && std::find(request.modalities.begin(), request.modalities.end(),
                                                      sample.modality) == request.modalities.end();
    });
    asked.except_person = probe.person_id;
    return engine_->identify(call, asked);
  }

  // -- Changes: the person's part -------------------------------------------------------------------------------------

  Result<engine::EnrolReceipt> enrol(const Call& call, const engine::EnrolRequest& request) override {
    return put(call, request, false);
  }
  Result<engine::EnrolReceipt> update(const Call& call, const engine::EnrolRequest& request) override {
    return put(call, request, true);
  }
  Status erase_person(const Call& call, const std::string& person_id) override {
    return as_status(parts_->of_person(call, person_id, ErasePerson{person_id}));
  }
  Status erase_encounter(const Call& call, const std::string& person_id, const std::string& encounter_id) override {
    return as_status(parts_->of_person(call, person_id, EraseEncounter{person_id, encounter_id}));
  }
  Status set_status(const Call& call, const std::string& person_id, const std::string& encounter_id,
                    bool active) override {
    return as_status(parts_->of_person(call, person_id, SetStatus{person_id, encounter_id, active}));
  }
  Status set_galleries(const Call& call, const std::string& person_id, const std::string& encounter_id,
                       const std::vector<std::string>& galleries) override {
    return as_status(parts_->of_person(call, person_id, SetGalleries{person_id, encounter_id, galleries}));
  }
  Status set_hold(const Call& call, const std::string& person_id, const std::optional<std::string>& encounter_id,
                  bool held) override {
    return as_status(parts_->of_person(call, person_id, SetHold{person_id, encounter_id, held}));
  }
  Status merge_persons(const Call& call, const std::string& into, const std::string& from) override {
    return move(call, into, from, {});
  }
  Status move_encounter(const Call& call, const std::string& into, const std::string& from,
                        const std::string& encounter_id) override {
    return move(call, into, from, encounter_id);
  }

  // The key says nothing of whom it was about: every part is asked, and none may be missing.
  Result<std::optional<std::string>> kept_answer(const Call& call, const engine::RequestKey& key) override {
    using Kept = std::optional<std::string>;
    const auto answers = parts_->of_all<Kept>(
        call, [&](PartGroup& part, std::uint64_t version) { return part.ask(call, KeptAnswerOf{key}, {}, version); });
    for (const auto& answer : answers) {
      if (answer.ok() && *answer) return *answer;
    }
    for (const auto& answer : answers) WHORL_TRY(answer);
    return std::optional<std::string>();
  }

  // -- Reading --------------------------------------------------------------------------------------------------------

  Result<std::vector<engine::EncounterView>> encounters(const Call& call, const std::string& person_id) override {
    return parts_->of_person(call, person_id, ReadEncounters{person_id});
  }
  Result<engine::EncounterView> encounter(const Call& call, const std::string& person_id,
                                          const std::string& encounter_id) override {
    return parts_->of_person(call, person_id, ReadEncounter{person_id, encounter_id});
  }
  // Images stay in the part that keeps them.
  Result<engine::EncounterWithImages> encounter_with_images(const Call& call, const std::string& person_id,
                                                            const std::string& encounter_id) override {
    WHORL_ASSIGN(auto view, encounter(call, person_id, encounter_id));
    return engine::EncounterWithImages{std::move(view), {}};
  }
  Result<std::vector<engine::TemplateView>> templates(const Call& call, const std::string& person_id,
                                                      const std::string& encounter_id) override {
    return parts_->of_person(call, person_id, ReadTemplates{person_id, encounter_id});
  }

  // All pages of one state of all slices.
  Result<engine::GalleryContent> gallery_content(const Call& call, const std::string& gallery_id, std::size_t offset,
                                                 std::size_t limit) override {
    const Until until = parts_->latest(call);
    auto view = parts_->view(until);
    for (int tries = 0;; ++tries) {
      auto out = view->wrong ? Result<engine::GalleryContent>(slice_moved(*view->wrong))
                             : content_of(*view, call, gallery_id, offset, limit);
      if (out.ok() || !is_moved(out.error())) return out;
      if (!SlicedParts::wait_a_little(until, tries)) return SlicedParts::said(out.error());
      view = parts_->look_again(view, until);
    }
  }

  std::vector<engine::GalleryView> galleries(const Call&) override { return watch_->galleries(); }
  engine::NodeDuties duties(const Call& call) override {
    engine::NodeDuties out = engine_->duties(call);
    watch_->add_to(out);
    return out;
  }
  engine::NodeHealth health(const Call& call) override {
    engine::NodeHealth out = engine_->health(call);
    watch_->add_to(out);
    return out;
  }
  Result<engine::NodeReport> report(const Call& call) override {
    WHORL_ASSIGN(engine::NodeReport out, engine_->report(call));
    out.health = health(call);
    return out;
  }

  // -- The front's own ------------------------------------------------------------------------------------------------

  Status note(const Call& call, const audit::Event& event) override { return engine_->note(call, event); }
  Result<std::string> read_audit(const Call& call, const engine::AuditQuestion& question) override {
    return engine_->read_audit(call, question);
  }
  Result<engine::DedupeState> dedupe(const Call&, const engine::DedupeRequest&, const ProgressCallback&) override {
    return not_of_a_cluster("looking for duplicates");
  }
  Result<engine::Duplicates> duplicates(const Call&, const std::string&, std::size_t, std::size_t) override {
    return not_of_a_cluster("looking for duplicates");
  }

 private:
  // A part's content, page after page.
  class Pages {
   public:
    Pages(PartGroup& part, const Call& call, const std::string& gallery_id, std::uint64_t version)
        : part_(&part), call_(&call), gallery_id_(&gallery_id), version_(version) {}
    Status read() {
      const ReadContent asked{*gallery_id_, read_, static_cast<std::uint32_t>(kMostEntriesOfPage)};
      WHORL_ASSIGN(engine::GalleryContent page, part_->ask(*call_, asked, {}, version_));
      read_ += page.entries.size();
      total_ = page.total;
      entries_ = std::move(page.entries);
      at_ = 0;
      return {};
    }
    Status fill() { return at_ < entries_.size() || read_ >= total_ ? Status() : read(); }
    [[nodiscard]] bool over() const { return at_ >= entries_.size(); }
    [[nodiscard]] bool before(const Pages& other) const {
      const auto& mine = entries_[at_];
      const auto& theirs = other.entries_[other.at_];
      return std::tie(mine.person_id, mine.encounter_id) < std::tie(theirs.person_id, theirs.encounter_id);
    }
    engine::GalleryContent::Entry take() { return std::move(entries_[at_++]); }
    [[nodiscard]] std::uint64_t total() const { return total_; }

   private:
    PartGroup* part_;
    const Call* call_;
    const std::string* gallery_id_;
    std::uint64_t version_;
    std::vector<engine::GalleryContent::Entry> entries_;
    std::size_t at_ = 0;
    std::uint64_t read_ = 0;
    std::uint64_t total_ = 0;
  };

  // Whoever lies in the whole's page lies among the first of their part.
  Result<engine::GalleryContent> content_of(const SliceView& view, const Call& call, const std::string& gallery_id,
                                            std::size_t offset, std::size_t limit) {
    engine::GalleryContent out;
    std::vector<Pages> pages;
    bool known = false;
    std::optional<Error> unknown;
    for (std::size_t i = 0; i < parts_->all().size(); ++i) {
      if (!view.holds[i]) continue;
      Pages fresh(*parts_->all()[i], call, gallery_id, view.versions[i]);
      const Status first = fresh.read();
      if (!first.ok() && first.error().kind != ErrorKind::kNotFound) return first.error();
      if (!first.ok()) unknown = first.error();
      known = known || first.ok();
      out.total += fresh.total();
      pages.push_back(std::move(fresh));
    }
    if (!known) return *unknown;
    for (std::size_t i = 0; out.entries.size() < limit; ++i) {
      Pages* least = nullptr;
      for (Pages& each : pages) {
        WHORL_TRY(each.fill());
        if (each.over()) continue;
        if (least == nullptr || each.before(*least)) least = &each;
      }
      if (least == nullptr) break;
      auto entry = least->take();
      if (i >= offset) out.entries.push_back(std::move(entry));
    }
    return out;
  }

  // Both identifiers are made here where there are none: a part is chosen by one, and a request that is sent again
  // finds what it made.
  Result<engine::EnrolReceipt> put(const Call& call, engine::EnrolRequest request, bool update) {
    if (!update && request.person_id.empty()) request.person_id = world_.new_uuid();
    if (!update && request.encounter_id.empty()) request.encounter_id = world_.new_uuid();
    EnrolEncounter asked{{}, {}, update};
    RemotePart::AnswerToKeep keep;
    if (request.keep) {
      asked.key = request.keep->under;
      keep = request.keep->answer;
    }
    request.keep.reset();
    request.task_answer = {};
    asked.request = std::move(request);
    return parts_->of_person(call, asked.request.person_id, asked, keep);
  }

  Status move(const Call& call, const std::string& into, const std::string& from,
              const std::optional<std::string>& encounter_id) {
    const auto view = parts_->view(parts_->latest(call));
    if (view->owner[slice_of(into)] != view->owner[slice_of(from)]) {
      return not_of_a_cluster("moving encounters between persons of two parts");
    }
    return as_status(parts_->of_person(call, into, MoveEncounters{into, from, encounter_id}));
  }

  // The best of what is kept of somebody.
  Result<std::vector<Sample>> samples_of(const Call& call, const engine::EnrolledProbe& probe) {
    std::vector<std::string> encounters;
    if (probe.encounter_id) {
      encounters.push_back(*probe.encounter_id);
    } else {
      WHORL_ASSIGN(const auto views, this->encounters(call, probe.person_id));
      for (const auto& view : views) encounters.push_back(view.encounter_id);
    }
    std::vector<index::EncounterRecord> records;
    for (const std::string& encounter : encounters) {
      WHORL_ASSIGN(auto kept, templates(call, probe.person_id, encounter));
      auto& record = records.emplace_back();
      for (auto& each : kept) {
        auto& sample = record.samples.emplace_back();
        sample.modality = each.modality;
        sample.position = each.position;
        sample.quality = static_cast<std::uint8_t>(each.quality);
        sample.format = static_cast<index::FormatNumber>(each.format);
        sample.template_bytes = std::move(each.bytes);
      }
    }
    return engine::best_samples(records);
  }

  World& world_;
  std::unique_ptr<Bus> bus_;
  std::shared_ptr<SlicedParts> parts_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<PartWatch> watch_;
};

}  // namespace

Result<std::shared_ptr<Front>> Front::open(const ClusterConfig& config, engine::EngineConfig own,
                                           std::unique_ptr<Bus> bus, World& world) {
  auto out = std::make_shared<ClusterFront>(std::move(bus), world);
  WHORL_TRY(out->open(config, std::move(own)));
  return std::shared_ptr<Front>(std::move(out));
}

}  // namespace whorl::cluster
