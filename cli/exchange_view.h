// What a node says of a check, and the wait until every member has answered. Private to this room.
//
// Nothing of what a node says is trusted to be there. Belongs to one thread.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/node_client.h"

namespace whorl::cli {

inline constexpr const char* kChecksPath = "/v1/exchange/checks";

struct MemberWord {
  std::string name;
  std::string state;
  std::string why;
  std::int64_t score_db = 0;
  bool late = false;
};

struct CheckSaid {
  boost::json::value all;
  std::string check_id;
  std::string matter;  // the officer's case, of a check that was sealed
  std::string result;
  std::string reason;
  std::string expires_at;
  std::vector<MemberWord> members;
  std::vector<MemberWord> left_out;

  [[nodiscard]] bool waits() const;
};

// As it is printed: "match (45 dB)", "did not answer: ... (it has not said no)".
std::string words_of(const MemberWord& word);

// Errors: kUnavailable: it is no check.
Result<CheckSaid> check_said(boost::json::value value);
// How far a check is. Errors: the node's; kInvalidInput for what is no identifier.
Result<CheckSaid> look_at_check(NodeClient& node, const std::string& check_id);

// Prints each answer once, as it comes.
class ShownAnswers {
 public:
  explicit ShownAnswers(bool silent) : silent_(silent) {}

  void begin(const CheckSaid& said) const;
  void go_on(const CheckSaid& said);
  void end(const CheckSaid& said) const;

 private:
  bool silent_;
  std::set<std::string> told_;
};

// Until nobody is waited for. The node ends every question at its time; this side ends where the node is away for a
// minute. Errors: the node's, with the check's identifier.
Result<CheckSaid> wait_for_answers(NodeClient& node, CheckSaid said, ShownAnswers& shown);

// Prints a check until nobody is waited for, as lines or as one line of JSON at the end; gives the exit status: 0 for a
// match, 10 for no match, 11 else. Errors: as wait_for_answers.
Result<int> follow_check(NodeClient& node, CheckSaid said, bool as_json);

// 0 for a match, 10 for no match, 11 else.
int exit_code_of(const CheckSaid& said);

}  // namespace whorl::cli
