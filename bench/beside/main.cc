// whorl_beside: what an ordinary search waits while dear ones are in flight. See --help and bench/README.md.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <iostream>
#include <memory>

#include "base/parallel.h"
#include "bench/beside/client.h"
#include "bench/beside/load.h"
#include "bench/population.h"
#include "bench/texture/dearest.h"
#include "engine/engine.h"
#include "server/server.h"
#include "templates/codec/native.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: a server of our own
  std::size_t people = 2000;
  int clients = 1;
  int dear = 10;
  int seconds = 20;
  int starts = 2;
  int steps = 10;
  std::uint64_t dear_pixels = 16'000'000;
  std::uint64_t seed = 1;
  bool json = false;
};

Status enrol(engine::Engine& engine, std::size_t number, const fingerprint::FingerprintTemplate& finger) {
  engine::EnrolRequest request;
  request.person_id = "p" + std::to_string(number);
  WHORL_ASSIGN(Bytes bytes, codec::encode_native(finger));
  request.samples.push_back({Modality::kFinger,
                             static_cast<std::uint8_t>(fingerprint::FingerPosition::kRightIndex),
                             Format::kNativeFinger,
                             std::move(bytes),
                             {}});
  WHORL_TRY(engine.enrol({}, request));
  return {};
}

// A gallery of synthetic people in a temporary folder, served on loopback.
struct OwnServer {
  tests::TemporaryDirectory directory;
  std::shared_ptr<engine::Engine> engine;
  std::unique_ptr<server::Server> server;

  Status open(std::size_t people, std::uint64_t seed) {
    engine::EngineConfig config;
    config.directory = directory.path() / "gallery";
    config.min_quality = 0;
    WHORL_ASSIGN(engine, engine::Engine::open(std::move(config)));
    const auto fingers = non_mated(people, seed);
    std::vector<Status> enrolled(people);
    parallel_each(people, [&](std::size_t i) { enrolled[i] = enrol(*engine, i, fingers[i]); }, {});
    for (const Status& status : enrolled) WHORL_TRY(status);
    WHORL_ASSIGN(server, server::Server::start({}, engine));
    return {};
  }
};

struct Report {
  Dear dear;
  Latencies alone;
  Latencies beside;
};

boost::json::object statuses(const std::map<int, int>& counts) {
  boost::json::object out;
  for (const auto& [status, n] : counts) out[std::to_string(status)] = n;
  return out;
}

boost::json::object json_of(const Latencies& latencies) {
  return {{"requests", latencies.seconds.size()},
          {"p50_ms", 1e3 * latencies.at(0.5)},
          {"p99_ms", 1e3 * latencies.at(0.99)},
          {"answers", statuses(latencies.ordinary)},
          {"dear_answers", statuses(latencies.dear)}};
}

void print_json(const Report& report, const Options& options) {
  const boost::json::object out = {{"ordinary", population()->source},
                                   {"dear_in_flight", options.dear},
                                   {"dear_times_usual", report.dear.times},
                                   {"dear_picture", report.dear.picture},
                                   {"alone", json_of(report.alone)},
                                   {"beside", json_of(report.beside)},
                                   {"p99_ratio", report.beside.at(0.99) / report.alone.at(0.99)}};
  std::cout << boost::json::serialize(out) << "\n";
}

void print_row(const char* what, const Latencies& latencies) {
  std::printf("%-12s %6zu requests, p50 %8.1f ms, p99 %8.1f ms;", what, latencies.seconds.size(),
              1e3 * latencies.at(0.5), 1e3 * latencies.at(0.99));
  for (const auto& [status, n] : latencies.ordinary) std::printf(" %d: %d", status, n);
  for (const auto& [status, n] : latencies.dear) std::printf(" dear %d: %d", status, n);
  std::printf("\n");
}

void print_text(const Report& report, const Options& options) {
  std::printf("ordinary: %s; dear: %.1f times a usual print's processor time, %d in flight\n",
              population()->source.c_str(), report.dear.times, options.dear);
  print_row("alone", report.alone);
  print_row("beside dear", report.beside);
  std::printf("p99 beside dear ones: %.2f times that alone\n", report.beside.at(0.99) / report.alone.at(0.99));
}

Status run(const Options& options) {
  WHORL_TRY(population());
  UsualPrints usual;
  Load load;
  for (const Impression& one : population()->impressions) {
    usual.push_back(one.file);
    load.ordinary.push_back(identify_body(one.file, one.ppi));
  }
  Report report;
  std::cerr << "searching for a dear picture\n";
  report.dear = find_dearest(usual, {options.starts, options.steps, options.seed, options.dear_pixels, true}).taken;
  if (report.dear.file.file.empty()) return internal_error("no dear picture was found that is taken");
  load.dear = identify_body(report.dear.file.file, report.dear.file.ppi);
  load.address = options.address;
  load.port = options.port;
  load.ordinary_clients = options.clients;
  load.lasting = std::chrono::seconds(options.seconds);
  OwnServer own;
  if (options.port == 0) {
    WHORL_TRY(own.open(options.people, options.seed));
    load.port = own.server->port();
  }
  WHORL_ASSIGN(report.alone, measure(load));
  load.dear_clients = options.dear;
  WHORL_ASSIGN(report.beside, measure(load));
  options.json ? print_json(report, options) : print_text(report, options);
  return {};
}

}  // namespace
}  // namespace whorl::bench

int main(int argc, char** argv) {
  whorl::bench::Options options;
  CLI::App app("What an ordinary search waits while dear ones are in flight.");
  app.add_option("--address", options.address, "IP address of a server that runs")->capture_default_str();
  app.add_option("--port", options.port, "its port; 0: a server of our own, with a gallery of synthetic people")
      ->capture_default_str();
  app.add_option("--people", options.people, "in that gallery")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  app.add_option("--clients", options.clients, "that send ordinary searches, one after the other")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--dear", options.dear, "searches in flight that cost most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "of each measurement")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.add_option("--starts", options.starts, "of the search for the dear picture")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--steps", options.steps, "of each start")->check(CLI::Range(1, 10'000))->capture_default_str();
  app.add_option("--dear-pixels", options.dear_pixels, "at most, in the dear picture's file and at 500 ppi")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of people and of the dear picture")->capture_default_str();
  app.add_flag("--json", options.json, "one line of JSON");
  CLI11_PARSE(app, argc, argv);
  spdlog::set_level(spdlog::level::err);  // the server's log of every request is not the answer
  const whorl::Status status = whorl::bench::run(options);
  if (status.ok()) return 0;
  std::cerr << status.error().text() << "\n";
  return 1;
}
