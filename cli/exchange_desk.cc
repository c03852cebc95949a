// whorl exchange desk, case, decide, register, withdraw: other members' requests for data, and what they were given.
#include "cli/exchange_desk.h"

#include "base/base64.h"
#include "base/files.h"
#include "cli/exchange_node.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr const char* kDesk = "/v1/exchange/desk";
constexpr const char* kDisclosures = "/v1/exchange/disclosures";

struct DeskOptions : CommonOptions {
  NodeAt node;
  std::string request;  // or the entry of the register
  std::string out;      // folder for pictures
  std::vector<std::string> items;
  bool refuse = false;
  int keep_days = 0;
};

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : ", ") + each;
  return out.empty() ? "nothing" : out;
}

std::int64_t number_in(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}
bool flag_in(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_bool() && found->get_bool();
}

// A decision for a person: "released in part".
std::string words_of(const std::string& state) { return state == "partly" ? "released in part" : state; }

Error no_node() { return unavailable("what answers is no node of an exchange"); }

Result<std::string> path_to(const std::string& id, const std::string& option, const std::string& folder) {
  if (!fits_path(id)) return invalid_input("is no identifier", option);
  return folder + "/" + id;
}

// -- Requests ---------------------------------------------------------------------------------------------------------

void print_request(const json::object& request) {
  print(text_in(request, "requestId") + ": " + text_in(request, "member") + " asks for " +
        joined(texts_in(request, "items")) + " of " + text_in(request, "personId") + " (" +
        std::to_string(number_in(request, "scoreDb")) + " dB)\n");
  print("  purpose: " + text_in(request, "purpose") + ", " + text_in(request, "reason") + "\n");
  print("  basis: " + text_in(request, "basis") + "\n");
  const bool two = flag_in(request, "secondOfficer");
  if (text_in(request, "state") != "waiting") return print("  " + words_of(text_in(request, "state")) + "\n");
  print("  the policy lets you release " + joined(texts_in(request, "allowed")) +
        (two ? "; two officers have to, " + std::to_string(number_in(request, "decided")) + " has" : "") +
        "; to be decided by " + text_in(request, "decideBy") + "\n");
}

// Prints the node's list under `path`, each entry by `print_one`; `nothing` where it is empty.
Result<int> show_list(const DeskOptions& options, const char* path, const char* nothing,
                      void (*print_one)(const json::object&)) {
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  WHORL_ASSIGN(const json::value answer, node.get(path));
  if (!answer.is_array()) return no_node();
  if (options.json) {
    print_json(answer);
    return kExitOk;
  }
  if (answer.get_array().empty()) print(nothing);
  for (const json::value& each : answer.get_array()) {
    if (each.is_object()) print_one(each.get_object());
  }
  return kExitOk;
}

Result<int> desk(const DeskOptions& options) { return show_list(options, kDesk, "no request waits\n", print_request); }

// A picture of the node's, to a file. Nothing is written where there is none.
Status keep_picture(const json::value* picture, const fs::path& file) {
  if (picture == nullptr || !picture->is_object()) return {};
  const json::value* data = picture->get_object().if_contains("data");
  const auto bytes = data != nullptr && data->is_string() ? decode_base64(data->get_string()) : std::nullopt;
  if (!bytes) return {};
  WHORL_TRY(write_file(file, as_text(*bytes), NewFile::kPrivate));
  print("  " + file.string() + "\n");
  return {};
}

Status keep_pictures(const json::object& comparison, const fs::path& folder) {
  WHORL_TRY(make_directory(folder));
  const json::value* fingers = comparison.if_contains("fingers");
  if (fingers == nullptr || !fingers->is_array()) return {};
  std::size_t n = 0;
  for (const json::value& each : fingers->get_array()) {
    ++n;
    for (const char* side : {"probe", "reference"}) {
      const json::value* drawing = each.is_object() ? each.get_object().if_contains(side) : nullptr;
      if (drawing == nullptr || !drawing->is_object()) continue;
      const std::string stem = std::to_string(n) + "-" + (std::string_view(side) == "probe" ? "theirs" : "ours");
      for (const char* kind : {"image", "ridges"})
        WHORL_TRY(keep_picture(drawing->get_object().if_contains(kind), folder / (stem + "-" + kind + ".png")));
    }
  }
  return {};
}

Result<int> show_case(const DeskOptions& options) {
  WHORL_ASSIGN(const std::string path, path_to(options.request, "--request", kDesk));
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  WHORL_ASSIGN(const json::value answer, node.get(path));
  const json::value* request = answer.is_object() ? answer.get_object().if_contains("request") : nullptr;
  if (request == nullptr || !request->is_object()) return no_node();
  if (options.json) {
    print_json(answer);
    return kExitOk;
  }
  print_request(request->get_object());
  const json::value* comparison = answer.get_object().if_contains("comparison");
  if (comparison == nullptr || !comparison->is_object() || options.out.empty()) return kExitOk;
  print("  what they sent, and what is kept of the person, finger by finger:\n");
  WHORL_TRY(keep_pictures(comparison->get_object(), options.out));
  return kExitOk;
}

Result<int> decide(const DeskOptions& options) {
  WHORL_ASSIGN(const std::string path, path_to(options.request, "--request", kDesk));
  if (options.refuse == !options.items.empty()) return invalid_input("say what is released, or --refuse", "--release");
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  json::object body{{"decision", options.refuse ? "refuse" : "release"}};
  if (!options.refuse) body["items"] = json_texts(options.items);
  if (options.keep_days > 0) body["keepDays"] = options.keep_days;
  WHORL_ASSIGN(const json::value answer, node.post(path + "/decision", json::serialize(body), ""));
  if (!answer.is_object()) return no_node();
  if (options.json) {
    print_json(answer);
    return kExitOk;
  }
  const std::string state = text_in(answer.get_object(), "state");
  print(state == "waiting" ? "kept; another officer has to decide, too\n" : words_of(state) + "\n");
  return kExitOk;
}

// -- The register -----------------------------------------------------------------------------------------------------

void print_disclosure(const json::object& entry) {
  const std::string decision = text_in(entry, "decision");
  print(text_in(entry, "at") + " " + text_in(entry, "disclosureId") + ": " + text_in(entry, "member") + ", " +
        text_in(entry, "personId") + ", " + text_in(entry, "purpose") + ": " + words_of(decision) +
        (decision == "refused" ? "" : ": " + joined(texts_in(entry, "items"))) + ", by " +
        joined(texts_in(entry, "officers")) + "\n");
  const std::string until = text_in(entry, "deleteBy");
  if (!until.empty()) print("  to be deleted by " + until + "\n");
  const std::string notice = text_in(entry, "notice");
  const std::string receipt = text_in(entry, "receiptAt");
  if (notice.empty() && !receipt.empty()) print("  they signed for it " + receipt + "\n");
  if (notice.empty()) return;
  print("  " + notice + " " + text_in(entry, "noticeAt") + "; " +
        (receipt.empty() ? "not signed for yet" : "they signed for it " + receipt) + "\n");
}

Result<int> show_register(const DeskOptions& options) {
  return show_list(options, kDisclosures, "nobody was given anything, or refused\n", print_disclosure);
}

Result<int> withdraw(const DeskOptions& options) {
  WHORL_ASSIGN(const std::string path, path_to(options.request, "--entry", kDisclosures));
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  WHORL_ASSIGN(const json::value answer, node.post(path + "/withdrawal", "", ""));
  if (!answer.is_object()) return no_node();
  if (options.json) {
    print_json(answer);
  } else {
    print_disclosure(answer.get_object());
  }
  return kExitOk;
}

CLI::App* add(CLI::App& group, Chosen& chosen, const std::shared_ptr<DeskOptions>& options, const std::string& name,
              const std::string& what, const std::string& example, Result<int> (*run)(const DeskOptions&)) {
  CLI::App* verb = add_verb(group, name, what, example, *options);
  add_node_options(*verb, options->node);
  on_chosen(verb, chosen, options, run);
  return verb;
}

}  // namespace

void add_exchange_desk(CLI::App& group, Chosen& chosen) {
  const auto make = [] { return std::make_shared<DeskOptions>(); };
  add(group, chosen, make(), "desk", "List what other members ask for and nobody has decided yet, the oldest first",
      "  whorl exchange desk", desk);
  {
    const auto options = make();
    CLI::App* verb = add(group, chosen, options, "case",
                         "Show a request for data, with what was sent and what is kept, for the officer who decides",
                         "  whorl exchange case --request ID --out pictures", show_case);
    verb->add_option("--request", options->request, "The request, as whorl exchange desk prints it")->required();
    verb->add_option("--out", options->out, "Folder for the pictures of both sides");
  }
  {
    const auto options = make();
    CLI::App* verb = add(group, chosen, options, "decide",
                         "Release data to the member that asked, or refuse. Its reply has one length, whatever it says",
                         "  whorl exchange decide --request ID --release identity --release document\n"
                         "  whorl exchange decide --request ID --refuse",
                         decide);
    verb->add_option("--request", options->request, "The request, as whorl exchange desk prints it")->required();
    verb->add_option("--release", options->items, "Something that was asked for; repeat for more");
    verb->add_flag("--refuse", options->refuse, "Nothing is released");
    verb->add_option("--keep-days", options->keep_days,
                     "They delete it after so many days, sooner than the policy says")
        ->check(CLI::Range(1, 36'500));
    never_with(*verb, "--refuse", {"--release", "--keep-days"});
  }
  add(group, chosen, make(), "register",
      "Show what other members were given and refused, by whom, and what followed, the latest first",
      "  whorl exchange register", show_register);
  {
    const auto options = make();
    CLI::App* verb = add(group, chosen, options, "withdraw",
                         "Have a member delete what it was given. What is corrected or erased here follows by itself",
                         "  whorl exchange withdraw --entry ID", withdraw);
    verb->add_option("--entry", options->request, "The entry, as whorl exchange register prints it")->required();
  }
}

}  // namespace whorl::cli
