// whorl client: OSIA's operations of a running node, a verb each; `ask` sends whatever else there is.
#include "cli/client.h"

#include <boost/json.hpp>

#include "base/base64.h"
#include "base/bytes.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/exchange_node.h"
#include "cli/exit_codes.h"
#include "cli/node_client.h"
#include "cli/print.h"
#include "cli/samples.h"
#include "cli/verb.h"
#include "server/osia/search_answer.h"
#include "server/tasks/callback_address.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;

// A file's name says which of its kind it is.
constexpr std::size_t kMostSuffixBytes = 8;
constexpr std::size_t kMostBodyBytes = std::size_t{64} << 20;

struct ClientOptions : CommonOptions {
  NodeAt node;
  std::string transaction;
};

// Of a path. Errors: kInvalidInput for what is no identifier of a node.
Result<std::string> identifier(const std::string& text, const char* flag) {
  if (!fits_path(text)) return invalid_input("is no identifier: letters, digits, '.', '_', ':' and '-'", flag);
  return text;
}

// "/v1/...?transactionId=..." with more of a query behind it.
Result<std::string> target(const ClientOptions& options, const std::string& path, const std::string& query = {}) {
  std::string transaction = options.transaction;
  if (transaction.empty()) {
    WHORL_ASSIGN(transaction, drawn_reference());
  }
  return path + "?transactionId=" + server::percent_encoded(transaction) + query;
}

Result<json::value> asked(const ClientOptions& options, NodeRequest request, const std::string& query = {}) {
  WHORL_ASSIGN(request.path, target(options, request.path, query));
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  return node.ask(request);
}

Error no_such_answer() { return unavailable("what the node says is not what was asked for"); }

// -- Who is this? -----------------------------------------------------------------------------------------------------

struct SearchOptions : ClientOptions {
  SampleOptions samples;
  std::string gallery = "default";
  std::string person;
  std::optional<double> rate;
  std::optional<double> threshold_db;
  std::optional<int> most;
  std::string purpose;
  std::string accuracy;
  bool show_all = false;
};

std::string query_of(const SearchOptions& options, const char* rate) {
  std::string out;
  const auto add = [&](const std::string& name, const std::string& value) { out += "&" + name + "=" + value; };
  if (options.rate) add(rate, json::serialize(json::value(*options.rate)));
  if (options.threshold_db) add("threshold", json::serialize(json::value(*options.threshold_db)));
  if (options.most) add("maxNbCand", std::to_string(*options.most));
  if (!options.purpose.empty()) add("purpose", server::percent_encoded(options.purpose));
  if (!options.accuracy.empty()) add("accuracyLevel", options.accuracy);
  if (options.show_all) add("showAll", "true");
  return out;
}

std::string db_in(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found != nullptr && found->is_number() ? fixed(found->to_number<double>()) + " dB" : std::string("-");
}

std::string text_of(const json::object& answer) {
  std::string out = text_in(answer, "decision") + ": " + text_in(answer, "reason") + "\n";
  if (const auto* list = answer.if_contains("candidates"); list != nullptr && list->is_array()) {
    for (const json::value& each : list->get_array()) {
      if (!each.is_object()) continue;
      out += "  " + db_in(each.get_object(), "score") + "  " + text_in(each.get_object(), "personId") + "\n";
    }
  }
  return out + "threshold " + db_in(answer, "thresholdDb") + "\n";
}

Result<int> decided(const Result<json::value>& answer, const CommonOptions& options) {
  WHORL_TRY(answer);
  const json::object* const object = answer->if_object();
  if (object == nullptr || text_in(*object, "decision").empty()) return no_such_answer();
  if (options.json) {
    print_json(*answer);
  } else {
    print(text_of(*object));
  }
  return exit_code_of_word(text_in(*object, "decision"));
}

Result<int> identify(const SearchOptions& options) {
  WHORL_ASSIGN(json::array samples, biometric_data(options.samples));
  const json::object body{{"filter", json::object()}, {"biometricData", std::move(samples)}};
  WHORL_ASSIGN(const std::string gallery, identifier(options.gallery, "--gallery"));
  NodeRequest request{"POST", "/v1/identify/" + gallery, json::serialize(body), std::string(server::kIdentifyType)};
  return decided(asked(options, std::move(request), query_of(options, "targetFpir")), options);
}

Result<int> verify(const SearchOptions& options) {
  WHORL_ASSIGN(json::array samples, biometric_data(options.samples));
  const json::object body{{"biometricData", std::move(samples)}};
  WHORL_ASSIGN(const std::string gallery, identifier(options.gallery, "--gallery"));
  WHORL_ASSIGN(const std::string person, identifier(options.person, "--person"));
  NodeRequest request{"POST", "/v1/verify/" + gallery + "/" + person, json::serialize(body),
                      std::string(server::kVerifyType)};
  return decided(asked(options, std::move(request), query_of(options, "targetFmr")), options);
}

// -- Records ----------------------------------------------------------------------------------------------------------

struct RecordOptions : ClientOptions {
  SampleOptions samples;
  std::vector<std::string> missing;
  std::vector<std::string> galleries;
  std::string person;
  std::string encounter;
  std::string type = "registration";
  std::string key;
  std::string notice;
  std::string heard_in;
  std::string images_to;
};

// Of a person's encounters, or of one of them.
Result<std::string> path_of(const RecordOptions& options, const char* of_all) {
  WHORL_ASSIGN(std::string out, identifier(options.person, "--person"));
  out = "/v1/persons/" + out;
  if (options.encounter.empty()) return out + of_all;
  WHORL_ASSIGN(const std::string encounter, identifier(options.encounter, "--encounter"));
  return out + "/encounters/" + encounter;
}

Result<int> enrol(const RecordOptions& options) {
  WHORL_ASSIGN(json::array samples, biometric_data(options.samples, options.missing));
  json::array galleries = json_texts(options.galleries);
  if (galleries.empty()) galleries.emplace_back("default");
  json::object body{{"status", "ACTIVE"},
                    {"encounterType", options.type},
                    {"galleries", std::move(galleries)},
                    {"biometricData", std::move(samples)}};
  if (!options.notice.empty()) {
    body["contextualData"] = {{"notice", {{"version", options.notice}, {"language", options.heard_in}}}};
  }
  std::string path = "/v1/persons";
  if (!options.person.empty()) {
    WHORL_ASSIGN(path, path_of(options, "/encounters"));
  }
  WHORL_ASSIGN(const auto answer, asked(options, {"POST", path, json::serialize(body), {}, options.key}));
  const json::object* const object = answer.if_object();
  if (object == nullptr) return no_such_answer();
  if (options.json) {
    print_json(answer);
  } else {
    print("enrolled " + text_in(*object, "personId") + "/" + text_in(*object, "encounterId") + "\n");
  }
  return kExitOk;
}

// "image/png" -> ".png"
std::string suffix_of(const json::object& item) {
  const std::string type = text_in(item, "mimeType");
  const std::string kind = type.substr(type.find_last_of("/-") + 1).substr(0, kMostSuffixBytes);
  return "." + (fits_path(kind) ? kind : std::string("image"));
}

// Writes every image of an encounter into the folder and leaves its path in its place.
Status images_out(json::object& encounter, const std::string& folder) {
  const std::string of = text_in(encounter, "encounterId");
  json::value* const items = encounter.if_contains("biometricData");
  if (items == nullptr || !items->is_array() || !fits_path(of)) return no_such_answer();
  int number = 0;
  for (json::value& each : items->get_array()) {
    json::object* const item = each.if_object();
    ++number;
    if (item == nullptr || !item->contains("image")) continue;
    const auto bytes = decode_base64(std::string(item->at("image").as_string()));
    if (!bytes) return no_such_answer();
    const std::string file = folder + "/" + of + "-" + std::to_string(number) + suffix_of(*item);
    WHORL_TRY(write_file(file, ByteView(*bytes), NewFile::kPrivate));
    (*item)["image"] = file;
  }
  return {};
}

Result<int> read(const RecordOptions& options) {
  if (!options.images_to.empty()) WHORL_TRY(check_folder(options.images_to));
  WHORL_ASSIGN(const std::string path, path_of(options, "/encounters"));
  WHORL_ASSIGN(json::value answer,
               asked(options, {"GET", path}, options.images_to.empty() ? "&images=false" : "&images=true"));
  if (!options.images_to.empty()) {
    if (answer.is_object()) WHORL_TRY(images_out(answer.get_object(), options.images_to));
    for (json::value& each : answer.is_array() ? answer.get_array() : json::array()) {
      if (each.is_object()) WHORL_TRY(images_out(each.get_object(), options.images_to));
    }
  }
  print_json(answer);
  return kExitOk;
}

Result<int> erase(const RecordOptions& options) {
  WHORL_ASSIGN(const std::string path, path_of(options, ""));
  WHORL_TRY(asked(options, {"DELETE", path}));
  const std::string what = options.person + (options.encounter.empty() ? "" : "/" + options.encounter);
  if (options.json) {
    print_json(json::object{{"erased", what}});
  } else {
    print("erased " + printable(what) + "\n");
  }
  return kExitOk;
}

// -- Whatever else ----------------------------------------------------------------------------------------------------

struct RawOptions : ClientOptions {
  std::string method;
  std::string path;
  std::string body;
  std::string accept;
  std::string key;
};

Result<int> ask(const RawOptions& options) {
  NodeRequest request{options.method, options.path, {}, options.accept, options.key};
  if (!options.body.empty()) {
    WHORL_ASSIGN(const Bytes bytes, read_file(options.body, kMostBodyBytes));
    request.body = std::string(as_text(bytes));
  }
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  WHORL_ASSIGN(const json::value answer, node.ask(request));
  if (!answer.is_null()) print_json(answer);
  return kExitOk;
}

// -- Flags ------------------------------------------------------------------------------------------------------------

void add_client_options(CLI::App& verb, ClientOptions& options) {
  add_node_options(verb, options.node);
  verb.add_option("--transaction", options.transaction, "The request's own reference; without it a number is drawn");
}

void add_searches(CLI::App& group, Chosen& chosen) {
  const auto shared = [](CLI::App& verb, SearchOptions& options) {
    add_sample_files(verb, options.samples);
    verb.add_option("--gallery", options.gallery, "Gallery to search, or ALL");
    verb.add_option("--threshold-db", options.threshold_db, "Threshold in dB");
    verb.add_option("--purpose", options.purpose, "What for, as the node's access file has it");
    add_client_options(verb, options);
  };
  {
    auto options = std::make_shared<SearchOptions>();
    CLI::App* verb =
        add_verb(group, "identify", "Ask a node who this is",
                 "  whorl client identify --finger right_index=a.png --node https://node:8443 --token t", *options);
    shared(*verb, *options);
    verb->add_option("--target-fpir", options->rate, "Wanted rate of searches of unknown people that answer match");
    verb->add_option("--max-candidates", options->most, "Longest list of candidates")->check(CLI::Range(1, 1000));
    verb->add_option("--accuracy", options->accuracy, "How thorough the search is")
        ->check(CLI::IsMember({"fast", "default", "exhaustive"}));
    verb->add_flag("--show-all", options->show_all, "Name the likeliest people even below the review line");
    on_chosen(verb, chosen, options, identify);
  }
  {
    auto options = std::make_shared<SearchOptions>();
    CLI::App* verb = add_verb(group, "verify", "Ask a node whether this is somebody",
                              "  whorl client verify --person anna --finger right_index=a.png", *options);
    verb->add_option("--person", options->person, "Whom to compare with")->required();
    shared(*verb, *options);
    verb->add_option("--target-fmr", options->rate, "Wanted rate of false matches");
    on_chosen(verb, chosen, options, verify);
  }
}

void add_records(CLI::App& group, Chosen& chosen) {
  const auto shared = [](CLI::App& verb, RecordOptions& options, bool person) {
    CLI::Option* const of = verb.add_option("--person", options.person, "The person");
    if (person) of->required();
    verb.add_option("--encounter", options.encounter, "One encounter");
    add_client_options(verb, options);
  };
  {
    auto options = std::make_shared<RecordOptions>();
    CLI::App* verb =
        add_verb(group, "enrol", "Enrol a person at a node; it makes the identifiers that are not given",
                 "  whorl client enrol --person anna --finger right_index=a.png --finger left_index=b.png", *options);
    shared(*verb, *options, false);
    add_sample_files(*verb, options->samples);
    verb->add_option("--missing", options->missing, "POSITION or POSITION=REASON of a finger that is absent");
    verb->add_option("--gallery", options->galleries, "A gallery that the encounter is put into; repeat for more");
    verb->add_option("--type", options->type, "Type of the encounter")->capture_default_str();
    verb->add_option("--idempotency-key", options->key, "Sent again under the same key it is the same enrolment");
    CLI::Option* const notice = verb->add_option("--notice", options->notice,
                                                 "The version of the notice that the person heard (docs/notices.md)");
    notice->needs(verb->add_option("--heard-in", options->heard_in, "The language in which they heard it"));
    only_with(*verb, "--notice", {"--heard-in"});
    only_with(*verb, "--person", {"--encounter"});
    on_chosen(verb, chosen, options, enrol);
  }
  {
    auto options = std::make_shared<RecordOptions>();
    CLI::App* verb = add_verb(group, "read", "What a node keeps of a person, as JSON",
                              "  whorl client read --person anna --images-to folder", *options);
    shared(*verb, *options, true);
    verb->add_option(
        "--images-to", options->images_to,
        "Folder for the images that are kept, as files for their owner alone; without it they are left out");
    on_chosen(verb, chosen, options, read);
  }
  {
    auto options = std::make_shared<RecordOptions>();
    CLI::App* verb = add_verb(group, "erase", "Erase a person, or one encounter, at a node",
                              "  whorl client erase --person anna", *options);
    shared(*verb, *options, true);
    on_chosen(verb, chosen, options, erase);
  }
}

}  // namespace

void add_client(CLI::App& app, Chosen& chosen) {
  CLI::App* group =
      add_group(app, "client", "To ask a running node over HTTP, as another program would (docs/http.md)");
  add_searches(*group, chosen);
  add_records(*group, chosen);
  auto options = std::make_shared<RawOptions>();
  CLI::App* verb = add_verb(*group, "ask", "Send any request to a node and print the JSON that it answers with",
                            "  whorl client ask GET '/v1/galleries?transactionId=1'", *options);
  verb->add_option("method", options->method, "GET, POST, PUT or DELETE")
      ->required()
      ->check(CLI::IsMember({"GET", "POST", "PUT", "DELETE"}));
  verb->add_option("path", options->path, "Path and query")->required();
  verb->add_option("--body", options->body, "File of the JSON to send");
  verb->add_option("--accept", options->accept, "Media type of the answer");
  verb->add_option("--idempotency-key", options->key, "For a request that may be sent again");
  add_node_options(*verb, options->node);
  on_chosen(verb, chosen, options, ask);
}

}  // namespace whorl::cli
