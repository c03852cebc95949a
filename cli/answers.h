// The engine's answers as text and JSON.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/types.h"

namespace whorl::cli {

boost::json::object json_of(const engine::IdentifyAnswer& answer);
boost::json::object json_of(const engine::VerifyAnswer& answer);
boost::json::object json_of(const engine::EnrolReceipt& receipt);

std::string text_of(const engine::IdentifyAnswer& answer);
std::string text_of(const engine::VerifyAnswer& answer);
std::string text_of(const engine::EnrolReceipt& receipt);

}  // namespace whorl::cli
