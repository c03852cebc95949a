#include "tests/relay/drill/region.h"

#include <chrono>
#include <regex>

#include "base/files.h"
#include "base/world.h"

namespace whorl::drill {
namespace {

namespace fs = std::filesystem;

std::chrono::sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

// The committed example, in force today, with these pairs.
std::string policy_text(const std::map<std::pair<std::string, std::string>, Quota>& quotas) {
  const auto bytes = sure(read_file(fs::path(WHORL_SOURCE_DIR) / "examples/exchange/region.toml", 1u << 20));
  std::string text(as_text(bytes));
  const auto begin = text.find("[[pairs]]");
  std::string pairs;
  for (const std::string from : {"aru", "bel", "cor"}) {
    for (const std::string to : {"aru", "bel", "cor"}) {
      if (from == to) continue;
      const auto found = quotas.find({from, to});
      const Quota quota = found == quotas.end() ? Quota{} : found->second;
      pairs += "[[pairs]]\nfrom = \"" + from + "\"\nto = [\"" + to +
               "\"]\npurposes = [\"border.identity\"]\nper_year = " + std::to_string(quota.year) +
               "\nper_day = " + std::to_string(quota.day) + "\n";
    }
  }
  text.replace(begin, text.find("# what no [[pairs]]") - begin, pairs);
  text =
      std::regex_replace(text, std::regex("valid_from = .*"), "valid_from = " + rfc3339(now() - std::chrono::hours(1)));
  return std::regex_replace(text, std::regex("valid_until = .*"),
                            "valid_until = " + rfc3339(now() + std::chrono::hours(24)));
}

}  // namespace

Region::Region(const std::map<std::pair<std::string, std::string>, Quota>& quotas) {
  tests::TestCa ca("region");
  tests::write_private(folder() / "ca.pem", ca.certificate());
  issue(ca, "switch.test", "serverAuth");
  std::vector<const tests::MemberKeys*> all;
  for (const std::string& name : kMembers) {
    tests::MemberKeys& made = members_.emplace(name, tests::make_member(name)).first->second;
    made.tls = issue(ca, name, "clientAuth");
    all.push_back(&made);
  }
  directory_ = tests::directory_of(all);
  directory_.valid_from = now() - std::chrono::hours(1);
  directory_.valid_until = now() + std::chrono::hours(24);
  const tests::Office office = tests::make_office();
  tests::write_private(folder() / "directory.note", tests::note_of(directory_.text(), office, {}));
  tests::write_private(folder() / "policy.note", tests::note_of(policy_text(quotas), office, all));
  tests::write_private(folder() / "office.pub", office.signer.verifier().text() + "\n");
}

Sha256 Region::issue(tests::TestCa& ca, const std::string& name, const std::string& usage) {
  tests::CertificateWish wish;
  wish.name = name;
  wish.dns = {name};
  wish.usage = usage;
  const tests::Issued issued = ca.issue(wish);
  tests::write_private(files_of(name).certificate, issued.certificate);
  tests::write_private(files_of(name).key, issued.key);
  return sure(relay::tls_key_of(files_of(name).certificate));
}

relay::HopTlsFiles Region::files_of(const std::string& name) const {
  return {folder() / (name + ".pem"), folder() / (name + ".key"), folder() / "ca.pem"};
}

std::vector<std::string> Region::options(const std::string& counters) const {
  const relay::HopTlsFiles tls = files_of("switch.test");
  return {"--directory",   folder() / "directory.note",
          "--policy",      folder() / "policy.note",
          "--office",      folder() / "office.pub",
          "--certificate", tls.certificate,
          "--key",         tls.key,
          "--member-ca",   tls.authorities,
          "--counters",    folder() / counters,
          "--port",        "0"};
}

relay::SslContext Region::context(const std::string& member) const {
  return sure(relay::hop_context(files_of(member), relay::HopSide::kMember));
}

Line::Line(const Region& region, const std::string& member, std::uint16_t port)
    : context_(region.context(member)),
      client_(sure(relay::HopClient::dial({"127.0.0.1", port, std::chrono::milliseconds(40'000)}, context_.get(),
                                          [](const relay::HopPeer&) { return true; }))) {}

std::int64_t soon() { return (now() + std::chrono::seconds(60)).time_since_epoch().count(); }

}  // namespace whorl::drill
