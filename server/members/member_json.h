// Checks, their answers and protections as JSON. Pure; thread-safe.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/check_upkeep.h"
#include "engine/member_desk.h"
#include "engine/sealed_desk.h"
#include "server/json/json_reader.h"
#include "server/osia/biometric_data.h"

namespace whorl::server {

// The longest of texts, and the most of what is listed.
inline constexpr std::size_t kMaxMemberWordBytes = 128;
inline constexpr std::size_t kMaxListedMembers = 64;
inline constexpr std::size_t kMaxSealedBytes = std::size_t{8} << 20;

// An array of short texts; empty where there is none. Errors: kInvalidInput, the property named, here and below.
Result<std::vector<std::string>> texts(const ObjectReader& body, std::string_view name);
Result<Parsed<engine::CheckQuestion>> read_check_question(std::string_view body);
// {"sealed": "..."}: the JWE in compact form.
Result<std::string> read_sealed(std::string_view body);
Result<engine::Protection> read_protection(std::string_view body);

boost::json::array list(const std::vector<std::string>& texts);
boost::json::value terms_json(const engine::ExchangeTerms& terms);
boost::json::value partners_json(const std::vector<engine::Partner>& partners);
// `matter`: the officer's case, where it is told again.
boost::json::value check_json(const engine::CheckView& view, std::string_view matter = {});
boost::json::value desk_keys_json(const engine::DeskKeys& keys);
boost::json::value protection_json(const engine::Protection& protection);
boost::json::value alarms_json(const std::vector<engine::HitAlarm>& alarms);
boost::json::value hidden_json(const std::vector<engine::HiddenHit>& hits);

}  // namespace whorl::server
