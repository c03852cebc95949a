#include "server/operations/metrics.h"

#include <algorithm>
#include <charconv>
#include <span>

namespace whorl::server {
namespace {

std::string number(double x) {
  std::array<char, 32> out{};
  return {out.data(), std::to_chars(out.data(), out.data() + out.size(), x).ptr};
}

std::string quoted_label(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out + '"';
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out += "# HELP " + std::string(name) + " " + std::string(help) + "\n";
  out += "# TYPE " + std::string(name) + " " + std::string(type) + "\n";
}

void counter(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  head(out, name, "counter", help);
  out += std::string(name) + " " + std::to_string(value) + "\n";
}

void gauge(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  head(out, name, "gauge", help);
  out += std::string(name) + " " + std::to_string(value) + "\n";
}

void gallery_gauges(std::string& out, const std::vector<engine::GalleryView>& galleries) {
  gauge(out, "whorl_galleries", "Number of galleries.", galleries.size());
  const auto shown = std::span(galleries).first(std::min(galleries.size(), Metrics::kMaxGalleries));
  const auto gauge_each = [&](const std::string& kind, const auto& count) {
    const std::string name = "whorl_gallery_" + kind;
    head(out, name, "gauge", "Number of " + kind + " in a gallery.");
    for (const engine::GalleryView& gallery : shown) {
      out += name + "{gallery=" + quoted_label(gallery.gallery_id) + "} " + std::to_string(count(gallery)) + "\n";
    }
  };
  gauge_each("persons", [](const auto& gallery) { return gallery.persons; });
  gauge_each("encounters", [](const auto& gallery) { return gallery.encounters; });
  for (const ModalityRow& row : modalities()) {
    gauge_each(std::string(row.name) + "s", [&](const auto& gallery) { return gallery.samples[row.modality]; });
  }
}

void counters(std::string& out, std::string_view name, std::string_view label, std::string_view help,
              const std::map<std::string, std::uint64_t>& values) {
  head(out, name, "counter", help);
  for (const auto& [value, n] : values) {
    out += std::string(name) + "{" + std::string(label) + "=" + quoted_label(value) + "} " + std::to_string(n) + "\n";
  }
}

void session_gauges(std::string& out, const SessionGauges& sessions) {
  gauge(out, "whorl_sessions", "People who are signed in at the provider.", sessions.open);
  counter(out, "whorl_sessions_begun_total", "Times that somebody signed in there.", sessions.counts.begun);
  counters(out, "whorl_sessions_ended_total", "by", "Sessions that ended, or were found to be over.",
           {{"person", sessions.counts.ended},
            {"idle", sessions.counts.idle},
            {"too_long", sessions.counts.too_long},
            {"displaced", sessions.counts.displaced}});
}

void access_gauges(std::string& out, const AccessGauges& access) {
  counter(out, "whorl_access_readings_total", "Times the access files were read and taken.", access.readings);
  counter(out, "whorl_access_failures_total", "Times they were not taken; the log says why.", access.failures);
  const auto time = [&](std::string_view name, std::string_view help, std::optional<AccessGauges::Time> at) {
    if (!at) return;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at->time_since_epoch()).count();
    gauge(out, name, help, static_cast<std::uint64_t>(std::max<std::int64_t>(0, seconds)));
  };
  time("whorl_tls_certificate_until_seconds", "When this server's certificate expires, since 1970.",
       access.certificate_until);
  time("whorl_tls_revocations_until_seconds", "When the CRL is past its next update, since 1970.",
       access.revocations_until);
  if (access.sessions) session_gauges(out, *access.sessions);
}

void task_gauges(std::string& out, const TaskDesk::Counts& tasks) {
  gauge(out, "whorl_tasks_waiting", "Accepted requests that are to be worked on, or are.", tasks.waiting);
  gauge(out, "whorl_tasks_waiting_bytes", "Their bodies.", tasks.waiting_bytes);
  gauge(out, "whorl_tasks_unsent", "Results that are still to be sent.", tasks.unsent);
  gauge(out, "whorl_tasks_kept", "Accepted requests that are kept, with those whose results are.", tasks.kept);
  gauge(out, "whorl_tasks_kept_bytes", "Results that are kept.", tasks.kept_bytes);
  counter(out, "whorl_tasks_accepted_total", "Requests accepted to be answered later.", tasks.accepted);
  counter(out, "whorl_tasks_answered_total", "Those that came to a result.", tasks.answered);
  counter(out, "whorl_tasks_put_off_total", "Times one could not be done then, and waits to be tried again.",
          tasks.put_off);
  counter(out, "whorl_callbacks_delivered_total", "Results that arrived.", tasks.delivered);
  counter(out, "whorl_callbacks_failed_total", "Sendings that failed; the log says why.", tasks.undelivered);
}

// Memory, housekeeping and how the gallery was opened.
void health_gauges(std::string& out, const engine::NodeHealth& health) {
  head(out, "whorl_memory_bytes", "gauge", "Memory by what takes it, by the node's own count.");
  for (const auto& [kind, bytes] : health.memory) {
    out += "whorl_memory_bytes{kind=" + quoted_label(kind) + "} " + std::to_string(bytes) + "\n";
  }
  counter(out, "whorl_shards_written_total", "Shards sealed, merged or rewritten.", health.shards_written);
  counter(out, "whorl_snapshots_written_total", "Snapshots of shards put on disk.", health.snapshots_written);
  counter(out, "whorl_housekeeping_failures_total", "Failed housekeeping, to be tried again; the log says why.",
          health.housekeeping_failures);
  gauge(out, "whorl_changes_refused", "1 while the disk takes no enrolments and erasures; searches go on.",
        health.changes_refused ? 1 : 0);
  const auto& opening = health.opening;
  gauge(out, "whorl_opening_snapshots_dropped", "Snapshots not used at the opening; the log says why.",
        opening.snapshots_dropped.size());
  gauge(out, "whorl_opening_encounters_prepared", "Encounters prepared from their records at the opening.",
        opening.encounters_prepared);
  gauge(out, "whorl_opening_encounters_from_snapshots", "Encounters taken ready from snapshots at the opening.",
        opening.encounters_from_snapshots);
  gauge(out, "whorl_parts", "Parts of the gallery that a search asks.", health.parts.size());
}

void duty_gauges(std::string& out, const engine::NodeDuties& duties) {
  gauge(out, "whorl_due_not_erased", "Encounters whose time had come and that were not erased, at the last look.",
        duties.due_not_erased);
  gauge(out, "whorl_due_held", "Encounters whose time had come and that a legal hold keeps, at the last look.",
        duties.due_held);
  counter(out, "whorl_erased_when_due_total", "Encounters erased because their time had come.", duties.erased_when_due);
  head(out, "whorl_samples_searched", "gauge", "Samples by what finds candidates among them (docs/index.md).");
  for (const auto& each : duties.searched_by) {
    out += "whorl_samples_searched{modality=" + quoted_label(each.modality) + ",by=" + quoted_label(each.by) + "} " +
           std::to_string(each.samples) + "\n";
  }
  if (!duties.log) return;
  constexpr std::uint64_t kMsOfSecond = 1000;
  gauge(out, "whorl_audit_leaves", "Leaves of the audit log.", duties.log->leaves);
  gauge(out, "whorl_audit_signed_leaves", "Leaves under its last checkpoint.", duties.log->signed_leaves);
  gauge(out, "whorl_audit_checkpoint_seconds", "When its last checkpoint was signed, since 1970.",
        duties.log->signed_ms / kMsOfSecond);
}

}  // namespace

void Metrics::count(std::string_view route, std::string_view method, int status, double seconds,
                    std::string_view decision) {
  const std::lock_guard lock(mutex_);
  Series& series = requests_[{std::string(route), std::string(method), status}];
  for (std::size_t i = 0; i < kBounds_s.size(); ++i) series.below[i] += seconds <= kBounds_s[i] ? 1 : 0;
  ++series.count;
  series.sum_s += seconds;
  if (!decision.empty()) ++decisions_[{std::string(route), std::string(decision)}];
}

void Metrics::count_refused(std::string_view why) {
  const std::lock_guard lock(mutex_);
  ++refused_[std::string(why)];
}

void Metrics::count_limited(std::string_view limit) {
  const std::lock_guard lock(mutex_);
  ++limited_[std::string(limit)];
}

void Metrics::count_failed_handshake() {
  const std::lock_guard lock(mutex_);
  ++failed_handshakes_;
}

void Metrics::count_refused_connection() {
  const std::lock_guard lock(mutex_);
  ++refused_connections_;
}

void Metrics::count_connection_given_up() {
  const std::lock_guard lock(mutex_);
  ++connections_given_up_;
}

std::string Metrics::exposition(const Gauges& gauges) const {
  std::string out;
  const std::lock_guard lock(mutex_);
  const std::string requests = "whorl_http_requests_total";
  const std::string histogram = "whorl_http_request_duration_seconds";
  std::string buckets;
  head(out, requests, "counter", "Requests answered.");
  head(buckets, histogram, "histogram", "Time from the end of a request's header to its answer.");
  for (const auto& [key, series] : requests_) {
    const auto& [route, method, status] = key;
    const std::string labels = "route=" + quoted_label(route) + ",method=" + quoted_label(method) + ",status=\"" +
                               std::to_string(status) + "\"";
    out += requests + "{" + labels + "} " + std::to_string(series.count) + "\n";
    for (std::size_t i = 0; i < kBounds_s.size(); ++i) {
      buckets += histogram + "_bucket{" + labels + ",le=\"" + number(kBounds_s[i]) + "\"} " +
                 std::to_string(series.below[i]) + "\n";
    }
    buckets += histogram + "_bucket{" + labels + ",le=\"+Inf\"} " + std::to_string(series.count) + "\n";
    buckets += histogram + "_sum{" + labels + "} " + number(series.sum_s) + "\n";
    buckets += histogram + "_count{" + labels + "} " + std::to_string(series.count) + "\n";
  }
  out += buckets;
  head(out, "whorl_decisions_total", "counter", "Decisions of searches and verifications.");
  for (const auto& [key, n] : decisions_) {
    out += "whorl_decisions_total{route=" + quoted_label(key.first) + ",decision=" + quoted_label(key.second) + "} " +
           std::to_string(n) + "\n";
  }
  counters(out, "whorl_access_refused_total", "reason", "Requests of nobody known, or who may not do that.", refused_);
  counters(out, "whorl_access_limited_total", "limit", "Requests that came too often.", limited_);
  counter(out, "whorl_tls_handshakes_failed_total", "Connections that ended in the handshake.", failed_handshakes_);
  if (gauges.access) access_gauges(out, *gauges.access);
  if (gauges.tasks) task_gauges(out, *gauges.tasks);
  counter(out, "whorl_http_connections_refused_total", "Connections turned away at the limit.", refused_connections_);
  counter(out, "whorl_http_connections_given_up_total", "Idle connections closed at the limit for new ones.",
          connections_given_up_);
  gauge(out, "whorl_http_connections", "Open connections.", gauges.connections);
  gauge(out, "whorl_queue_depth", "Requests waiting for a worker.", gauges.queue_depth);
  gauge(out, "whorl_queue_capacity", "Requests that may wait for a worker.", gauges.queue_capacity);
  gauge(out, "whorl_ready", "1 while requests are taken, 0 while stopping.", gauges.ready ? 1 : 0);
  health_gauges(out, gauges.health);
  duty_gauges(out, gauges.duties);
  gallery_gauges(out, gauges.health.galleries);
  return out;
}

}  // namespace whorl::server
