#include "exchange/policy/national.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/catalogue.h"
#include "exchange/policy/toml_reader.h"

namespace whorl::exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

Error widens(std::string detail, FieldPath field) {
  return failure(ErrorCode::kPolicyWidens, std::move(field), with<"detail">(std::move(detail)));
}
Error malformed(std::string detail, FieldPath field) {
  return failure(ErrorCode::kPolicyMalformed, std::move(field), with<"detail">(std::move(detail)));
}

void read_pair(TomlReader& from, NationalPair& out) {
  if (from.has("per_day")) out.per_day = from.number("per_day", 1, kMost);
  if (from.has("per_year")) out.per_year = from.number("per_year", 1, kMost);
  if (from.has("purposes")) out.purposes = from.words("purposes");
  from.end();
}

void read_pairs(TomlReader& root, std::string_view key, std::map<std::string, NationalPair>& out) {
  if (!root.has(key)) return;
  auto table = root.table(key);
  if (!table) return;
  for (auto& [member, pair] : table->tables()) read_pair(pair, out[member]);
}

void read_galleries(TomlReader& root, NationalPolicy& out) {
  if (!root.has("galleries")) return;
  auto table = root.table("galleries");
  if (!table) return;
  for (auto& [gallery, inner] : table->tables()) {
    out.galleries[gallery] = inner.words("open_to");
    inner.end();
  }
}

void read_texts(TomlReader& root, std::string_view key, std::initializer_list<std::string_view> known,
                std::map<std::string, std::string>& out) {
  if (!root.has(key)) return;
  auto table = root.table(key);
  if (!table) return;
  for (const std::string_view each : known) {
    if (table->has(each)) out[std::string(each)] = table->text(each);
  }
  table->end();
}

struct Kind {
  std::string_view key;
  Seconds Retention::*value;
};
constexpr std::array kRetentions{Kind{"probe_for_release", &Retention::probe_for_release},
                                 Kind{"probe_of_requester", &Retention::probe_of_requester},
                                 Kind{"case_no_match", &Retention::case_no_match},
                                 Kind{"case_match", &Retention::case_match},
                                 Kind{"released_data", &Retention::released_data},
                                 Kind{"gallery_default", &Retention::gallery_default},
                                 Kind{"gallery_asylum", &Retention::gallery_asylum},
                                 Kind{"backup", &Retention::backup},
                                 Kind{"hold_max", &Retention::hold_max}};

void read_retention(TomlReader& root, NationalPolicy& out) {
  if (!root.has("retention")) return;
  auto table = root.table("retention");
  if (!table) return;
  for (const Kind& kind : kRetentions) {
    if (table->has(kind.key)) out.retention[std::string(kind.key)] = table->duration(kind.key);
  }
  table->end();
}

Status narrow_pair(PairRules& pair, const NationalPair& own, const FieldPath& at) {
  if (own.per_day && *own.per_day > pair.per_day) {
    return widens("the region has " + std::to_string(pair.per_day), at / "per_day");
  }
  if (own.per_year && *own.per_year > pair.per_year) {
    return widens("the region has " + std::to_string(pair.per_year), at / "per_year");
  }
  pair.per_day = own.per_day.value_or(pair.per_day);
  pair.per_year = own.per_year.value_or(pair.per_year);
  pair.per_day = std::min(pair.per_day, pair.per_year);
  if (!own.purposes) return {};
  for (const std::string& purpose : *own.purposes) {
    if (std::find(pair.purposes.begin(), pair.purposes.end(), purpose) == pair.purposes.end()) {
      return widens("\"" + purpose + "\" is not among the region's purposes of this pair", at / "purposes");
    }
  }
  pair.purposes = *own.purposes;
  return {};
}

PairRules* pair_in(Policy& policy, const std::string& from, const std::string& to) {
  const auto asker = policy.pairs.find(from);
  if (asker == policy.pairs.end()) return nullptr;
  const auto found = asker->second.find(to);
  return found == asker->second.end() ? nullptr : &found->second;
}

Status narrow_pairs(Policy& policy, const NationalPolicy& national) {
  for (const auto& [other, own] : national.answers) {
    const FieldPath at = FieldPath("pairs") / FieldPath(other);
    PairRules* pair = pair_in(policy, other, national.member);
    if (pair == nullptr) return widens("the region does not let \"" + other + "\" ask this member", at);
    WHORL_TRY(narrow_pair(*pair, own, at));
  }
  for (const auto& [other, own] : national.asks) {
    const FieldPath at = FieldPath("asks") / FieldPath(other);
    PairRules* pair = pair_in(policy, national.member, other);
    if (pair == nullptr) return widens("the region does not let this member ask \"" + other + "\"", at);
    WHORL_TRY(narrow_pair(*pair, own, at));
  }
  return {};
}

// Who may ask no gallery may not ask at all.
Status narrow_galleries(Policy& policy, const NationalPolicy& national) {
  for (const auto& [gallery, open_to] : national.galleries) {
    for (const std::string& asker : open_to) {
      const FieldPath at = FieldPath("galleries") / FieldPath(gallery) / "open_to";
      if (!policy.members.contains(asker)) return malformed("there is no member \"" + asker + "\"", at);
      if (policy.pair(asker, national.member) == nullptr) {
        return widens("the region does not let \"" + asker + "\" ask this member", at);
      }
    }
  }
  for (auto& [asker, askeds] : policy.pairs) {
    if (galleries_for(national, asker).empty()) askeds.erase(national.member);
  }
  return {};
}

Status narrow_retention(Policy& policy, const NationalPolicy& national) {
  for (const auto& [key, value] : national.retention) {
    const auto* kind = std::find_if(kRetentions.begin(), kRetentions.end(),
                                    [&name = key](const Kind& each) { return each.key == name; });
    Seconds& region = policy.retention.*(kind->value);
    if (value > region)
      return widens("the region has " + duration_text(region), FieldPath("retention") / FieldPath(key));
    region = value;
  }
  return {};
}

}  // namespace

Result<NationalPolicy> parse_national(std::string_view toml, const fs::path& file) {
  WHORL_ASSIGN(const toml::table table, parse_toml(toml, file, kMostPolicyBytes));
  std::optional<Error> fault;
  NationalPolicy out;
  TomlReader root(table, {}, file, fault);
  root.fixed_flag("only_narrow", true);
  out.member = root.word("member");
  if (root.has("respond")) out.respond = root.flag("respond");
  if (root.has("min_age")) out.min_age = static_cast<int>(root.number("min_age", 0, 18));
  read_galleries(root, out);
  read_pairs(root, "pairs", out.answers);
  read_pairs(root, "asks", out.asks);
  read_retention(root, out);
  read_texts(root, "idp", {"issuer", "audience"}, out.idp);
  read_texts(root, "notify", {"protection_desk", "data_protection_officer"}, out.notify);
  root.end();
  if (fault) return std::move(*fault);
  return out;
}

Result<Policy> narrowed(const Policy& region, const NationalPolicy& national) {
  Policy out = region;
  const auto me = out.members.find(national.member);
  if (me == out.members.end()) return malformed("there is no member \"" + national.member + "\"", "member");
  if (national.respond) {
    if (*national.respond && !me->second.responds) return widens("the region has false", "respond");
    me->second.responds = *national.respond;
  }
  if (national.min_age) {
    constexpr std::array kTellable{0, 6, 14, 18};
    if (std::find(kTellable.begin(), kTellable.end(), *national.min_age) == kTellable.end()) {
      return malformed("is 0, 6, 14 or 18", "min_age");
    }
    if (*national.min_age < out.rules.min_age)
      return widens("the region has " + std::to_string(out.rules.min_age), "min_age");
    out.rules.min_age = *national.min_age;
  }
  WHORL_TRY(narrow_pairs(out, national));
  WHORL_TRY(narrow_galleries(out, national));
  WHORL_TRY(narrow_retention(out, national));
  return out;
}

std::vector<std::string> galleries_for(const NationalPolicy& national, std::string_view asker) {
  std::vector<std::string> out;
  for (const auto& [gallery, open_to] : national.galleries) {
    if (std::find(open_to.begin(), open_to.end(), asker) != open_to.end()) out.push_back(gallery);
  }
  return out;
}

}  // namespace whorl::exchange
