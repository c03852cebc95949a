// Tasks in memory. Thread-safe.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "engine/tasks.h"

namespace whorl::tests {

class FakeTaskStore final : public engine::TaskStore {
 public:
  Status put(const std::string& id, ByteView head, ByteView request, std::span<const engine::TaskName> names) override {
    const std::lock_guard lock(mutex_);
    if (refuses(id)) return *refusal_;
    written_.push_back(id);
    rows_[id] = {Bytes(head.begin(), head.end()), Bytes(request.begin(), request.end()), {}, {}, {}};
    rows_[id].names.assign(names.begin(), names.end());
    return {};
  }
  Status begin(const std::string& id) override {
    const std::lock_guard lock(mutex_);
    begun_.push_back(id);
    return {};
  }
  void end(const std::string& id) override {
    const std::lock_guard lock(mutex_);
    ended_.push_back(id);
  }
  Status change(const std::string& id, ByteView head, const std::optional<Bytes>& result,
                std::span<const engine::TaskName> names) override {
    const std::lock_guard lock(mutex_);
    if (refuses(id)) return *refusal_;
    written_.push_back(id);
    Row& row = rows_[id];
    row.head.assign(head.begin(), head.end());
    if (result) {
      const bool erased = std::any_of(names.begin(), names.end(), [&](const engine::TaskName& name) {
        return erased_while_worked_on_.count(name.person_id) > 0;
      });
      row.result = erased ? std::nullopt : result;
      row.request.reset();
      row.effect.reset();
      row.names.insert(row.names.end(), names.begin(), names.end());
    }
    return {};
  }
  Status erase(std::span<const std::string> ids) override {
    const std::lock_guard lock(mutex_);
    for (const std::string& id : ids) {
      if (refuses(id)) return *refusal_;
    }
    for (const std::string& id : ids) rows_.erase(id);
    return {};
  }
  Result<std::optional<Bytes>> request(const std::string& id) override { return part(id, &Row::request); }
  Result<std::optional<Bytes>> result(const std::string& id) override { return part(id, &Row::result); }
  Result<bool> has_result(const std::string& id) override {
    const std::lock_guard lock(mutex_);
    if (reading_refusal_) return *reading_refusal_;
    const auto at = rows_.find(id);
    return at != rows_.end() && at->second.result.has_value();
  }
  Result<std::optional<Bytes>> effect(const std::string& id) override { return part(id, &Row::effect); }
  Result<std::vector<engine::KeptTask>> all(std::size_t& damaged) override {
    const std::lock_guard lock(mutex_);
    damaged = 0;
    std::vector<engine::KeptTask> out;
    for (const auto& [id, row] : rows_) out.push_back({id, row.head});
    return out;
  }

  // As an engine does in the batch of a change.
  void note_effect(const std::string& id, std::string_view answer) {
    const std::lock_guard lock(mutex_);
    const auto at = rows_.find(id);
    if (at != rows_.end()) at->second.effect = Bytes(answer.begin(), answer.end());
  }
  // As an engine does of an erasure that comes between begin() and the result.
  void erase_while_worked_on(const std::string& person) {
    const std::lock_guard lock(mutex_);
    erased_while_worked_on_.insert(person);
  }
  // Whose work began, in order.
  [[nodiscard]] std::vector<std::string> begun() const {
    const std::lock_guard lock(mutex_);
    return begun_;
  }
  // Whose work was given up, or is over, in order.
  [[nodiscard]] std::vector<std::string> ended() const {
    const std::lock_guard lock(mutex_);
    return ended_;
  }
  // As an engine does in the batch of an erasure.
  void erase_bodies(const std::string& id) {
    const std::lock_guard lock(mutex_);
    rows_[id].request.reset();
    rows_[id].result.reset();
    rows_[id].effect.reset();
  }
  std::vector<engine::TaskName> names_of(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    return rows_.at(id).names;
  }
  // From now on nothing is kept whose name begins so, and nothing of that goes.
  void refuse(std::optional<Error> error, std::string beginning = "") {
    const std::lock_guard lock(mutex_);
    refusal_ = std::move(error);
    refused_ = std::move(beginning);
  }
  // From now on nobody can say whether there is a result.
  void refuse_reading(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    reading_refusal_ = std::move(error);
  }
  // How often something was refused.
  [[nodiscard]] std::size_t refusals() const {
    const std::lock_guard lock(mutex_);
    return refusals_;
  }
  // Every row that was put or changed, in order.
  [[nodiscard]] std::vector<std::string> written() const {
    const std::lock_guard lock(mutex_);
    return written_;
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return rows_.size();
  }

 private:
  struct Row {
    Bytes head;
    std::optional<Bytes> request;
    std::optional<Bytes> result;
    std::optional<Bytes> effect;
    std::vector<engine::TaskName> names;
  };
  Result<std::optional<Bytes>> part(const std::string& id, std::optional<Bytes> Row::*member) {
    const std::lock_guard lock(mutex_);
    const auto at = rows_.find(id);
    return at == rows_.end() ? std::optional<Bytes>() : at->second.*member;
  }

  bool refuses(const std::string& id) {
    const bool out = refusal_ && id.starts_with(refused_);
    refusals_ += out ? 1 : 0;
    return out;
  }

  mutable std::mutex mutex_;
  std::map<std::string, Row> rows_;
  std::optional<Error> refusal_;
  std::optional<Error> reading_refusal_;
  std::set<std::string> erased_while_worked_on_;
  std::vector<std::string> begun_;
  std::vector<std::string> ended_;
  std::string refused_;
  std::size_t refusals_ = 0;
  std::vector<std::string> written_;
};

}  // namespace whorl::tests
