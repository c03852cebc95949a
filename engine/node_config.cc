#include "engine/node_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/text.h"
#include "base/toml_file.h"
#include "crypto/vault/root_source.h"

namespace whorl::engine {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxTextBytes = 4096;
constexpr std::size_t kMaxTexts = 16;  // as many as a record may name galleries

// One key: how it is read, checked and written.
struct Key {
  std::string_view table;
  std::string_view name;
  std::string_view comment;
  std::function<Status(const toml::node&, NodeConfig&)> read;
  std::function<Status(const NodeConfig&)> check;
  std::function<std::string(const NodeConfig&)> write;

  [[nodiscard]] FieldPath field() const { return FieldPath(table) / name; }
  [[nodiscard]] std::string text() const { return field().text(); }
};

// With one of PhraseCode.
template <class Phrase>
Error must_be(Phrase what) {
  return failure(ErrorCode::kWrongType, with<"type">(what));
}

// The value of a member, through a function that gives the member.
template <class Member>
auto value_of(const NodeConfig& config, Member member) {
  NodeConfig copy = config;
  return member(copy);
}

// A text as TOML writes it.
std::string quoted(const std::string& text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

Result<std::string> text_in(const toml::node& node) { return toml_text(node, kMaxTextBytes); }

template <class Member>
Key text_key(std::string_view table, std::string_view name, Member member, std::string_view comment) {
  return {table,
          name,
          comment,
          [member](const toml::node& node, NodeConfig& out) -> Status {
            WHORL_ASSIGN(member(out), text_in(node));
            return {};
          },
          [](const NodeConfig&) { return Status(); },
          [member](const NodeConfig& config) { return quoted(fs::path(value_of(config, member)).string()); }};
}

template <class Member>
Key flag_key(std::string_view table, std::string_view name, Member member, std::string_view comment) {
  return {table,
          name,
          comment,
          [member](const toml::node& node, NodeConfig& out) -> Status {
            const auto flag = node.value_exact<bool>();
            if (!flag) return must_be(PhraseCode::kBoolean);
            member(out) = *flag;
            return {};
          },
          [](const NodeConfig&) { return Status(); },
          [member](const NodeConfig& config) { return value_of(config, member) ? "true" : "false"; }};
}

template <class Member>
Key whole_key(std::string_view table, std::string_view name, Member member, std::int64_t low, std::int64_t high,
              std::string_view comment) {
  const auto in_range = [low, high](std::int64_t value) -> Status {
    if (value >= low && value <= high) return {};
    return failure(ErrorCode::kIntegerOutOfRange, with<"least">(low), with<"most">(high));
  };
  return {table,
          name,
          comment,
          [member, in_range](const toml::node& node, NodeConfig& out) -> Status {
            const auto value = node.value_exact<std::int64_t>();
            if (!value) return must_be(PhraseCode::kWholeNumber);
            WHORL_TRY(in_range(*value));
            using Field = std::decay_t<decltype(member(out))>;
            member(out) = static_cast<Field>(*value);
            return {};
          },
          [member, in_range](const NodeConfig& config) {
            return in_range(static_cast<std::int64_t>(value_of(config, member)));
          },
          [member](const NodeConfig& config) { return std::to_string(value_of(config, member)); }};
}

template <class Member>
Key number_key(std::string_view table, std::string_view name, Member member, double low, double high,
               std::string_view comment) {
  const auto in_range = [low, high](double value) -> Status {
    if (value >= low && value <= high) return {};
    return failure(ErrorCode::kNumberOutOfRange, with<"least">(low), with<"most">(high));
  };
  return {
      table,
      name,
      comment,
      [member, in_range](const toml::node& node, NodeConfig& out) -> Status {
        const auto value = node.is_number() ? node.value<double>() : std::nullopt;
        if (!value) return must_be(PhraseCode::kNumber);
        WHORL_TRY(in_range(*value));
        using Field = std::decay_t<decltype(member(out))>;
        member(out) = static_cast<Field>(*value);
        return {};
      },
      [member, in_range](const NodeConfig& config) { return in_range(static_cast<double>(value_of(config, member))); },
      [member](const NodeConfig& config) { return plain_number(value_of(config, member)); }};
}

// A number of bytes, or a text such as "12GiB".
template <class Member>
Key bytes_key(std::string_view table, std::string_view name, Member member, std::uint64_t low,
              std::string_view comment) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto in_range = [low](std::uint64_t value) -> Status {
    if (value >= low && value <= kMost) return {};
    return failure(ErrorCode::kSizeTooSmall, with<"least">(byte_size_text(low)));
  };
  return {table,
          name,
          comment,
          [member, in_range](const toml::node& node, NodeConfig& out) -> Status {
            const auto number = node.value_exact<std::int64_t>();
            const auto text = node.value_exact<std::string>();
            const auto size = number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number))
                              : text                 ? parse_byte_size(*text)
                                                     : std::nullopt;
            if (!size) return must_be(PhraseCode::kByteSize);
            WHORL_TRY(in_range(*size));
            using Field = std::decay_t<decltype(member(out))>;
            member(out) = static_cast<Field>(*size);
            return {};
          },
          [member, in_range](const NodeConfig& config) { return in_range(value_of(config, member)); },
          [member](const NodeConfig& config) {
            const std::uint64_t size = value_of(config, member);
            return size == 0 ? "0" : quoted(byte_size_text(size));
          }};
}

template <class Member>
Key texts_key(std::string_view table, std::string_view name, Member member, std::string_view comment) {
  return {table,
          name,
          comment,
          [member](const toml::node& node, NodeConfig& out) -> Status {
            const toml::array* items = node.as_array();
            if (items == nullptr) return must_be(PhraseCode::kTexts);
            if (items->size() > kMaxTexts) return failure(ErrorCode::kTooManyItems, with<"most">(kMaxTexts));
            member(out).clear();
            for (const toml::node& item : *items) {
              WHORL_ASSIGN(std::string text, text_in(item));
              member(out).push_back(std::move(text));
            }
            return {};
          },
          [member](const NodeConfig& config) -> Status {
            if (value_of(config, member).size() <= kMaxTexts) return {};
            return failure(ErrorCode::kTooManyItems, with<"most">(kMaxTexts));
          },
          [member](const NodeConfig& config) {
            std::string out;
            for (const std::string& text : value_of(config, member)) out += (out.empty() ? "" : ", ") + quoted(text);
            return "[" + out + "]";
          }};
}

// One of an enumeration's names.
template <class Member, class Choice, std::size_t n>
Key choice_key(std::string_view table, std::string_view name, Member member, const Choice (&choices)[n],
               std::string_view comment) {
  const std::vector<Choice> all(std::begin(choices), std::end(choices));
  return {table,
          name,
          comment,
          [member, all](const toml::node& node, NodeConfig& out) -> Status {
            WHORL_ASSIGN(const std::string text, text_in(node));
            std::string known;
            for (const Choice choice : all) {
              if (name_of(choice) == text) {
                member(out) = choice;
                return {};
              }
              known += (known.empty() ? "\"" : ", \"") + std::string(name_of(choice)) + "\"";
            }
            return failure(ErrorCode::kNotOneOf, with<"allowed">(known));
          },
          [](const NodeConfig&) { return Status(); },
          [member](const NodeConfig& config) { return quoted(std::string(name_of(value_of(config, member)))); }};
}

std::vector<Key> gallery_keys() {
  using C = NodeConfig;
  static constexpr KeepImages kKeep[] = {KeepImages::kAsItIs, KeepImages::kYes, KeepImages::kNo};
  using index::FaceIndexUse;
  static constexpr FaceIndexUse kFaceIndex[] = {FaceIndexUse::kWhereFast, FaceIndexUse::kAlways, FaceIndexUse::kNever};
  return {
      text_key(
          "gallery", "folder", [](C& c) -> fs::path& { return c.gallery; }, "Folder that holds the gallery."),
      flag_key(
          "gallery", "create", [](C& c) -> bool& { return c.create; },
          "Make a gallery there where there is none. Otherwise a mistyped folder is an error."),
      whole_key(
          "gallery", "threads", [](C& c) -> int& { return c.threads; }, 0, 1024,
          "Threads to search with; 0: all cores."),
      bytes_key(
          "gallery", "memory_limit", [](C& c) -> std::uint64_t& { return c.memory_limit_bytes; }, 0,
          "What the gallery may take, e.g. \"12GiB\"; beyond it opening and enrolling are refused. 0: no limit."),
      flag_key(
          "gallery", "verify_records", [](C& c) -> bool& { return c.verify_records; },
          "Read every record while opening. Without it opening is quicker, and a damaged record is found only "
          "when it is read."),
      choice_key(
          "gallery", "keep_images", [](C& c) -> KeepImages& { return c.keep_images; }, kKeep,
          "Keep the image files of enrolments beside their records, for a later extractor (whorl re-extract): \"yes\", "
          "\"no\", or \"as_it_is\" in the gallery, which is \"no\" in a new one. The gallery remembers it."),
      choice_key(
          "gallery", "face_index", [](C& c) -> index::FaceIndexUse& { return c.face_index; }, kFaceIndex,
          "Find faces through FAISS indexes: \"where_fast\" (FAISS built with AVX2: scripts/faiss-avx2), \"always\" or "
          "\"never\". Answers are the same."),
      text_key(
          "gallery", "root_key", [](C& c) -> fs::path& { return c.root_key; },
          "File of the 32 bytes under which the gallery's keys are sealed, or the address \"pkcs11:...\" of a key in a "
          "token (docs/keys.md). When empty, root.key of systemd's credentials, else one in the user's state folder, "
          "made "
          "once."),
      text_key(
          "gallery", "audit_checkpoints", [](C& c) -> fs::path& { return c.audit_checkpoints; },
          "File, best on another disk, to which signed checkpoints of the audit log are appended and against which the "
          "log is held when the gallery is opened (docs/audit.md). None when empty."),
      whole_key(
          "gallery", "audit_keep_days", [](C& c) -> int& { return c.audit_keep_days; }, 0, 36'500,
          "For how many days leaves of the audit log are kept, at least 90; their hashes stay. 0: for ever."),
      whole_key(
          "enrol", "min_quality", [](C& c) -> int& { return c.min_quality; }, 0, 100,
          "Refuse to enrol when every finger is below this quality (0 to 100)."),
      number_key(
          "search", "review_band_db", [](C& c) -> double& { return c.review_band_db; }, 0, 100,
          "Width in dB of the band below the threshold in which the answer is indeterminate."),
      texts_key(
          "search", "filterable", [](C& c) -> std::vector<std::string>& { return c.filterable; },
          "Names of biographic and contextual data by which callers who signed in may narrow a search, e.g. "
          "\"gender\". Whoever may, learns how many people have which value of it."),
      text_key(
          "fingerprint", "calibration", [](C& c) -> fs::path& { return c.calibration; },
          "Calibration file; the built-in one when empty."),
  };
}

std::vector<Key> image_keys() {
  using C = NodeConfig;
  return {
      bytes_key(
          "images", "max_bytes", [](C& c) -> std::size_t& { return c.image_limits.max_bytes; }, 1024,
          "Largest image file."),
      whole_key(
          "images", "max_pixels", [](C& c) -> std::int64_t& { return c.image_limits.max_pixels; }, 1024, 1'000'000'000,
          "Most pixels of an image."),
      whole_key(
          "images", "min_side_px", [](C& c) -> int& { return c.image_limits.min_side_px; }, 1, 65'535,
          "Shortest side of an image."),
      whole_key(
          "images", "max_side_px", [](C& c) -> int& { return c.image_limits.max_side_px; }, 1, 65'535,
          "Longest side of an image."),
      number_key(
          "images", "min_ppi", [](C& c) -> double& { return c.image_limits.min_ppi; }, 1, 10'000,
          "Lowest resolution of a fingerprint image."),
      number_key(
          "images", "max_ppi", [](C& c) -> double& { return c.image_limits.max_ppi; }, 1, 10'000,
          "Highest resolution of a fingerprint image."),
  };
}

std::vector<Key> face_keys() {
  using C = NodeConfig;
  using face::SeveralFaces;
  static constexpr FaceImages kImages[] = {FaceImages::kNever, FaceImages::kWherePossible, FaceImages::kAlways};
  static constexpr SeveralFaces kSeveral[] = {SeveralFaces::kRefuse, SeveralFaces::kLargest, SeveralFaces::kCentral};
  return {
      choice_key(
          "face", "images", [](C& c) -> FaceImages& { return c.face.images; }, kImages,
          "Read images of faces: \"never\", \"where_possible\" (where the networks' weights are) or "
          "\"always\"."),
      text_key(
          "face", "models", [](C& c) -> fs::path& { return c.face.models; },
          "Folder of the networks' weights; $WHORL_MODELS or ~/.local/share/whorl/models when empty."),
      text_key(
          "face", "network", [](C& c) -> std::string& { return c.face.network; },
          "Face network, by its model card; the recommended one that is there when empty."),
      text_key(
          "face", "card", [](C& c) -> fs::path& { return c.face.card; },
          "Model card file of another face network, instead of `network`."),
      text_key(
          "face", "detector", [](C& c) -> std::string& { return c.face.detector; },
          "Face detector, by its model card."),
      text_key(
          "face", "calibration", [](C& c) -> fs::path& { return c.face.calibration; },
          "Calibration file for faces (whorl calibrate). Without one a face decides nothing."),
      texts_key(
          "face", "alone", [](C& c) -> std::vector<std::string>& { return c.face.alone; },
          "Galleries in which a face alone may be a match. In others a match needs fingers too."),
      choice_key(
          "face", "several", [](C& c) -> SeveralFaces& { return c.face.options.several; }, kSeveral,
          "An image of several faces: \"refuse\" it, or take the \"largest\" or the most \"central\"."),
      number_key(
          "face", "min_confidence", [](C& c) -> float& { return c.face.options.min_confidence; }, 0.1, 0.99,
          "Of the face detector."),
  };
}

// In the order in which they are written.
const std::vector<Key>& all_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> out = gallery_keys();
    for (auto more : {image_keys(), face_keys()}) out.insert(out.end(), more.begin(), more.end());
    return out;
  }();
  return keys;
}

// The key whose `part` (of its text) is nearest to what was written.
Error unknown_key(const std::string& written, std::string (*part)(const Key&), const FieldPath& field) {
  std::vector<std::string> known;
  for (const Key& key : all_keys()) known.push_back(part(key));
  const auto at = std::find(known.begin(), known.end(), nearest(written, known)) - known.begin();
  return failure(ErrorCode::kUnknownKey, field, with<"nearest">(all_keys()[static_cast<std::size_t>(at)].text()));
}

std::string whole(const Key& key) { return key.text(); }
std::string table_of(const Key& key) { return std::string(key.table); }
std::string name_in_table(const Key& key) { return std::string(key.name); }

Status read_table(std::string_view name, const toml::table& table, const fs::path& file, NodeConfig& out) {
  for (const auto& [key, node] : table) {
    const std::string_view written = key.str();
    const auto row = std::find_if(all_keys().begin(), all_keys().end(),
                                  [&](const Key& k) { return k.table == name && k.name == written; });
    const std::string where = toml_place(file, node.source());
    const FieldPath field = FieldPath(name) / written;
    if (row == all_keys().end()) return unknown_key(field.text(), whole, field).within(where);
    if (const Status read = row->read(node, out); !read.ok()) return read.error().within(field).within(where);
  }
  return {};
}

Status read_root(const toml::table& root, const fs::path& file, NodeConfig& out) {
  for (const auto& [name, node] : root) {
    const std::string where = toml_place(file, node.source());
    const bool known = std::any_of(all_keys().begin(), all_keys().end(),
                                   [name = name.str()](const Key& k) { return k.table == name; });
    if (!known)
      return unknown_key(std::string(name.str()), node.is_table() ? table_of : name_in_table, name.str()).within(where);
    if (!node.is_table()) return must_be(PhraseCode::kTable).within(name.str()).within(where);
    WHORL_TRY(read_table(name.str(), *node.as_table(), file, out));
  }
  return {};
}

// Relative paths are meant from the file, not from wherever the program was started.
void resolve_paths(const fs::path& folder, NodeConfig& config) {
  for (fs::path* path : {&config.gallery, &config.root_key, &config.audit_checkpoints, &config.calibration,
                         &config.face.models, &config.face.card, &config.face.calibration}) {
    if (!path->empty() && !crypto::is_token_address(*path)) *path = folder / *path;
  }
}

}  // namespace

std::string_view name_of(FaceImages images) {
  switch (images) {
    case FaceImages::kNever: return "never";
    case FaceImages::kWherePossible: return "where_possible";
    case FaceImages::kAlways: break;
  }
  return "always";
}

std::string_view name_of(index::FaceIndexUse use) {
  switch (use) {
    case index::FaceIndexUse::kAlways: return "always";
    case index::FaceIndexUse::kNever: return "never";
    case index::FaceIndexUse::kWhereFast: break;
  }
  return "where_fast";
}

std::string_view name_of(KeepImages keep) {
  switch (keep) {
    case KeepImages::kYes: return "yes";
    case KeepImages::kNo: return "no";
    case KeepImages::kAsItIs: break;
  }
  return "as_it_is";
}

Result<NodeConfig> parse_node_config(std::string_view text, const fs::path& file) {
  WHORL_ASSIGN(const toml::table parsed, parse_toml(text, file, kMaxNodeConfigBytes));
  NodeConfig out;
  WHORL_TRY(read_root(parsed, file, out));
  resolve_paths(file.parent_path(), out);
  return out;
}

Result<NodeConfig> read_node_config(const fs::path& file) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, kMaxNodeConfigBytes));
  return parse_node_config(as_text(bytes), file);
}

std::string node_config_text(const NodeConfig& config) {
  const NodeConfig defaults;
  std::string out = "# A Whorl node. Keys that are commented out have the values shown.\n";
  std::string_view table;
  for (const Key& key : all_keys()) {
    if (key.table != table) out += "\n[" + std::string(key.table) + "]\n";
    table = key.table;
    const std::string value = key.write(config);
    out += "# " + std::string(key.comment) + "\n" + (value == key.write(defaults) ? "# " : "") + std::string(key.name) +
           " = " + value + "\n";
  }
  return out;
}

Error about(const FieldPath& key, Error error) {
  if (!error.field.empty()) error.message = error.field.text() + ": " + error.message;
  error.field = key;
  return error;
}

Status check(const NodeConfig& config) {
  for (const Key& key : all_keys()) {
    if (const Status checked = key.check(config); !checked.ok()) return checked.error().within(key.field());
  }
  return {};
}

}  // namespace whorl::engine
