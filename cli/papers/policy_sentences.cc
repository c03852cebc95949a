#include "cli/papers/policy_sentences.h"

#include <array>

#include "cli/papers/facts.h"

namespace whorl::cli::papers {

using namespace exchange;

namespace {

std::string hiding_sentence(const std::string& whom, const Hiding& hiding) {
  if (!hiding.hidden) return "What is kept of " + whom + " is answered to every member that may ask.";
  return "What is kept of " + whom + " is never shown to another member" +
         (hiding.except.empty() ? "." : ", but for the purposes " + code_texts(hiding.except) + ".");
}

}  // namespace

std::string duration_words(Seconds duration) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr std::array kUnits{Unit{31'536'000, "year"}, Unit{86'400, "day"}, Unit{3'600, "hour"}, Unit{60, "minute"}};
  const auto said = [](std::int64_t count, const char* name) {
    return std::to_string(count) + " " + name + (count == 1 ? "" : "s");
  };
  for (const Unit& unit : kUnits) {
    if (duration.count() >= unit.seconds && duration.count() % unit.seconds == 0) {
      return said(duration.count() / unit.seconds, unit.name);
    }
  }
  return said(duration.count(), "second");
}

std::string retention_table(const Retention& kept) {
  const std::string by_itself = "the node, by itself";
  const std::string by_setting = "whoever runs the node, who sets it by hand: the policy does not";
  return table_text(
      {{"what", "how long", "who sees to it"},
       {"a capture that another member sends to be searched for", "not kept: in memory until the answer is made",
        by_itself},
       {"a check without a match, at whoever asked and at whoever answered", duration_words(kept.case_no_match),
        by_itself},
       {"a check with a match, at both", duration_words(kept.case_match), by_itself},
       {"the asker's own capture",
        "agreed: " + duration_words(kept.probe_of_requester) +
            "; the node keeps it in the question alone, until that was answered or its time is over",
        "the node, by itself; what a desk keeps elsewhere, people"},
       {"a capture sent again with a request to release data", duration_words(kept.probe_for_release), by_itself},
       {"data released to another member", duration_words(kept.released_data),
        "the node that got them, by itself; what was copied out of it, people"},
       {"the register of disclosures", duration_words(kept.disclosure_register), by_itself},
       {"records in the gallery", duration_words(kept.gallery_default), by_setting},
       {"records of people who seek protection", duration_words(kept.gallery_asylum), by_setting},
       {"backups", duration_words(kept.backup), by_setting},
       {"a legal hold before it is renewed, at most", duration_words(kept.hold_max), by_setting},
       {"the audit log (it holds no name and no capture)",
        "agreed: " + duration_words(kept.audit_data) + "; the hashes of its leaves stay",
        "the node, after the days that whoever runs it has set (`audit_keep_days`)"}});
}

std::string ages_sentence(const GeneralRules& rules) {
  std::string out = "Nobody below " + std::to_string(rules.min_age) + " years is asked about";
  for (const auto& [purpose, age] : rules.min_age_by_purpose) {
    out += ", and for " + code_text(purpose) + " nobody below " + std::to_string(age);
  }
  return out + ". Who is known where the answer is made to be below " + std::to_string(rules.child_until) +
         " matches only by two fingers or more. Where nobody knows how old a person is, the least age is not held "
         "against them" +
         (rules.min_age_by_purpose.empty() ? "." : ", but an age that a purpose has of its own is.");
}

std::string hidden_sentences(const GeneralRules& rules) {
  return hiding_sentence("own citizens", rules.own_citizens) + " " + hiding_sentence("own residents", rules.residents) +
         " A person whom the protection desk of the answering member has marked is never shown to the members that "
         "the desk named" +
         (rules.shielded_also.empty()
              ? "."
              : ", and for the purposes " + code_texts(rules.shielded_also) + " to no member.") +
         " Who is not shown is answered like somebody who is not there. Citizenship, residence and protection count as "
         "the answering member has entered them.";
}

std::string release_sentence(const GeneralRules& rules) {
  std::string out =
      "The agreed rule is that an officer of the member that has the data looks at both captures and "
      "decides, having signed in not longer than " +
      duration_words(rules.release_relogin) + " before";
  if (!rules.release_second_officer.empty()) {
    out += "; for " + code_texts(rules.release_second_officer) + " a second officer must agree";
  }
  return out +
         ". Data may not be passed on. The node asks for that officer, and for the second one, and tells whoever got "
         "data "
         "when they are corrected, erased or withdrawn. That the officer signed in lately is what the life of a token "
         "bounds; people see to the rest.";
}

}  // namespace whorl::cli::papers
