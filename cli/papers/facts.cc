#include "cli/papers/facts.h"

#include <algorithm>
#include <array>

namespace whorl::cli::papers {
namespace {

constexpr std::string_view kPolicy = "--policy FILE";
constexpr std::string_view kMember = "--policy FILE with --member NAME or --national FILE";
constexpr std::string_view kDirectory = "--policy FILE with --office KEY and --directory FILE";
constexpr std::string_view kMeasured =
    "--measured FILE: a calibration of whorl calibrate, or rates.json of whorl evaluate";
constexpr std::string_view kAudit = "--audit FOLDER of whorl audit export, or with --audit-key a kept checkpoint";
constexpr std::string_view kAuditFolder = "--audit FOLDER of whorl audit export: a checkpoint alone does not state it";

constexpr FactSpec derived(std::string_view name, std::string_view from) {
  return {name, FactKind::kDerived, {}, from};
}
constexpr FactSpec text(std::string_view name, std::string_view means) { return {name, FactKind::kText, means, {}}; }

constexpr std::array kFacts{
    text("agreement.date", "the day of the agreement between the members, in words"),
    text("agreement.name", "what the agreement between the members is called"),
    text("assessment.alternatives", "what else was weighed, and why it does not do"),
    text("assessment.consultation", "who was asked, and what they said"),
    FactSpec{"assessment.day", FactKind::kDate, "the day of this assessment", {}},
    text("assessment.groups", "for which groups of people the error rates were looked at, and what was found"),
    text("assessment.need", "why the exchange is needed"),
    text("assessment.people", "who is concerned, and how many a year"),
    FactSpec{"assessment.review", FactKind::kDate, "the day by which it is looked at again", {}},
    text("assessment.signatory", "who signs, with office and name"),
    derived("audit.counts", kAuditFolder),
    derived("audit.encounters", kAuditFolder),
    derived("audit.state", kAudit),
    text("authority.address", "the authority's address"),
    text("authority.contact", "where a person reaches the authority"),
    text("authority.name", "the name of the authority that is the member"),
    text("authority.officer", "where a person reaches its data protection officer"),
    text("basis.law", "the legal basis in words that a person understands"),
    text("breach.contact", "whom to call at a loss of keys or data, at any hour"),
    FactSpec{"breach.hours", FactKind::kNumber, "in how many hours the law wants a breach told", {}},
    text("children.guardian", "who is there for a child, and who may agree for one"),
    text("consent.withdraw", "how a consent is taken back, and what then happens"),
    derived("directory.serial", kDirectory),
    derived("directory.thumbprints", kDirectory),
    derived("measured.rates", kMeasured),
    derived("measured.source", kMeasured),
    derived("member.ages", kMember),
    derived("member.answers", kMember),
    derived("member.asks", kMember),
    derived("member.country", kMember),
    derived("member.galleries", "--policy FILE with --national FILE, open_to under [galleries.NAME]"),
    derived("member.hidden", kMember),
    derived("member.items", kMember),
    derived("member.legal_basis", kMember),
    derived("member.name", kMember),
    derived("member.partners", kMember),
    derived("member.protected", kMember),
    derived("member.purposes", kMember),
    derived("member.release", kMember),
    derived("member.retention", kMember),
    text("office.address", "the regional office's address"),
    text("office.basis", "by which agreement or law the office runs the switch"),
    text("office.contact", "where the regional office is reached"),
    text("office.name", "the name of the regional office"),
    text("person.decision", "who decides after an answer, and that it is a person"),
    text("person.refusal", "what follows for a person who refuses"),
    derived("policy.fpir", kPolicy),
    derived("policy.from", kPolicy),
    derived("policy.id", kPolicy),
    derived("policy.lanes", kPolicy),
    derived("policy.members", kPolicy),
    derived("policy.pairs", kPolicy),
    derived("policy.purposes", kPolicy),
    derived("policy.retention", kPolicy),
    derived("policy.rules", kPolicy),
    derived("policy.signatures", kPolicy),
    derived("policy.until", kPolicy),
    derived("product.version", "this program"),
    text("release.way", "by which way the data behind a match are asked for, and who gives them"),
    FactSpec{"rights.days", FactKind::kNumber, "in how many days a request of a person is answered", {}},
    text("rights.how", "how a person asks to see, correct or erase, or objects"),
    text("security.backup", "where backups lie, who makes them, and until when they are kept"),
    text("security.custody", "who keeps the root key and its copy, and where"),
    text("supervisor.contact", "where the supervising authority is reached"),
    text("supervisor.name", "the name of the supervising authority to complain to"),
    text("switch.operator", "who has access to the switch's machine"),
    text("switch.place", "where the switch stands: country, building, who owns it"),
};
static_assert(std::is_sorted(kFacts.begin(), kFacts.end(),
                             [](const FactSpec& a, const FactSpec& b) { return a.name < b.name; }));

// How many bytes of a character at the beginning of `text` control, or turn the direction of writing; 0: none. C0, C1,
// the separators of lines and paragraphs, the embeddings, overrides and isolates, and the byte order mark.
std::size_t control_bytes(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (at(0) < 0x20 || at(0) == 0x7f) return 1;
  if (at(0) == 0xc2 && at(1) >= 0x80 && at(1) <= 0x9f) return 2;
  if (at(0) == 0xe2 && at(1) == 0x80 && at(2) >= 0xa8 && at(2) <= 0xae) return 3;
  if (at(0) == 0xe2 && at(1) == 0x81 && at(2) >= 0xa6 && at(2) <= 0xa9) return 3;
  if (at(0) == 0xef && at(1) == 0xbb && at(2) == 0xbf) return 3;
  return 0;
}

}  // namespace

std::span<const FactSpec> all_facts() { return kFacts; }

const FactSpec* fact_named(std::string_view name) {
  const auto* const found = std::lower_bound(kFacts.begin(), kFacts.end(), name,
                                             [](const FactSpec& fact, std::string_view n) { return fact.name < n; });
  return found != kFacts.end() && found->name == name ? found : nullptr;
}

std::string source_of(const FactSpec& fact) {
  const auto stated = [&](const char* kind) {
    return std::string("--facts FILE, ") + kind + " " + std::string(fact.name) + ": " + std::string(fact.means);
  };
  switch (fact.kind) {
    case FactKind::kDerived: return std::string(fact.from);
    case FactKind::kText: return stated("text");
    case FactKind::kNumber: return stated("number");
    case FactKind::kDate: return stated("date");
  }
  return {};
}

std::string escaped(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>#|~&$!";
  constexpr std::string_view kMarkupInFront = "-+=:";  // a list, the line under a heading, a table's rule
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t bytes = control_bytes(text.substr(i)); bytes > 0) {
      out += '?';
      i += bytes;
      continue;
    }
    const char c = text[i++];
    if (kMarkup.find(c) != std::string_view::npos || (out.empty() && kMarkupInFront.find(c) != std::string_view::npos))
      out += '\\';
    out += c;
  }
  return out;
}

bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (control_bytes(text.substr(i)) > 0) return true;
  }
  return false;
}

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  const auto line = [](const std::vector<std::string>& cells) {
    std::string out = "|";
    for (const std::string& cell : cells) out += " " + cell + " |";
    return out;
  };
  std::string out;
  for (const auto& row : rows) {
    out += (out.empty() ? "" : "\n") + line(row);
    if (&row == &rows.front()) {
      out += "\n|";
      for (std::size_t i = 0; i < row.size(); ++i) out += "---|";
    }
  }
  return out;
}

std::string code_text(const std::string& word) { return "`" + word + "`"; }

std::string code_texts(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const std::string& word : words) out.push_back(code_text(word));
  return joined(out);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

}  // namespace whorl::cli::papers
