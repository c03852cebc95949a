#include "exchange/policy/policy.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "base/sha256.h"
#include "exchange/policy/toml_reader.h"

namespace whorl::exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSchema = "rbdes-policy/1";
constexpr std::size_t kMostPairEntries = 4096;
constexpr std::uint64_t kMostChecks = 1'000'000'000;
// An age that policy names is one that the groups of ages on the wire can tell.
constexpr std::array kTellableAges{0, 6, 14, 18};

struct Unit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array kUnits{Unit{'y', 365 * 86400}, Unit{'d', 86400}, Unit{'h', 3600}, Unit{'m', 60}, Unit{'s', 1}};
constexpr std::int64_t kMostSeconds = std::int64_t{200} * 365 * 86400;

void read_member(TomlReader& from, PolicyMember& out) {
  out.name = from.text("name");
  out.country = from.text("country", 3);
  out.legal_basis = from.text("legal_basis");
  out.responds = from.flag_or("respond", true);
  if (!is_member_name(out.name)) from.wrong("name", "is a name such as \"a.rbdes.test\", in lower case");
  const bool letters = std::all_of(out.country.begin(), out.country.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (out.country.size() != 3 || !letters) from.wrong("country", "is three capital letters (ISO 3166-1)");
  from.end();
}

void read_members(TomlReader from, Policy& out) {
  std::set<std::string> names;
  std::set<std::string> countries;
  for (auto& [key, table] : from.tables()) {
    PolicyMember& member = out.members[key];
    read_member(table, member);
    if (!names.insert(member.name).second) table.wrong("name", "is the name of two members");
    if (!countries.insert(member.country).second) table.wrong("country", "is the country of two members");
  }
  if (out.members.size() > kMostMembers) from.wrong("members", "are too many");
}

void read_lanes(TomlReader from, Policy& out) {
  double shares = 0;
  for (const Lane lane : kLanes) {
    auto table = from.table(name_of(lane));
    if (!table) return;
    LaneRules& rules = out.lanes[lane];
    rules = {table->duration("answer_within"), table->duration("expires"), table->duration("slot"),
             table->duration("jitter"), table->fraction("share")};
    shares += rules.share;
    if (rules.jitter < Seconds(1)) table->wrong("jitter", "is a second at least: it hides how long an answer took");
    if (rules.slot < Seconds(1)) table->wrong("slot", "is a second at least");
    if (rules.slot + rules.jitter > rules.answer_within) table->wrong("slot", "and jitter end after answer_within");
    if (rules.expires < rules.answer_within) table->wrong("expires", "is before answer_within");
    table->end();
  }
  if (shares > 1.000001) from.wrong("border", "and the other lanes share out more than the whole");
  auto followup = from.table("followup");
  if (!followup) return;
  out.followup_expires = followup->duration("expires");
  const Seconds within = followup->duration("answer_within");
  if (within > out.followup_expires) followup->wrong("expires", "is before answer_within");
  if (followup->has("slot")) out.followup_slot = followup->duration("slot");
  if (followup->has("jitter")) out.followup_jitter = followup->duration("jitter");
  if (out.followup_slot + out.followup_jitter > within) followup->wrong("slot", "and jitter end after answer_within");
  followup->end();
  from.end();
}

template <class T>
std::vector<T> named_words(TomlReader& from, std::string_view key, std::optional<T> (*named)(std::string_view),
                           std::string_view of) {
  std::vector<T> out;
  for (const std::string& word : from.words(key)) {
    const auto value = named(word);
    if (value) out.push_back(*value);
    if (!value) from.wrong(key, "\"" + word + "\" is no " + std::string(of));
  }
  if (out.empty()) from.wrong(key, "is empty");
  return out;
}

std::vector<std::string> some_words(TomlReader& from, std::string_view key) {
  auto out = from.words(key);
  if (out.empty()) from.wrong(key, "is empty");
  return out;
}

// Each is a member, or a purpose, that is there.
template <class Known>
std::vector<std::string> known_words(TomlReader& from, std::string_view key, const Known& known,
                                     const std::string& what) {
  auto out = from.words(key);
  for (const std::string& word : out) {
    if (!known.contains(word)) from.wrong(key, "there is no " + what + " \"" + word + "\"");
  }
  return out;
}

void read_purposes(TomlReader from, Policy& out) {
  for (auto& [key, table] : from.tables()) {
    Purpose& purpose = out.purposes[key];
    purpose.text = table.text("text");
    purpose.lanes = named_words(table, "lanes", lane_named, "lane of checks");
    purpose.reasons = some_words(table, "reasons");
    purpose.roles = some_words(table, "roles");
    purpose.items = named_words(table, "items", item_named, "item that can be released");
    purpose.protect_subject = table.flag("protect_subject");
    purpose.psk = table.flag_or("psk", false);
    if (table.has("safe_for_unknown")) {
      purpose.safe_for_unknown = known_words(table, "safe_for_unknown", out.members, "member");
      if (!purpose.protect_subject) table.wrong("safe_for_unknown", "says nothing where protect_subject is false");
    }
    table.end();
  }
  if (out.purposes.size() > kMostPurposes) from.wrong("purposes", "are too many");
}

void read_pairs(std::vector<TomlReader> entries, Policy& out) {
  for (TomlReader& from : entries) {
    const std::string asker = from.word("from");
    if (!asker.empty() && !out.members.contains(asker)) from.wrong("from", "there is no member \"" + asker + "\"");
    PairRules rules;
    const auto askeds = known_words(from, "to", out.members, "member");
    rules.purposes = known_words(from, "purposes", out.purposes, "purpose");
    rules.per_year = from.number("per_year", 1, kMostChecks);
    rules.per_day = from.number("per_day", 1, kMostChecks);
    if (rules.per_day > rules.per_year) from.wrong("per_day", "is more than per_year");
    if (askeds.empty()) from.wrong("to", "is empty");
    if (rules.purposes.empty()) from.wrong("purposes", "is empty");
    for (const std::string& asked : askeds) {
      if (asked == asker) from.wrong("to", "a member does not ask itself");
      if (!out.pairs[asker].emplace(asked, rules).second)
        from.wrong("to", "\"" + asked + "\" stands in an entry of this member twice");
    }
    from.end();
  }
}

int tellable_age(TomlReader& from, std::string_view key, int age) {
  if (std::find(kTellableAges.begin(), kTellableAges.end(), age) == kTellableAges.end()) {
    from.wrong(key, "is 0, 6, 14 or 18: a check tells no other ages apart");
  }
  return age;
}

Hiding read_hiding(TomlReader& from, std::string_view key, std::string_view except_key, const Policy& policy) {
  Hiding out;
  const std::string word = from.word(key);
  if (word != "hide" && word != "show") from.wrong(key, "is \"hide\" or \"show\"");
  out.hidden = word != "show";
  if (from.has(except_key)) out.except = known_words(from, except_key, policy.purposes, "purpose");
  if (!out.hidden && !out.except.empty()) from.wrong(except_key, "says nothing beside \"show\"");
  return out;
}

constexpr Seconds kLeastRelogin{30};
constexpr Seconds kMostRelogin{3600};

void read_rules(TomlReader from, Policy& out) {
  GeneralRules& rules = out.rules;
  rules.overall_fpir = from.fraction("overall_fpir");
  if (rules.overall_fpir > 0.5) from.wrong("overall_fpir", "is at most 0.5");
  rules.cover_followup = from.flag("cover_followup");
  rules.min_age = tellable_age(from, "min_age", static_cast<int>(from.number("min_age", 0, 18)));
  rules.child_until = tellable_age(from, "child_until", static_cast<int>(from.number("child_until", 0, 18)));
  if (from.has("min_age_by_purpose")) {
    for (const auto& [purpose, age] : from.numbers_by_name("min_age_by_purpose", 18)) {
      if (!out.purposes.contains(purpose)) from.wrong("min_age_by_purpose", "there is no purpose \"" + purpose + "\"");
      rules.min_age_by_purpose[purpose] = tellable_age(from, "min_age_by_purpose", age);
      if (age <= rules.min_age) from.wrong("min_age_by_purpose", "says no more than min_age for \"" + purpose + "\"");
    }
  }
  rules.own_citizens = read_hiding(from, "own_citizens", "own_citizens_except", out);
  rules.residents = read_hiding(from, "residents", "residents_except", out);
  from.fixed("shielded", "hide");
  rules.shielded_also = known_words(from, "shielded_also", out.purposes, "purpose");
  from.fixed("inactive", "not_searched");
  const std::string face = from.word("face_alone");
  if (face != "indeterminate" && face != "match") from.wrong("face_alone", "is \"indeterminate\" or \"match\"");
  rules.face_alone_decides = face == "match";
  from.fixed_flag("release_human", true);
  rules.release_relogin = from.duration("release_relogin");
  // With less nobody who signs in could decide; with none nobody could release anything.
  if (rules.release_relogin < kLeastRelogin || rules.release_relogin > kMostRelogin)
    from.wrong("release_relogin",
               "is 30s at least and an hour at most: so shortly before a release its officer signs in");
  rules.release_second_officer = known_words(from, "release_second_officer", out.purposes, "purpose");
  from.fixed_flag("onward_transfer", false);
  rules.officer_name_shared = from.flag("officer_name_shared");
  from.end();
}

void read_retention(TomlReader from, Retention& out) {
  from.fixed("probe", "0s");
  out.probe_for_release = from.duration("probe_for_release");
  out.probe_of_requester = from.duration("probe_of_requester");
  out.case_no_match = from.duration("case_no_match");
  out.case_match = from.duration("case_match");
  out.released_data = from.duration("released_data");
  out.disclosure_register = from.duration("disclosure_register");
  out.audit_data = from.duration("audit_data");
  out.gallery_default = from.duration("gallery_default");
  out.gallery_asylum = from.duration("gallery_asylum");
  out.backup = from.duration("backup");
  out.hold_max = from.duration("hold_max");
  if (out.probe_for_release > Seconds(48 * 3600)) from.wrong("probe_for_release", "is 48h at most");
  if (out.case_no_match > out.case_match) from.wrong("case_no_match", "is longer than case_match");
  if (out.disclosure_register < out.released_data) from.wrong("disclosure_register", "ends before the released data");
  from.end();
}

void read_root(TomlReader& root, Policy& out) {
  root.fixed("schema", kSchema);
  out.serial = root.number("serial", 1, std::numeric_limits<std::int64_t>::max());
  out.valid_from = root.time("valid_from");
  out.valid_until = root.time("valid_until");
  if (out.valid_until <= out.valid_from) root.wrong("valid_until", "is not after valid_from");
  if (auto members = root.table("members")) read_members(std::move(*members), out);
  if (auto lanes = root.table("lanes")) read_lanes(std::move(*lanes), out);
  if (auto purposes = root.table("purposes")) read_purposes(std::move(*purposes), out);
  read_pairs(root.list("pairs", kMostPairEntries), out);
  if (auto rules = root.table("rules")) read_rules(std::move(*rules), out);
  if (auto retention = root.table("retention")) read_retention(std::move(*retention), out.retention);
  root.end();
}

void count_fan_out(Policy& policy) {
  policy.fan_out.clear();
  for (const auto& [from, askeds] : policy.pairs) {
    for (const auto& [to, pair] : askeds) {
      if (!policy.members.at(to).responds) continue;
      for (const std::string& purpose : pair.purposes) ++policy.fan_out[from][purpose];
    }
  }
}

}  // namespace

const PairRules* Policy::pair(std::string_view from, std::string_view to) const {
  const auto asker = pairs.find(std::string(from));
  if (asker == pairs.end()) return nullptr;
  const auto found = asker->second.find(std::string(to));
  return found == asker->second.end() ? nullptr : &found->second;
}

std::optional<std::string> Policy::short_name_of(std::string_view member_name) const {
  for (const auto& [key, member] : members) {
    if (member.name == member_name) return key;
  }
  return std::nullopt;
}

Result<Policy> parse_policy(std::string_view toml, const fs::path& file) {
  WHORL_ASSIGN(const toml::table table, parse_toml(toml, file, kMostPolicyBytes));
  std::optional<Error> fault;
  Policy out;
  TomlReader root(table, {}, file, fault);
  read_root(root, out);
  if (fault) return std::move(*fault);
  out.digest = hex_of(sha256_of({as_bytes(toml)})).substr(0, 16);
  count_fan_out(out);
  return out;
}

void leave_out(Policy& policy, const std::vector<std::string>& short_names) {
  for (const std::string& name : short_names) {
    policy.members.erase(name);
    policy.pairs.erase(name);
    for (auto& [from, askeds] : policy.pairs) askeds.erase(name);
    for (auto& [purpose, rules] : policy.purposes) std::erase(rules.safe_for_unknown, name);
  }
  count_fan_out(policy);
}

std::optional<Seconds> duration_named(std::string_view text) {
  if (text.size() < 2 || text.size() > 11) return std::nullopt;
  const auto unit =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& each) { return each.letter == text.back(); });
  std::int64_t number = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  if (unit == kUnits.end() || number > kMostSeconds / unit->seconds) return std::nullopt;
  return Seconds(number * unit->seconds);
}

std::string duration_text(Seconds duration) {
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& each) {
    return duration.count() != 0 && duration.count() % each.seconds == 0;
  });
  return unit == kUnits.end() ? "0s" : std::to_string(duration.count() / unit->seconds) + unit->letter;
}

}  // namespace whorl::exchange
