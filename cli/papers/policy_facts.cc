#include <set>

#include "base/text.h"
#include "base/version.h"
#include "base/world.h"
#include "cli/papers/policy_sentences.h"
#include "cli/papers/sources.h"
#include "crypto/jose/jwk.h"
#include "exchange/policy/enumeration.h"

namespace whorl::cli::papers {
namespace {

using namespace exchange;
using Rows = std::vector<std::vector<std::string>>;

std::string item_words(Item item) {
  switch (item) {
    case Item::kIdentity: return "name and other particulars";
    case Item::kDocument: return "travel document";
    case Item::kEncounter: return "when and where registered";
    case Item::kStatus: return "status of the case";
    case Item::kFaceImage: return "picture of the face";
    case Item::kFingerImages: return "pictures of fingers";
  }
  return {};
}

std::string items_text(const std::set<Item>& items) {
  std::vector<std::string> out;
  for (const Item item : items) out.push_back(item_words(item));
  return out.empty() ? "nothing" : joined(out);
}

std::string lanes_text(const std::vector<Lane>& lanes) {
  std::vector<std::string> out;
  for (const Lane lane : lanes) out.emplace_back(name_of(lane));
  return joined(out);
}

std::string member_text(const PolicyMember& member) { return member.name + " (" + escaped(member.country) + ")"; }

std::string purposes_table(const Policy& policy, const std::set<std::string>& shown) {
  Rows rows{{"purpose", "what for", "only for the reasons", "may be asked for after a match",
             "a country that the person fears is never asked", "second layer of sealing"}};
  for (const auto& [name, purpose] : policy.purposes) {
    if (!shown.contains(name)) continue;
    rows.push_back({code_text(name), escaped(purpose.text), code_texts(purpose.reasons),
                    items_text({purpose.items.begin(), purpose.items.end()}), purpose.protect_subject ? "yes" : "no",
                    purpose.psk ? "required" : "where two members share a secret"});
  }
  return table_text(rows);
}

std::string lanes_table(const Policy& policy) {
  Rows rows{{"lane", "answered within", "expires after", "an answer leaves after", "and up to so much later"}};
  for (const auto& [lane, rules] : policy.lanes) {
    rows.push_back({std::string(name_of(lane)), duration_words(rules.answer_within), duration_words(rules.expires),
                    duration_words(std::chrono::floor<Seconds>(rules.slot)),
                    duration_words(std::chrono::floor<Seconds>(rules.jitter))});
  }
  return table_text(rows);
}

// The rows of the matrix that `wanted` wants.
template <class Wanted>
std::string pairs_table(const Policy& policy, const Wanted& wanted) {
  Rows rows{{"who asks", "whom", "purpose", "lanes", "false positives among searches, at most",
             "checks a day, all purposes together", "checks a year, likewise"}};
  for (const MatrixRow& row : matrix_of(policy)) {
    if (!wanted(row)) continue;
    rows.push_back({policy.members.at(row.from).name, policy.members.at(row.to).name, code_text(row.purpose),
                    lanes_text(row.lanes), plain_number(row.fpir, 4), std::to_string(row.per_day),
                    std::to_string(row.per_year)});
  }
  return rows.size() > 1 ? table_text(rows) : "None.";
}

std::string members_table(const Policy& policy) {
  Rows rows{{"member", "country", "legal basis", "answers"}};
  for (const auto& [key, member] : policy.members) {
    rows.push_back({member.name, escaped(member.country), escaped(member.legal_basis), member.responds ? "yes" : "no"});
  }
  return table_text(rows);
}

std::string signatures_text(const OpenedPolicy& region, bool verified) {
  if (!verified) return "The signatures under the policy were not looked at when this document was made.";
  return "The office's signature and those of the members were verified" +
         (region.absent.empty() ? std::string(". Every member has signed.")
                                : ". Not signed, and left out of this document: " + code_texts(region.absent) + ".");
}

// What the member asks others for, and whom.
struct Asked {
  std::set<std::string> purposes;
  std::set<std::string> whom;  // short names
};
Asked asked_by(const Policy& own, const std::string& key) {
  Asked out;
  for (const MatrixRow& row : matrix_of(own)) {
    if (row.from != key) continue;
    out.purposes.insert(row.purpose);
    out.whom.insert(row.to);
  }
  return out;
}

std::string protected_sentence(const Policy& own, const Asked& asked) {
  std::vector<std::string> with;
  std::vector<std::string> without;
  for (const std::string& name : asked.purposes) {
    (own.purposes.at(name).protect_subject ? with : without).push_back(name);
  }
  std::string out = with.empty() ? "For no purpose is a country left out because the person fears it"
                                 : "For " + code_texts(with) +
                                       " a country that the person fears is never asked, nor is "
                                       "anybody, but those that the policy names as safe, where it is not known which "
                                       "country that is";
  if (!without.empty() && !with.empty()) {
    out += ". For " + code_texts(without) + " whoever asks must choose whom to ask: no country is left out by the rule";
  }
  return out + ".";
}

std::string galleries_table(const Policy& own, const NationalPolicy& national) {
  Rows rows{{"gallery", "open to"}};
  for (const auto& [gallery, open_to] : national.galleries) {
    std::vector<std::string> names;
    for (const std::string& key : open_to) {
      const auto found = own.members.find(key);
      names.push_back(found == own.members.end() ? code_text(key) : found->second.name);
    }
    rows.push_back({escaped(gallery), names.empty() ? "nobody" : joined(names)});
  }
  return rows.size() > 1 ? table_text(rows) : "No gallery is open to another member.";
}

}  // namespace

void add_policy_facts(const OpenedPolicy& region, bool verified, Facts& facts) {
  const Policy& policy = region.policy;
  std::set<std::string> purposes;
  for (const auto& [name, purpose] : policy.purposes) purposes.insert(name);
  facts["policy.id"] = policy.id();
  facts["policy.from"] = rfc3339(policy.valid_from);
  facts["policy.until"] = rfc3339(policy.valid_until);
  facts["policy.signatures"] = signatures_text(region, verified);
  facts["policy.fpir"] = plain_number(policy.rules.overall_fpir, 4);
  facts["policy.members"] = members_table(policy);
  facts["policy.purposes"] = purposes_table(policy, purposes);
  facts["policy.lanes"] = lanes_table(policy);
  facts["policy.pairs"] = pairs_table(policy, [](const MatrixRow&) { return true; });
  facts["policy.retention"] = retention_table(policy.retention);
  facts["policy.rules"] = ages_sentence(policy.rules) + " " + hidden_sentences(policy.rules);
}

void add_member_facts(const Policy& own, const std::string& key, const NationalPolicy* national, Facts& facts) {
  const PolicyMember& member = own.members.at(key);
  const Asked asked = asked_by(own, key);
  std::set<Item> items;
  for (const std::string& name : asked.purposes) {
    const auto& of = own.purposes.at(name).items;
    items.insert(of.begin(), of.end());
  }
  std::vector<std::string> partners;
  for (const std::string& each : asked.whom) partners.push_back(member_text(own.members.at(each)));
  std::string purposes;
  for (const std::string& name : asked.purposes) {
    purposes += (purposes.empty() ? "- " : "\n- ") + escaped(own.purposes.at(name).text);
  }
  facts["member.name"] = member.name;
  facts["member.country"] = escaped(member.country);
  facts["member.legal_basis"] = escaped(member.legal_basis);
  facts["member.partners"] = partners.empty() ? "nobody" : joined(partners);
  facts["member.purposes"] = purposes.empty() ? "None: this member asks nobody." : purposes;
  facts["member.items"] = items_text(items);
  facts["member.asks"] = pairs_table(own, [&](const MatrixRow& row) { return row.from == key; });
  facts["member.answers"] = pairs_table(own, [&](const MatrixRow& row) { return row.to == key; });
  facts["member.ages"] = ages_sentence(own.rules);
  facts["member.hidden"] = hidden_sentences(own.rules);
  facts["member.release"] = release_sentence(own.rules);
  facts["member.protected"] = protected_sentence(own, asked);
  facts["member.retention"] = retention_table(own.retention);
  if (national != nullptr) facts["member.galleries"] = galleries_table(own, *national);
}

void add_directory_facts(const Directory& directory, Facts& facts) {
  Rows rows{{"member", "thumbprint of an identity key (RFC 7638, SHA-256)"}};
  for (const auto& [name, member] : directory.members) {
    for (const crypto::Jwk& key : member.identity)
      rows.push_back({name, code_text(hex_of(crypto::jwk_thumbprint(key.key)))});
  }
  facts["directory.serial"] = std::to_string(directory.serial);
  facts["directory.thumbprints"] = table_text(rows);
}

}  // namespace whorl::cli::papers
