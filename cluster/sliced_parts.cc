#include "cluster/sliced_parts.h"

#include <algorithm>
#include <thread>

#include "base/catalogue.h"
#include "index/search/candidates.h"
#include "index/search/search_types.h"

namespace whorl::cluster {
namespace {

constexpr std::chrono::milliseconds kLookWithin{3000};
constexpr std::chrono::milliseconds kAgainAfter{20};
constexpr std::chrono::milliseconds kLongestWait{500};
// Of a change whose caller does not say how long they wait.
constexpr std::chrono::milliseconds kUnhurried{20'000};

// Whether so many of all people are more than a part of this share has by chance: by five standard deviations, and by
// enough that it matters.
bool has_more(double people, double all, double share) {
  constexpr double kDeviations = 5;
  return people > 1.1 * all * share + kDeviations * index::deviation_of_share(all, share) + 1;
}

// Of a part that holds nobody's slice.
Result<engine::PartAnswer> nobody_found(const engine::Query& query) {
  if (query.gallery_id == index::kAllGalleries || query.gallery_id == index::kDefaultGallery) {
    return engine::PartAnswer{};
  }
  return failure(ErrorCode::kUnknownGallery, "gallery_id", with<"gallery">(query.gallery_id));
}

}  // namespace

// One question of all parts. Whoever waits for the first answer sees to it that all are of one state.
template <class Answer>
class SlicedParts::Round {
 public:
  using Begin = std::function<engine::Awaited<Answer>(PartGroup& part, std::uint64_t version, double share)>;

  Round(SlicedParts& parts, Until until) : parts_(parts), until_(until), view_(parts.view(until)) {}

  // A part that holds nothing is not asked; `otherwise` is its answer.
  void begin(std::size_t part, Begin begin, std::function<Result<Answer>()> otherwise) {
    Asked& asked = asked_.emplace_back();
    asked.part = part;
    asked.begin = std::move(begin);
    asked.otherwise = std::move(otherwise);
    start(asked);
  }
  Result<Answer> answer(std::size_t which) {
    const std::scoped_lock lock(mutex_);
    if (!settled_) settle();
    return *asked_[which].answer;
  }
  [[nodiscard]] std::size_t size() const { return asked_.size(); }

 private:
  struct Asked {
    std::size_t part = 0;
    Begin begin;
    std::function<Result<Answer>()> otherwise;
    engine::Awaited<Answer> awaited;
    std::optional<Result<Answer>> answer;
  };
  void start(Asked& asked) {
    asked.awaited = nullptr;
    if (view_->holds[asked.part]) start(asked, view_->shares[asked.part]);
  }
  void start(Asked& asked, double share) {
    asked.awaited = asked.begin(*parts_.parts_[asked.part], view_->versions[asked.part], share);
  }
  // Whether one has moved.
  bool wait_for(Asked& asked) {
    asked.answer = asked.awaited ? asked.awaited() : asked.otherwise();
    asked.awaited = nullptr;
    return !asked.answer->ok() && is_moved(asked.answer->error());
  }
  // A part that has more of the people than its slices' share, by more than chance, looked at too few of them: it is
  // asked again for what it has. Whether one has moved.
  bool ask_again_who_has_more() {
    if constexpr (std::is_same_v<Answer, engine::PartAnswer>) {
      double all = 0;
      for (const Asked& each : asked_) all += each.answer->ok() ? people_of(each) : 0;
      bool moved = false;
      for (Asked& each : asked_) {
        if (!each.answer->ok() || (**each.answer).compared_persons >= (**each.answer).comparable) continue;
        if (!has_more(people_of(each), all, view_->shares[each.part])) continue;
        start(each, people_of(each) / all);
      }
      for (Asked& each : asked_) moved = (each.awaited && wait_for(each)) || moved;
      return moved;
    }
    return false;
  }
  static double people_of(const Asked& asked) { return static_cast<double>((**asked.answer).gallery_size); }

  void settle() {
    for (int tries = 0;; ++tries) {
      bool moved = view_->wrong.has_value();
      for (Asked& each : asked_) moved = wait_for(each) || moved;
      moved = moved || ask_again_who_has_more();
      if (!moved || !wait_a_little(until_, tries)) break;
      view_ = parts_.look_again(view_, until_);
      for (Asked& each : asked_) start(each);
    }
    for (Asked& each : asked_) {
      if (view_->wrong && view_->blamed == each.part) each.answer = said(slice_moved(*view_->wrong));
      if (!each.answer->ok() && is_moved(each.answer->error())) each.answer = said(each.answer->error());
    }
    settled_ = true;
  }

  SlicedParts& parts_;
  const Until until_;
  std::shared_ptr<const SliceView> view_;
  std::mutex mutex_;
  std::vector<Asked> asked_;
  bool settled_ = false;
};

// A part as an engine asks it.
class SlicedPart final : public engine::Part {
 public:
  SlicedPart(std::shared_ptr<SlicedParts> all, std::size_t part) : all_(std::move(all)), part_(part) {}

  [[nodiscard]] const std::string& name() const override { return all_->parts_[part_]->name(); }
  [[nodiscard]] bool works_elsewhere() const override { return true; }
  Result<engine::PartAnswer> search(const engine::Probe& probe, const engine::Query& query,
                                    engine::Deadline deadline) override {
    return begin_search(probe, query, deadline)();
  }
  Result<engine::ScoredPerson> compare(const engine::Probe& probe, const std::string& gallery_id,
                                       const std::string& person_id, engine::Deadline deadline) override {
    return begin_compare(probe, gallery_id, person_id, deadline)();
  }
  // Probe and query outlive what is given.
  engine::Awaited<engine::PartAnswer> begin_search(const engine::Probe& probe, const engine::Query& query,
                                                   engine::Deadline deadline) override {
    return begun<engine::PartAnswer>(
        &probe, deadline,
        [&probe, &query, deadline](PartGroup& part, std::uint64_t version, double share) {
          engine::Query own = query;
          own.share = share;
          return part.begin_search(probe, own, deadline, version);
        },
        [&query] { return nobody_found(query); });
  }
  engine::Awaited<engine::ScoredPerson> begin_compare(const engine::Probe& probe, const std::string& gallery_id,
                                                      const std::string& person_id,
                                                      engine::Deadline deadline) override {
    return begun<engine::ScoredPerson>(
        &probe, deadline,
        [&probe, gallery_id, person_id, deadline](PartGroup& part, std::uint64_t version, double) {
          return part.begin_compare(probe, gallery_id, person_id, deadline, version);
        },
        [gallery_id]() -> Result<engine::ScoredPerson> {
          return failure(ErrorCode::kUnknownGallery, "gallery_id", with<"gallery">(gallery_id));
        });
  }

 private:
  // An engine begins at the first part, and goes on with the others on the same thread.
  template <class Answer, class Begin, class Otherwise>
  engine::Awaited<Answer> begun(const engine::Probe* probe, engine::Deadline deadline, Begin begin,
                                Otherwise otherwise) {
    using Round = SlicedParts::Round<Answer>;
    struct Current {
      std::weak_ptr<Round> round;
      const SlicedParts* of = nullptr;
      const engine::Probe* probe = nullptr;
      std::size_t next = 0;
    };
    thread_local Current current;
    auto round = current.round.lock();
    if (!round || current.of != all_.get() || current.probe != probe || current.next != part_) {
      engine::Call call;
      call.deadline = deadline ? deadline : Until::clock::now() + all_->answer_within_;
      round = std::make_shared<Round>(*all_, all_->latest(call));
    }
    current = {round, all_.get(), probe, part_ + 1};
    const std::size_t which = round->size();
    round->begin(part_, begin, otherwise);
    return [round, which, all = all_] { return round->answer(which); };
  }

  const std::shared_ptr<SlicedParts> all_;
  const std::size_t part_;
};

SlicedParts::SlicedParts(const ClusterConfig& config, std::vector<std::shared_ptr<PartGroup>> parts)
    : answer_within_(config.answer_within),
      parts_(std::move(parts)),
      names_(config.parts),
      file_(config.slices),
      known_(parts_.size()) {}

std::vector<std::shared_ptr<engine::Part>> SlicedParts::as_engine_parts() {
  std::vector<std::shared_ptr<engine::Part>> out;
  for (std::size_t i = 0; i < parts_.size(); ++i) out.push_back(std::make_shared<SlicedPart>(shared_from_this(), i));
  return out;
}

bool SlicedParts::needed(std::size_t part) {
  const std::scoped_lock lock(mutex_);
  return !view_ || view_->holds[part];
}

std::shared_ptr<const SliceView> SlicedParts::view(Until until) {
  {
    const std::scoped_lock lock(mutex_);
    if (view_) return view_;
  }
  return look_again(nullptr, until);
}

std::shared_ptr<const SliceView> SlicedParts::look_again(const std::shared_ptr<const SliceView>& wrong, Until until) {
  const std::scoped_lock one(looking_);
  {
    const std::scoped_lock lock(mutex_);
    if (view_ && view_ != wrong) return view_;
  }
  engine::Call call;
  call.deadline = std::min(until, Until::clock::now() + kLookWithin);
  std::vector<std::future<Result<PartSlices>>> asked;
  for (const auto& part : parts_) {
    asked.push_back(std::async(std::launch::async, [&call, part] { return part->ask(call, TellSlices{}); }));
  }
  std::vector<std::optional<SliceBook>> heard;
  for (auto& each : asked) {
    const auto said = each.get();
    const auto book = said.ok() ? SliceBook::parse(said->book) : Result<SliceBook>(said.error());
    heard.push_back(book.ok() ? std::optional(*book) : std::nullopt);
  }
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (heard[i]) {
      known_[i] = KnownSlices{*heard[i], true};
    } else if (known_[i]) {
      known_[i]->fresh = false;
    }
  }
  view_ = std::make_shared<const SliceView>(view_of(known_, names_, file_));
  return view_;
}

Until SlicedParts::latest(const engine::Call& call) const {
  return call.deadline ? *call.deadline : Until::clock::now() + std::max(answer_within_, kUnhurried);
}

bool SlicedParts::wait_a_little(Until until, int tries) {
  const auto wait = std::min(kLongestWait, kAgainAfter * (1 + tries * tries / 4));
  if (Until::clock::now() + wait >= until) return false;
  std::this_thread::sleep_for(wait);
  return true;
}

Error SlicedParts::said(const Error& moved) { return unavailable(moved.message); }

}  // namespace whorl::cluster
