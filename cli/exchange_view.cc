#include "cli/exchange_view.h"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "cli/exchange_node.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenLooks{500};
// So long a node that cannot be reached is asked again: it restarts, and the check goes on.
constexpr std::chrono::seconds kNodeAway{60};
constexpr std::size_t kMostIdBytes = 128;

std::vector<MemberWord> words_in(const json::object& object, std::string_view name) {
  std::vector<MemberWord> out;
  const json::value* list = object.if_contains(name);
  if (list == nullptr || !list->is_array()) return out;
  for (const json::value& each : list->get_array()) {
    if (!each.is_object()) continue;
    const json::object& member = each.get_object();
    MemberWord& word = out.emplace_back();
    word = {text_in(member, "name"), text_in(member, "state"), text_in(member, "why")};
    const json::value* score = member.if_contains("scoreDb");
    if (score != nullptr && score->is_int64()) word.score_db = score->get_int64();
    const json::value* late = member.if_contains("late");
    word.late = late != nullptr && late->is_bool() && late->get_bool();
  }
  return out;
}

// It goes into a path.
bool is_identifier(const std::string& text) {
  return !text.empty() && text.size() <= kMostIdBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
}

}  // namespace

std::string words_of(const MemberWord& word) {
  const std::string why = word.why.empty() ? "" : ": " + word.why;
  std::string out = word.state + why;
  if (word.state == "match") out = "match (" + std::to_string(word.score_db) + " dB)";
  if (word.state == "no_match") out = "no match";
  if (word.state == "did_not_answer") out = "did not answer" + why + " (it has not said no)";
  return out + (word.late ? " (late)" : "");
}

bool CheckSaid::waits() const {
  return std::any_of(members.begin(), members.end(), [](const MemberWord& each) { return each.state == "waiting"; });
}

Result<CheckSaid> check_said(json::value value) {
  CheckSaid out;
  if (const json::object* object = value.if_object()) {
    out.check_id = text_in(*object, "checkId");
    out.matter = text_in(*object, "case");
    out.result = text_in(*object, "result");
    out.reason = text_in(*object, "reason");
    out.expires_at = text_in(*object, "expiresAt");
    out.members = words_in(*object, "members");
    out.left_out = words_in(*object, "leftOut");
  }
  if (!is_identifier(out.check_id) || out.result.empty()) return unavailable("what answers is no node of an exchange");
  out.all = std::move(value);
  return out;
}

Result<CheckSaid> look_at_check(NodeClient& node, const std::string& check_id) {
  if (!is_identifier(check_id)) return invalid_input("is no identifier of a check", "check");
  WHORL_ASSIGN(json::value value, node.get(std::string(kChecksPath) + "/" + check_id));
  return check_said(std::move(value));
}

void ShownAnswers::begin(const CheckSaid& said) const {
  if (silent_) return;
  print("check " + said.check_id + ": " + (said.matter.empty() ? "" : "case " + said.matter + ", ") +
        std::to_string(said.members.size()) + (said.members.size() == 1 ? " member is" : " members are") +
        " asked, answers are awaited until " + said.expires_at + "\n");
  for (const MemberWord& each : said.left_out) print(each.name + ": not asked: " + each.why + "\n");
}

void ShownAnswers::go_on(const CheckSaid& said) {
  for (const MemberWord& each : said.members) {
    if (silent_ || each.state == "waiting" || !told_.insert(each.name).second) continue;
    print(each.name + ": " + words_of(each) + "\n");
  }
}

void ShownAnswers::end(const CheckSaid& said) const {
  if (silent_) return;
  std::string result = said.result;
  std::replace(result.begin(), result.end(), '_', ' ');
  print(result + (said.reason.empty() ? "" : ": " + said.reason) + "\n");
}

Result<CheckSaid> wait_for_answers(NodeClient& node, CheckSaid said, ShownAnswers& shown) {
  Clock::time_point seen = Clock::now();
  const std::string check_id = said.check_id;
  shown.go_on(said);
  while (said.waits()) {
    std::this_thread::sleep_for(kBetweenLooks);
    auto got = look_at_check(node, check_id);
    if (!got.ok()) {
      if (got.error().kind != ErrorKind::kUnavailable || Clock::now() - seen > kNodeAway)
        return got.error().within("check " + check_id);
      continue;
    }
    seen = Clock::now();
    said = std::move(*got);
    shown.go_on(said);
  }
  return said;
}

Result<int> follow_check(NodeClient& node, CheckSaid said, bool as_json) {
  ShownAnswers shown(as_json);
  shown.begin(said);
  WHORL_ASSIGN(said, wait_for_answers(node, std::move(said), shown));
  shown.end(said);
  if (as_json) print_json(said.all);
  return exit_code_of(said);
}

int exit_code_of(const CheckSaid& said) { return exit_code_of_word(said.result); }

}  // namespace whorl::cli
