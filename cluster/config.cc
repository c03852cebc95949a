#include "cluster/config.h"

#include <algorithm>
#include <bit>
#include <set>

#include "base/files.h"
#include "base/toml_file.h"
#include "cluster/messages.h"
#include "templates/codec/template.h"

namespace whorl::cluster {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostText = 4096;
constexpr std::size_t kMostTexts = kSlices;
constexpr std::size_t kMostNameBytes = 32;
constexpr std::int64_t kMostWait_ms = 600'000;
constexpr std::int64_t kMostKept_s = 86'400;

// Reads keys of one table, each once; what nobody asked for is wrong.
class Table {
 public:
  Table(const toml::table& table, const fs::path& file) : table_(table), file_(file) {}

  Result<std::string> text(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return wrong(key, "is missing");
    const auto out = toml_text(*node, kMostText);
    if (!out.ok()) return wrong(key, out.error().message);
    return *out;
  }
  Result<std::string> text_or(std::string_view key, std::string otherwise) {
    if (!table_.contains(key)) return otherwise;
    return text(key);
  }
  Result<fs::path> path(std::string_view key) {
    WHORL_ASSIGN(const std::string name, text_or(key, ""));
    return name.empty() ? fs::path() : file_.parent_path() / name;
  }
  Result<std::vector<std::string>> texts(std::string_view key) {
    const toml::node* node = find(key);
    const toml::array* list = node == nullptr ? nullptr : node->as_array();
    if (list == nullptr || list->size() > kMostTexts) return wrong(key, "is a list of texts");
    std::vector<std::string> out;
    for (const toml::node& each : *list) {
      const auto read = toml_text(each, kMostText);
      if (!read.ok()) return wrong(key, read.error().message);
      out.push_back(*read);
    }
    return out;
  }
  Result<std::int64_t> number_or(std::string_view key, std::int64_t otherwise, std::int64_t most) {
    const toml::node* node = find(key);
    if (node == nullptr) return otherwise;
    const auto out = node->value_exact<std::int64_t>();
    if (!out || *out < 1 || *out > most) return wrong(key, "is a number from 1 to " + std::to_string(most));
    return *out;
  }
  Result<std::vector<Table>> tables(std::string_view key, std::size_t most) {
    const toml::node* node = find(key);
    const toml::array* list = node == nullptr ? nullptr : node->as_array();
    if (list == nullptr || list->empty() || list->size() > most) return wrong(key, "is a list of tables: [[parts]]");
    std::vector<Table> out;
    for (const toml::node& each : *list) {
      if (each.as_table() == nullptr) return wrong(key, "is a list of tables: [[parts]]");
      out.emplace_back(*each.as_table(), file_);
    }
    return out;
  }
  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  // That nothing else stands there.
  Status end() const {
    for (const auto& [key, node] : table_) {
      if (!asked_.contains(std::string(key.str()))) return wrong(key.str(), "is no key of a cluster's file");
    }
    return {};
  }
  [[nodiscard]] Error wrong(std::string_view key, const std::string& what) const {
    const toml::node* node = table_.get(key);
    const auto place = node == nullptr ? table_.source() : node->source();
    return invalid_input(what, FieldPath(toml_place(file_, place)) / key);
  }

 private:
  const toml::node* find(std::string_view key) {
    asked_.insert(std::string(key));
    return table_.get(key);
  }

  const toml::table& table_;
  const fs::path& file_;
  std::set<std::string> asked_;
};

// Goes into a subject of the broker.
bool is_name(const std::string& name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !name.empty() && name.size() <= kMostNameBytes && name.find_first_not_of(kLetters) == std::string::npos;
}
constexpr const char* kNameRule = "is 1 to 32 of a-z, 0-9, '-' and '_'";

// The names of a part's replicas; one of its own name where the file names none.
Result<std::vector<std::string>> read_replicas(Table& table, const std::string& part, std::set<std::string>& taken) {
  std::vector<std::string> out{part};
  if (table.has("replicas")) {
    WHORL_ASSIGN(out, table.texts("replicas"));
  }
  if (out.empty() || out.size() > kMostReplicas) {
    return table.wrong("replicas", "names 1 to " + std::to_string(kMostReplicas) + " of them");
  }
  for (const std::string& name : out) {
    if (!is_name(name)) return table.wrong("replicas", "each of them " + std::string(kNameRule));
    if (!taken.insert(name).second) return table.wrong("replicas", "\"" + name + "\" is named twice in the file");
  }
  return out;
}

// More than half, so that any two such sets have a replica in common.
Status check_written_by(Table& root, const ClusterConfig& config) {
  if (!config.written_by) return {};
  for (const auto& replicas : config.replicas) {
    if (*config.written_by <= replicas.size() && 2 * *config.written_by > replicas.size()) continue;
    return root.wrong("written_by", "is more than half of a part's replicas, and no more than there are");
  }
  return {};
}

Status read_broker(Table& root, BrokerConfig& out) {
  WHORL_ASSIGN(out.servers, root.texts("servers"));
  WHORL_ASSIGN(out.authorities, root.path("authorities"));
  WHORL_ASSIGN(out.certificate, root.path("certificate"));
  WHORL_ASSIGN(out.private_key, root.path("private_key"));
  WHORL_ASSIGN(out.user, root.text_or("user", ""));
  WHORL_ASSIGN(out.password, root.path("password"));
  if (out.certificate.empty() != out.private_key.empty()) return root.wrong("certificate", "needs its private_key");
  if (out.user.empty() != out.password.empty()) return root.wrong("user", "needs the file of its password");
  return {};
}

Status read_parts(Table& root, ClusterConfig& out) {
  WHORL_ASSIGN(auto tables, root.tables("parts", kMostParts));
  std::vector<std::vector<SliceRange>> slices;
  std::set<std::string> taken;
  for (Table& table : tables) {
    WHORL_ASSIGN(const std::string name, table.text("name"));
    if (!is_name(name)) return table.wrong("name", kNameRule);
    if (std::find(out.parts.begin(), out.parts.end(), name) != out.parts.end()) {
      return table.wrong("name", "is another part's too");
    }
    out.parts.push_back(name);
    WHORL_ASSIGN(out.replicas.emplace_back(), read_replicas(table, name, taken));
    std::vector<std::string> ranges;
    if (table.has("slices")) {
      WHORL_ASSIGN(ranges, table.texts("slices"));
    }
    auto& mine = slices.emplace_back();
    for (const std::string& range : ranges) {
      const auto read = parse_slices(range);
      if (!read.ok()) return table.wrong("slices", read.error().message);
      mine.push_back(*read);
    }
    WHORL_TRY(table.end());
  }
  const auto map = SliceMap::make(slices);
  if (!map.ok()) return root.wrong("parts", map.error().message);
  out.slices = *map;
  return {};
}

}  // namespace

std::optional<std::size_t> ClusterConfig::place_of(std::string_view replica) const {
  for (std::size_t place = 0; place < replicas.size(); ++place) {
    const auto& names = replicas[place];
    if (std::find(names.begin(), names.end(), replica) != names.end()) return place;
  }
  return {};
}

std::string ClusterConfig::subject_of(std::string_view replica) const {
  return "whorl." + name + ".part." + std::string(replica);
}

std::size_t ClusterConfig::needed_of(std::size_t place) const {
  return written_by.value_or(majority_of(replicas[place].size()));
}

Result<ClusterConfig> parse_cluster_config(std::string_view toml, const fs::path& file) {
  WHORL_ASSIGN(const toml::table table, parse_toml(toml, file, kMostConfigBytes));
  Table root(table, file);
  ClusterConfig out;
  WHORL_ASSIGN(out.name, root.text("name"));
  if (!is_name(out.name)) return root.wrong("name", kNameRule);
  WHORL_ASSIGN(out.key, root.path("key"));
  if (out.key.empty()) return root.wrong("key", "is missing: a file of 32 random bytes, the same in the whole cluster");
  WHORL_TRY(read_broker(root, out.broker));
  WHORL_ASSIGN(const std::int64_t wait, root.number_or("answer_within_ms", out.answer_within.count(), kMostWait_ms));
  out.answer_within = std::chrono::milliseconds(wait);
  WHORL_ASSIGN(const std::int64_t kept, root.number_or("keep_log_s", out.keep_log.count(), kMostKept_s));
  WHORL_ASSIGN(const std::int64_t most,
               root.number_or("keep_log_at_most_s", out.keep_log_at_most.count(), kMostKept_s));
  out.keep_log = std::chrono::seconds(kept);
  out.keep_log_at_most = std::chrono::seconds(most);
  if (kept > most) return root.wrong("keep_log_s", "is more than keep_log_at_most_s");
  WHORL_TRY(read_parts(root, out));
  if (root.has("written_by")) {
    WHORL_ASSIGN(const std::int64_t needed, root.number_or("written_by", 1, kMostReplicas));
    out.written_by = static_cast<std::size_t>(needed);
  }
  WHORL_TRY(check_written_by(root, out));
  WHORL_TRY(root.end());
  return out;
}

Result<ClusterConfig> read_cluster_config(const fs::path& file) {
  WHORL_ASSIGN(const Bytes text, read_file(file, kMostConfigBytes));
  return parse_cluster_config(as_text(text), fs::absolute(file));
}

Setting setting_of(const ClusterConfig& config, const ByModality<std::optional<engine::Calibration>>& calibrations) {
  ByteWriter out;
  out.u8(kWireVersion).sized(config.name);
  for (const ModalityRow& row : modalities()) {
    const auto& calibration = calibrations[row.modality];
    out.sized(calibration ? calibration->to_json() : std::string());
    out.u32(codec::extractor_version_of(row.modality));
  }
  return sha256_of({out.view()});
}

Setting setting_of_part(const ClusterConfig& config, std::string_view listens_as, const Setting& setting) {
  ByteWriter out;
  out.bytes(setting);
  if (const auto place = config.place_of(listens_as.substr(0, listens_as.find(':')))) {
    out.sized(config.parts[*place]);
    for (const std::string& replica : config.replicas[*place]) out.sized(replica);
    out.u64(config.needed_of(*place));
  }
  return sha256_of({out.view()});
}

Sha256 making_options(const engine::EngineConfig& config, bool keeps_images) {
  ByteWriter out;
  const auto number = [&](auto v) { out.u64(static_cast<std::uint64_t>(v)); };
  number(config.min_quality);
  number(keeps_images ? 1 : 0);
  const image::ImageLimits& limits = config.image_limits;
  number(limits.max_bytes);
  number(limits.max_pixels);
  number(limits.min_side_px);
  number(limits.max_side_px);
  out.u64(std::bit_cast<std::uint64_t>(limits.min_ppi));
  out.u64(std::bit_cast<std::uint64_t>(limits.max_ppi));
  number(limits.max_standard_pixels);
  number(limits.max_work_bytes);
  out.sized(config.face_extractor ? config.face_extractor->network().text() : std::string());
  number(config.face_options.several);
  out.u32(std::bit_cast<std::uint32_t>(config.face_options.min_confidence));
  return sha256_of({out.view()});
}

}  // namespace whorl::cluster
