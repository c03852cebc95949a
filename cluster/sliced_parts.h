// All parts of a cluster as its front asks them: every question of all people is of one state of all slices, each of
// which lies in one part. A part is asked by the version of its slices, and answers only by that one; where one holds
// others by now, or a slice is just moving, all are asked again, until the caller's time is over. So nobody is missed
// and nobody counted twice, whatever moves meanwhile.
//
// Thread-safety: every method may be called from any thread at once. Private to this room.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cluster/part_group.h"
#include "cluster/slice_view.h"

namespace whorl::cluster {

class SlicedParts : public std::enable_shared_from_this<SlicedParts> {
 public:
  SlicedParts(const ClusterConfig& config, std::vector<std::shared_ptr<PartGroup>> parts);

  // What an engine asks, one a part: what it begins of all of them, one after another on one thread, is one question.
  [[nodiscard]] std::vector<std::shared_ptr<engine::Part>> as_engine_parts();
  [[nodiscard]] const std::vector<std::shared_ptr<PartGroup>>& all() const { return parts_; }
  // False: others hold everything, and it is no harm that it does not answer.
  [[nodiscard]] bool needed(std::size_t part);

  // As the parts said last. Asks them where none did yet.
  std::shared_ptr<const SliceView> view(Until until);
  // As they say now, where this is the view that was wrong; nobody is asked twice for one.
  std::shared_ptr<const SliceView> look_again(const std::shared_ptr<const SliceView>& wrong, Until until);

  // The part that has the person, asked until it is the right one. Errors: the part's.
  template <class Asking>
  Result<typename Asking::Answer> of_person(const engine::Call& call, const std::string& person_id,
                                            const Asking& question, const RemotePart::AnswerToKeep& keep = {}) {
    const Until until = latest(call);
    auto view = this->view(until);
    for (int tries = 0;; ++tries) {
      const std::size_t part = view->owner[slice_of(person_id)];
      auto answer =
          part < parts_.size()
              ? parts_[part]->ask(call, question, keep, kIsChange<Asking> ? 0 : view->versions[part])
              : Result<typename Asking::Answer>(slice_moved(view->wrong.value_or("the person's slice moves")));
      if (answer.ok() || !is_moved(answer.error())) return answer;
      if (!wait_a_little(until, tries)) return said(answer.error());
      view = look_again(view, until);
    }
  }

  // `ask` of every part that holds anything, with the version by which it is to be asked; all again where that was not
  // the one of all of them. Gives what `ask` gave last.
  template <class Answer>
  std::vector<Result<Answer>> of_all(const engine::Call& call,
                                     const std::function<Result<Answer>(PartGroup& part, std::uint64_t version)>& ask) {
    const Until until = latest(call);
    auto view = this->view(until);
    for (int tries = 0;; ++tries) {
      std::vector<std::future<Result<Answer>>> asked;
      for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (!view->holds[i]) continue;
        asked.push_back(std::async(std::launch::async, [&, i] { return ask(*parts_[i], view->versions[i]); }));
      }
      std::vector<Result<Answer>> out;
      bool moved = view->wrong.has_value();
      for (auto& each : asked) {
        out.push_back(each.get());
        moved = moved || (!out.back().ok() && is_moved(out.back().error()));
      }
      if (!moved) return out;
      if (!wait_a_little(until, tries)) {
        if (view->wrong) out.push_back(said(slice_moved(*view->wrong)));
        return out;
      }
      view = look_again(view, until);
    }
  }

  // Until then a question of this call is asked again.
  [[nodiscard]] Until latest(const engine::Call& call) const;
  // Longer each time. False: it would be too late.
  static bool wait_a_little(Until until, int tries);
  // For whoever asked: to be asked again later.
  static Error said(const Error& moved);

 private:
  friend class SlicedPart;
  template <class Answer>
  class Round;

  const std::chrono::milliseconds answer_within_;
  const std::vector<std::shared_ptr<PartGroup>> parts_;
  std::vector<std::string> names_;
  const SliceMap file_;
  std::mutex looking_;  // held while the parts are asked
  std::mutex mutex_;    // of what follows
  std::vector<std::optional<KnownSlices>> known_;
  std::shared_ptr<const SliceView> view_;
};

}  // namespace whorl::cluster
