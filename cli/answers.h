// The engine's and the gallery's answers as text and JSON.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/types.h"
#include "index/gallery.h"

namespace whorl::cli {

boost::json::object json_of(const engine::IdentifyAnswer& answer);
boost::json::object json_of(const engine::VerifyAnswer& answer);
boost::json::object json_of(const engine::EnrolReceipt& receipt);
boost::json::array json_of(const std::vector<index::LoadOutcome::Refusal>& refusals);

std::string text_of(const engine::IdentifyAnswer& answer);
std::string text_of(const engine::VerifyAnswer& answer);
std::string text_of(const engine::EnrolReceipt& receipt);

// json_of or text_of, on standard output.
void print_answer(const engine::IdentifyAnswer& answer, bool json);
void print_answer(const engine::VerifyAnswer& answer, bool json);
void print_answer(const engine::EnrolReceipt& receipt, bool json);

}  // namespace whorl::cli
