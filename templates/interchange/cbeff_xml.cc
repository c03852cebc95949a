// CBEFF in XML: ISO/IEC 19785-3 ed. 2, and the older namespace of OASIS.
#include <algorithm>
#include <pugixml.hpp>
#include <string>

#include "base/base64.h"
#include "templates/interchange/cbeff_schema.h"
#include "templates/interchange/cursor.h"
#include "templates/interchange/reading.h"

namespace whorl::interchange {
namespace {

constexpr std::string_view kIsoNamespace = "http://standards.iso.org/iso-iec/19785/-3/ed-2/";
constexpr std::string_view kOasisNamespace = "http://docs.oasis-open.org/bias/ns/biaspatronformat-1.0/";
constexpr int kMostDepth = 16;
constexpr std::size_t kMostRecords = 1000;

struct Walk {
  ByteView file;
  const ReadOptions& options;
  Reading& out;
  bool oasis = false;
  std::size_t records = 0;
  bool iris = false;  // holds records that are named and not read
  bool read = false;  // and others that are
};

// Standard Base64 of a block; what was amended is CB-06, what cannot be is CB-05.
std::optional<Bytes> decode(std::string_view text, std::size_t at, Findings& findings) {
  std::string plain;
  plain.reserve(text.size() + 3);
  bool url = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    url = url || c == '-' || c == '_';
    plain += c == '-' ? '+' : c == '_' ? '/' : c;
  }
  while (!plain.empty() && plain.back() == '=' && plain.size() % 4 != 0) plain.pop_back();
  const bool unpadded = plain.size() % 4 != 0;
  if (url) findings.warning("CB-06", at, "the Base64 uses the alphabet for addresses");
  if (plain.size() % 4 == 1) {
    findings.error("CB-05", at, "the Base64 has " + std::to_string(plain.size()) + " characters, which no bytes give");
    return std::nullopt;
  }
  if (unpadded) {
    findings.warning("CB-06", at, "the Base64 lacks its padding");
    plain.append(4 - plain.size() % 4, '=');
  }
  // Unused bits of the last character need not be 0 where the text was cut.
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t last = plain.find_last_not_of('=');
  const std::size_t pads = last == std::string::npos ? 0 : plain.size() - 1 - last;
  if (pads == 1 || pads == 2) {
    const std::size_t value = kAlphabet.find(plain[last]);
    if (value != std::string_view::npos) plain[last] = kAlphabet[value & (pads == 1 ? 0x3cu : 0x30u)];
  }
  auto bytes = decode_base64(plain);
  if (!bytes) findings.error("CB-05", at, "the block is not Base64");
  return bytes;
}

std::string_view announced_format(std::string_view type) {
  while (type.size() > 1 && type.front() == '0') type.remove_prefix(1);
  if (type == "2") return "FMR";
  if (type == "7") return "FIR";
  if (type == "8") return "FAC";
  if (type == "9") return "IIR";
  return {};
}

std::string_view format_type(const pugi::xml_node& info) {
  const pugi::xml_node format = child_named(info, "Format");
  if (!format.empty()) return text_of(format, "Type");
  return text_of(info, "FormatType");
}

// The rules that an inner record breaks, each once.
std::string rules_of(const Findings& findings) {
  std::string out;
  for (const Finding& each : findings.all()) {
    if (each.severity != Severity::kError || out.find(each.rule) != std::string::npos) continue;
    out += " " + std::string(each.rule);
  }
  return out;
}

void check_block(const Bytes& bytes, const pugi::xml_node& info, std::size_t at, Walk& walk) {
  Findings& findings = walk.out.findings;
  const std::string_view announced = announced_format(format_type(info));
  const std::string_view found = inner_format(bytes);
  const std::string is = found.empty() ? "no known record" : "a record of " + std::string(found);
  if (!announced.empty() && found != announced) {
    findings.error("CB-07", at, "the format type announces " + std::string(announced) + ", the block is " + is);
    return;
  }
  if (found.empty()) {
    findings.warning("CB-07", at, "the format type announces nothing that is known, the block is " + is);
    return;
  }
  (found == "IIR" ? walk.iris : walk.read) = true;
  InnerRules rules;
  rules.finger = StatedFinger::of_words(text_of(info, "Subtype"));
  Inner inner = read_record(bytes, walk.options, rules);
  if (!inner.contradiction.empty()) findings.error("CB-10", at, inner.contradiction);
  if (inner.findings.errors() > 0) {
    findings.error("CB-08", at, "the " + std::string(found) + " record inside breaks" + rules_of(inner.findings));
  }
  for (auto& picture : inner.contents.pictures) walk.out.contents.pictures.push_back(std::move(picture));
  for (auto& view : inner.contents.minutiae) walk.out.contents.minutiae.push_back(std::move(view));
}

void read_leaf(const pugi::xml_node& bir, Walk& walk) {
  Findings& findings = walk.out.findings;
  if (++walk.records == kMostRecords) findings.error("GEN-03", offset_of(bir), "more than 1000 records");
  if (walk.records >= kMostRecords) return;
  const pugi::xml_node info = child_named(bir, "BDBInfo");
  const pugi::xml_node block = child_named(bir, "BDB");
  if (info.empty()) findings.error("CB-03", offset_of(bir), "the BIR has no BDBInfo");
  const std::string_view text = block.text().get();
  if (block.empty() || text.empty()) {
    findings.error("CB-04", offset_of(bir), "the BIR has no BDB");
    return;
  }
  const std::size_t at = offset_of(block);
  if (const auto bytes = decode(text, at, findings)) check_block(*bytes, info, at, walk);
}

void read_bir(const pugi::xml_node& bir, int depth, Walk& walk) {
  check_bir_schema(bir, walk.oasis, walk.out.findings);
  bool leaf = true;
  for (const pugi::xml_node& child : bir.children()) {
    if (local_name(child) != "BIR") continue;
    leaf = false;
    if (depth < kMostDepth) {
      read_bir(child, depth + 1, walk);
    } else {
      walk.out.findings.error("GEN-03", offset_of(child), "BIR elements are nested more than 16 deep");
    }
  }
  if (leaf) read_leaf(bir, walk);
}

std::string_view namespace_of(const pugi::xml_node& root) {
  const std::string_view local = local_name(root);
  const std::string prefix(root.name(), static_cast<std::size_t>(local.data() - root.name()));
  const std::string attribute = prefix.empty() ? "xmlns" : "xmlns:" + prefix.substr(0, prefix.size() - 1);
  return root.attribute(attribute.c_str()).value();
}

}  // namespace

void read_cbeff_xml(ByteView file, const ReadOptions& options, Reading& out) {
  constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  constexpr std::ptrdiff_t kMostTags = 100'000;
  out.format = "CBEFF XML";
  if (file.size() > kMostBytes || std::count(file.begin(), file.end(), '<') > kMostTags) {
    out.findings.error("GEN-03", 0, "the XML has more than 16 MiB or 100000 tags");
    return;
  }
  pugi::xml_document document;
  const auto parsed = document.load_buffer(file.data(), file.size(), pugi::parse_default, pugi::encoding_auto);
  if (!parsed) {
    out.findings.error("CB-01", static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)),
                       "the XML is malformed: " + std::string(parsed.description()));
    return;
  }
  const pugi::xml_node root = document.document_element();
  if (local_name(root) != "BIR") {
    out.findings.error("CB-01", offset_of(root), "the root element is not BIR");
    return;
  }
  const std::string_view space = namespace_of(root);
  if (space != kIsoNamespace && space != kOasisNamespace) {
    constexpr std::size_t kMostShown = 100;
    out.findings.error("CB-02", offset_of(root),
                       "the namespace \"" + std::string(space.substr(0, kMostShown)) + "\" is not that of CBEFF");
  }
  Walk walk{file, options, out};
  walk.oasis = space == kOasisNamespace;
  read_bir(root, 0, walk);
  if (walk.iris && !walk.read) out.unhandled = "iris records (ISO/IEC 19794-6) are recognised, and not read";
}

}  // namespace whorl::interchange
