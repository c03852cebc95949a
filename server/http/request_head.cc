#include "server/http/request_head.h"

#include <algorithm>
#include <boost/beast/http/field.hpp>

#include "server/http/target.h"

namespace whorl::server {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

std::string text_of(beast::string_view s) { return {s.data(), s.size()}; }

// Every value of a header that may stand several times.
template <class Name>
std::vector<std::string> values_of(const RequestParser& parser, Name name) {
  std::vector<std::string> out;
  const auto [begin, end] = parser.get().equal_range(name);
  for (auto it = begin; it != end; ++it) out.push_back(text_of(it->value()));
  return out;
}

// Of a header that holds a list: as if it stood once.
std::string listed(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ", ") + value;
  return out;
}

}  // namespace

Request request_of(const RequestParser& parser) {
  const auto& header = parser.get();
  Request request;
  request.method = text_of(header.method_string());
  request.target = text_of(header.target());
  if (auto target = read_target(request.target)) request.target = std::move(target->origin_form);
  request.content_type = text_of(header[http::field::content_type]);
  request.content_encoding = text_of(header[http::field::content_encoding]);
  request.accept = listed(values_of(parser, http::field::accept));
  request.accept_encoding = listed(values_of(parser, http::field::accept_encoding));
  request.if_none_match = text_of(header[http::field::if_none_match]);
  request.keys = values_of(parser, "Idempotency-Key");
  return request;
}

RequestHead head_of(const RequestParser& parser) {
  const auto& header = parser.get();
  RequestHead head;
  head.is_http_10 = header.version() == 10;
  head.has_content_length = header.count(http::field::content_length) > 0;
  head.transfer_encodings = values_of(parser, http::field::transfer_encoding);
  head.hosts = values_of(parser, http::field::host);
  head.origins = values_of(parser, http::field::origin);
  head.fetch_sites = values_of(parser, "Sec-Fetch-Site");
  if (auto target = read_target(text_of(header.target()))) head.authority = std::move(target->authority);
  return head;
}

bool is_of_script(const RequestParser& parser) {
  const std::string mode = text_of(parser.get()["Sec-Fetch-Mode"]);
  return !mode.empty() && mode != "navigate";
}

std::vector<std::string> authorizations_of(const RequestParser& parser) {
  return values_of(parser, http::field::authorization);
}

std::vector<std::string> cookies_of(const RequestParser& parser) { return values_of(parser, http::field::cookie); }

std::vector<std::string> guards_of(const RequestParser& parser) { return values_of(parser, "Whorl-Csrf"); }

bool is_of_own_page(const RequestHead& head) {
  if (head.fetch_sites.empty()) return !head.origins.empty();
  return std::all_of(head.fetch_sites.begin(), head.fetch_sites.end(),
                     [](const std::string& site) { return site == "same-origin"; });
}

}  // namespace whorl::server
