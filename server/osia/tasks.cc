#include "server/osia/tasks.h"

#include "base/catalogue.h"
#include "engine/access/scopes.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"
#include "server/tasks/task_desk.h"

namespace whorl::server {
namespace {

Error nothing_accepted() { return failure(ErrorCode::kUnknownTask, "taskId"); }

Result<Reply> status(const Exchange& exchange) {
  if (exchange.tasks == nullptr) return nothing_accepted();
  WHORL_ASSIGN(const TaskState state, exchange.tasks->state(exchange.path.at("taskId"), exchange.call.who));
  return json_reply(json_view(name_of(state)));
}

Result<Reply> redeliver(const Exchange& exchange) {
  if (exchange.tasks == nullptr) return nothing_accepted();
  WHORL_TRY(exchange.tasks->send_again(exchange.path.at("taskId"), exchange.call.who));
  return no_content();
}

constexpr Parameter kParameters[] = {kTransactionId};

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/tasks/{taskId}/status",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kTaskRead,
     .of_people = false,
     .handler = status},
    {.method = "POST",
     .path = "/v1/tasks/{taskId}/redeliver",
     .query = kParameters,
     .scope = access::scope::kTaskUpdate,
     .handler = redeliver},
};

}  // namespace

std::span<const Route> task_routes() { return kRoutes; }

}  // namespace whorl::server
