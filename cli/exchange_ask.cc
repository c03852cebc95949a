// whorl exchange ask: asks other members, through a member node that runs, whether they know a person.
#include "cli/exchange_ask.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <set>
#include <thread>

#include "base/bytes.h"
#include "cli/exchange_node.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "crypto/random.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr const char* kChecks = "/v1/exchange/checks";
constexpr std::chrono::milliseconds kBetweenLooks{500};
// So long a node that cannot be reached is asked again: it restarts, and the check goes on.
constexpr std::chrono::seconds kNodeAway{60};

struct AskOptions : CommonOptions {
  NodeAt node;
  SampleOptions samples;
  std::string purpose;
  std::string reason;
  std::string matter;
  std::string lane;
  std::vector<std::string> members;
  std::string age;
  std::string country;
  std::vector<std::string> avoid;
};

Result<std::string> body_of(const AskOptions& options) {
  WHORL_ASSIGN(json::array samples, biometric_data(options.samples));
  json::object subject;
  if (!options.age.empty()) subject["age"] = options.age;
  if (!options.country.empty()) subject["country"] = options.country;
  if (!options.avoid.empty()) subject["avoid"] = json_texts(options.avoid);
  json::object out{{"purpose", options.purpose},
                   {"reason", options.reason},
                   {"case", options.matter},
                   {"biometricData", std::move(samples)}};
  if (!options.lane.empty()) out["lane"] = options.lane;
  if (!options.members.empty()) out["members"] = json_texts(options.members);
  if (!subject.empty()) out["subject"] = std::move(subject);
  return json::serialize(out);
}

struct Answer {
  std::string name;
  std::string state;
  std::string why;
  std::int64_t score_db = 0;
  bool late = false;
};

// What the node says of a check. Nothing of it is trusted to be there.
struct View {
  json::value all;
  std::string check_id;
  std::string result;
  std::string reason;
  std::string expires_at;
  std::vector<Answer> members;
  std::vector<Answer> left_out;

  [[nodiscard]] bool waits() const {
    return std::any_of(members.begin(), members.end(), [](const Answer& each) { return each.state == "waiting"; });
  }
};

std::vector<Answer> answers_in(const json::object& object, std::string_view name) {
  std::vector<Answer> out;
  const json::value* list = object.if_contains(name);
  if (list == nullptr || !list->is_array()) return out;
  for (const json::value& each : list->get_array()) {
    if (!each.is_object()) continue;
    const json::object& member = each.get_object();
    Answer& answer = out.emplace_back();
    answer = {text_in(member, "name"), text_in(member, "state"), text_in(member, "why")};
    const json::value* score = member.if_contains("scoreDb");
    if (score != nullptr && score->is_int64()) answer.score_db = score->get_int64();
    const json::value* late = member.if_contains("late");
    answer.late = late != nullptr && late->is_bool() && late->get_bool();
  }
  return out;
}

Result<View> view_of(json::value value) {
  View out;
  if (const json::object* object = value.if_object()) {
    out.check_id = text_in(*object, "checkId");
    out.result = text_in(*object, "result");
    out.reason = text_in(*object, "reason");
    out.expires_at = text_in(*object, "expiresAt");
    out.members = answers_in(*object, "members");
    out.left_out = answers_in(*object, "leftOut");
  }
  // It goes into a path.
  if (!fits_path(out.check_id) || out.result.empty()) return unavailable("what answers is no node of an exchange");
  out.all = std::move(value);
  return out;
}

std::string words_of(const Answer& answer) {
  const std::string why = answer.why.empty() ? "" : ": " + answer.why;
  std::string out = answer.state + why;
  if (answer.state == "match") out = "match (" + std::to_string(answer.score_db) + " dB)";
  if (answer.state == "no_match") out = "no match";
  if (answer.state == "did_not_answer") out = "did not answer" + why + " (it has not said no)";
  return out + (answer.late ? " (late)" : "");
}

// Each answer once, as it comes.
class Shown {
 public:
  explicit Shown(bool silent) : silent_(silent) {}

  void begin(const View& view) const {
    if (silent_) return;
    print("check " + view.check_id + ": " + std::to_string(view.members.size()) +
          " members are asked, answers are awaited until " + view.expires_at + "\n");
    for (const Answer& each : view.left_out) print(each.name + ": not asked: " + each.why + "\n");
  }
  void go_on(const View& view) {
    for (const Answer& each : view.members) {
      if (silent_ || each.state == "waiting" || !told_.insert(each.name).second) continue;
      print(each.name + ": " + words_of(each) + "\n");
    }
  }

 private:
  bool silent_;
  std::set<std::string> told_;
};

// Until nobody is waited for. The node ends every question at its time; this side ends where the node is away.
Result<View> wait_for_all(NodeClient& node, View view, Shown& shown) {
  Clock::time_point seen = Clock::now();
  const std::string path = std::string(kChecks) + "/" + view.check_id;
  while (view.waits()) {
    std::this_thread::sleep_for(kBetweenLooks);
    auto got = node.get(path);
    if (!got.ok()) {
      if (got.error().kind != ErrorKind::kUnavailable || Clock::now() - seen > kNodeAway)
        return got.error().within("check " + view.check_id);
      continue;
    }
    seen = Clock::now();
    WHORL_ASSIGN(view, view_of(std::move(got).value()));
    shown.go_on(view);
  }
  return view;
}

// The same request sent again is the same check.
Result<std::string> new_key() {
  std::array<std::uint8_t, 16> bytes{};
  WHORL_TRY(crypto::system_random().fill(bytes));
  return hex_of(bytes);
}

int exit_code_of(const std::string& result) {
  if (result == "match") return kExitOk;
  return result == "no_match" ? kExitNoMatch : kExitIndeterminate;
}

Result<int> run(const AskOptions& options) {
  WHORL_ASSIGN(NodeClient node, NodeClient::open(options.node));
  WHORL_ASSIGN(std::string body, body_of(options));
  WHORL_ASSIGN(const std::string key, new_key());
  WHORL_ASSIGN(json::value asked, node.post(kChecks, std::move(body), key));
  WHORL_ASSIGN(View view, view_of(std::move(asked)));
  Shown shown(options.json);
  shown.begin(view);
  shown.go_on(view);
  WHORL_ASSIGN(view, wait_for_all(node, std::move(view), shown));
  if (options.json) {
    print_json(view.all);
  } else {
    std::string result = view.result;
    std::replace(result.begin(), result.end(), '_', ' ');
    print(result + (view.reason.empty() ? "" : ": " + view.reason) + "\n");
  }
  return exit_code_of(view.result);
}

}  // namespace

void add_exchange_ask(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<AskOptions>();
  CLI::App* verb = add_verb(
      group, "ask",
      "Ask the other members, through a member node that runs, whether they know a person, and print each "
      "answer as it comes. A member that did not answer has not said no. Ends with 0 where a member has a match, with "
      "10 where every one that was asked said no, else with 11",
      "  whorl exchange ask --purpose border.identity --reason no_document --case 2026/117 \\\n"
      "    --finger right_index=a.png --finger left_index=b.png",
      *options);
  verb->add_option("--purpose", options->purpose, "What for, a purpose of the policy")->required();
  verb->add_option("--reason", options->reason, "Why, a reason of that purpose")->required();
  verb->add_option("--case", options->matter, "The reference; other members see a pseudonym of it")->required();
  add_sample_files(*verb, options->samples);
  verb->add_option("--lane", options->lane, "border, urgent or routine; without it the purpose's first");
  verb->add_option("--member", options->members, "Ask this member alone; repeat for more");
  verb->add_option("--age", options->age, "<6, 6-13, 14-17, 18+ or unknown");
  verb->add_option("--country", options->country, "The person's country, three capital letters; it is sent to nobody");
  verb->add_option("--avoid", options->avoid, "A country that the person fears, which is not asked; repeat for more");
  add_node_options(*verb, options->node);
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
