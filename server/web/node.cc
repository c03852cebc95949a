#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/reason_json.h"
#include "base/version.h"
#include "base/world.h"
#include "engine/access/scopes.h"
#include "server/json/json_text.h"
#include "server/osia/json_reply.h"
#include "server/osia/names.h"
#include "server/osia/parameters.h"
#include "server/web/me.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

json::array galleries_json(const std::vector<engine::GalleryView>& galleries) {
  json::array out;
  for (const auto& gallery : galleries) {
    out.push_back({{"galleryId", gallery.gallery_id},
                   {"persons", gallery.persons},
                   {"encounters", gallery.encounters},
                   {"fingers", gallery.samples[Modality::kFinger]},
                   {"faces", gallery.samples[Modality::kFace]}});
  }
  return out;
}

json::array memory_json(const std::vector<engine::NodeHealth::Memory>& memory) {
  json::array out;
  for (const auto& each : memory) out.push_back({{"kind", each.kind}, {"bytes", each.bytes}});
  return out;
}

json::value audit_json(const std::optional<engine::NodeReport::Audit>& audit) {
  if (!audit) return nullptr;
  return json::object{{"leaves", audit->leaves},
                      {"signedLeaves", audit->signed_leaves},
                      {"signedAt", rfc3339(audit->signed_at)},
                      {"checkpoint", audit->checkpoint},
                      {"key", audit->key}};
}

json::value keys_json(const std::optional<engine::NodeReport::Keys>& keys) {
  if (!keys) return nullptr;
  return json::object{{"epoch", keys->epoch},
                      {"rotationUnfinished", keys->rotation_unfinished},
                      {"wraps", keys->wraps},
                      {"rootKeyMadeByWhorl", keys->root_key_made_by_whorl}};
}

// The code alone: the sentence may name paths, and the log has it.
json::value refusal_json(const std::optional<Error>& refused) {
  if (!refused) return nullptr;
  return json::object{{"code", json_view(refused->code())}, {"kind", json_view(name_of(refused->kind))}};
}

std::string_view name_of_result(engine::NodeReport::Backup::Result result) {
  using Result = engine::NodeReport::Backup::Result;
  switch (result) {
    case Result::kMade: return "made";
    case Result::kFailed: return "failed";
    default: return "unknown";
  }
}

json::object backup_json(const engine::NodeReport::Backup& backup) {
  json::object out{{"begunAt", rfc3339(backup.begun_at)},
                   {"endedAt", nullptr},
                   {"auditLeaves", backup.leaves},
                   {"result", json_view(name_of_result(backup.result))}};
  if (backup.ended_at) out["endedAt"] = rfc3339(*backup.ended_at);
  return out;
}

// The latest one, and the latest one that is known to have been made.
json::object backups_in_short(const std::vector<engine::NodeReport::Backup>& backups) {
  json::object out{{"last", nullptr}, {"lastMade", nullptr}};
  const auto made = std::find_if(backups.rbegin(), backups.rend(), [](const auto& backup) {
    return backup.result == engine::NodeReport::Backup::Result::kMade;
  });
  if (!backups.empty()) out["last"] = backup_json(backups.back());
  if (made != backups.rend()) out["lastMade"] = backup_json(*made);
  return out;
}

Result<Reply> node(const Exchange& exchange) {
  WHORL_ASSIGN(const auto report, exchange.service.report(exchange.call));
  const engine::NodeHealth& health = report.health;
  json::array notices;
  for (const auto& notice : report.notices) notices.push_back({{"code", notice.code}, {"text", notice.text}});
  return json_reply(json::object{{"version", json_view(kVersion)},
                                 {"changesRefused", refusal_json(health.changes_refused)},
                                 {"galleries", galleries_json(health.galleries)},
                                 {"parts", json::array(health.parts.begin(), health.parts.end())},
                                 {"memory", memory_json(health.memory)},
                                 {"snapshotsUsed", health.opening.snapshots_used},
                                 {"snapshotsDropped", health.opening.snapshots_dropped.size()},
                                 {"housekeepingFailures", health.housekeeping_failures},
                                 {"audit", audit_json(report.audit)},
                                 {"keys", keys_json(report.keys)},
                                 {"backups", backups_in_short(report.backups)},
                                 {"notices", std::move(notices)},
                                 {"keepsImages", report.keeps_images}});
}

Result<Reply> shards(const Exchange& exchange) {
  const engine::NodeHealth health = exchange.service.health(exchange.call);
  json::array searched_by;
  for (const auto& each : exchange.service.duties(exchange.call).searched_by) {
    searched_by.push_back({{"modality", each.modality}, {"by", each.by}, {"samples", each.samples}});
  }
  return json_reply(json::object{{"parts", json::array(health.parts.begin(), health.parts.end())},
                                 {"searchedBy", std::move(searched_by)},
                                 {"snapshotsUsed", health.opening.snapshots_used},
                                 {"snapshotsDropped", health.opening.snapshots_dropped.size()},
                                 {"housekeepingFailures", health.housekeeping_failures}});
}

Result<Reply> keys(const Exchange& exchange) {
  WHORL_ASSIGN(const auto report, exchange.service.report(exchange.call));
  return json_reply(json::object{{"keys", keys_json(report.keys)}});
}

Result<Reply> retention(const Exchange& exchange) {
  const engine::NodeDuties duties = exchange.service.duties(exchange.call);
  return json_reply(json::object{{"dueNotErased", duties.due_not_erased},
                                 {"dueHeld", duties.due_held},
                                 {"erasedWhenDue", duties.erased_when_due}});
}

// The latest first.
Result<Reply> backups(const Exchange& exchange) {
  WHORL_ASSIGN(const auto report, exchange.service.report(exchange.call));
  json::array out;
  for (auto at = report.backups.rbegin(); at != report.backups.rend(); ++at) out.push_back(backup_json(*at));
  json::value gallery = nullptr;
  if (!report.gallery.empty()) gallery = json_view(report.gallery);
  return json_reply(json::object{{"gallery", std::move(gallery)}, {"backups", std::move(out)}});
}

constexpr Parameter kParameters[] = {{"transactionId", TextValue{1, 256}}};

// What an operator reads: quick, without a name of anybody.
constexpr Route read_by_operator(std::string_view path, OnWorker handler) {
  return {.method = "GET",
          .path = path,
          .query = kParameters,
          .answers = kJsonAnswer,
          .scope = access::scope::kMetricsRead,
          .of_people = false,
          .handler = handler};
}

constexpr Route kRoutes[] = {
    read_by_operator("/v1/node", node),       read_by_operator("/v1/shards", shards),
    read_by_operator("/v1/keys", keys),       read_by_operator("/v1/retention", retention),
    read_by_operator("/v1/backups", backups),
};

}  // namespace

std::span<const Route> node_routes() { return kRoutes; }

}  // namespace whorl::server
