// Requests for data, decisions and the register as JSON. Pure; thread-safe.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/member_desk.h"
#include "server/osia/biometric_data.h"

namespace whorl::server {

// `basis` is at most so long.
inline constexpr std::size_t kMostBasisBytes = 500;
inline constexpr std::int64_t kMostKeepDays = 36'500;

// Check and member stand in the path. Errors: kInvalidInput, the property named.
Result<Parsed<engine::ReleaseQuestion>> read_release_question(std::string_view body);
// Days count from `now`.
Result<engine::ReleaseDecision> read_release_decision(std::string_view body, std::chrono::sys_seconds now);

boost::json::value release_json(const engine::ReleaseView& view);
boost::json::value release_case_json(const engine::ReleaseCase& request);
boost::json::value release_cases_json(const std::vector<engine::ReleaseCase>& requests);
boost::json::value dossier_json(const engine::ReleaseDossier& dossier);
boost::json::value disclosure_json(const engine::Disclosure& disclosure);
boost::json::value disclosures_json(const std::vector<engine::Disclosure>& disclosures);

}  // namespace whorl::server
