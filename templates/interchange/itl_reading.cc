// What a transaction holds, beside what is wrong with it.
#include <algorithm>
#include <cmath>

#include "templates/interchange/itl.h"
#include "templates/interchange/itl_minutiae.h"
#include "templates/interchange/itl_rules.h"
#include "templates/interchange/itl_tables.h"
#include "templates/interchange/reading.h"

namespace whorl::interchange {
namespace {

// Of field 8: 1 an inch, 2 a centimetre; 0 says only a ratio.
std::optional<double> ppi_of(const ItlRecord& record) {
  const double units = whole_number(record.value(8)).value_or(0) == 2 ? 2.54 : 1.0;
  const int x = whole_number(record.value(9)).value_or(0);
  const int y = whole_number(record.value(10)).value_or(0);
  if (record.value(8) == "0" || x <= 0 || x != y) return std::nullopt;
  return x * units;
}

// Pixels a millimetre of fields 1.011 and 1.012, as whole pixels an inch.
std::optional<double> ppi_of_transaction(const ItlRecord& first, int isr) {
  const std::string text(first.value(isr == 0 ? 12 : 11));
  const double per_mm = text.size() == 5 ? std::atof(text.c_str()) : 0;
  if (per_mm < 1) return std::nullopt;
  return std::round(per_mm * 25.4);
}

// One code for all that a record states: of several possible fingers none is certain, and what is no finger stays so.
std::uint8_t position_of(const std::vector<int>& stated, int type) {
  constexpr int kUnknownPalm = 20;
  constexpr int kNoPosition = 255;
  constexpr int kLastFinger = 12;  // with the plain thumbs
  const auto no_finger =
      std::find_if(stated.begin(), stated.end(), [](int each) { return each < 0 || each > kLastFinger; });
  if (no_finger != stated.end()) {
    return static_cast<std::uint8_t>(*no_finger < 0 || *no_finger > kNoPosition ? kNoPosition : *no_finger);
  }
  if (type == 15) return kUnknownPalm;
  return stated.size() == 1 ? static_cast<std::uint8_t>(stated[0]) : 0;
}

// Of 13.013 to 15.013: a subfield each.
std::vector<int> stated_positions(const ItlRecord& record) {
  std::vector<int> out;
  if (record.value(13).empty()) return out;
  for (const std::string_view each : split(record.value(13), kItlRecord)) {
    out.push_back(whole_number(split(each, kItlUnit)[0]).value_or(-1));
  }
  return out;
}

FoundPicture found_binary(const ItlRecord& record, const ItlRecord& first) {
  FoundPicture out;
  out.position = position_of(record.positions, record.type);
  out.ppi = ppi_of_transaction(first, record.isr);
  out.width = record.width;
  out.height = record.height;
  out.bytes.assign(record.data.begin(), record.data.end());
  return out;
}

FoundPicture found_tagged(const ItlRecord& record) {
  FoundPicture out;
  const bool face = record.type == 10;
  out.modality = face ? Modality::kFace : Modality::kFinger;
  const ByteView data = as_bytes(record.value(999));
  if (face) {
    out.position = kFacePortrait;
  } else {
    out.position = position_of(stated_positions(record), record.type);
    out.ppi = ppi_of(record);
  }
  out.width = whole_number(record.value(6)).value_or(0);
  out.height = whole_number(record.value(7)).value_or(0);
  out.bytes.assign(data.begin(), data.end());
  return out;
}

// Bits a pixel of an uncompressed image: of a face by its colour space.
int depth_of(const ItlRecord& record) {
  if (record.type == 10) return record.value(12) == "GRAY" ? 8 : 24;
  return whole_number(record.value(12)).value_or(8);
}

void find_contents(const ItlTransaction& transaction, Contents& contents) {
  for (std::size_t i = 1; i < transaction.records.size(); ++i) {
    const ItlRecord& record = transaction.records[i];
    if (record.type == 9) {
      contents.minutiae.push_back(minutiae_of_type_9(record));
      continue;
    }
    // Palms are found too, for the reader to be told that they are left out.
    const bool finger = record.type == 4 || (record.type >= 13 && record.type <= 15);
    const bool face = record.type == 10 && record.value(3) == "FACE";
    if (!finger && !face) continue;
    FoundPicture picture = record.binary ? found_binary(record, transaction.records[0]) : found_tagged(record);
    if (picture.bytes.empty()) continue;
    if (compression_of(record) == "NONE") picture.depth = depth_of(record);
    contents.pictures.push_back(std::move(picture));
  }
}

}  // namespace

void read_itl(ByteView file, const ReadOptions& options, Reading& out) {
  out.format = "AN2K";
  const ItlTransaction transaction = split_itl(file, out.findings);
  if (transaction.records.empty()) return;
  constexpr std::size_t kMostShown = 12;
  out.edition = transaction.records[0].value(2).substr(0, kMostShown);
  check_itl(transaction, out.findings);
  if (options.tables != nullptr) options.tables->check(transaction, out.findings);
  if (options.wants_contents) find_contents(transaction, out.contents);
}

}  // namespace whorl::interchange
