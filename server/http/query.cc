#include "server/http/query.h"

#include <algorithm>
#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "server/http/quoted.h"

namespace whorl::server {
namespace {

namespace urls = boost::urls;

constexpr std::size_t kMaxTransactionId = 256;

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

}  // namespace

Result<Query> Query::parse(std::string_view target, std::span<const std::string_view> known) {
  const auto url = urls::parse_origin_form(target);
  if (!url) return invalid_input("malformed request target");
  Query query;
  for (const auto param : url->encoded_params()) {
    const std::string name = decoded(param.key);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return invalid_input("unknown query parameter of this route", quoted(name));
    }
    if (!query.values_.emplace(name, decoded(param.value)).second) {
      return invalid_input("query parameter given twice", name);
    }
  }
  return query;
}

const std::string* Query::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Result<std::optional<std::int64_t>> Query::integer(std::string_view name, std::int64_t low, std::int64_t high) const {
  const std::string* text = find(name);
  if (text == nullptr) return std::optional<std::int64_t>();
  const auto value = parsed<std::int64_t>(*text);
  if (!value || *value < low || *value > high) {
    return invalid_input("must be an integer from " + std::to_string(low) + " to " + std::to_string(high),
                         std::string(name));
  }
  return value;
}

Result<std::optional<double>> Query::number(std::string_view name, double low, double high) const {
  const std::string* text = find(name);
  if (text == nullptr) return std::optional<double>();
  const auto value = parsed<double>(*text);
  if (!value || !std::isfinite(*value) || *value < low || *value > high) {
    char range[96];
    std::snprintf(range, sizeof range, "must be a number from %g to %g", low, high);
    return invalid_input(range, std::string(name));
  }
  return value;
}

Result<std::optional<bool>> Query::boolean(std::string_view name) const {
  const std::string* text = find(name);
  if (text == nullptr) return std::optional<bool>();
  if (*text == "true") return std::optional<bool>(true);
  if (*text == "false") return std::optional<bool>(false);
  return invalid_input("must be true or false", std::string(name));
}

Status check_common_query(const Query& query) {
  const std::string* transaction = query.find("transactionId");
  if (transaction == nullptr) {
    return invalid_input("required query parameter is missing", "transactionId");
  }
  if (transaction->empty() || transaction->size() > kMaxTransactionId) {
    return invalid_input("must be 1 to 256 bytes long", "transactionId");
  }
  if (query.find("callback") != nullptr) {
    return invalid_input("asynchronous answers (202) are not offered; leave it out and the answer comes at once",
                         "callback");
  }
  WHORL_TRY(query.integer("priority", 0, 9));
  return {};
}

}  // namespace whorl::server
