// The access file: any text is a configuration or an error, and what was read lets in nobody whom a rule would refuse.
#include <cstddef>
#include <cstdint>

#include "engine/access/access_config.h"
#include "engine/access/roles.h"
#include "engine/access/scopes.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using whorl::fuzz::require;
  const auto config = access::parse_access_config(as_text(ByteView(data, size)), "/srv/access.toml");
  if (!config.ok()) {
    require(config.error().kind != ErrorKind::kInternal);
    return 0;
  }
  require(config->decisions.signed_in_within >= access::kLeastSignedInWithin);
  require(config->decisions.signed_in_within <= access::kMostSignedInWithin);
  if (const auto& blocks = config->blocks) {
    require(blocks->decrypt.size() <= access::kMostDecryptionKeys);
    require(!blocks->encryption_required || !blocks->decrypt.empty());
    require(!blocks->integrity_required || !blocks->signers.empty());
    for (const auto& each : blocks->signers) require(!each.name.empty() && !each.file.empty());
    for (const auto& each : blocks->recipients) require(!each.name.empty() && !each.file.empty());
  }
  for (const access::Machine& each : config->machines) {
    require(!each.name.empty() && !each.scopes.empty());
    require(!each.dns.empty() || each.certificate || !each.token_subject.empty());
    for (const std::string& scope : each.scopes) require(access::is_scope(scope));
  }
  for (const access::Person& each : config->people) {
    require(!each.name.empty() && !each.scopes.empty() && access::check_roles(each.roles).ok());
    require(each.password || !each.token_subject.empty());
  }
  return 0;
}
