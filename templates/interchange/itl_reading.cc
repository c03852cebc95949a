// What a transaction holds, beside what is wrong with it.
#include <algorithm>
#include <cmath>
#include <map>

#include "templates/interchange/impressions.h"
#include "templates/interchange/itl.h"
#include "templates/interchange/itl_minutiae.h"
#include "templates/interchange/itl_rules.h"
#include "templates/interchange/itl_scale.h"
#include "templates/interchange/itl_tables.h"
#include "templates/interchange/reading.h"

namespace whorl::interchange {
namespace {

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
  out.impression = impression_of_itl(record.impression);
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
    out.impression = impression_of_itl(whole_number(record.value(3)).value_or(-1));
    const ItlScale scale = scale_of(record);
    out.ppi = scale.ppi();
    if (scale.is_of_shape()) out.unusable = scale.fault;  // without a scale the picture's own bytes may say it
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

// Of Type-1 and Type-2, which hold no sample, nothing is said.
std::string_view kind_of_type(int type) {
  switch (type) {
    case 3: return "low-resolution grey prints";
    case 5: return "low-resolution binary prints";
    case 6: return "high-resolution binary prints";
    case 7: return "user-defined images";
    case 8: return "signatures";
    case 10: return "images of other things than faces";
    case 11: return "voices";
    case 12: return "dental records";
    case 16: return "user-defined testing images";
    case 17: return "irises";
    case 18: return "DNA";
    case 19: return "plantar prints";
    case 20: return "source representations";
    case 21: return "associated context";
    case 22: return "other imagery";
    case 98: return "information assurance";
    case 99: return "CBEFF records";
    default: return "of no known kind";
  }
}

PassedOver passed_over(int type, std::size_t records) {
  PassedOver out;
  if (type >= 3 && type <= 7) out.modality = Modality::kFinger;
  if (type == 10) out.modality = Modality::kFace;
  out.text = std::to_string(records) + (records == 1 ? " record" : " records") + " of Type-" + std::to_string(type) +
             " (" + std::string(kind_of_type(type)) + "), which are not read";
  return out;
}

// A record that states a finger and has no picture of it, because it is missing or for no reason.
PassedOver without_image(const ItlRecord& record) {
  PassedOver out;
  out.modality = record.type == 10 ? Modality::kFace : Modality::kFinger;
  const bool reasoned = !record.value(18).empty();
  out.text =
      "a record of " + name_of_itl(record) + " without an image" + (reasoned ? ", which says why (field 18)" : "");
  return out;
}

void find_contents(const ItlTransaction& transaction, Contents& contents) {
  std::map<int, std::size_t> unread;
  for (std::size_t i = 1; i < transaction.records.size(); ++i) {
    const ItlRecord& record = transaction.records[i];
    if (record.type == 9) {
      contents.minutiae.push_back(minutiae_of_type_9(record));
      contents.minutiae.back().impression = impression_of_itl(whole_number(record.value(3)).value_or(-1));
      continue;
    }
    // Palms are found too, for the reader to be told that they are left out.
    const bool finger = record.type == 4 || (record.type >= 13 && record.type <= 15);
    const bool face = record.type == 10 && record.value(3) == "FACE";
    if (!finger && !face) {
      if (record.type > 2) ++unread[record.type];
      continue;
    }
    FoundPicture picture = record.binary ? found_binary(record, transaction.records[0]) : found_tagged(record);
    if (picture.bytes.empty()) {
      contents.passed_over.push_back(without_image(record));
      continue;
    }
    if (compression_of(record) == "NONE") picture.depth = depth_of(record);
    contents.pictures.push_back(std::move(picture));
  }
  for (const auto& [type, records] : unread) contents.passed_over.push_back(passed_over(type, records));
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
