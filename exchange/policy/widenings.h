// What one policy allows and another does not, question by question: parts of enumerate(), private to this folder.
//
// Thread-safe. Each appends a sentence for every widening it finds.
#pragma once

#include <string>
#include <vector>

#include "exchange/policy/policy.h"
#include "exchange/policy/rules.h"

namespace whorl::exchange {

// Whether the asker's node would send this question of somebody who fears no member.
bool sends_somewhere(const Policy& policy, const Received& check);

// Answering, and sending of persons of every member's country, of another and of none that is known, who fear nobody
// else or one member more.
void compare_question(const Policy& policy, const Policy& narrower, const Received& check,
                      std::vector<std::string>& out);

// Whom an answer shows, and when it may be a match, for every asker, purpose and kind of person.
void compare_hits(const Policy& policy, const Policy& narrower, std::vector<std::string>& out);

// Each item to each asker for each purpose, by one officer and by two, at once and after some time.
void compare_releases(const Policy& policy, const Policy& narrower, std::vector<std::string>& out);

void compare_quotas(const Policy& policy, const Policy& narrower, std::vector<std::string>& out);
void compare_times(const Retention& wide, const Retention& narrow, std::vector<std::string>& out);

}  // namespace whorl::exchange
