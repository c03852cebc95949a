#include "server/tasks/callback_address.h"

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <charconv>
#include <vector>

#include "server/http/target.h"

namespace whorl::server {
namespace {

namespace ip = boost::asio::ip;

constexpr std::uint16_t kHttp = 80;
constexpr std::uint16_t kHttps = 443;
constexpr std::size_t kMostHostBytes = 253;
constexpr std::size_t kMostLabelBytes = 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto end = text.find(at);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

template <class Number>
std::optional<Number> decimal(std::string_view text, Number most) {
  const bool canonical = !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit) &&
                         (text.size() == 1 || text.front() != '0');
  unsigned value = 0;
  if (!canonical || std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return {};
  if (value > most) return {};
  return static_cast<Number>(value);
}

std::optional<ip::address> four_parts(const std::vector<std::string_view>& parts) {
  if (parts.size() != 4) return {};
  ip::address_v4::bytes_type bytes{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = decimal<std::uint8_t>(parts[i], 255);
    if (!part) return {};
    bytes[i] = *part;
  }
  return ip::address(ip::address_v4(bytes));
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMostLabelBytes && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

// Of a name whose last label could be read as a number, resolvers make addresses of their own.
bool looks_like_number(std::string_view label) {
  if (std::all_of(label.begin(), label.end(), is_digit)) return true;
  return label.size() >= 2 && label[0] == '0' && lower(label[1]) == 'x';
}

bool read_host(std::string_view text, CallbackAddress& out) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']') || text.find('%') != std::string_view::npos) return false;
    boost::system::error_code error;
    const auto number = ip::make_address_v6(std::string(text.substr(1, text.size() - 2)), error);
    if (error) return false;
    out.number = number;
    out.host = number.to_string();
    return true;
  }
  if (text.empty() || text.size() > kMostHostBytes) return false;
  const auto labels = split(text, '.');
  if (!std::all_of(labels.begin(), labels.end(), is_label)) return false;
  out.host = lowered(text);
  if (!looks_like_number(labels.back())) return true;
  out.number = four_parts(labels);
  return out.number.has_value();
}

bool read_authority(std::string_view text, CallbackAddress& out) {
  const auto close = text.rfind(']');
  const auto colon = text.find(':', close == std::string_view::npos ? 0 : close);
  if (!read_host(text.substr(0, colon), out)) return false;
  out.port = out.tls ? kHttps : kHttp;
  if (colon == std::string_view::npos) return true;
  const auto port = decimal<std::uint16_t>(text.substr(colon + 1), 65535);
  if (!port || *port == 0) return false;
  out.port = *port;
  return true;
}

bool is_sound_path(std::string_view path) {
  const auto segments = path_segments(path);
  if (!segments) return false;
  return std::none_of(segments->begin(), segments->end(), [](const std::string& segment) {
    return segment == "." || segment == ".." ||
           segment.find_first_of(std::string_view("/\\;%\0", 5)) != std::string::npos;
  });
}

bool is_sound_query(std::string_view query) {
  if (query.find(' ') != std::string_view::npos) return false;
  for (const std::string_view each : split(query, '&')) {
    const auto name = decoded_query_text(each.substr(0, each.find('=')));
    if (!name || !decoded_query_text(each)) return false;
    if (*name == "transactionId" || *name == "taskId") return false;
  }
  return true;
}

std::string host_and_port(const CallbackAddress& address, bool always_port) {
  const bool v6 = address.number && address.number->is_v6();
  const std::string host = v6 ? "[" + address.host + "]" : address.host;
  const bool usual = address.port == (address.tls ? kHttps : kHttp);
  return usual && !always_port ? host : host + ":" + std::to_string(address.port);
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

std::string CallbackAddress::origin() const { return (tls ? "https://" : "http://") + host_and_port(*this, true); }
std::string CallbackAddress::authority() const { return host_and_port(*this, false); }

std::string CallbackAddress::target(std::string_view transaction_id, std::string_view task_id) const {
  return path + "?" + (query.empty() ? "" : query + "&") + "transactionId=" + percent_encoded(transaction_id) +
         "&taskId=" + percent_encoded(task_id);
}

std::optional<CallbackAddress> read_callback(std::string_view url) {
  if (url.size() > kMostCallbackBytes) return {};
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  const std::string scheme = lowered(url.substr(0, colon));
  CallbackAddress out;
  if (scheme != "http" && scheme != "https") return {};
  out.tls = scheme == "https";
  url.remove_prefix(colon + 3);
  const auto end = std::min(url.find_first_of("/?#"), url.size());
  if (!read_authority(url.substr(0, end), out)) return {};
  url.remove_prefix(end);
  const auto mark = std::min(url.find('?'), url.size());
  out.path = mark == 0 ? "/" : std::string(url.substr(0, mark));
  if (!is_sound_path(out.path)) return {};
  if (mark < url.size()) out.query = url.substr(mark + 1);
  if (!out.query.empty() && !is_sound_query(out.query)) return {};
  return out;
}

}  // namespace whorl::server
