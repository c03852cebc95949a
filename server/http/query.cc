#include "server/http/query.h"

#include <algorithm>
#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "server/wording.h"

namespace whorl::server {
namespace {

namespace urls = boost::urls;

std::string decoded(urls::pct_string_view encoded) {
  urls::encoding_opts options;
  options.space_as_plus = true;
  const urls::decode_view view(encoded, options);
  return {view.begin(), view.end()};
}

template <class Number>
std::optional<Number> parsed(const std::string& text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end || text.empty()) return std::nullopt;
  return value;
}

// Reads `text` as each kind of value.
struct ValueReader {
  const std::string& text;
  const FieldPath& name;

  Result<QueryValue> operator()(const TextValue& rule) const {
    if (text.size() >= rule.least_bytes && text.size() <= rule.most_bytes) return QueryValue(text);
    const std::string bounds = std::to_string(rule.least_bytes) + " to " + std::to_string(rule.most_bytes);
    return invalid_input("must be " + bounds + " bytes long", name);
  }
  Result<QueryValue> operator()(const IntegerValue& rule) const {
    const auto value = parsed<std::int64_t>(text);
    if (value && *value >= rule.low && *value <= rule.high) return QueryValue(*value);
    return invalid_input("must be an integer from " + std::to_string(rule.low) + " to " + std::to_string(rule.high),
                         name);
  }
  Result<QueryValue> operator()(const NumberValue& rule) const {
    const auto value = parsed<double>(text);
    if (value && std::isfinite(*value) && *value >= rule.low && *value <= rule.high) return QueryValue(*value);
    char range[96];
    std::snprintf(range, sizeof range, "must be a number from %g to %g", rule.low, rule.high);
    return invalid_input(range, name);
  }
  Result<QueryValue> operator()(const BooleanValue&) const {
    if (text == "true" || text == "false") return QueryValue(text == "true");
    return invalid_input("must be true or false", name);
  }
  Result<QueryValue> operator()(const OneOfValue& rule) const {
    if (std::find(rule.names.begin(), rule.names.end(), text) != rule.names.end()) return QueryValue(text);
    return invalid_input("must be one of " + listed(rule.names), name);
  }
  Result<QueryValue> operator()(const RefusedValue& rule) const { return invalid_input(std::string(rule.why), name); }
};

const Parameter* find(std::span<const Parameter> declared, std::string_view name) {
  const auto found = std::find_if(declared.begin(), declared.end(), [&](const Parameter& p) { return p.name == name; });
  return found == declared.end() ? nullptr : &*found;
}

}  // namespace

Result<Query> Query::parse(std::string_view target, std::span<const Parameter> declared) {
  const auto url = urls::parse_origin_form(target);
  if (!url) return invalid_input("malformed request target");
  Query query;
  for (const auto param : url->encoded_params()) {
    const std::string name = decoded(param.key);
    const Parameter* parameter = find(declared, name);
    if (parameter == nullptr) return invalid_input("unknown query parameter of this route", server::quoted(name));
    if (query.values_.contains(name)) return invalid_input("query parameter given twice", name);
    WHORL_ASSIGN(auto value, std::visit(ValueReader{decoded(param.value), name}, parameter->value));
    query.values_.emplace(parameter->name, std::move(value));
  }
  for (const Parameter& parameter : declared) {
    if (!parameter.required || query.values_.contains(parameter.name)) continue;
    return invalid_input("required query parameter is missing", parameter.name);
  }
  return query;
}

template <class T>
std::optional<T> Query::get(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::optional<T>() : std::optional(std::get<T>(found->second));
}

std::optional<std::string> Query::text(std::string_view name) const { return get<std::string>(name); }
std::optional<std::int64_t> Query::integer(std::string_view name) const { return get<std::int64_t>(name); }
std::optional<double> Query::number(std::string_view name) const { return get<double>(name); }
std::optional<bool> Query::boolean(std::string_view name) const { return get<bool>(name); }

}  // namespace whorl::server
