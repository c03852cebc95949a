#include "templates/interchange/identifiers.h"

#include <pugixml.hpp>

#include "templates/interchange/cbeff_schema.h"
#include "templates/interchange/itl.h"

namespace whorl::interchange {
namespace {

constexpr int kMostDepth = 16;

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::string index_of(const pugi::xml_node& bir, int depth) {
  for (const std::string_view block : {"BIRInfo", "BDBInfo"}) {
    std::string found = trimmed(text_of(child_named(bir, block), "Index"));
    if (!found.empty()) return found;
  }
  if (depth == kMostDepth) return {};
  for (const pugi::xml_node& child : bir.children()) {
    if (local_name(child) != "BIR") continue;
    std::string found = index_of(child, depth + 1);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

Result<std::string> itl_value(ByteView file, int type, int number) {
  const std::string name = std::to_string(type) + "." + std::to_string(1000 + number).substr(1);
  if (!begins_itl(file)) return invalid_input("only an ANSI/NIST transaction has a field " + name);
  Findings ignored;
  const ItlTransaction transaction = split_itl(file, ignored);
  for (const ItlRecord& record : transaction.records) {
    if (record.type != type || record.binary) continue;
    std::string value = trimmed(split(split(record.value(number), kItlRecord)[0], kItlUnit)[0]);
    if (!value.empty()) return value;
    break;
  }
  return invalid_input("the transaction has no field " + name);
}

Result<std::string> cbeff_index(ByteView file) {
  constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  pugi::xml_document document;
  const bool read = file.size() <= kMostBytes && document.load_buffer(file.data(), file.size());
  if (!read || local_name(document.document_element()) != "BIR") {
    return invalid_input("only CBEFF in XML has an index");
  }
  std::string found = index_of(document.document_element(), 0);
  if (found.empty()) return invalid_input("no BIR of the file has an index");
  return found;
}

}  // namespace whorl::interchange
