// A region that is thrown away: keys, certificates, directory and policy of three members and their switch, in a
// folder.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "relay/hop_client.h"
#include "tests/exchange/members.h"
#include "tests/support/pki.h"
#include "tests/support/shared_data.h"

namespace whorl::drill {

// What a drill needs to go on; else it ends with the error's text.
template <class T>
T sure(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().text());
  return std::move(result).value();
}

inline const std::string kA = "a.rbdes.test";
inline const std::string kB = "b.rbdes.test";
inline const std::string kC = "c.rbdes.test";
inline const std::array kMembers{kA, kB, kC};

struct Quota {
  std::uint64_t year = 400'000;
  std::uint64_t day = 400'000;
};

// Not changed after it is made: to be used by many threads.
class Region {
 public:
  // Everybody may ask everybody, as often as `quotas` says of a pair (short names: "aru", "bel", "cor").
  explicit Region(const std::map<std::pair<std::string, std::string>, Quota>& quotas = {});

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] const tests::MemberKeys& keys(const std::string& member) const { return members_.at(member); }
  [[nodiscard]] const exchange::Directory& directory() const { return directory_; }
  // The options of whorl-switch; its counts go to a folder of this name.
  [[nodiscard]] std::vector<std::string> options(const std::string& counters = "counters") const;
  // The member's certificate, for the TLS of one connection.
  [[nodiscard]] relay::SslContext context(const std::string& member) const;

 private:
  Sha256 issue(tests::TestCa& ca, const std::string& name, const std::string& usage);
  [[nodiscard]] relay::HopTlsFiles files_of(const std::string& name) const;

  tests::TemporaryDirectory folder_;
  std::map<std::string, tests::MemberKeys> members_;
  exchange::Directory directory_;
};

// A member's connection, with the TLS that it needs.
class Line {
 public:
  Line(const Region& region, const std::string& member, std::uint16_t port);
  relay::HopClient& operator*() { return client_; }
  relay::HopClient* operator->() { return &client_; }

 private:
  relay::SslContext context_;
  relay::HopClient client_;
};

// Unix seconds, a minute from now.
std::int64_t soon();

}  // namespace whorl::drill
