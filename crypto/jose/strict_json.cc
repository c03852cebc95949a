#include "crypto/jose/strict_json.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <new>
#include <set>

#include "base/catalogue.h"
#include "base/json_view.h"
#include "crypto/jose/base64url.h"

namespace whorl::crypto {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostNameBytes = 256;

class WipingMemory final : public json::memory_resource {
  void* do_allocate(std::size_t size, std::size_t) override {
    void* memory = OPENSSL_malloc(size);  // aligned for every type, as malloc is
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t) override { OPENSSL_clear_free(memory, size); }
  [[nodiscard]] bool do_is_equal(const json::memory_resource& other) const noexcept override { return this == &other; }
};

// Receives the parser's events: builds the value, and stops at a name that stands twice.
struct Handler {
  static constexpr std::size_t max_object_size = 4096;
  static constexpr std::size_t max_array_size = 4096;
  static constexpr std::size_t max_key_size = kMostNameBytes;
  static constexpr std::size_t max_string_size = std::size_t(-1);

  explicit Handler(json::storage_ptr storage) : values(storage), storage_(std::move(storage)) {}

  json::value_stack values;
  bool twice = false;

  bool on_document_begin(json::error_code&) {
    values.reset(storage_);
    return true;
  }
  static bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    names_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t members, json::error_code&) {
    names_.pop_back();
    values.push_object(members);
    return true;
  }
  static bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t items, json::error_code&) {
    values.push_array(items);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    name_ += std_view(part);
    return true;
  }
  bool on_key(json::string_view last, std::size_t, json::error_code& error) {
    name_ += std_view(last);
    if (!names_.back().insert(name_).second) {
      twice = true;
      error = json::error::extra_data;
      return false;
    }
    values.push_key(json::string_view(name_.data(), name_.size()));
    name_.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_string(json::string_view last, std::size_t, json::error_code&) {
    values.push_string(last);
    return true;
  }
  static bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    values.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    values.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, json::error_code&) {
    values.push_double(number);
    return true;
  }
  bool on_bool(bool value, json::error_code&) {
    values.push_bool(value);
    return true;
  }
  bool on_null(json::error_code&) {
    values.push_null();
    return true;
  }
  static bool on_comment_part(json::string_view, json::error_code&) { return true; }
  static bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  json::storage_ptr storage_;
  std::vector<std::set<std::string>> names_;  // of each object that is open
  std::string name_;                          // of one that comes in parts
};

}  // namespace

Error jose_malformed(std::string detail, FieldPath field) {
  return coded(ErrorCode::kJoseMalformed, invalid_input(std::move(detail), std::move(field)));
}

json::storage_ptr wiping_storage() {
  static WipingMemory memory;
  return {&memory};
}

Result<json::object> parse_jose_json(std::string_view text, std::size_t most_bytes, json::storage_ptr storage) {
  if (text.size() > most_bytes) return jose_malformed("the JSON is longer than it may be");
  json::parse_options options;
  options.max_depth = kMostJoseDepth;
  json::basic_parser<Handler> parser(options, std::move(storage));
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (parser.handler().twice) return jose_malformed("a name stands twice in one JSON object");
  if (error || read != text.size()) return jose_malformed("this is not acceptable JSON");
  json::value value = parser.handler().values.release();
  if (!value.is_object()) return jose_malformed("this is no JSON object");
  return std::move(value.get_object());
}

Error JoseMembers::error(std::string_view name, std::string detail) const {
  return jose_malformed(std::move(detail), path(name));
}

Result<std::optional<std::string_view>> JoseMembers::text(std::string_view name, std::size_t most_bytes) const {
  const json::value* value = find(name);
  if (value == nullptr) return std::optional<std::string_view>();
  if (!value->is_string()) return error(name, "must be a string");
  const json::string& text = value->get_string();
  if (text.size() > most_bytes) return error(name, "is longer than it may be");
  return std::optional<std::string_view>(std::string_view(text.data(), text.size()));
}

Result<std::string_view> JoseMembers::required_text(std::string_view name, std::size_t most_bytes) const {
  WHORL_ASSIGN(const std::optional<std::string_view> found, text(name, most_bytes));
  if (!found) return error(name, "is missing");
  return *found;
}

Result<std::vector<std::string>> JoseMembers::texts(std::string_view name, std::size_t most,
                                                    std::size_t most_bytes) const {
  std::vector<std::string> out;
  const json::value* value = find(name);
  if (value == nullptr) return out;
  const auto add = [&](const json::value& item) {
    if (!item.is_string() || item.get_string().size() > most_bytes) return false;
    out.emplace_back(item.get_string().data(), item.get_string().size());
    return true;
  };
  if (value->is_array()) {
    if (value->get_array().size() > most) return error(name, "has more items than it may have");
    for (const json::value& item : value->get_array()) {
      if (!add(item)) return error(name, "must hold strings, none longer than it may be");
    }
    return out;
  }
  if (!add(*value)) return error(name, "must be a string or an array of strings, none longer than it may be");
  return out;
}

Result<Bytes> JoseMembers::bytes(std::string_view name, std::size_t least, std::size_t most) const {
  WHORL_ASSIGN(const std::string_view encoded, required_text(name, base64url_size(most)));
  auto decoded = decode_base64url(encoded);
  if (!decoded || decoded->size() < least || decoded->size() > most) {
    return error(name, "must be base64url of the right length");
  }
  return std::move(*decoded);
}

Status JoseMembers::allow_only(std::initializer_list<std::string_view> names) const {
  for (const auto& member : *members_) {
    if (std::find(names.begin(), names.end(), std_view(member.key())) == names.end()) {
      return jose_malformed("a member is not known here");
    }
  }
  return {};
}

}  // namespace whorl::crypto
