// whorl serve: the HTTP front end over a gallery.
#include <boost/json.hpp>
#include <csignal>

#include "base/files.h"
#include "cli/cluster.h"
#include "cli/measuring_folder.h"
#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "crypto/vault/root_source.h"
#include "engine/formats.h"
#include "engine/node.h"
#include "engine/privacy_notices.h"
#include "engine/service.h"
#include "member/node.h"
#include "server/listen_check.h"
#include "server/operations/log.h"
#include "server/server.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  bool create = false;
  bool print_config = false;
  bool strict_records = false;
  std::string exchange;
  std::string evaluations;
  std::string notices;
  std::string cluster;
  server::ServerConfig server = [] {
    server::ServerConfig config;
    config.port = 8080;
    config.handle_signals = true;
    return config;
  }();
};

// Paths as they are meant from anywhere.
engine::NodeConfig with_absolute_paths(engine::NodeConfig config) {
  for (std::filesystem::path* path : {&config.gallery, &config.root_key, &config.audit_checkpoints, &config.calibration,
                                      &config.face.models, &config.face.card, &config.face.calibration}) {
    if (path->empty() || crypto::is_token_address(*path)) continue;
    *path = std::filesystem::absolute(*path).lexically_normal();
  }
  return config;
}

// The engine owns the member from then on.
Status join_exchange(const std::string& file, engine::Engine& engine) {
  std::signal(SIGPIPE, SIG_IGN);
  WHORL_ASSIGN(member::MemberConfig config, member::read_member_config(file));
  WHORL_ASSIGN(auto node, member::MemberNode::start(std::move(config), engine, real_world(), server::log_sink()));
  engine.set_member_desk(std::move(node));
  return {};
}

// The engine over the gallery, or the front of a cluster.
Result<std::shared_ptr<engine::Service>> open_service(const Options& options, const engine::NodeConfig& config) {
  if (!options.cluster.empty()) return open_front(options.cluster, config, server::log_sink());
  WHORL_ASSIGN(auto engine, open_engine(config, server::log_sink()));
  if (!options.exchange.empty()) WHORL_TRY(join_exchange(options.exchange, *engine));
  if (!options.evaluations.empty()) {
    engine->set_evaluation_desk(std::make_shared<MeasuringFolder>(options.evaluations));
  }
  if (!options.notices.empty()) {
    WHORL_ASSIGN(auto notices, engine::PrivacyNotices::read(options.notices));
    engine->set_privacy_notices(std::make_shared<const engine::PrivacyNotices>(std::move(notices)));
  }
  return std::shared_ptr<engine::Service>(std::move(engine));
}

// What is refused, before a gallery is made for it: an empty one answers that it knows nobody.
Status check_before_making(const Options& options) {
  WHORL_TRY(server::check_port(options.server));
  WHORL_TRY(server::check_files(options.server));
  if (!options.exchange.empty()) {
    WHORL_ASSIGN(const member::MemberConfig config, member::read_member_config(options.exchange));
    WHORL_TRY(member::MemberNode::check_files(config));
  }
  if (options.notices.empty()) return {};
  const auto notices = engine::PrivacyNotices::read(options.notices);
  return notices.ok() ? Status() : Status(notices.error());
}

Result<int> run(const Options& options) {
  WHORL_ASSIGN(engine::NodeConfig config, options.node.config());
  config.create = config.create || options.create;
  if (options.print_config) {
    print(engine::node_config_text(with_absolute_paths(config)));
    return 0;
  }
  if (options.strict_records) engine::set_record_policy(engine::RecordPolicy::kStrict);
  // Before the gallery is opened, which may take minutes, or made, which nobody would take away again.
  WHORL_TRY(server::check_address(options.server));
  for (const std::string& folder : {options.evaluations, options.notices}) {
    if (!folder.empty()) WHORL_TRY(check_folder(folder));
  }
  if (config.create && !engine::holds_gallery(config.gallery)) WHORL_TRY(check_before_making(options));
  WHORL_ASSIGN(auto service, open_service(options, config));
  WHORL_ASSIGN(const auto server, server::Server::start(options.server, std::move(service)));
  const std::string host = options.server.address.find(':') == std::string::npos ? options.server.address
                                                                                 : "[" + options.server.address + "]";
  const std::string url = (server->is_tls() ? "https://" : "http://") + host + ":" + std::to_string(server->port());
  if (options.json) {
    print_json({{"listening", url}, {"port", server->port()}});
  } else {
    print("listening on " + url + " (stop with Ctrl-C)\n");
  }
  server->wait();
  if (!options.json) print("stopped\n");
  return 0;
}

// A duration as a whole number of milliseconds, at least 1.
void add_milliseconds(CLI::App& verb, const std::string& name, std::chrono::milliseconds& into,
                      const std::string& description) {
  verb.add_option_function<std::int64_t>(
          name, [&into](const std::int64_t& ms) { into = std::chrono::milliseconds(ms); }, description)
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{86'400'000}))
      ->default_str(std::to_string(into.count()));
}

void add_limits(CLI::App& verb, server::ServerConfig& c) {
  const CLI::Range count(std::size_t{1}, std::size_t{1} << 40);
  verb.add_option("--workers", c.threads, "Threads that answer requests; 0 for one a core")->check(CLI::Range(0, 4096));
  verb.add_option("--queue", c.queue_capacity, "Requests that may wait; beyond it the answer is 503")->check(count);
  verb.add_option("--max-connections", c.max_connections, "Connections at once")->check(count);
  verb.add_option("--max-header-bytes", c.max_header_bytes, "Longest request header")->check(count);
  verb.add_option("--max-body-bytes", c.max_body_bytes, "Longest request body")->check(count);
  verb.add_option("--max-bodies-bytes", c.max_bodies_bytes, "All bodies in work together")->check(count);
  add_milliseconds(verb, "--request-deadline-ms", c.request_deadline, "From the end of a body to its answer");
  add_milliseconds(verb, "--idle-timeout-ms", c.idle_timeout, "Between two requests of a connection");
  add_milliseconds(verb, "--header-timeout-ms", c.header_timeout, "For a whole header");
  add_milliseconds(verb, "--body-timeout-ms", c.body_timeout, "For a whole body");
  add_milliseconds(verb, "--write-timeout-ms", c.write_timeout, "For a whole answer");
  add_milliseconds(verb, "--grace-ms", c.grace, "For requests in work when asked to stop");
}

void add_print_config(CLI::App& verb, bool& wanted) {
  verb.add_flag_callback(
          "--print-config",
          [&verb, &wanted] {
            wanted = true;
            verb.get_option("--gallery-dir")->required(false);
          },
          "Print the configuration that --config and the options make, as a file for --config, and do nothing else")
      ->trigger_on_parse();
}

// Where it listens, who may come in, and to whom results are sent.
void add_socket_options(CLI::App& verb, const std::shared_ptr<Options>& options) {
  verb.add_option("--address", options->server.address, "IPv4 or IPv6 address to listen on");
  verb.add_option("--port", options->server.port, "Port to listen on; 0 for any free one, which is printed");
  verb.add_option(
      "--access", options->server.access_file,
      "Who may come in, and how: a TOML file (docs/access.md; whorl access check looks at one). Needed to let "
      "other machines in");
  verb.add_option("--allow-host", options->server.allowed_hosts,
                  "A name by which clients may call this server (its Host), besides localhost and its addresses");
  verb.add_option(
      "--callbacks", options->server.callbacks_file,
      "To whom the results of requests with a callback are sent: a TOML file (docs/callbacks.md). Without it "
      "and --allow-callback such requests are refused");
  verb.add_option("--allow-callback", options->server.callback_origins,
                  "An origin to which results may be sent: https://client.example, http://127.0.0.1:9000, or with any "
                  "port http://127.0.0.1:*. Plain http to this machine alone; repeat for more");
  verb.add_option_function<std::int64_t>(
          "--keep-results-hours",
          [options](const std::int64_t& hours) { options->server.keep_results = std::chrono::hours(hours); },
          "How long results are kept so that they can be sent again")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{720}))
      ->default_str("24");
  verb.add_option("--task-workers", options->server.task_workers,
                  "Threads that work on requests with a callback; 0 for half as many as --workers")
      ->check(CLI::Range(0, 1024));
}

// What it offers beside the gallery.
void add_desk_options(CLI::App& verb, const std::shared_ptr<Options>& options) {
  verb.add_option("--exchange", options->exchange,
                  "Take part in an exchange with other members: the file that whorl exchange join wrote "
                  "(docs/exchange.md)");
  verb.add_option(
      "--evaluations", options->evaluations,
      "Folder of evaluations for analysts, each a folder that whorl evaluate --out wrote (docs/evaluation.md)");
  verb.add_option("--notices", options->notices,
                  "Folder of what people are told before they are enrolled, a text a version and language "
                  "(docs/notices.md). Every enrolment over HTTP then says which one was heard");
  verb.add_option("--cluster", options->cluster,
                  "Be a front of a cluster: its parts hold the people, and the gallery here holds the audit log of "
                  "what is asked (docs/cluster.md)")
      ->excludes(verb.get_option("--exchange"))
      ->excludes(verb.get_option("--evaluations"))
      ->excludes(verb.get_option("--notices"));
}

}  // namespace

void add_serve(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "serve", "Answer enrolments and searches over HTTP; SIGTERM stops gracefully",
                            "  whorl serve --gallery-dir gallery --port 8080", *options);
  add_gallery_options(*verb, options->node);
  add_quality_option(*verb, options->node);
  add_keep_images_option(*verb, options->node);
  verb->add_option("--audit-keep-days", options->node.node.audit_keep_days,
                   "For how many days leaves of the audit log are kept, at least 90; their hashes stay. 0: for ever")
      ->check(CLI::Range(0, 36500));
  add_face_options(*verb, options->node.node.face);
  verb->add_flag("--create", options->create,
                 "Make the gallery where there is none. Without it a folder without a gallery is an error: a mistyped "
                 "name, or a disk that is not mounted, would else be a gallery in which nobody is known");
  verb->add_flag("--strict-records", options->strict_records,
                 "Refuse a record of another system that breaks a rule of its standard, with the rules in the error; "
                 "without it what is safe is used, and the rules are kept in the sample's metadata");
  add_print_config(*verb, options->print_config);
  add_socket_options(*verb, options);
  add_desk_options(*verb, options);
  add_limits(*verb, options->server);
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
