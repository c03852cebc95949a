#include "cli/exchange_node.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>

#include "base/base64.h"
#include "base/identifier.h"
#include "base/sha256.h"
#include "cli/print.h"
#include "crypto/random.h"
#include "server/osia/names.h"
#include "templates/codec/codec.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;

// As OSIA has a sample.
Result<json::object> item_of(const Sample& sample) {
  WHORL_ASSIGN(const codec::Codec* codec, codec::codec_of(sample));
  json::object out{{"biometricType", server::type_name(sample.modality)}};
  out["biometricSubType"] = sample.modality == Modality::kFace
                                ? server::kPortrait
                                : server::osia_name(static_cast<engine::FingerPosition>(sample.position));
  out[codec->is_image() ? "image" : "template"] = encode_base64(sample.bytes);
  if (!codec->is_image()) out["templateFormat"] = codec->content->osia_name;
  if (codec->is_image() && sample.resolution_ppi) out["resolution"] = std::llround(*sample.resolution_ppi);
  return out;
}

json::object item_of(const engine::MissingFinger& missing) {
  json::object entry{{"biometricSubType", server::osia_name(missing.position)}};
  std::string presence = missing.reason;  // OSIA has it in capitals
  for (char& c : presence) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (!presence.empty()) entry["presence"] = presence;
  return {{"biometricType", server::type_name(Modality::kFinger)},
          {"biometricSubType", server::osia_name(missing.position)},
          {"missing", json::array{std::move(entry)}}};
}

}  // namespace

void add_node_options(CLI::App& verb, NodeAt& node) {
  verb.add_option("--node", node.url, "The node: https://HOST:PORT, or on this machine http://HOST:PORT")
      ->capture_default_str();
  verb.add_option("--token", node.token, "File of the officer's bearer token, its owner's alone");
  verb.add_option("--ca", node.authorities,
                  "CAs of the node's certificate (PEM); without it those that the system trusts");
}

Result<json::array> biometric_data(const SampleOptions& options, const std::vector<std::string>& missing) {
  WHORL_ASSIGN(const GivenSamples given, read_samples(options));
  json::array out;
  for (std::size_t i = 0; i < given.samples.size(); ++i) {
    const auto item = item_of(given.samples[i]);
    if (!item.ok()) return item.error().within(given.flags[i]);
    out.push_back(*item);
  }
  WHORL_ASSIGN(const auto absent, missing_fingers(missing));
  for (const auto& each : absent) out.push_back(item_of(each));
  return out;
}

Result<std::string> drawn_reference() {
  std::array<std::uint8_t, 16> bytes{};
  WHORL_TRY(crypto::system_random().fill(bytes));
  return hex_of(bytes);
}

json::array json_texts(const std::vector<std::string>& from) {
  json::array out;
  for (const std::string& each : from) out.emplace_back(each);
  return out;
}

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? printable(std::string(found->get_string())) : "";
}

std::vector<std::string> texts_in(const json::object& object, std::string_view name) {
  std::vector<std::string> out;
  const json::value* list = object.if_contains(name);
  if (list == nullptr || !list->is_array()) return out;
  for (const json::value& each : list->get_array()) {
    if (each.is_string()) out.push_back(printable(std::string(each.get_string())));
  }
  return out;
}

bool fits_path(std::string_view text) { return is_identifier(text) && !is_dot_segment(text); }

}  // namespace whorl::cli
