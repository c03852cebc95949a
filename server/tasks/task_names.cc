#include "server/tasks/task_names.h"

#include <algorithm>
#include <set>

namespace whorl::server {
namespace {

constexpr std::size_t kMostNames = 2048;
// Of "personId" and "otherPersonId", and of a reason's arguments "person" and "other_person": it may name somebody whom
// no candidate does. Identifiers hold nothing that JSON escapes.
constexpr std::string_view kBefore[] = {"ersonId\":\"", "erson\":\""};

}  // namespace

std::vector<engine::TaskName> named_in(const Reply& reply) {
  if (!reply.body.empty() && reply.content_type.find("json") == std::string::npos) return {{}};
  std::set<std::string> persons;
  const std::string_view body = reply.body;
  for (const std::string_view before : kBefore) {
    for (auto at = body.find(before); at != std::string_view::npos; at = body.find(before, at)) {
      at += before.size();
      const auto end = std::min(body.find('"', at), body.size());
      persons.emplace(body.substr(at, end - at));
      if (persons.size() > kMostNames) return {{}};
    }
  }
  std::vector<engine::TaskName> out;
  for (const std::string& person : persons) out.push_back({person, {}});
  return out;
}

std::vector<std::string> persons_of(const std::vector<engine::TaskName>& names) {
  std::set<std::string> out;
  for (const engine::TaskName& name : names) out.insert(name.person_id);
  return {out.begin(), out.end()};
}

}  // namespace whorl::server
