#include "server/http/query.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/catalogue.h"
#include "server/http/target.h"
#include "server/wording.h"

namespace whorl::server {
namespace {

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
    return failure(ErrorCode::kTextLength, name, with<"least_bytes">(rule.least_bytes),
                   with<"most_bytes">(rule.most_bytes));
  }
  Result<QueryValue> operator()(const IntegerValue& rule) const {
    const auto value = parsed<std::int64_t>(text);
    if (value && *value >= rule.low && *value <= rule.high) return QueryValue(*value);
    return failure(ErrorCode::kIntegerOutOfRange, name, with<"least">(rule.low), with<"most">(rule.high));
  }
  Result<QueryValue> operator()(const NumberValue& rule) const {
    const auto value = parsed<double>(text);
    if (value && std::isfinite(*value) && *value >= rule.low && *value <= rule.high) return QueryValue(*value);
    return failure(ErrorCode::kNumberOutOfRange, name, with<"least">(rule.low), with<"most">(rule.high));
  }
  Result<QueryValue> operator()(const BooleanValue&) const {
    if (text == "true" || text == "false") return QueryValue(text == "true");
    return failure(ErrorCode::kWrongType, name, with<"type">(PhraseCode::kBoolean));
  }
  Result<QueryValue> operator()(const OneOfValue& rule) const {
    if (std::find(rule.names.begin(), rule.names.end(), text) != rule.names.end()) return QueryValue(text);
    return failure(ErrorCode::kNotOneOf, name, with<"allowed">(listed(rule.names)));
  }
  Result<QueryValue> operator()(const RefusedValue& rule) const {
    return failure(ErrorCode::kUnsupportedParameter, name, with<"detail">(rule.why));
  }
};

const Parameter* find(std::span<const Parameter> declared, std::string_view name) {
  const auto found = std::find_if(declared.begin(), declared.end(), [&](const Parameter& p) { return p.name == name; });
  return found == declared.end() ? nullptr : &*found;
}

}  // namespace

Result<Query> Query::parse(std::string_view target, std::span<const Parameter> declared) {
  Query query;
  std::string_view rest = query_text(target);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    WHORL_TRY(query.add(pair, declared));
  }
  for (const Parameter& parameter : declared) {
    if (!parameter.required || query.values_.contains(parameter.name)) continue;
    return failure(ErrorCode::kMissingParameter, parameter.name);
  }
  return query;
}

// `pair`: "threshold=30", as it came.
Status Query::add(std::string_view pair, std::span<const Parameter> declared) {
  const auto equals = std::min(pair.find('='), pair.size());
  const auto name = decoded_query_text(pair.substr(0, equals));
  const auto value = decoded_query_text(pair.substr(std::min(equals + 1, pair.size())));
  const FieldPath field(name ? shown(*name) : shown(pair.substr(0, equals)));
  if (!name || !value) {
    return failure(ErrorCode::kNotPercentEncoded, field);
  }
  const Parameter* parameter = find(declared, *name);
  if (parameter == nullptr) return failure(ErrorCode::kUnknownParameter, field);
  if (values_.contains(*name)) return failure(ErrorCode::kParameterTwice, field);
  WHORL_ASSIGN(auto read, std::visit(ValueReader{*value, field}, parameter->value));
  values_.emplace(parameter->name, std::move(read));
  return {};
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
