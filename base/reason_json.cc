#include "base/reason_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>
#include <utility>
#include <variant>

namespace whorl {
namespace {

namespace json = boost::json;

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

json::object arguments_json(const Reason& reason) {
  json::object out;
  for (const ReasonArgument& argument : reason.arguments) {
    std::visit([&](const auto& value) { out[view(argument.name)] = value; }, argument.value);
  }
  return out;
}

json::array reasons_json(const std::vector<Reason>& reasons) {
  json::array out;
  for (const Reason& reason : reasons) {
    json::object each{{"code", view(reason.code.name())}, {"arguments", arguments_json(reason)}};
    out.emplace_back(std::move(each));
  }
  return out;
}

}  // namespace whorl
