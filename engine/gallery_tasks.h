// Tasks in the gallery that an engine has open. Private to this room.
#pragma once

#include "engine/tasks.h"
#include "index/gallery.h"

namespace whorl::engine {

// Borrows the gallery.
class GalleryTasks final : public TaskStore {
 public:
  explicit GalleryTasks(index::Gallery& gallery) : gallery_(gallery) {}

  Status put(const std::string& id, ByteView head, ByteView request, std::span<const TaskName> names) override {
    return gallery_.put_task(id, head, request, names);
  }
  Status change(const std::string& id, ByteView head, const std::optional<Bytes>& result,
                std::span<const TaskName> names) override {
    return gallery_.change_task(id, head, result, names);
  }
  Status erase(std::span<const std::string> ids) override { return gallery_.erase_tasks(ids); }
  Result<std::optional<Bytes>> request(const std::string& id) override {
    return gallery_.task_body(id, index::TaskBody::kRequest);
  }
  Result<std::optional<Bytes>> result(const std::string& id) override {
    return gallery_.task_body(id, index::TaskBody::kResult);
  }
  Result<std::optional<Bytes>> effect(const std::string& id) override {
    return gallery_.task_body(id, index::TaskBody::kEffect);
  }
  Result<std::vector<KeptTask>> all(std::size_t& damaged) override {
    WHORL_ASSIGN(index::KeptTasks kept, gallery_.tasks());
    damaged = kept.damaged;
    std::vector<KeptTask> out;
    for (index::KeptTask& task : kept.tasks) out.push_back({std::move(task.id), std::move(task.head)});
    return out;
  }

 private:
  index::Gallery& gallery_;
};

}  // namespace whorl::engine
