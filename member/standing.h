// What a member goes by: its partners, the policy in force for it, and its own keys, read from the files that its
// configuration names.
//
// Thread-safety: immutable once it is read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "crypto/key_pair.h"
#include "exchange/directory/directory.h"
#include "exchange/envelope/envelope.h"
#include "exchange/policy/national.h"
#include "exchange/policy/policy.h"
#include "member/config.h"

namespace whorl::member {

// Signed notes and what follows from them.
struct Standing {
  std::string name;              // of this member: "a.rbdes.test"
  std::string me;                // as the policy calls it: "aru"
  exchange::Directory partners;  // that are pinned
  exchange::Policy policy;       // as this member narrows it
  exchange::NationalPolicy national;
  std::optional<exchange::Policy> earlier = {};  // that was in force before

  // The name by which everybody knows a member of the policy.
  [[nodiscard]] const std::string& name_of(const std::string& short_name) const {
    return policy.members.at(short_name).name;
  }
  // Whether both notes are in force.
  [[nodiscard]] bool in_force(exchange::Time now) const {
    return now >= policy.valid_from && now < policy.valid_until && now >= partners.valid_from &&
           now < partners.valid_until;
  }
};

// Errors: those of read_file, open_directory, partners, open_policy, parse_national, narrowed; kInvalidInput
// where the policy has no member of this name, or the national file is another's.
Result<std::shared_ptr<const Standing>> read_standing(const MemberConfig& config, exchange::Time now,
                                                      std::uint64_t least_serial = 0);

// When the latest of those files was changed.
std::filesystem::file_time_type changed_at(const MemberConfig& config);

// Private keys and shared secrets.
struct OwnKeys {
  crypto::PrivateKey identity;
  std::map<std::string, exchange::PairSecret> secrets;  // by member

  [[nodiscard]] const exchange::PairSecret* secret(std::string_view member) const {
    const auto found = secrets.find(std::string(member));
    return found == secrets.end() ? nullptr : &found->second;
  }
};
// Each file its owner's alone. Errors: those of crypto::read_private_file and parse_private_jwk;
// kInvalidInput where a secret has not 32 bytes, or the directory has another identity of this member.
Result<OwnKeys> read_own_keys(const MemberConfig& config, const exchange::Directory& directory);

}  // namespace whorl::member
