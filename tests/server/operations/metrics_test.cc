// The page of counters.
#include "server/operations/metrics.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace whorl::server {
namespace {

engine::NodeHealth health_of(std::vector<engine::GalleryView> galleries) {
  engine::NodeHealth health;
  health.galleries = std::move(galleries);
  return health;
}

TEST(Metrics, MemoryAndHousekeepingAreShown) {
  engine::NodeHealth health;
  health.memory = {{"sealed_shards", 4096}, {"store", 512}};
  health.snapshots_written = 3;
  health.shards_written = 5;
  health.housekeeping_failures = 1;
  health.last_failure = "/secret/path: the disk is full";
  health.changes_refused = exhausted("/secret/disk has no room");
  health.opening.snapshots_dropped = {"/secret/other: torn"};
  health.opening.encounters_prepared = 40;
  health.opening.encounters_from_snapshots = 60;
  health.parts = {"local", "other"};
  const std::string text = Metrics().exposition({0, 1, 0, true, health});
  for (const char* line :
       {"whorl_memory_bytes{kind=\"sealed_shards\"} 4096\n", "whorl_memory_bytes{kind=\"store\"} 512\n",
        "whorl_snapshots_written_total 3\n", "whorl_shards_written_total 5\n", "whorl_housekeeping_failures_total 1\n",
        "whorl_changes_refused 1\n", "whorl_opening_snapshots_dropped 1\n", "whorl_opening_encounters_prepared 40\n",
        "whorl_opening_encounters_from_snapshots 60\n", "whorl_parts 2\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  }
  EXPECT_EQ(text.find("secret"), std::string::npos) << "reasons are the log's";
}

TEST(Metrics, WhatIsDueAndTheAuditLogAreShown) {
  Gauges gauges{0, 1, 0, true, {}};
  gauges.duties = {2,
                   3,
                   5,
                   engine::NodeDuties::Log{700, 690, 1'700'000'000'999},
                   {{"finger", "scan", 40}, {"face", "IndexPQFastScan", 9}}};
  const std::string text = Metrics().exposition(gauges);
  for (const char* line :
       {"whorl_due_not_erased 2\n", "whorl_due_held 3\n", "whorl_erased_when_due_total 5\n", "whorl_audit_leaves 700\n",
        "whorl_audit_signed_leaves 690\n", "whorl_audit_checkpoint_seconds 1700000000\n",
        "whorl_samples_searched{modality=\"finger\",by=\"scan\"} 40\n",
        "whorl_samples_searched{modality=\"face\",by=\"IndexPQFastScan\"} 9\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  }
  gauges.duties.log.reset();
  EXPECT_EQ(Metrics().exposition(gauges).find("whorl_audit"), std::string::npos) << "of a gallery without a log";
}

TEST(Metrics, CountsByRouteAndStatusWithCumulativeBuckets) {
  Metrics metrics;
  metrics.count("/v1/x/{id}", "POST", 200, 0.003, "match");
  metrics.count("/v1/x/{id}", "POST", 200, 99.0, "no_match");
  metrics.count("/v1/x/{id}", "POST", 400, 0.0001, "");
  metrics.count_refused_connection();
  const std::string text = metrics.exposition({3, 64, 5, true, health_of({{"de\"fault", 10, 20, 30}})});
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
  const std::string text = Metrics().exposition({0, 1, 0, true, health_of(many)});
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
