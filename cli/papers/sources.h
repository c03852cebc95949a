// Where facts come from: each source adds to the facts what it states. Private to this room.
//
// Thread-safety: pure but for the files that are read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/papers/facts.h"
#include "exchange/directory/directory.h"
#include "exchange/policy/national.h"
#include "exchange/policy/policy_note.h"

namespace whorl::cli::papers {

inline constexpr std::size_t kMostFactsBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMostFactBytes = 2000;
inline constexpr std::size_t kMostMeasuredBytes = std::size_t{16} << 20;

// policy.* of the region's policy, and whether its signatures were looked at.
void add_policy_facts(const exchange::OpenedPolicy& region, bool verified, Facts& facts);
// member.* of `own`: the policy as the member `key` (its short name there) applies it. `national`: its own file.
// Precondition: `key` is a member of it.
void add_member_facts(const exchange::Policy& own, const std::string& key, const exchange::NationalPolicy* national,
                      Facts& facts);
void add_directory_facts(const exchange::Directory& directory, Facts& facts);

// measured.* of a calibration, or of rates.json. Errors: kInvalidInput: neither, or no rates in it.
Status add_measured_facts(std::string_view json, Facts& facts);

// audit.* of an exported log, whose every leaf is looked at, or of one checkpoint. `key`: of the log, or a file that
// holds it; of a folder it may be empty, and the paper then says that it is the folder's own. Errors: those of
// audit::verify and crypto::open_checkpoint.
Status add_audit_facts(const std::string& path, const std::string& key, Facts& facts);

// What a person states. Errors: kInvalidInput with "file:line" and the key: too long, no TOML, a fact that is not known
// (with the nearest that is) or not a person's to state, another type, an empty or too long text, a control character.
Status add_stated_facts(std::string_view toml, const std::string& file, Facts& facts);

}  // namespace whorl::cli::papers
