#include "templates/interchange/cbeff_schema.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

namespace whorl::interchange {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 9> kBir{"Version", "CBEFFVersion", "BIRInfo", "BDBInfo", "SBInfo",
                                               "BIR",     "BDB",          "SB",      "others"};
constexpr std::array<std::string_view, 17> kBdbInfo{"ChallengeResponse",
                                                    "Index",
                                                    "Format",
                                                    "Encryption",
                                                    "CreationDate",
                                                    "NotValidBefore",
                                                    "NotValidAfter",
                                                    "Type",
                                                    "Subtype",
                                                    "Level",
                                                    "Product",
                                                    "CaptureDevice",
                                                    "FeatureExtractionAlgorithm",
                                                    "ComparisonAlgorithm",
                                                    "CompressionAlgorithm",
                                                    "Purpose",
                                                    "Quality"};
constexpr std::array<std::string_view, 18> kTypes{
    "Scent",  "DNA",   "Ear",  "Face",      "Finger",      "Foot",          "HandGeometry", "Vein",       "Iris",
    "Retina", "Voice", "Gait", "Keystroke", "LipMovement", "SignatureSign", "Palm",         "BackOfHand", "Wrist"};
constexpr std::array<std::string_view, 14> kSubtypes{
    "Left",     "Right",     "Thumb", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger",
    "LeftVein", "RightVein", "Palm",  "BackOfHand",  "Wrist",        "Reserved1",  "Reserved2"};
constexpr std::array<std::string_view, 3> kLevels{"Raw", "Intermediate", "Processed"};
constexpr std::array<std::string_view, 6> kPurposes{"Verify",       "Identify",       "Enroll",
                                                    "EnrollVerify", "EnrollIdentify", "Audit"};

bool is_one_of(std::string_view text, Names names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

// Words with spaces between them, each one of `names`.
bool all_of(std::string_view list, Names names) {
  while (!(list = trimmed(list)).empty()) {
    const std::size_t end = std::min(list.find_first_of(" \t\r\n"), list.size());
    if (!is_one_of(list.substr(0, end), names)) return false;
    list.remove_prefix(end);
  }
  return true;
}

bool is_score(std::string_view text) {
  const bool digits = !text.empty() && text.size() <= 3 &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && std::stoi(std::string(text)) <= 100;
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const auto fits = [](char shape, char c) {
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return shape == 'x' ? hex : c == shape;
  };
  return text.size() == kShape.size() && std::equal(kShape.begin(), kShape.end(), text.begin(), fits);
}

// Elements of foreign prefixes may stand anywhere: the schema's `any` of others.
void check_order(const pugi::xml_node& parent, Names order, Findings& findings) {
  const std::string_view own(parent.name(), static_cast<std::size_t>(local_name(parent).data() - parent.name()));
  std::size_t reached = 0;
  for (const pugi::xml_node& child : parent.children()) {
    const std::string_view name = local_name(child);
    const std::string_view prefix(child.name(), static_cast<std::size_t>(name.data() - child.name()));
    if (child.type() != pugi::node_element || prefix != own) continue;
    const auto at = static_cast<std::size_t>(std::find(order.begin(), order.end(), name) - order.begin());
    if (at == order.size()) {
      findings.error("CB-09", offset_of(child),
                     "element " + std::string(name) + " does not belong into " + std::string(local_name(parent)));
    } else if (at < reached) {
      findings.error("CB-09", offset_of(child),
                     "element " + std::string(name) + " stands too late in " + std::string(local_name(parent)));
    } else {
      reached = at;
    }
  }
}

void check_value(const pugi::xml_node& parent, std::string_view name, bool (*legal)(std::string_view),
                 Findings& findings) {
  const pugi::xml_node node = child_named(parent, name);
  if (node.empty() || legal(trimmed(node.text().get()))) return;
  constexpr std::size_t kMostShown = 40;
  const std::string_view text = trimmed(node.text().get());
  findings.error("CB-09", offset_of(node),
                 "\"" + std::string(text.substr(0, kMostShown)) + "\" is no value of " + std::string(name));
}

}  // namespace

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child_named(const pugi::xml_node& parent, std::string_view name) {
  return parent.find_child([=](const pugi::xml_node& child) { return local_name(child) == name; });
}

std::string_view text_of(const pugi::xml_node& parent, std::string_view name) {
  return trimmed(child_named(parent, name).text().get());
}

std::size_t offset_of(const pugi::xml_node& node) {
  const std::ptrdiff_t offset = node.offset_debug();
  return offset < 0 ? 0 : static_cast<std::size_t>(offset);
}

void check_bir_schema(const pugi::xml_node& bir, bool oasis, Findings& findings) {
  check_order(bir, kBir, findings);
  const pugi::xml_node info = child_named(bir, "BDBInfo");
  if (info.empty()) return;
  std::vector<std::string_view> order(kBdbInfo.begin(), kBdbInfo.end());
  if (oasis) {
    const auto format = std::find(order.begin(), order.end(), "Format");
    order.insert(order.erase(format), {"FormatOwner", "FormatType"});
  }
  check_order(info, order, findings);
  check_value(info, "Index", is_uuid, findings);
  check_value(
      info, "Type", [](std::string_view text) { return all_of(text, kTypes); }, findings);
  check_value(
      info, "Subtype", [](std::string_view text) { return all_of(text, kSubtypes); }, findings);
  check_value(
      info, "Level", [](std::string_view text) { return is_one_of(text, kLevels); }, findings);
  check_value(
      info, "Purpose", [](std::string_view text) { return is_one_of(text, kPurposes); }, findings);
  check_value(child_named(info, "Quality"), "Score", is_score, findings);
}

}  // namespace whorl::interchange
