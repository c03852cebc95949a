// The model card's file: docs/face.md.
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <optional>

#include "base/catalogue.h"
#include "base/sha256.h"
#include "templates/face/card.h"

namespace whorl::face {
namespace {
namespace json = boost::json;

constexpr std::string_view kFormat = "whorl-model-card";
constexpr std::int64_t kFormatVersion = 1;
constexpr int kMinInput = 16;
constexpr int kMaxInput = 1024;
constexpr std::size_t kMaxText = 1024;
constexpr double kLeastEyes_px = 4;

constexpr std::string_view kCommon[] = {"format", "version", "name",    "role",   "file",
                                        "sha256", "url",     "licence", "source", "note"};
constexpr std::string_view kOfEmbedder[] = {"input",     "channels",  "mean",       "scale",
                                            "dimension", "alignment", "calibration"};

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_file_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.find_first_of("/\\") == std::string_view::npos;
}

class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}

  Result<const json::value*> get(std::string_view name) const {
    const json::value* v = object_.if_contains(name);
    if (v == nullptr) return invalid_input("is missing from the model card", std::string(name));
    return v;
  }

  Result<std::string> text(std::string_view name, std::size_t min, std::size_t max = kMaxText) const {
    WHORL_ASSIGN(const json::value* v, get(name));
    if (v->is_string() && v->get_string().size() >= min && v->get_string().size() <= max && is_plain(v->get_string())) {
      return std::string(v->get_string());
    }
    return invalid_input(
        "must be a text of " + std::to_string(min) + " to " + std::to_string(max) + " printable ASCII characters",
        std::string(name));
  }

  Result<std::int64_t> whole(std::string_view name, std::int64_t min, std::int64_t max) const {
    WHORL_ASSIGN(const json::value* v, get(name));
    return whole_of(*v, std::string(name), min, max);
  }

  static Result<std::int64_t> whole_of(const json::value& v, const std::string& field, std::int64_t min,
                                       std::int64_t max) {
    if (v.is_int64() && v.get_int64() >= min && v.get_int64() <= max) return v.get_int64();
    return invalid_input("must be a whole number from " + std::to_string(min) + " to " + std::to_string(max), field);
  }

  static Result<double> number_of(const json::value& v, const std::string& field, double min, double max) {
    json::error_code failed;
    const double number = v.to_number<double>(failed);
    if (!failed && std::isfinite(number) && number >= min && number <= max) return number;
    return invalid_input("must be a number from " + std::to_string(min) + " to " + std::to_string(max), field);
  }

  Result<const json::array*> list(std::string_view name, std::size_t size) const {
    WHORL_ASSIGN(const json::value* v, get(name));
    if (v->is_array() && v->get_array().size() == size) return &v->get_array();
    return invalid_input("must be a list of " + std::to_string(size), std::string(name));
  }

  [[nodiscard]] const json::object& object() const { return object_; }

 private:
  const json::object& object_;
};

Status check_names(const json::object& object, bool embedder) {
  for (const auto& item : object) {
    const std::string_view name(item.key().data(), item.key().size());
    const bool common = std::find(std::begin(kCommon), std::end(kCommon), name) != std::end(kCommon);
    const bool own =
        embedder && std::find(std::begin(kOfEmbedder), std::end(kOfEmbedder), name) != std::end(kOfEmbedder);
    if (!common && !own) return invalid_input("is no field of such a model card", std::string(name.substr(0, 64)));
  }
  return {};
}

Status read_common(const Fields& fields, ModelCard& out) {
  WHORL_ASSIGN(out.name, fields.text("name", 1, kMaxNameBytes));
  if (const Status sound = check_network_name(out.name); !sound.ok()) {
    return invalid_input(sound.error().message, "name");
  }
  WHORL_ASSIGN(out.file, fields.text("file", 1, 255));
  if (!is_file_name(out.file)) return invalid_input("must be a file's name without a folder", "file");
  WHORL_ASSIGN(out.sha256, fields.text("sha256", 0, 64));
  if (!out.sha256.empty() && !sha256_named(out.sha256)) {
    return invalid_input("must be 64 hexadecimal digits, or empty where it is not known", "sha256");
  }
  WHORL_ASSIGN(out.url, fields.text("url", 0));
  if (!out.url.empty() && !out.url.starts_with("https://")) {
    return invalid_input("must begin with https://, or be empty", "url");
  }
  WHORL_ASSIGN(out.licence, fields.text("licence", 1));
  WHORL_ASSIGN(out.source, fields.text("source", 1));
  WHORL_ASSIGN(out.note, fields.text("note", 0));
  return {};
}

Status read_alignment(const Fields& fields, ModelCard& out) {
  WHORL_ASSIGN(const json::array* points, fields.list("alignment", out.alignment.size()));
  for (std::size_t i = 0; i < out.alignment.size(); ++i) {
    const std::string field = "alignment[" + std::to_string(i) + "]";
    const json::value& point = (*points)[i];
    if (!point.is_array() || point.get_array().size() != 2) return invalid_input("must be two numbers", field);
    WHORL_ASSIGN(const double x, Fields::number_of(point.get_array()[0], field, 0, out.input_width - 1));
    WHORL_ASSIGN(const double y, Fields::number_of(point.get_array()[1], field, 0, out.input_height - 1));
    out.alignment[i] = {static_cast<float>(x), static_cast<float>(y)};
  }
  const float eyes = out.alignment[kRightEye].x - out.alignment[kLeftEye].x;
  if (!(static_cast<double>(eyes) >= kLeastEyes_px)) {
    return invalid_input("the eyes must be at least 4 px apart, the left one first", "alignment");
  }
  return {};
}

Status read_embedder(const Fields& fields, ModelCard& out) {
  WHORL_ASSIGN(const json::array* input, fields.list("input", 2));
  WHORL_ASSIGN(const auto width, Fields::whole_of((*input)[0], "input[0]", kMinInput, kMaxInput));
  WHORL_ASSIGN(const auto height, Fields::whole_of((*input)[1], "input[1]", kMinInput, kMaxInput));
  out.input_width = static_cast<int>(width);
  out.input_height = static_cast<int>(height);
  WHORL_ASSIGN(const std::string channels, fields.text("channels", 3, 3));
  if (channels != "bgr" && channels != "rgb") return invalid_input("must be \"bgr\" or \"rgb\"", "channels");
  out.channels = channels == "rgb" ? ChannelOrder::kRgb : ChannelOrder::kBgr;
  WHORL_ASSIGN(const json::array* mean, fields.list("mean", 3));
  for (std::size_t i = 0; i < 3; ++i) {
    WHORL_ASSIGN(out.mean[i], Fields::number_of((*mean)[i], "mean[" + std::to_string(i) + "]", 0, 255));
  }
  WHORL_ASSIGN(const json::value* scale, fields.get("scale"));
  WHORL_ASSIGN(out.scale, Fields::number_of(*scale, "scale", 1e-4, 10));
  WHORL_ASSIGN(const auto dimension, fields.whole("dimension", kMinDimension, kMaxDimension));
  out.dimension = static_cast<int>(dimension);
  WHORL_ASSIGN(out.calibration, fields.text("calibration", 0, 255));
  if (!out.calibration.empty() && !is_file_name(out.calibration)) {
    return invalid_input("must be a file's name without a folder, or empty", "calibration");
  }
  return read_alignment(fields, out);
}

Result<ModelCard> read_card(std::string_view text) {
  if (text.size() > kMaxCardBytes) return invalid_input("the model card is larger than 64 KiB");
  json::error_code failed;
  json::parse_options options;
  options.max_depth = 4;
  const json::value root = json::parse(text, failed, {}, options);
  if (failed) return invalid_input("the model card is not JSON: " + failed.message());
  if (!root.is_object()) return invalid_input("the model card must be a JSON object");
  const Fields fields(root.get_object());
  WHORL_ASSIGN(const std::string format, fields.text("format", 1, 64));
  if (format != kFormat) return invalid_input("must be \"" + std::string(kFormat) + "\"", "format");
  WHORL_TRY(fields.whole("version", kFormatVersion, kFormatVersion));
  WHORL_ASSIGN(const std::string role, fields.text("role", 1, 64));
  if (role != "detector" && role != "embedder") {
    return invalid_input("must be \"detector\" or \"embedder\"", "role");
  }
  ModelCard out;
  out.role = role == "detector" ? Role::kDetector : Role::kEmbedder;
  WHORL_TRY(check_names(fields.object(), out.role == Role::kEmbedder));
  WHORL_TRY(read_common(fields, out));
  if (out.role == Role::kEmbedder) WHORL_TRY(read_embedder(fields, out));
  return out;
}

}  // namespace

Result<ModelCard> parse_card(std::string_view text) { return coded(ErrorCode::kModelCardMalformed, read_card(text)); }

}  // namespace whorl::face
