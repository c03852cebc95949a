#include "cli/exchange_later.h"

#include <boost/json.hpp>
#include <optional>

#include "cli/exchange_node.h"
#include "cli/exchange_view.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/sealed_folder.h"
#include "cli/verb.h"
#include "crypto/jose/jwk.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;

constexpr const char* kSealedPath = "/v1/exchange/sealed-checks";
constexpr const char* kKeyPath = "/v1/exchange/desk-key";
constexpr const char* kRotationPath = "/v1/exchange/desk-key/rotation";

struct SendOptions : CommonOptions {
  NodeAt node;
  std::string folder;
  std::string accepted_key;
};
struct RotateOptions : CommonOptions {
  NodeAt node;
};
struct AnswersOptions : CommonOptions {
  NodeAt node;
  std::string check;
};

Result<crypto::Jwk> node_key(NodeClient& node) {
  WHORL_ASSIGN(const json::value got, node.get(kKeyPath));
  return crypto::parse_jwk(json::serialize(got));
}

Status take_key(const SealedFolder& folder, const crypto::Jwk& key, const std::string& url) {
  const std::string kid = crypto::key_id(key.key);
  WHORL_TRY(folder.keep_key(crypto::jwk_text(key.key, kid)));
  print_notice("requests are sealed for the key " + kid + " of " + url);
  return {};
}

Status fetch_key(const SealedFolder& folder, const NodeAt& at) {
  WHORL_ASSIGN(NodeClient node, NodeClient::open(at));
  const auto key = node_key(node);
  if (!key.ok()) {
    Error error = key.error();
    error.message += "; the folder has no key of the node yet, and this once the node has to be reached";
    return error;
  }
  return take_key(folder, *key, at.url);
}

// One request on its way.
struct UnderWay {
  SealedFolder::Request request;
  std::optional<CheckSaid> said;  // nothing: it failed, and stays where it is
};

class Sending {
 public:
  Sending(const SendOptions& options, NodeClient& node) : options_(options), folder_(options.folder), node_(node) {}

  Result<int> run() {
    WHORL_ASSIGN(const auto requests, folder_.requests());
    std::vector<UnderWay> all;
    for (const auto& each : requests) all.push_back({each, {}});
    // All are asked before the first is waited for.
    for (UnderWay& each : all) {
      const Status asked = ask(each);
      if (asked.ok()) continue;
      failed(each, asked.error());
      // The rest would wait for the same node.
      if (asked.error().kind == ErrorKind::kUnavailable) break;
    }
    const Status held = hold_key();
    for (UnderWay& each : all) {
      if (!each.said) continue;
      const Status ended = end(each);
      if (!ended.ok()) failed(each, ended.error());
    }
    if (requests.empty()) print_notice("nothing waits in " + options_.folder);
    if (first_ && !held.ok()) print_notice(held.error().text());
    if (first_) return *first_;
    if (!held.ok()) return held.error();
    return kExitOk;
  }

 private:
  // The node may have another key by now. What waits was sealed for the one before, which opens for a while yet, and
  // goes as it is; what is sealed from here on is sealed for another only where whoever calls has named it: who answers
  // may be another node.
  Status hold_key() {
    if (first_ && first_->kind == ErrorKind::kUnavailable) return {};
    const auto there = folder_.key();
    if (!there.ok()) return {};  // whoever seals next fetches it
    const auto known = crypto::parse_jwk(*there);
    const auto now = node_key(node_);
    if (!now.ok()) {
      print_notice("whether the node has another key is not known: " + now.error().text());
      return {};
    }
    const std::string mine = known.ok() ? crypto::key_id(known->key) : "";
    const std::string its = crypto::key_id(now->key);
    const std::string& accepted = options_.accepted_key;
    if (!accepted.empty() && accepted != its)
      return unauthorised("the key of " + options_.node.url + " is " + its +
                          ", and not the one that --accept-key names");
    if (its == mine) return {};
    return accepted.empty() ? another_key(mine, its) : take_key(folder_, *now, options_.node.url);
  }

  [[nodiscard]] Error another_key(const std::string& mine, const std::string& its) const {
    return unauthorised("the node at " + options_.node.url + " has the key " + its + ", and the folder seals for " +
                        mine + ". Where its operator has changed the key, and says that it is " + its +
                        ", accept it: whorl exchange send " + options_.folder + " --node " + options_.node.url +
                        " --accept-key=" + its + ". Else this is another node");
  }

  Status ask(UnderWay& each) {
    WHORL_ASSIGN(const std::string text, folder_.text_of(each.request));
    if (each.request.asked) {
      WHORL_ASSIGN(each.said, look_at_check(node_, text));
      return {};
    }
    WHORL_ASSIGN(json::value got,
                 node_.post(kSealedPath, json::serialize(json::object{{"sealed", text}}), each.request.name));
    WHORL_ASSIGN(CheckSaid said, check_said(std::move(got)));
    WHORL_TRY(folder_.mark_asked(each.request, said.check_id));
    each.said = std::move(said);
    return {};
  }

  Status end(UnderWay& each) {
    ShownAnswers shown(options_.json);
    if (!options_.json) print(each.request.name + ": ");
    shown.begin(*each.said);
    const std::string matter = each.said->matter;
    WHORL_ASSIGN(CheckSaid last, wait_for_answers(node_, std::move(*each.said), shown));
    shown.end(last);
    if (options_.json) {
      json::object one{{"name", each.request.name}, {"check", std::move(last.all)}};
      if (!matter.empty()) one["case"] = matter;
      print_json(one);
    }
    // What could not be printed is printed the next time.
    return printed_whole() ? folder_.remove(each.request) : Status();
  }

  void failed(UnderWay& each, const Error& error) {
    each.said.reset();
    Error named = error.within(folder_.file_of(each.request).string());
    print_notice("stays: " + named.text());
    if (!first_) first_ = std::move(named);
  }

  const SendOptions& options_;
  const SealedFolder folder_;
  NodeClient& node_;
  std::optional<Error> first_;
};

Result<int> send(const SendOptions& options) {
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  return Sending(options, node).run();
}

Result<int> rotate(const RotateOptions& options) {
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  WHORL_ASSIGN(const json::value got, node.ask({.method = "POST", .path = kRotationPath}));
  const json::object* all = got.if_object();
  const json::value* key = all == nullptr ? nullptr : all->if_contains("key");
  const json::value* earlier = all == nullptr ? nullptr : all->if_contains("earlier");
  if (key == nullptr || !key->is_object() || earlier == nullptr || !earlier->is_array())
    return unavailable("what the node answers is no key");
  if (options.json) {
    print_json(*all);
    return kExitOk;
  }
  print("desks seal for the key " + text_in(key->get_object(), "kid") + " from now on\n");
  for (const json::value& each : earlier->get_array()) {
    if (!each.is_object()) continue;
    print("the key " + text_in(each.get_object(), "kid") + " opens until " + text_in(each.get_object(), "opensUntil") +
          "\n");
  }
  if (!earlier->get_array().empty())
    print_notice(
        "each desk has to call whorl exchange send FOLDER --accept-key=" + text_in(key->get_object(), "kid") +
        " before then: what it has sealed for an earlier key opens no more afterwards. Tell it this name of the key by "
        "another way than through this node");
  return kExitOk;
}

Result<int> answers(const AnswersOptions& options) {
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  WHORL_ASSIGN(CheckSaid said, look_at_check(node, options.check));
  return follow_check(node, std::move(said), options.json);
}

}  // namespace

Result<int> keep_for_later(const std::string& path, const NodeAt& at, const std::string& body, bool as_json) {
  const SealedFolder folder(path);
  const auto key = folder.key();
  if (!key.ok() && key.error().kind != ErrorKind::kNotFound) return key.error();
  if (!key.ok()) WHORL_TRY(fetch_key(folder, at));
  WHORL_ASSIGN(const std::string name, folder.add(body));
  if (as_json) {
    print_json({{"name", name}, {"folder", path}});
  } else {
    print(name + " is sealed for the node and waits in " + path + "\n");
  }
  return kExitOk;
}

void add_exchange_later(CLI::App& group, Chosen& chosen) {
  {
    auto options = std::make_shared<SendOptions>();
    CLI::App* verb = add_verb(
        group, "send",
        "Send the requests that whorl exchange ask --later sealed, each once, wait for the answers, print them, and "
        "remove what was answered. What fails stays, and is sent by the next call",
        "  whorl exchange send waiting --node https://node.a.example:8443 --token token", *options);
    verb->add_option("folder", options->folder, "The folder of sealed requests")->required();
    verb->add_option("--accept-key", options->accepted_key,
                     "Seal for this key of the node from now on: its name, as the node's operator was told it by whorl "
                     "exchange rotate-desk-key. Without it another key than the folder has is not taken");
    add_node_options(*verb, options->node);
    on_chosen(verb, chosen, options, send);
  }
  {
    auto options = std::make_shared<RotateOptions>();
    CLI::App* verb =
        add_verb(group, "rotate-desk-key",
                 "Give the node another key that desks seal their requests for while they cannot reach it. The earlier "
                 "one opens "
                 "what waits for a while yet (desk_key_kept in member.toml), and is destroyed then",
                 "  whorl exchange rotate-desk-key --node https://node.a.example:8443 --token token", *options);
    add_node_options(*verb, options->node);
    on_chosen(verb, chosen, options, rotate);
  }
  {
    auto options = std::make_shared<AnswersOptions>();
    CLI::App* verb = add_verb(group, "answers",
                              "Go on waiting for the answers of a check that was asked before, and print them as "
                              "whorl exchange ask does; it ends as that does",
                              "  whorl exchange answers CHECK --node https://node.a.example:8443", *options);
    verb->add_option("check", options->check, "The check, as whorl exchange ask printed it")->required();
    add_node_options(*verb, options->node);
    on_chosen(verb, chosen, options, answers);
  }
}

}  // namespace whorl::cli
