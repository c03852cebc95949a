#include "cluster/part_watch.h"

#include <future>
#include <map>

namespace whorl::cluster {
namespace {

constexpr std::chrono::milliseconds kLookEvery{1000};
constexpr std::chrono::milliseconds kAnswerWithin{2000};

}  // namespace

PartWatch::PartWatch(SlicedParts& parts) : sliced_(parts), parts_(parts.all()), seen_(parts_.size()) {
  for (Seen& each : seen_) each.missing = unavailable("has not answered yet");
  thread_ = std::jthread([this] { watch(); });
}

PartWatch::~PartWatch() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
}

void PartWatch::watch() {
  for (;;) {
    keep(ask());
    std::unique_lock lock(mutex_);
    if (stopped_.wait_for(lock, kLookEvery, [&] { return stopping_; })) return;
  }
}

std::vector<PartWatch::Seen> PartWatch::ask() const {
  engine::Call call;
  call.deadline = Until::clock::now() + kAnswerWithin;
  std::vector<std::future<Result<PartStatus>>> asked;
  for (const auto& part : parts_) {
    asked.push_back(std::async(std::launch::async, [&, part] { return part->ask(call, TellStatus{}); }));
  }
  std::vector<Seen> out;
  for (auto& each : asked) {
    auto answer = each.get();
    Seen& fresh = out.emplace_back();
    if (answer.ok()) {
      fresh.last = std::move(answer).value();
    } else {
      fresh.missing = answer.error();
    }
  }
  return out;
}

// What a part that is missing said last stays.
void PartWatch::keep(std::vector<Seen> fresh) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (fresh[i].missing) fresh[i].last = std::move(seen_[i].last);
    seen_[i] = std::move(fresh[i]);
  }
}

std::vector<PartWatch::Seen> PartWatch::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

std::vector<PartView> PartWatch::look() {
  keep(ask());
  const auto all = seen();
  std::vector<PartView> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    out.push_back({parts_[i]->name(), all[i].missing, all[i].last.galleries});
  }
  return out;
}

std::vector<engine::GalleryView> PartWatch::galleries() const {
  std::map<std::string, engine::GalleryView> sums;
  for (const Seen& each : seen()) {
    for (const engine::GalleryView& gallery : each.last.galleries) {
      engine::GalleryView& sum = sums[gallery.gallery_id];
      sum.gallery_id = gallery.gallery_id;
      sum.persons += gallery.persons;
      sum.encounters += gallery.encounters;
      for (const ModalityRow& row : modalities()) sum.samples[row.modality] += gallery.samples[row.modality];
    }
  }
  sums["default"].gallery_id = "default";
  std::vector<engine::GalleryView> out;
  for (auto& [name, sum] : sums) out.push_back(std::move(sum));
  return out;
}

void PartWatch::add_to(engine::NodeDuties& duties) const {
  for (const Seen& each : seen()) {
    duties.due_not_erased += each.last.due_not_erased;
    duties.due_held += each.last.due_held;
    duties.erased_when_due += each.last.erased_when_due;
  }
}

void PartWatch::add_to(engine::NodeHealth& health) const {
  health.galleries = galleries();
  const auto all = seen();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const PartStatus& last = all[i].last;
    for (const auto& memory : last.memory) {
      const auto same = std::find_if(health.memory.begin(), health.memory.end(),
                                     [&](const auto& sum) { return sum.kind == memory.kind; });
      if (same == health.memory.end()) {
        health.memory.push_back(memory);
      } else {
        same->bytes += memory.bytes;
      }
    }
    health.snapshots_written += last.snapshots_written;
    health.shards_written += last.shards_written;
    health.housekeeping_failures += last.housekeeping_failures;
    if (!last.last_failure.empty()) health.last_failure = "part " + parts_[i]->name() + ": " + last.last_failure;
    // One that holds nobody's slice is not missed, and takes no change.
    if (!sliced_.needed(i)) continue;
    auto refused = all[i].missing ? all[i].missing : last.changes_refused;
    if (!refused || health.changes_refused) continue;
    // One that is missing has its name in it.
    if (!all[i].missing) refused->message = "part " + parts_[i]->name() + ": " + refused->message;
    health.changes_refused = std::move(refused);
  }
}

}  // namespace whorl::cluster
