#include "templates/interchange/itl_writer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "templates/interchange/fingerprint_minutiae.h"
#include "templates/interchange/itl.h"
#include "templates/interchange/picture.h"

namespace whorl::interchange {
namespace {

// A tagged record of these fields, whose length counts its own digits.
std::string tagged(int type, const std::vector<std::pair<int, std::string>>& fields) {
  const auto tag = [type](int number) {
    const std::string digits = std::to_string(number);
    return std::to_string(type) + "." + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits + ":";
  };
  std::string rest;
  for (const auto& [number, value] : fields) rest += kItlGroup + tag(number) + value;
  rest += kItlFile;
  const std::size_t fixed = tag(1).size() + rest.size();
  std::size_t length = fixed + 1;
  while (length != fixed + std::to_string(length).size()) ++length;
  return tag(1) + std::to_string(length) + rest;
}

// Of tagged records, and as the number of Type-4.
struct Compression {
  std::string_view name;
  std::uint8_t code = 0;
};

Compression compression_of(Storage storage) {
  switch (storage) {
    case Storage::kRaw: return {"NONE", 0};
    case Storage::kWsq: return {"WSQ20", 1};
    case Storage::kJpeg2000: return {"JP2", 4};
    case Storage::kJpeg2000Lossless: return {"JP2L", 5};
    case Storage::kPng: return {"PNG", 6};
    default: return {};
  }
}

std::string two_digits(std::size_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

bool is_date(std::string_view text) {
  const auto whole = text.size() == 8 ? whole_number(text) : std::nullopt;
  using namespace std::chrono;
  return whole && year_month_day{year{*whole / 10000}, month{static_cast<unsigned>(*whole / 100 % 100)},
                                 day{static_cast<unsigned>(*whole % 100)}}
                      .ok();
}

Status check_texts(const TransactionToWrite& transaction) {
  for (const std::string* text : {&transaction.type, &transaction.destination, &transaction.originator,
                                  &transaction.control, &transaction.domain, &transaction.domain_version}) {
    const bool plain = std::all_of(text->begin(), text->end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (text->empty() || !plain)
      return invalid_input("type, destination, originator, control number and domain are printable texts");
  }
  if (!is_date(transaction.date)) return invalid_input("the date of a transaction is YYYYMMDD");
  return {};
}

// Pixels a millimetre as fields 1.011 and 1.012 have it.
std::string per_mm(int ppi) {
  constexpr double kMillimetresAnInch = 25.4;
  std::array<char, 16> out{};
  std::snprintf(out.data(), out.size(), "%05.2f", ppi / kMillimetresAnInch);
  return out.data();
}

std::string items(std::initializer_list<std::string> values) {
  std::string out;
  for (const std::string& each : values) out += (out.empty() ? "" : std::string(1, kItlUnit)) + each;
  return out;
}

// `types`: of the records after Type-2, in order. `ppi`: of Type-4 records; 0: there are none.
std::string type_1(const std::vector<int>& types, int ppi, const TransactionToWrite& transaction) {
  std::string contents = items({"1", std::to_string(types.size() + 1)}) + kItlRecord + items({"2", "00"});
  for (std::size_t i = 0; i < types.size(); ++i) {
    contents += kItlRecord + items({std::to_string(types[i]), two_digits(i + 1)});
  }
  const std::string resolution = ppi == 0 ? "00.00" : per_mm(ppi);
  return tagged(1, {{2, "0500"},
                    {3, contents},
                    {4, transaction.type},
                    {5, transaction.date},
                    {7, transaction.destination},
                    {8, transaction.originator},
                    {9, transaction.control},
                    {11, resolution},
                    {12, resolution},
                    {13, items({transaction.domain, transaction.domain_version})}});
}

std::string type_4(const PictureToWrite& each, std::size_t idc) {
  constexpr std::size_t kHeader = 18;
  constexpr int kMorePositions = 5;
  constexpr std::uint8_t kUnused = 255;
  ByteWriter out;
  out.u32(static_cast<std::uint32_t>(kHeader + each.data.size())).u8(static_cast<std::uint8_t>(idc));
  out.u8(each.impression).u8(each.position);
  for (int i = 0; i < kMorePositions; ++i) out.u8(kUnused);
  out.u8(0).u16(static_cast<std::uint16_t>(each.width)).u16(static_cast<std::uint16_t>(each.height));
  out.u8(compression_of(each.storage).code).bytes(each.data);
  return std::string(as_text(out.view()));
}

std::string type_14(const PictureToWrite& each, std::size_t idc, const TransactionToWrite& transaction) {
  return tagged(14, {{2, two_digits(idc)},
                     {3, std::to_string(each.impression)},
                     {4, transaction.originator},
                     {5, transaction.date},
                     {6, std::to_string(each.width)},
                     {7, std::to_string(each.height)},
                     {8, "1"},
                     {9, std::to_string(each.ppi)},
                     {10, std::to_string(each.ppi)},
                     {11, std::string(compression_of(each.storage).name)},
                     {12, "8"},
                     {13, std::to_string(each.position)},
                     {999, std::string(as_text(each.data))}});
}

// The resolution of a photograph is not known: field 8 says so, and 9 and 10 that its pixels are square.
std::string type_10(ByteView face, std::size_t idc, const TransactionToWrite& transaction) {
  const Picture picture = look_at_picture(face);
  const bool jpeg = picture.kind == PictureKind::kJpeg;
  return tagged(10, {{2, two_digits(idc)},
                     {3, "FACE"},
                     {4, transaction.originator},
                     {5, transaction.date},
                     {6, std::to_string(picture.width)},
                     {7, std::to_string(picture.height)},
                     {8, "0"},
                     {9, "10"},
                     {10, "10"},
                     {11, jpeg                 ? "JPEGB"
                          : picture.reversible ? "JP2L"
                                               : "JP2"},
                     {12, picture.channels == 1 ? "GRAY" : "SRGB"},
                     {999, std::string(as_text(face))}});
}

std::string minutiae_text(const MinutiaeView& view) {
  std::string out;
  for (std::size_t i = 0; i < view.minutiae.size(); ++i) {
    const RecordMinutia& each = view.minutiae[i];
    if (i > 0) out += kItlRecord;
    out += items({std::to_string(i + 1), std::to_string(each.x), std::to_string(each.y), std::to_string(each.angle),
                  std::to_string(each.type), std::to_string(each.quality)});
  }
  return out;
}

// The block of INCITS 378: its units, and the origin at the upper left.
std::string type_9(const FingerToWrite& finger, std::size_t idc) {
  constexpr std::size_t kMost = 255;
  const MinutiaeView view = view_of(*finger.content, MinutiaeEdition::kAnsi2004, kMost);
  const std::string per_cm = std::to_string(static_cast<int>(view.x_per_cm));
  return tagged(9, {{2, two_digits(idc)},
                    {3, std::to_string(finger.impression)},
                    {4, "U"},
                    {126, items({"27", "513", "00000000"})},
                    {127, items({"NONE", "0"})},
                    {128, std::to_string(view.width)},
                    {129, std::to_string(view.height)},
                    {130, "2"},
                    {131, per_cm},
                    {132, per_cm},
                    {133, "0"},
                    {134, std::to_string(static_cast<int>(finger.position))},
                    {135, items({std::to_string(view.quality), "0000", "1"})},
                    {136, std::to_string(view.minutiae.size())},
                    {137, minutiae_text(view)}});
}

Status check_finger(const PictureToWrite& each, int ppi, FingerRecords kind) {
  constexpr int kMostSide = 65535;
  if (compression_of(each.storage).name.empty()) {
    return invalid_input("a record of a finger takes no image of this compression");
  }
  if (each.width <= 0 || each.height <= 0 || each.width > kMostSide || each.height > kMostSide) {
    return invalid_input("an image has no size that a record takes");
  }
  if (kind == FingerRecords::kType4 && each.ppi != ppi) {
    return invalid_input("the images of Type-4 records have one resolution");
  }
  return {};
}

Status check_contents(const TransactionContents& contents, FingerRecords kind) {
  constexpr std::size_t kMostRecords = 98;
  const std::size_t count = contents.fingers.size() + contents.faces.size() + contents.minutiae.size();
  if (count == 0 || count > kMostRecords) return invalid_input("a transaction takes 1 to 98 images and templates");
  for (const PictureToWrite& each : contents.fingers) WHORL_TRY(check_finger(each, contents.fingers[0].ppi, kind));
  for (const ByteView face : contents.faces) {
    const Picture picture = look_at_picture(face);
    const bool taken = picture.kind == PictureKind::kJpeg || picture.kind == PictureKind::kJp2;
    if (!taken || picture.width <= 0 || picture.height <= 0) {
      return invalid_input("a record of a face takes a JPEG or a JPEG 2000 file");
    }
  }
  for (const FingerToWrite& each : contents.minutiae) {
    if (each.content == nullptr || each.content->minutiae.empty()) return invalid_input("a finger has no minutiae");
  }
  return {};
}

}  // namespace

Result<Bytes> write_itl(const TransactionContents& contents, const TransactionToWrite& transaction) {
  WHORL_TRY(check_texts(transaction));
  WHORL_TRY(check_contents(contents, transaction.fingers));
  const bool binary = transaction.fingers == FingerRecords::kType4;
  std::vector<int> types(contents.minutiae.size(), 9);
  types.insert(types.end(), contents.faces.size(), 10);
  types.insert(types.end(), contents.fingers.size(), binary ? 4 : 14);
  std::size_t idc = 0;
  const int ppi = binary && !contents.fingers.empty() ? contents.fingers[0].ppi : 0;
  std::string out = type_1(types, ppi, transaction) + tagged(2, {{2, "00"}});
  for (const FingerToWrite& each : contents.minutiae) out += type_9(each, ++idc);
  for (const ByteView face : contents.faces) out += type_10(face, ++idc, transaction);
  for (const PictureToWrite& each : contents.fingers) {
    ++idc;
    out += binary ? type_4(each, idc) : type_14(each, idc, transaction);
  }
  return Bytes(out.begin(), out.end());
}

}  // namespace whorl::interchange
