// Tasks: bytes that the gallery keeps for whoever accepted them.
#include "index/gallery_impl.h"

namespace whorl::index {

Status Gallery::put_task(const std::string& id, ByteView head, ByteView request, std::span<const TaskName> names) {
  WHORL_TRY(parts_->ensure_store());
  return parts_->store->tasks().put(id, head, request, names);
}

Status Gallery::begin_task(const std::string& id) {
  WHORL_TRY(parts_->ensure_store());
  parts_->store->tasks().people().begin(id);
  return {};
}

void Gallery::end_task(const std::string& id) {
  if (parts_->store) parts_->store->tasks().people().end(id);
}

Status Gallery::change_task(const std::string& id, ByteView head, const std::optional<Bytes>& result,
                            std::span<const TaskName> names) {
  WHORL_TRY(parts_->ensure_store());
  return parts_->store->tasks().change(id, head, result, names);
}

Status Gallery::note_task(const std::string& id, ByteView head, audit::Event event, const std::string& person,
                          const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  WHORL_TRY(parts_->name_subject(event, person));
  return parts_->store->tasks().change_noted(id, head, person, event, asked);
}

Status Gallery::erase_tasks(std::span<const std::string> ids) {
  WHORL_TRY(parts_->ensure_store());
  return parts_->store->tasks().erase(ids);
}

Result<std::optional<Bytes>> Gallery::task_body(const std::string& id, TaskBody which) const {
  if (which == TaskBody::kEffect) WHORL_TRY(parts_->ensure_store());
  return parts_->store->tasks().body(id, which);
}

Result<bool> Gallery::has_task_body(const std::string& id, TaskBody which) const {
  return parts_->store->tasks().has_body(id, which);
}

Result<KeptTasks> Gallery::tasks() const { return parts_->store->tasks().all(); }

}  // namespace whorl::index
