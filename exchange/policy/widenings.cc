#include "exchange/policy/widenings.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

namespace whorl::exchange {
namespace {

constexpr std::string_view kNoMembersCountry = "ZZZ";

std::string text_of(const Received& check) {
  return check.from + " asks " + check.to + " for " + check.purpose + ", " + std::string(name_of(check.lane)) + ", " +
         check.reason + ", " + check.role + ", age " + std::string(name_of(check.age));
}

bool sends(const Policy& policy, const Received& check, const std::string& country,
           const std::vector<std::string>& avoid) {
  const Ask ask{check.from, check.purpose, check.reason, check.role, check.lane, check.age, {check.to}, country, avoid};
  const auto plan = admit_send(policy, ask);
  return std::holds_alternative<SendPlan>(plan) && !std::get<SendPlan>(plan).members.empty();
}

std::vector<std::string> countries_of(const Policy& policy) {
  std::set<std::string> out{std::string(kNoMembersCountry), std::string()};
  for (const auto& [name, member] : policy.members) out.insert(member.country);
  return {out.begin(), out.end()};
}

// Names of members and purposes of either policy.
template <class Map>
std::vector<std::string> names_of(const Map& one, const Map& other) {
  std::set<std::string> out;
  for (const auto& [name, value] : one) out.insert(name);
  for (const auto& [name, value] : other) out.insert(name);
  return {out.begin(), out.end()};
}

// Every kind of person that a record can be of, in the eyes of one asker.
std::vector<CandidateFacts> every_candidate(const std::string& asker) {
  std::vector<CandidateFacts> out;
  for (const auto citizenship : {Citizenship::kOther, Citizenship::kOwn, Citizenship::kResident}) {
    for (const bool shielded : {false, true}) {
      for (const bool active : {false, true}) {
        out.push_back({citizenship, shielded, {}, active});
        out.push_back({citizenship, shielded, {asker}, active});
      }
    }
  }
  return out;
}

void compare_deciding(const GeneralRules& wide, const GeneralRules& narrow, std::vector<std::string>& out) {
  constexpr int kOldest = 130;
  constexpr int kMostFingers = 10;
  for (int age = -1; age <= kOldest; ++age) {
    for (int fingers = 0; fingers <= kMostFingers; ++fingers) {
      for (const bool face : {false, true}) {
        const MatchFacts facts{age, fingers, face};
        if (may_decide_match(wide, facts) || !may_decide_match(narrow, facts)) continue;
        out.push_back("a match where the region leaves it open: age " + std::to_string(age) + ", fingers " +
                      std::to_string(fingers) + (face ? ", face" : ""));
        return;  // one of many alike
      }
    }
  }
}

// Calls `each` with one officer and with two, of roles and times of signing in about the limits.
void every_pair_of_officers(const Policy& policy, const Policy& narrower,
                            const std::function<void(const Officer&, const std::optional<Officer>&)>& each) {
  const std::array<Seconds, 4> times{policy.rules.release_relogin, policy.rules.release_relogin + Seconds(1),
                                     narrower.rules.release_relogin, narrower.rules.release_relogin + Seconds(1)};
  for (const Seconds time : times) {
    for (const std::string_view role : {"release", "officer"}) {
      const Officer one{std::string(role), "one", time};
      each(one, std::nullopt);
      each(one, one);
      each(one, Officer{"release", "other", Seconds(0)});
      each(Officer{"release", "other", Seconds(0)}, one);
    }
  }
}

}  // namespace

bool sends_somewhere(const Policy& policy, const Received& check) {
  return sends(policy, check, std::string(kNoMembersCountry), {});
}

void compare_question(const Policy& policy, const Policy& narrower, const Received& check,
                      std::vector<std::string>& out) {
  if (admit_receive(policy, check) && !admit_receive(narrower, check)) {
    out.push_back("answers where the region refuses: " + text_of(check));
  }
  // Who may not be asked of somebody that fears no member may be asked of nobody.
  if (!sends_somewhere(narrower, check)) return;
  const auto countries = countries_of(policy);
  for (const std::string& country : countries) {
    for (const std::string& feared : countries) {
      const std::vector<std::string> avoid = feared.empty() ? std::vector<std::string>() : std::vector{feared};
      if (sends(policy, check, country, avoid) || !sends(narrower, check, country, avoid)) continue;
      out.push_back("sends where the region refuses: " + text_of(check) + ", of a person from " +
                    (country.empty() ? "nobody knows where" : country) +
                    (feared.empty() ? "" : " who fears " + feared));
    }
  }
}

void compare_hits(const Policy& policy, const Policy& narrower, std::vector<std::string>& out) {
  for (const std::string& asker : names_of(policy.members, narrower.members)) {
    for (const std::string& purpose : names_of(policy.purposes, narrower.purposes)) {
      for (const CandidateFacts& facts : every_candidate(asker)) {
        const auto hidden = suppress(policy, facts, asker, purpose);
        if (!hidden || suppress(narrower, facts, asker, purpose)) continue;
        out.push_back("shows " + asker + " for " + purpose + " whom the region hides (" +
                      std::string(name_of(*hidden)) + ")");
      }
    }
  }
  compare_deciding(policy.rules, narrower.rules, out);
}

void compare_releases(const Policy& policy, const Policy& narrower, std::vector<std::string>& out) {
  for (const auto& [from, askeds] : narrower.pairs) {
    for (const auto& [to, pair] : askeds) {
      for (const std::string& purpose : pair.purposes) {
        for (const Item item : kAllItems) {
          const ReleaseQuestion question{from, to, purpose, {item}};
          bool wider = false;
          every_pair_of_officers(policy, narrower, [&](const Officer& one, const std::optional<Officer>& second) {
            wider =
                wider || (may_release(policy, question, one, second) && !may_release(narrower, question, one, second));
          });
          if (!wider) continue;
          out.push_back("releases " + std::string(name_of(item)) + " of " + to + " to " + from + " for " + purpose +
                        " where the region refuses");
        }
      }
    }
  }
}

void compare_quotas(const Policy& policy, const Policy& narrower, std::vector<std::string>& out) {
  for (const auto& [from, askeds] : narrower.pairs) {
    for (const auto& [to, pair] : askeds) {
      const PairRules* region = policy.pair(from, to);
      if (region == nullptr || pair.per_day > region->per_day || pair.per_year > region->per_year) {
        out.push_back("quota of " + from + " to " + to + " is larger than the region's");
      }
    }
  }
}

void compare_times(const Retention& wide, const Retention& narrow, std::vector<std::string>& out) {
  const auto longer = [&](std::string_view name, Seconds region, Seconds own) {
    if (own > region) out.push_back("retention." + std::string(name) + " is longer than the region's");
  };
  longer("probe_for_release", wide.probe_for_release, narrow.probe_for_release);
  longer("probe_of_requester", wide.probe_of_requester, narrow.probe_of_requester);
  longer("case_no_match", wide.case_no_match, narrow.case_no_match);
  longer("case_match", wide.case_match, narrow.case_match);
  longer("released_data", wide.released_data, narrow.released_data);
  longer("gallery_default", wide.gallery_default, narrow.gallery_default);
  longer("gallery_asylum", wide.gallery_asylum, narrow.gallery_asylum);
  longer("backup", wide.backup, narrow.backup);
  longer("hold_max", wide.hold_max, narrow.hold_max);
  // What shows afterwards what was asked and given is kept as long as the region says.
  const auto shorter = [&](std::string_view name, Seconds region, Seconds own) {
    if (own < region) out.push_back("retention." + std::string(name) + " is shorter than the region's");
  };
  shorter("disclosure_register", wide.disclosure_register, narrow.disclosure_register);
  shorter("audit_data", wide.audit_data, narrow.audit_data);
}

}  // namespace whorl::exchange
