// Cases as JSON, and what is said of them. Pure and thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "engine/case_desk.h"
#include "server/osia/biometric_data.h"

namespace whorl::server {

// The body of POST /v1/cases: a search with its samples, or two people.
struct CaseToOpen {
  engine::CaseKind kind = engine::CaseKind::kIdentification;
  engine::CaseTerms terms;
  Parsed<engine::IdentifyRequest> search;
  engine::CasePair pair;
};
// Errors: kInvalidInput, naming the property.
Result<CaseToOpen> read_case_to_open(std::string_view text);
Result<engine::CaseDecision> read_case_decision(std::string_view text);

boost::json::object case_json(const engine::CaseView& view);
boost::json::object case_page_json(const engine::CasePage& page);
boost::json::object case_comparison_json(const engine::CaseComparison& comparison);

}  // namespace whorl::server
