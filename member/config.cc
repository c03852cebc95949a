#include "member/config.h"

#include "base/files.h"
#include "exchange/policy/toml_reader.h"
#include "exchange/words.h"

namespace whorl::member {
namespace {

namespace fs = std::filesystem;
using exchange::TomlReader;

constexpr std::size_t kMostPath = 4096;

SwitchAddress read_switch(TomlReader& table) {
  SwitchAddress out;
  out.address = table.text("address", 64);
  out.port = static_cast<std::uint16_t>(table.number("port", 1, 65535));
  const auto key = sha256_named(table.text("key", 64));
  if (key) {
    out.key = *key;
  } else {
    table.wrong("key", "is a SHA-256: 64 hexadecimal digits");
  }
  table.end();
  return out;
}

void read_lists(TomlReader& root, MemberConfig& out) {
  auto citizens = root.has("citizens") ? root.table("citizens") : std::nullopt;
  if (!citizens) return;
  if (citizens->has("own")) out.own_citizens = citizens->words("own");
  if (citizens->has("residents")) out.residents = citizens->words("residents");
  citizens->end();
}

// What an earlier key opens is lost with it, and what it opens longer a thief has longer.
std::chrono::seconds read_desk_key_kept(TomlReader& root) {
  constexpr std::string_view kKey = "desk_key_kept";
  if (!root.has(kKey)) return kDeskKeyKept;
  const auto out = root.duration(kKey);
  if (out < kLeastDeskKeyKept || out > kMostDeskKeyKept) root.wrong(kKey, "is a minute at least and 90d at most");
  return out;
}

}  // namespace

Result<MemberConfig> parse_member_config(std::string_view toml, const fs::path& file) {
  WHORL_ASSIGN(const toml::table table, parse_toml(toml, file, kMostConfigBytes));
  std::optional<Error> fault;
  TomlReader root(table, {}, file, fault);
  const auto path = [&](std::string_view key) { return file.parent_path() / root.text(key, kMostPath); };
  MemberConfig out;
  out.name = root.text("name", exchange::kMostMemberNameBytes);
  if (!fault && !exchange::is_member_name(out.name)) root.wrong("name", "is no member's name");
  out.identity = path("identity");
  out.directory = path("directory");
  out.policy = path("policy");
  out.office = path("office");
  out.pins = path("pins");
  out.national = path("national");
  out.tls = {path("certificate"), path("key"), path("switch_ca")};
  for (TomlReader& each : root.list("switches", kMostSwitches)) out.switches.push_back(read_switch(each));
  if (!fault && out.switches.empty()) root.wrong("switches", "names none");
  if (const toml::table* named = table["secrets"].as_table()) {
    auto secrets = root.table("secrets");
    for (const auto& [name, node] : *named) {
      const std::string member(name.str());
      if (!exchange::is_member_name(member)) secrets->wrong(member, "is no member's name");
      out.secrets[member] = file.parent_path() / secrets->text(member, kMostPath);
    }
    secrets->end();
  }
  read_lists(root, out);
  out.desk_key_kept = read_desk_key_kept(root);
  root.end();
  if (fault) return *fault;
  return out;
}

Result<MemberConfig> read_member_config(const fs::path& file) {
  WHORL_ASSIGN(const Bytes text, read_file(file, kMostConfigBytes));
  return parse_member_config(as_text(text), fs::absolute(file));
}

}  // namespace whorl::member
