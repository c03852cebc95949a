#include "audit/leaf.h"

#include <algorithm>
#include <boost/json.hpp>

#include "audit/leaf_time.h"

namespace whorl::audit {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMostNumber = std::uint64_t{1} << 53;

constexpr std::array<std::string_view, 26> kNames{
    "begin",       "convert",     "enrol",   "update",   "erase",  "take_back", "load",  "setting", "rotate",
    "root",        "backup",      "restore", "identify", "verify", "ask",       "heard", "answer",  "protect",
    "compare_all", "ask_release", "receive", "decide",   "notice", "prune",     "read",  "refuse"};

// The members of a line, in the order of their names. Whoever calls gives them so.
class Line {
 public:
  void text(std::string_view name, std::string_view value) {
    begin(name);
    out_.append("\"").append(value).append("\"");
  }
  void text_if_any(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  template <class Number>
  void number(std::string_view name, Number value) {
    begin(name);
    out_ += std::to_string(value);
  }
  template <class Number>
  void number(std::string_view name, const std::optional<Number>& value) {
    if (value) number(name, *value);
  }
  void tags(std::string_view name, const std::vector<Tag>& tags) {
    if (tags.empty()) return;
    begin(name);
    out_ += "[";
    for (const Tag& tag : tags) out_.append(&tag == &tags.front() ? "\"" : ",\"").append(hex_of(tag)).append("\"");
    out_ += "]";
  }
  [[nodiscard]] const std::string& view() const { return out_; }

 private:
  void begin(std::string_view name) { out_.append(out_.empty() ? "{\"" : ",\"").append(name).append("\":"); }
  std::string out_;
};

bool fits(const std::optional<std::uint64_t>& number) { return !number || *number <= kMostNumber; }

Status check(const Leaf& leaf) {
  const auto refused = [](const char* what) { return internal_error(std::string("a leaf of the audit log: ") + what); };
  for (const std::string* word : {&leaf.outcome, &leaf.auth, &leaf.role, &leaf.purpose, &leaf.software}) {
    if (!is_word(*word)) return refused("a text that is no word");
  }
  if (!is_word(leaf.peer, kMostPeerBytes)) return refused("a text that is no word");
  const bool small = leaf.n <= kMostNumber && leaf.time_ms <= kLastTime_ms && fits(leaf.count) && fits(leaf.epoch) &&
                     fits(leaf.first) && fits(leaf.images) && fits(leaf.persons);
  constexpr auto kMost = static_cast<std::int64_t>(kMostNumber);
  const std::int64_t threshold = leaf.threshold_mdb.value_or(0);
  if (!small || threshold < -kMost || threshold > kMost) return refused("a number that is too large");
  if (leaf.galleries.size() > kMostGalleriesOfLeaf) return refused("too many galleries");
  return {};
}

std::string padded(const Leaf& leaf, std::size_t pad) {
  Line out;
  out.text("auth", leaf.auth);
  out.number("count", leaf.count);
  if (leaf.digest) out.text("digest", hex_of(*leaf.digest));
  out.number("epoch", leaf.epoch);
  out.number("first", leaf.first);
  out.tags("galleries", leaf.galleries);
  out.number("images", leaf.images);
  out.number("n", leaf.n);
  out.text("op", name_of(leaf.operation));
  out.text("outcome", leaf.outcome);
  out.text("pad", std::string(pad, '0'));
  out.text_if_any("peer", leaf.peer);
  out.number("persons", leaf.persons);
  out.text_if_any("purpose", leaf.purpose);
  out.text("req", hex_of(leaf.request));
  out.text_if_any("role", leaf.role);
  out.text_if_any("software", leaf.software);
  out.text("subject", hex_of(leaf.subject));
  out.text("t", time_text(leaf.time_ms));
  out.number("threshold_mdb", leaf.threshold_mdb);
  out.number("v", 1);
  out.text("who", hex_of(leaf.who));
  return out.view() + "}";
}

// What the members say, as far as they can be read; parse_leaf() holds it against the line.
class Members {
 public:
  explicit Members(const json::object& members) : members_(members) {}

  [[nodiscard]] std::string text(std::string_view name) const {
    const json::value* value = members_.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  }
  template <class Number>
  [[nodiscard]] std::optional<Number> number(std::string_view name) const {
    const json::value* value = members_.if_contains(name);
    if (value == nullptr || !value->is_number()) return {};
    json::error_code failed;
    const auto out = value->to_number<Number>(failed);
    return failed ? std::nullopt : std::optional<Number>(out);
  }
  template <std::size_t size>
  static std::array<std::uint8_t, size> bytes_of(std::string_view hex) {
    std::array<std::uint8_t, size> out{};
    static_cast<void>(read_hex(hex, out));
    return out;
  }
  [[nodiscard]] std::vector<Tag> tags(std::string_view name) const {
    std::vector<Tag> out;
    const json::value* value = members_.if_contains(name);
    if (value == nullptr || !value->is_array()) return out;
    for (const json::value& one : value->get_array()) {
      out.push_back(one.is_string() ? bytes_of<16>(one.get_string()) : Tag{});
    }
    return out;
  }
  [[nodiscard]] bool has(std::string_view name) const { return members_.contains(name); }

 private:
  const json::object& members_;
};

Leaf read(const Members& in) {
  Leaf out;
  out.n = in.number<std::uint64_t>("n").value_or(0);
  out.time_ms = time_of(in.text("t")).value_or(0);
  const auto name = std::find(kNames.begin(), kNames.end(), in.text("op"));
  if (name != kNames.end()) out.operation = static_cast<Operation>(name - kNames.begin());
  out.outcome = in.text("outcome");
  out.auth = in.text("auth");
  out.role = in.text("role");
  out.purpose = in.text("purpose");
  out.software = in.text("software");
  out.peer = in.text("peer");
  out.who = Members::bytes_of<16>(in.text("who"));
  out.request = Members::bytes_of<16>(in.text("req"));
  out.subject = Members::bytes_of<16>(in.text("subject"));
  out.galleries = in.tags("galleries");
  out.count = in.number<std::uint64_t>("count");
  out.epoch = in.number<std::uint64_t>("epoch");
  out.first = in.number<std::uint64_t>("first");
  out.images = in.number<std::uint64_t>("images");
  out.persons = in.number<std::uint64_t>("persons");
  out.threshold_mdb = in.number<std::int64_t>("threshold_mdb");
  if (in.has("digest")) out.digest = Members::bytes_of<32>(in.text("digest"));
  return out;
}

}  // namespace

std::string_view name_of(Operation operation) { return kNames[static_cast<std::size_t>(operation)]; }

bool is_word(std::string_view text, std::size_t most_bytes) {
  constexpr std::string_view kSigns = " .,_:+~-";
  return text.size() <= most_bytes && std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kSigns.find(c) != std::string_view::npos;
         });
}

Result<Bytes> encoded(const Leaf& leaf) {
  WHORL_TRY(check(leaf));
  const std::size_t bare = padded(leaf, 0).size();
  if (bare > kLongLeafBytes) return internal_error("a leaf of the audit log is too long");
  const std::size_t bytes = bare <= kLeafBytes ? kLeafBytes : kLongLeafBytes;
  const std::string line = padded(leaf, bytes - bare);
  return Bytes(as_bytes(line).begin(), as_bytes(line).end());
}

Result<Leaf> parse_leaf(ByteView line) {
  const auto refused = [] { return corruption("is no leaf of an audit log"); };
  if (line.size() != kLeafBytes && line.size() != kLongLeafBytes) return refused();
  json::parse_options options;
  options.max_depth = 3;
  json::error_code failed;
  const json::value value = json::parse(json::string_view(as_text(line)), failed, {}, options);
  if (failed || !value.is_object()) return refused();
  Leaf out = read(Members(value.get_object()));
  const auto again = encoded(out);
  if (!again.ok() || as_text(*again) != as_text(line)) return refused();
  return out;
}

}  // namespace whorl::audit
