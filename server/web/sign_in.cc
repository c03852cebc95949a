#include "server/web/sign_in.h"

#include "engine/access/access_config.h"
#include "server/http/query.h"
#include "server/http/server_state.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kHtml[] = {"text/html"};
constexpr Parameter kStartParameters[] = {{"page", TextValue{1, access::Attempts::kMostPageBytes}},
                                          {"again", BooleanValue{}}};

// Only a page of this server is gone back to.
bool is_page(const Core& core, const std::string& name) {
  if (name.find('?') != std::string::npos) return false;
  const RouteMatch match = core.routes.match("GET", "/" + name);
  return match.route != nullptr && std::holds_alternative<OnFile>(match.route->handler) && match.path.all().empty();
}

asio::awaitable<Reply> ways(Core& core, const Visitor& visitor, const Request&) {
  co_return core.door.provider().ways(visitor);
}

asio::awaitable<Reply> begin(Core& core, const Visitor& visitor, const Request& request) {
  const auto query = Query::parse(request.target, kStartParameters);
  if (!query.ok()) co_return error_reply(query.error(), request.id);
  const std::string page = query->text("page").value_or("");
  const bool again = query->boolean("again").value_or(false);
  co_return core.door.provider().begin(visitor, is_page(core, page) ? page : "", again);
}

asio::awaitable<Reply> finish(Core& core, const Visitor& visitor, const Request& request) {
  co_return co_await core.door.provider().finish(visitor, request.target);
}

asio::awaitable<Reply> end(Core& core, const Visitor& visitor, const Request&) {
  auto reply = core.door.provider().end(visitor);
  co_return reply.ok() ? std::move(*reply) : error_reply(403, reply.error());
}

constexpr Route kRoutes[] = {
    {.method = "GET", .path = "/v1/sign-in", .answers = kJsonAnswer, .scope = "", .handler = ways},
    {.method = "GET", .path = "/v1/sign-in/start", .query = kStartParameters, .scope = "", .handler = begin},
    {.method = "GET",
     .path = access::kSignInCallback,
     .answers = kHtml,
     .scope = "",
     .from_elsewhere = true,
     .handler = finish},
    {.method = "POST", .path = "/v1/sign-out", .answers = kJsonAnswer, .scope = "", .handler = end},
};

}  // namespace

std::span<const Route> sign_in_routes() { return kRoutes; }

}  // namespace whorl::server
