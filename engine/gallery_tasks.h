// Tasks in the gallery that an engine has open. Private to this room.
#pragma once

#include <memory>
#include <utility>

#include "engine/tasks.h"
#include "index/gallery.h"

namespace whorl::engine {

// How the gallery calls what cases and thresholds keep. Tasks of others are called by UUIDs.
inline constexpr std::string_view kCaseRows = "case/";
inline constexpr std::string_view kThresholdRows = "threshold/";

// What of the gallery's tasks is called by names that begin so; without a beginning, all that others have not. Borrows
// the gallery.
class GalleryTasks final : public TaskStore {
 public:
  GalleryTasks(index::Gallery& gallery, std::string_view beginning) : gallery_(gallery), beginning_(beginning) {}

  Status put(const std::string& id, ByteView head, ByteView request, std::span<const TaskName> names) override {
    return gallery_.put_task(beginning_ + id, head, request, names);
  }
  Status begin(const std::string& id) override { return gallery_.begin_task(beginning_ + id); }
  void end(const std::string& id) override { gallery_.end_task(beginning_ + id); }
  Status change(const std::string& id, ByteView head, const std::optional<Bytes>& result,
                std::span<const TaskName> names) override {
    return gallery_.change_task(beginning_ + id, head, result, names);
  }
  Status erase(std::span<const std::string> ids) override {
    std::vector<std::string> named;
    for (const std::string& id : ids) named.push_back(beginning_ + id);
    return gallery_.erase_tasks(named);
  }
  Result<std::optional<Bytes>> request(const std::string& id) override {
    return gallery_.task_body(beginning_ + id, index::TaskBody::kRequest);
  }
  Result<std::optional<Bytes>> result(const std::string& id) override {
    return gallery_.task_body(beginning_ + id, index::TaskBody::kResult);
  }
  Result<bool> has_result(const std::string& id) override {
    return gallery_.has_task_body(beginning_ + id, index::TaskBody::kResult);
  }
  Result<std::optional<Bytes>> effect(const std::string& id) override {
    return gallery_.task_body(beginning_ + id, index::TaskBody::kEffect);
  }
  Result<std::vector<KeptTask>> all(std::size_t& damaged) override {
    WHORL_ASSIGN(index::KeptTasks kept, gallery_.tasks());
    damaged = kept.damaged;
    std::vector<KeptTask> out;
    for (index::KeptTask& task : kept.tasks) {
      const bool of_others =
          beginning_.empty() ? task.id.find('/') != std::string::npos : !task.id.starts_with(beginning_);
      if (of_others) continue;
      out.push_back({task.id.substr(beginning_.size()), std::move(task.head)});
    }
    return out;
  }

 private:
  index::Gallery& gallery_;
  std::string beginning_;
};

}  // namespace whorl::engine
