#include "exchange/policy/policy_note.h"

#include <algorithm>

#include "base/catalogue.h"

namespace whorl::exchange {

Result<OpenedPolicy> open_policy(std::string_view note, std::span<const crypto::NoteVerifier> office,
                                 const Directory& directory) {
  if (note.size() > crypto::kMostNoteBytes)
    return failure(ErrorCode::kFileTooLong, with<"most_bytes">(crypto::kMostNoteBytes));
  WHORL_ASSIGN(const crypto::SignedNote parsed, crypto::SignedNote::parse(note));
  const auto by_office = parsed.signed_by(office);
  if (!by_office.ok()) return failure(ErrorCode::kPolicyNotSigned);
  WHORL_ASSIGN(Policy policy, parse_policy(parsed.text(), "policy"));
  std::vector<crypto::NoteVerifier> known(office.begin(), office.end());
  for (const auto& [name, member] : directory.members) known.push_back(member.note);
  WHORL_ASSIGN(const auto signers, parsed.signed_by(known));
  std::vector<std::string> absent;
  for (const auto& [key, member] : policy.members) {
    const bool signed_it =
        directory.members.contains(member.name) &&
        std::any_of(signers.begin(), signers.end(), [&name = member.name](const crypto::NoteSigned& each) {
          return each.name == name && each.kind == crypto::NoteKeyKind::kSignature;
        });
    if (!signed_it) absent.push_back(key);
  }
  leave_out(policy, absent);
  return OpenedPolicy{std::move(policy), std::move(absent)};
}

}  // namespace whorl::exchange
