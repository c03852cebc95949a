#include "server/osia/galleries.h"

#include <boost/json/array.hpp>

#include "engine/access/scopes.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

// An array of gallery ids.
Result<Reply> list(const Exchange& exchange) {
  boost::json::array out;
  for (const auto& gallery : exchange.service.galleries(exchange.call)) out.emplace_back(gallery.gallery_id);
  return json_reply(out);
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/galleries",
     .query = kCommonParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kGalleryRead,
     .handler = list},
};

}  // namespace

std::span<const Route> gallery_routes() { return kRoutes; }

}  // namespace whorl::server
