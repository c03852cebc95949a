#include "base/reason_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>
#include <variant>

#include "base/json_view.h"

namespace whorl {
namespace {

namespace json = boost::json;

}  // namespace

json::object arguments_json(const Reason& reason) {
  json::object out;
  for (const ReasonArgument& argument : reason.arguments) {
    std::visit([&](const auto& value) { out[json_view(argument.name)] = value; }, argument.value);
  }
  return out;
}

json::array reasons_json(const std::vector<Reason>& reasons) {
  json::array out;
  for (const Reason& reason : reasons) {
    json::object each{{"code", json_view(reason.code.name())}, {"arguments", arguments_json(reason)}};
    out.emplace_back(std::move(each));
  }
  return out;
}

}  // namespace whorl
