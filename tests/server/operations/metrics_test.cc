// The page of counters.
#include "server/operations/metrics.h"

#include <gtest/gtest.h>

namespace whorl::server {
namespace {

TEST(Metrics, CountsByRouteAndStatusWithCumulativeBuckets) {
  Metrics metrics;
  metrics.count("/v1/x/{id}", "POST", 200, 0.003, "match");
  metrics.count("/v1/x/{id}", "POST", 200, 99.0, "no_match");
  metrics.count("/v1/x/{id}", "POST", 400, 0.0001, "");
  metrics.count_refused_connection();
  const std::string text = metrics.exposition({3, 64, 5, true, {{"de\"fault", 10, 20, 30}}});
  for (const char* line :
       {"whorl_http_requests_total{route=\"/v1/x/{id}\",method=\"POST\",status=\"200\"} 2\n",
        "whorl_http_requests_total{route=\"/v1/x/{id}\",method=\"POST\",status=\"400\"} 1\n",
        "status=\"200\",le=\"0.0025\"} 0\n", "status=\"200\",le=\"0.005\"} 1\n", "status=\"200\",le=\"10\"} 1\n",
        "status=\"200\",le=\"+Inf\"} 2\n",
        "duration_seconds_count{route=\"/v1/x/{id}\",method=\"POST\",status=\"200\"} 2\n",
        "whorl_decisions_total{route=\"/v1/x/{id}\",decision=\"match\"} 1\n",
        "whorl_http_connections_refused_total 1\n", "whorl_queue_depth 3\n", "whorl_queue_capacity 64\n",
        "whorl_http_connections 5\n", "whorl_ready 1\n", "whorl_gallery_persons{gallery=\"de\\\"fault\"} 10\n",
        "whorl_gallery_fingers{gallery=\"de\\\"fault\"} 30\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  }
}

TEST(Metrics, ShowsAHundredGalleriesAtMostAndCountsThemAll) {
  const std::vector<engine::GalleryView> many(250, {"g", 1, 1, 1});
  const std::string text = Metrics().exposition({0, 1, 0, true, many});
  std::size_t lines = 0;
  for (auto at = text.find("whorl_gallery_persons{"); at != std::string::npos;
       at = text.find("whorl_gallery_persons{", at + 1)) {
    ++lines;
  }
  EXPECT_EQ(lines, 100u);
  EXPECT_NE(text.find("whorl_galleries 250\n"), std::string::npos);
}

}  // namespace
}  // namespace whorl::server
