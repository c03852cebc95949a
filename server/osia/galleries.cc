#include "server/osia/galleries.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "engine/access/scopes.h"
#include "server/http/accept.h"
#include "server/http/query.h"
#include "server/osia/error_words.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

constexpr std::string_view kCsvType = "text/csv";
constexpr std::int64_t kMostOffset = std::int64_t{1} << 40;
constexpr std::int64_t kMostLimit = 10'000;
constexpr std::int64_t kUsualLimit = 1'000;

// An array of gallery ids.
Result<Reply> list(const Exchange& exchange) {
  boost::json::array out;
  for (const auto& gallery : exchange.service.galleries(exchange.call)) out.emplace_back(gallery.gallery_id);
  return json_reply(out);
}

// Identifiers hold nothing that a CSV file would have to quote.
std::string csv_of(const engine::GalleryContent& content) {
  std::string out = "personId,encounterId\r\n";
  for (const auto& entry : content.entries) out += entry.person_id + "," + entry.encounter_id + "\r\n";
  return out;
}

// Pairs of identifiers, a page at a time.
Result<Reply> content(const Exchange& exchange) {
  const auto offset = static_cast<std::size_t>(exchange.query.integer("offset").value_or(0));
  const auto limit = static_cast<std::size_t>(exchange.query.integer("limit").value_or(kUsualLimit));
  WHORL_ASSIGN(const auto page, in_osia_words(exchange.service.gallery_content(
                                    exchange.call, exchange.path.at("galleryId"), offset, limit)));
  Reply reply;
  if (prefers(exchange.request.accept, kCsvType, kJsonType)) {
    reply.content_type = kCsvType;
    reply.body = csv_of(page);
  } else {
    boost::json::array out;
    for (const auto& entry : page.entries) {
      out.emplace_back(boost::json::object{{"personId", entry.person_id}, {"encounterId", entry.encounter_id}});
    }
    reply = json_reply(out);
  }
  reply.headers.emplace_back("Whorl-Gallery-Encounters", std::to_string(page.total));
  return reply;
}

constexpr Parameter kContentParameters[] = {kTransactionId,
                                            kCallback,
                                            kPriority,
                                            {"offset", IntegerValue{0, kMostOffset}},
                                            {"limit", IntegerValue{1, kMostLimit}}};
constexpr std::string_view kContentAnswers[] = {kJsonType, kCsvType};

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/galleries",
     .query = kCommonParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kGalleryRead,
     .of_people = false,
     .handler = list},
    {.method = "GET",
     .path = "/v1/galleries/{galleryId}",
     .query = kContentParameters,
     .answers = kContentAnswers,
     .scope = access::scope::kGalleryRead,
     .handler = content},
};

}  // namespace

std::span<const Route> gallery_routes() { return kRoutes; }

}  // namespace whorl::server
