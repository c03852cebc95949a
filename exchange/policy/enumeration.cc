#include "exchange/policy/enumeration.h"

#include <functional>
#include <set>

#include "exchange/policy/rules.h"
#include "exchange/policy/widenings.h"

namespace whorl::exchange {
namespace {

constexpr std::string_view kNoSuch = "no-such";

// Names of rules that a question met.
using Met = std::set<std::string, std::less<>>;

struct Vocabulary {
  std::set<std::string> reasons{std::string(kNoSuch)};
  std::set<std::string> roles{std::string(kNoSuch)};
  std::vector<std::string> purposes{std::string(kNoSuch)};
  std::vector<std::string> members{std::string(kNoSuch)};
};

Vocabulary vocabulary_of(const Policy& policy) {
  Vocabulary out;
  for (const auto& [name, purpose] : policy.purposes) {
    out.purposes.push_back(name);
    out.reasons.insert(purpose.reasons.begin(), purpose.reasons.end());
    out.roles.insert(purpose.roles.begin(), purpose.roles.end());
  }
  for (const auto& [name, member] : policy.members) out.members.push_back(name);
  return out;
}

// Calls `each` for every question, those with names that the policy does not know among them.
void every_question(const Policy& policy, const std::function<void(const Received&)>& each) {
  const Vocabulary words = vocabulary_of(policy);
  Received check;
  check.psk = true;
  for (const std::string& from : words.members) {
    for (const std::string& to : words.members) {
      for (const std::string& purpose : words.purposes) {
        for (const Lane lane : kLanes) {
          for (const std::string& reason : words.reasons) {
            for (const std::string& role : words.roles) {
              for (const AgeGroup age : kAgeGroups) {
                check = {from, to, purpose, reason, role, lane, age, fpir_share(policy, from, purpose), true};
                if (!(check.fpir > 0)) check.fpir = policy.rules.overall_fpir;
                each(check);
              }
            }
          }
        }
      }
    }
  }
}

void meet(const Received& check, Met& met) {
  met.insert("members." + check.from);
  met.insert("members." + check.to);
  met.insert("pairs." + check.from + "." + check.to);
  met.insert("pairs." + check.from + "." + check.to + ".purposes." + check.purpose);
  met.insert("lanes." + std::string(name_of(check.lane)));
  const std::string purpose = "purposes." + check.purpose;
  met.insert(purpose);
  met.insert(purpose + ".lanes." + std::string(name_of(check.lane)));
  met.insert(purpose + ".reasons." + check.reason);
  met.insert(purpose + ".roles." + check.role);
}

// Rules of hiding, ages and release reach a question through its purpose.
std::vector<std::string> purposes_in_rules(const Policy& policy) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& rule, const std::vector<std::string>& purposes) {
    for (const std::string& purpose : purposes) out.push_back("rules." + rule + "." + purpose);
  };
  add("own_citizens_except", policy.rules.own_citizens.except);
  add("residents_except", policy.rules.residents.except);
  add("shielded_also", policy.rules.shielded_also);
  add("release_second_officer", policy.rules.release_second_officer);
  for (const auto& [purpose, age] : policy.rules.min_age_by_purpose)
    out.push_back("rules.min_age_by_purpose." + purpose);
  return out;
}

std::vector<std::string> rules_of(const Policy& policy) {
  std::vector<std::string> out;
  for (const auto& [name, member] : policy.members) out.push_back("members." + name);
  for (const auto& [from, askeds] : policy.pairs) {
    for (const auto& [to, pair] : askeds) {
      const std::string rule = "pairs." + from + "." + to;
      out.push_back(rule);
      for (const std::string& purpose : pair.purposes) out.push_back(rule + ".purposes." + purpose);
    }
  }
  for (const Lane lane : kLanes) out.push_back("lanes." + std::string(name_of(lane)));
  for (const auto& [name, purpose] : policy.purposes) {
    const std::string rule = "purposes." + name;
    out.push_back(rule);
    for (const Lane lane : purpose.lanes) out.push_back(rule + ".lanes." + std::string(name_of(lane)));
    for (const std::string& reason : purpose.reasons) out.push_back(rule + ".reasons." + reason);
    for (const std::string& role : purpose.roles) out.push_back(rule + ".roles." + role);
    for (const std::string& safe : purpose.safe_for_unknown) out.push_back(rule + ".safe_for_unknown." + safe);
  }
  const auto more = purposes_in_rules(policy);
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

// A rule about a purpose is met where a question for that purpose is allowed.
void meet_derived(const Policy& policy, Met& met) {
  for (const std::string& rule : purposes_in_rules(policy)) {
    // "rules.NAME.PURPOSE": the purpose may have points of its own.
    const std::size_t after = rule.find('.', rule.find('.') + 1);
    if (met.contains("purposes." + rule.substr(after + 1))) met.insert(rule);
  }
  for (const auto& [name, purpose] : policy.purposes) {
    for (const std::string& safe : purpose.safe_for_unknown) {
      bool asked = false;
      for (const auto& [from, askeds] : policy.pairs) {
        asked = asked || met.contains("pairs." + from + "." + safe + ".purposes." + name);
      }
      if (asked) met.insert("purposes." + name + ".safe_for_unknown." + safe);
    }
  }
}

}  // namespace

std::vector<MatrixRow> matrix_of(const Policy& policy) {
  std::vector<MatrixRow> out;
  for (const auto& [from, askeds] : policy.pairs) {
    for (const auto& [to, pair] : askeds) {
      const auto member = policy.members.find(to);
      if (member == policy.members.end() || !member->second.responds) continue;
      for (const std::string& name : pair.purposes) {
        const auto purpose = policy.purposes.find(name);
        if (purpose == policy.purposes.end()) continue;
        out.push_back(
            {from, to, name, purpose->second.lanes, fpir_share(policy, from, name), pair.per_day, pair.per_year});
      }
    }
  }
  return out;
}

Enumeration enumerate(const Policy& policy, const Policy* narrower) {
  Enumeration out;
  Met met;
  every_question(policy, [&](const Received& check) {
    ++out.questions;
    const bool allowed = !admit_receive(policy, check);
    if (allowed && sends_somewhere(policy, check)) meet(check, met);
    if (allowed) ++out.allowed;
    if (narrower != nullptr) compare_question(policy, *narrower, check, out.widenings);
  });
  meet_derived(policy, met);
  for (const std::string& rule : rules_of(policy)) {
    if (!met.contains(rule)) out.unreachable.push_back(rule);
  }
  if (narrower != nullptr) {
    compare_hits(policy, *narrower, out.widenings);
    compare_releases(policy, *narrower, out.widenings);
    compare_quotas(policy, *narrower, out.widenings);
    compare_times(policy.retention, narrower->retention, out.widenings);
  }
  return out;
}

}  // namespace whorl::exchange
