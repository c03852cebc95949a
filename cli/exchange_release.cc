// whorl exchange ask-data, data: asks a member that has a match for data on the person, and shows what it gave.
#include "cli/exchange_release.h"

#include "cli/exchange_node.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;

struct DataOptions : CommonOptions {
  NodeAt node;
  std::string check;
  std::string member;
};

struct AskDataOptions : DataOptions {
  SampleOptions samples;
  std::vector<std::string> items;
  std::string basis;
};

Result<std::string> path_of(const DataOptions& options) {
  if (!fits_path(options.check)) return invalid_input("is no number of a check", "--check");
  if (!fits_path(options.member)) return invalid_input("is no member's name", "--member");
  return "/v1/exchange/checks/" + options.check + "/members/" + options.member + "/release";
}

// A line for each value, so that a person can read what came: "identity.lastName: Vela".
void print_values(const json::value& value, const std::string& name) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, each] : *object) print_values(each, name + (name.empty() ? "" : ".") + std::string(key));
    return;
  }
  if (const auto* list = value.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) print_values((*list)[i], name + "[" + std::to_string(i + 1) + "]");
    return;
  }
  const auto* text = value.if_string();
  print("  " + printable(name) + ": " + printable(text != nullptr ? std::string(*text) : json::serialize(value)) +
        "\n");
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : ", ") + each;
  return out;
}

// Nothing of the answer is trusted to be there.
Result<int> show(const DataOptions& options, const json::value& answer) {
  const json::object* view = answer.if_object();
  const std::string state = view == nullptr ? "" : text_in(*view, "state");
  if (state.empty()) return unavailable("what answers is no node of an exchange");
  const int status = state == "released" || state == "partly" ? kExitOk
                     : state == "refused"                     ? kExitNoMatch
                                                              : kExitIndeterminate;
  if (options.json) {
    print_json(answer);
    return status;
  }
  const std::string why = text_in(*view, "why");
  std::string words = state + (why.empty() ? "" : ": " + why);
  if (state == "partly") words = "released in part";
  if (state == "waiting") words = "waits for an officer there, until " + text_in(*view, "expiresAt");
  if (state == "did_not_answer") words = "did not answer (it has not refused)";
  print(options.member + ": " + words + "\n");
  const std::string change = text_in(*view, "change");
  const std::string changed_at = text_in(*view, "changedAt");
  if (change == "corrected") print("  corrected there, and so here, at " + changed_at + "\n");
  if (change == "erased" || change == "withdrawn")
    print("  " + change + " there, and so deleted here, at " + changed_at + "\n");
  if (change == "deleted") print("  deleted at " + changed_at + ", as their time had come\n");
  if (const json::value* data = view->if_contains("data"); data != nullptr && !data->is_null()) print_values(*data, "");
  const json::value* terms = view->if_contains("terms");
  if (terms != nullptr && terms->is_object())
    print("  terms: for " + joined(texts_in(terms->get_object(), "purposes")) +
          " alone, handed on to nobody, deleted by " + text_in(terms->get_object(), "deleteBy") + "\n");
  return status;
}

Result<int> ask_data(const AskDataOptions& options) {
  WHORL_ASSIGN(const std::string path, path_of(options));
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  WHORL_ASSIGN(json::array samples, biometric_data(options.samples));
  const json::object body{
      {"items", json_texts(options.items)}, {"basis", options.basis}, {"biometricData", std::move(samples)}};
  WHORL_ASSIGN(const json::value asked, node.post(path, json::serialize(body), ""));
  WHORL_ASSIGN(const int status, show(options, asked));
  // That it was asked is what this verb does.
  return status == kExitIndeterminate ? kExitOk : status;
}

Result<int> data(const DataOptions& options) {
  WHORL_ASSIGN(const std::string path, path_of(options));
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  WHORL_ASSIGN(const json::value answer, node.get(path));
  return show(options, answer);
}

void add_which(CLI::App& verb, DataOptions& options) {
  verb.add_option("--check", options.check, "The check, as whorl exchange ask prints it")->required();
  verb.add_option("--member", options.member, "The member that has a match")->required();
}

}  // namespace

void add_exchange_release(CLI::App& group, Chosen& chosen) {
  {
    auto options = std::make_shared<AskDataOptions>();
    CLI::App* verb = add_verb(
        group, "ask-data",
        "Ask a member that has a match for data on the person. The samples go along again, as it has deleted those of "
        "the check; an officer there compares them and decides. Once for each check and member",
        "  whorl exchange ask-data --check CHECK --member b.rbdes.test --item identity --item document \\\n"
        "    --basis \"no document at the border\" --finger right_index=a.png --finger left_index=b.png",
        *options);
    add_which(*verb, *options);
    verb->add_option("--item", options->items,
                     "identity, document, encounter or status, as the policy has them for the purpose; repeat for more")
        ->required();
    verb->add_option("--basis", options->basis, "Why they are needed, for the officer there")->required();
    add_sample_files(*verb, options->samples);
    add_node_options(*verb, options->node);
    on_chosen(verb, chosen, options, ask_data);
  }
  {
    auto options = std::make_shared<DataOptions>();
    CLI::App* verb =
        add_verb(group, "data",
                 "Show what a member gave, with its terms, and what it has corrected or taken back since. Ends with 0 "
                 "where it released something, with 10 where it refused, else with 11",
                 "  whorl exchange data --check CHECK --member b.rbdes.test", *options);
    add_which(*verb, *options);
    add_node_options(*verb, options->node);
    on_chosen(verb, chosen, options, data);
  }
}

}  // namespace whorl::cli
