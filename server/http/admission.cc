#include "server/http/admission.h"

#include <algorithm>

#include "base/catalogue.h"

namespace whorl::server {
namespace {

constexpr std::size_t kLongestPort = 5;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_host_char(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_'; }

std::optional<Reply> refuse_coding(const RequestHead& head) {
  if (head.transfer_encodings.empty()) return std::nullopt;
  std::string codings;
  for (const auto& each : head.transfer_encodings) codings += (codings.empty() ? "" : ",") + each;
  if (!head.is_http_10 && !head.has_content_length && same_ignoring_case(trimmed(codings), "chunked")) {
    return std::nullopt;
  }
  const std::string_view last = trimmed(std::string_view(codings).substr(codings.rfind(',') + 1));
  const bool once = !names_type(codings.substr(0, codings.size() - last.size()), "chunked");
  if (!head.is_http_10 && !head.has_content_length && once && same_ignoring_case(last, "chunked")) {
    return error_reply(501, failure(ErrorCode::kTransferEncoding, "Transfer-Encoding"));
  }
  return error_reply(400, failure(ErrorCode::kBodyEndUnknown, "Transfer-Encoding"));
}

std::string_view default_port(std::string_view scheme) { return scheme == "https" ? "443" : "80"; }

// Whether a page of this origin and the server are the same to a browser that called the server `host`.
bool is_own(std::string_view origin, const Authority& host) {
  const auto colon = origin.find("://");
  if (colon == std::string_view::npos) return false;
  const std::string scheme = lower_case(origin.substr(0, colon));
  if (scheme != "http" && scheme != "https") return false;
  const auto own = read_authority(origin.substr(colon + 3));
  const auto port = [&](const Authority& a) {
    return a.port.empty() ? default_port(scheme) : std::string_view(a.port);
  };
  return own && own->host == host.host && port(*own) == port(host);
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::optional<Authority> read_authority(std::string_view text) {
  Authority out;
  std::string_view rest = text;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    out.host = lower_case(text.substr(1, end - 1));
    const auto of_address = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.'; };
    if (!std::all_of(out.host.begin(), out.host.end(), of_address)) return std::nullopt;
    rest.remove_prefix(end + 1);
  } else {
    const auto end = std::min(text.find(':'), text.size());
    out.host = lower_case(text.substr(0, end));
    if (!std::all_of(out.host.begin(), out.host.end(), is_host_char)) return std::nullopt;
    rest.remove_prefix(end);
  }
  if (out.host.empty()) return std::nullopt;
  if (rest.empty()) return out;
  if (!rest.starts_with(':')) return std::nullopt;
  out.port = rest.substr(1);
  if (out.port.size() > kLongestPort || !std::all_of(out.port.begin(), out.port.end(), is_digit)) return std::nullopt;
  return out;
}

std::optional<Reply> refusal_at_the_door(const RequestHead& head, const std::vector<std::string>& own_hosts) {
  if (auto refused = refuse_coding(head)) return refused;
  if (head.hosts.size() > 1) return error_reply(400, failure(ErrorCode::kHeaderTwice, "Host"));
  if (head.hosts.empty() && !head.is_http_10) return error_reply(400, failure(ErrorCode::kHeaderMissing, "Host"));
  const std::string named = head.authority ? *head.authority : head.hosts.empty() ? "localhost" : head.hosts[0];
  const auto host = read_authority(named);
  if (!host) return error_reply(400, failure(ErrorCode::kHostMalformed, "Host"));
  if (std::find(own_hosts.begin(), own_hosts.end(), host->host) == own_hosts.end()) {
    return error_reply(403, failure(ErrorCode::kHostForeign, "Host"));
  }
  for (const auto& origin : head.origins) {
    if (!is_own(origin, *host)) return error_reply(403, failure(ErrorCode::kOriginForeign, "Origin"));
  }
  for (const auto& site : head.fetch_sites) {
    if (site != "same-origin" && site != "none") {
      return error_reply(403, failure(ErrorCode::kSiteForeign, "Sec-Fetch-Site"));
    }
  }
  return std::nullopt;
}

}  // namespace whorl::server
