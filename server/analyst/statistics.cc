#include "server/analyst/statistics.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "engine/access/scopes.h"
#include "engine/search_statistics.h"
#include "server/json/json_text.h"
#include "server/osia/json_reply.h"
#include "server/osia/parameters.h"

namespace whorl::server {
namespace {

namespace json = boost::json;
using engine::SearchStatistics;

constexpr Parameter kParameters[] = {{"transactionId", TextValue{1, 256}}};

json::array cells_json(const std::vector<SearchStatistics::Cell>& cells) {
  json::array out;
  for (const auto& cell : cells) {
    json::object told{{"fromDb", cell.from_db}, {"searches", cell.searches}};
    if (cell.to_db) told["toDb"] = *cell.to_db;
    out.push_back(std::move(told));
  }
  return out;
}

json::object day_json(const SearchStatistics::Day& day) {
  json::array rows;
  for (const auto& row : day.rows) {
    rows.push_back({{"galleryId", row.kind.gallery_id},
                    {"fingers", row.kind.fingers},
                    {"face", row.kind.face},
                    {"searches", row.searches},
                    {"cells", cells_json(row.cells)}});
  }
  return {{"day", rfc3339(day.day).substr(0, 10)},
          {"whole", day.whole},
          {"rows", std::move(rows)},
          {"tooFew", day.too_few},
          {"untold", day.untold}};
}

Result<Reply> scores(const Exchange& exchange) {
  const SearchStatistics* const statistics = exchange.service.search_statistics();
  if (statistics == nullptr) return unavailable("this node counts no searches: its parts do");
  json::array days;
  for (const auto& day : statistics->days(exchange.call)) days.push_back(day_json(day));
  return json_reply(json::object{{"since", rfc3339(statistics->since())}, {"days", std::move(days)}});
}

constexpr Route kRoutes[] = {
    {.method = "GET",
     .path = "/v1/statistics/scores",
     .query = kParameters,
     .answers = kJsonAnswer,
     .scope = access::scope::kEvaluationRead,
     .of_people = false,
     .handler = scores},
};

}  // namespace

std::span<const Route> statistics_routes() { return kRoutes; }

}  // namespace whorl::server
