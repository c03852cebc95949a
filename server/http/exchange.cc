#include "server/http/exchange.h"

#include <exception>
#include <new>

#include "base/catalogue.h"
#include "base/identifier.h"
#include "server/http/query.h"
#include "server/http/request_key.h"
#include "server/http/target.h"
#include "server/tasks/task_desk.h"
#include "server/tasks/task_names.h"

namespace whorl::server {
namespace {

// The reply of `handler`, a Result<Reply>, whatever becomes of it.
template <class Handler>
Reply guarded(const Request& request, const Handler& handler) {
  try {
    Result<Reply> reply = handler();
    return reply.ok() ? std::move(reply).value() : error_reply(reply.error(), request.id);
  } catch (const std::bad_alloc&) {
    return error_reply(
        503, failure(ErrorCode::kOutOfMemory, with<"detail">("not enough memory for this request; try again")));
  } catch (const std::exception& e) {
    return error_reply(internal_error(e.what()), request.id);
  } catch (...) {
    return error_reply(internal_error("unknown exception"), request.id);
  }
}

// The answer that was given before.
Reply repeated(std::string body) {
  Reply reply;
  reply.body = std::move(body);
  reply.headers.emplace_back(kRepeatedHeader, "true");
  return reply;
}

}  // namespace

namespace {

// What becoming a task needs.
struct Arrival {
  engine::Service& service;
  const engine::Call& call;
  const RouteMatch& match;
  const Request& request;
  const Query& query;
  TaskDesk* tasks;
  const access::BlockKeys& block_keys;
};

// Everything that can be refused without doing it is refused now; what is left is answered later, whatever it is.
Status check_arrival(const Arrival& arrival) {
  if (!arrival.match.route->body.json) return {};
  Weighing weighing{0, false, true};
  const std::optional<engine::RequestKey> no_key;
  const auto checked = std::get<OnWorker>(arrival.match.route->handler)({arrival.service, arrival.call, arrival.request,
                                                                         arrival.match.path, arrival.query, no_key,
                                                                         weighing, nullptr, arrival.block_keys});
  return checked.ok() ? Status() : Status(checked.error());
}

// Whom the path names, each with the encounter where there is one, and whom the body does.
std::vector<engine::TaskName> named_in(const PathValues& path, std::string_view body) {
  std::vector<engine::TaskName> out = named_in_request(body);
  std::string encounter;
  for (const auto& [name, value] : path.all()) {
    if (name == "encounterId") encounter = value;
  }
  for (const auto& [name, value] : path.all()) {
    if (name.starts_with("personId")) out.push_back({value, encounter});
  }
  return out;
}

Result<Reply> accepted(const Arrival& arrival, const std::string& callback) {
  if (arrival.tasks == nullptr) return failure(ErrorCode::kCallbacksOff, "callback");
  WHORL_TRY(check_arrival(arrival));
  Task task;
  task.callback = callback;
  task.transaction_id = arrival.query.text("transactionId").value_or("");
  task.priority = static_cast<int>(arrival.query.integer("priority").value_or(kUsualPriority));
  task.service_level = static_cast<int>(arrival.query.integer("serviceLevel").value_or(0));
  task.who = arrival.call.who;
  task.names = named_in(arrival.match.path, arrival.request.body);
  if (arrival.match.route->keeps_answer) {
    WHORL_ASSIGN(task.key, request_key(arrival.call.who, arrival.request));
  }
  task.request = arrival.request;
  task.request.body = {};
  task.request.target = without_parameter(arrival.request.target, "callback");
  WHORL_ASSIGN(const std::string id, arrival.tasks->accept(std::move(task), arrival.request.body));
  Reply reply;
  reply.status = 202;
  reply.body = "{\"taskId\":\"" + id + "\"}";
  return reply;
}

}  // namespace

std::optional<Reply> answer_on_worker(engine::Service& service, const engine::Call& call, const RouteMatch& match,
                                      const Request& request, Weighing& weighing, TaskDesk* tasks,
                                      const access::BlockKeys& block_keys) {
  weighing.put_back = false;
  Reply reply = guarded(request, [&]() -> Result<Reply> {
    WHORL_ASSIGN(const auto query, Query::parse(request.target, match.route->query));
    for (const auto& [name, id] : match.path.all()) WHORL_TRY(check_id(id, name));
    if (const auto callback = query.text("callback")) {
      return accepted({service, call, match, request, query, tasks, block_keys}, *callback);
    }
    std::optional<engine::RequestKey> key;
    if (match.route->keeps_answer) {
      WHORL_ASSIGN(key, request_key(call.who, request));
      if (key) {
        WHORL_ASSIGN(auto kept, service.kept_answer(call, *key));
        if (kept) return repeated(std::move(*kept));
      }
    }
    return std::get<OnWorker>(match.route->handler)(
        {service, call, request, match.path, query, key, weighing, tasks, block_keys});
  });
  return weighing.put_back ? std::nullopt : std::optional(std::move(reply));
}

Reply answer_on_network(const Core& core, const RouteMatch& match, const Request& request) {
  return guarded(request, [&]() -> Result<Reply> {
    if (const auto* file = std::get_if<OnFile>(&match.route->handler)) return (*file)(request, match.path);
    return std::get<OnNetwork>(match.route->handler)(core);
  });
}

}  // namespace whorl::server
