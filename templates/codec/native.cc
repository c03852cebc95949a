#include "templates/codec/native.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "base/catalogue.h"
#include "base/crc32c.h"
#include "templates/codec/flow_code.h"
#include "templates/fingerprint/ridges/ridge_decode.h"
#include "templates/fingerprint/ridges/ridge_encode.h"

namespace whorl::codec {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::FlowCell;
using fingerprint::Minutia;
using fingerprint::MinutiaType;
using fingerprint::PreparedTemplate;

constexpr std::string_view kMagic = "WFPT";
constexpr std::size_t kHeaderBytes = 20;
constexpr std::size_t kMinutiaBytes = 8;
constexpr std::size_t kCrcBytes = 4;
constexpr int kMaxQuality = 100;

int blocks(int side) { return (side + fingerprint::kFlowBlock_px500 - 1) / fingerprint::kFlowBlock_px500; }

std::size_t product(int a, int b) { return static_cast<std::size_t>(a) * static_cast<std::size_t>(b); }

// Bits beyond the last column are zero, so that equal templates have equal bytes.
bool padding_clear(const fingerprint::RidgeMap& ridges) {
  const int used = ridges.columns % 8;
  if (used == 0) return true;
  for (int row = 1; row <= ridges.rows; ++row) {
    if (ridges.bits[product(row, ridges.row_bytes()) - 1] >> used != 0) return false;
  }
  return true;
}

Status check_minutia(const Minutia& m, const FingerprintTemplate& t, std::size_t i) {
  const std::string field = "minutiae[" + std::to_string(i) + "]";
  const auto inside = [](float v, int side) { return std::isfinite(v) && v >= 0 && v < static_cast<float>(side); };
  if (!inside(m.x_px500, t.width_px500) || !inside(m.y_px500, t.height_px500)) {
    return invalid_input("a position outside the image", field);
  }
  if (!std::isfinite(m.direction_rad) || m.direction_rad < 0 ||
      static_cast<double>(m.direction_rad) >= 2 * std::numbers::pi) {
    return invalid_input("a direction outside [0, 2 pi)", field);
  }
  if (m.type != MinutiaType::kEnding && m.type != MinutiaType::kBifurcation) {
    return invalid_input("an unknown type", field);
  }
  if (m.quality > kMaxQuality) return invalid_input("a quality above 100", field);
  return {};
}

// What must hold before memory is taken for the maps.
Status check_sizes(const FingerprintTemplate& t) {
  constexpr int kMax = fingerprint::kMaxSide_px500;
  if (t.width_px500 < 1 || t.width_px500 > kMax || t.height_px500 < 1 || t.height_px500 > kMax) {
    return invalid_input("the template's sides must be 1 to 4096 px at 500 ppi", "size");
  }
  const bool no_flow = t.flow.columns == 0 && t.flow.rows == 0;
  const bool full_flow = t.flow.columns == blocks(t.width_px500) && t.flow.rows == blocks(t.height_px500);
  if (!no_flow && !full_flow) {
    return invalid_input("the flow map must be absent or one cell a 16 px block of the image", "flow");
  }
  const auto& ridges = t.ridges;
  const bool no_ridges = ridges.columns == 0 && ridges.rows == 0;
  const bool full_ridges = ridges.columns == t.width_px500 / fingerprint::kRidgeStep_px500 &&
                           ridges.rows == t.height_px500 / fingerprint::kRidgeStep_px500;
  if (!no_ridges && !full_ridges) {
    return invalid_input("the ridge map must be absent or one sample every 2 px of the image", "ridges");
  }
  return {};
}

// All but the ridge map's bits.
Status check_fields(const FingerprintTemplate& t) {
  WHORL_TRY(check_sizes(t));
  if (t.quality > kMaxQuality) return invalid_input("a quality above 100", "quality");
  if (t.minutiae.size() > fingerprint::kMaxMinutiae) return invalid_input("more than 255 minutiae", "minutiae");
  for (std::size_t i = 0; i < t.minutiae.size(); ++i) WHORL_TRY(check_minutia(t.minutiae[i], t, i));
  if (t.flow.cells.size() != product(t.flow.columns, t.flow.rows)) {
    return invalid_input("the flow map's size and cells disagree", "flow");
  }
  return {};
}

Status check(const FingerprintTemplate& t) {
  WHORL_TRY(check_fields(t));
  if (t.ridges.bits.size() != product(t.ridges.rows, t.ridges.row_bytes()) || !padding_clear(t.ridges)) {
    return invalid_input("the ridge map's size and bits disagree, or its padding is not zero", "ridges");
  }
  return {};
}

void write_minutia(ByteWriter& out, const Minutia& m) {
  out.u16(fingerprint::position_steps(m.x_px500)).u16(fingerprint::position_steps(m.y_px500));
  out.u16(fingerprint::direction_steps(m.direction_rad)).u8(static_cast<std::uint8_t>(m.type)).u8(m.quality);
}

Minutia read_minutia(ByteReader& in) {
  Minutia m;
  m.x_px500 = fingerprint::position_of_steps(in.u16());
  m.y_px500 = fingerprint::position_of_steps(in.u16());
  m.direction_rad = fingerprint::direction_of_steps(in.u16());
  m.type = static_cast<MinutiaType>(in.u8());
  m.quality = in.u8();
  return m;
}

// The header's fields; returns how many minutiae follow.
int read_header(ByteReader& in, FingerprintTemplate& t) {
  t.quality = in.u8();
  t.width_px500 = in.u16();
  t.height_px500 = in.u16();
  t.flow.columns = in.u16();
  t.flow.rows = in.u16();
  t.ridges.columns = in.u16();
  t.ridges.rows = in.u16();
  const int minutiae = in.u8();
  in.u8();  // reserved, checked by the caller
  return minutiae;
}

Status check_frame(ByteView bytes) {
  if (bytes.size() > kMaxNativeBytes) return invalid_input("the template is too long");
  if (bytes.size() < kHeaderBytes + kCrcBytes) return invalid_input("the template is truncated");
  if (as_text(bytes.first(kMagic.size())) != kMagic) {
    return invalid_input("this is no native template: it does not begin with WFPT");
  }
  if (const int version = bytes[kMagic.size()]; version != kNativeVersion) {
    if (version > kNativeVersion) {
      return failure(ErrorCode::kTemplateVersion, with<"version">(version), with<"reads">(int{kNativeVersion}));
    }
    return failure(ErrorCode::kTemplateVersion, with<"version">(version), with<"reads">(int{kNativeVersion}),
                   with<"remedy">(PhraseCode::kExtractAgain));
  }
  return {};
}

// A template without its ridge map's bits, and their code.
struct Framed {
  FingerprintTemplate fields;
  ByteView ridge_code;
};

Result<Framed> read_fields(ByteView bytes) {
  WHORL_TRY(check_frame(bytes));
  const ByteView covered = bytes.first(bytes.size() - kCrcBytes);
  if (crc32c(covered) != ByteReader(bytes.last(kCrcBytes)).u32()) {
    return invalid_input("the template is truncated or damaged: its checksum does not match");
  }
  ByteReader in(covered);
  in.bytes(kMagic.size() + 1);
  Framed out;
  FingerprintTemplate& t = out.fields;
  const int minutiae = read_header(in, t);
  if (bytes[kHeaderBytes - 1] != 0) return invalid_input("the template's reserved byte is not zero");
  WHORL_TRY(check_sizes(t));
  t.minutiae.reserve(static_cast<std::size_t>(minutiae));
  for (int i = 0; i < minutiae; ++i) t.minutiae.push_back(read_minutia(in));
  const ByteView flow = in.sized(kMaxNativeBytes);
  out.ridge_code = in.sized(kMaxNativeBytes);
  if (in.failed()) return invalid_input("the template is truncated");
  if (!in.finished()) return invalid_input("bytes follow the template");
  if (!decode_flow(flow, t.flow)) return invalid_input("the template's flow map is damaged", "flow");
  WHORL_TRY(check_fields(t));
  return out;
}

}  // namespace

bool is_native(ByteView bytes) {
  return bytes.size() >= kMagic.size() && as_text(bytes.first(kMagic.size())) == kMagic;
}

Result<Bytes> encode_native(const FingerprintTemplate& source) {
  WHORL_TRY(check(source));
  const FingerprintTemplate t = fingerprint::quantised(source);
  ByteWriter out;
  out.bytes(as_bytes(kMagic)).u8(kNativeVersion).u8(t.quality);
  for (const int v : {t.width_px500, t.height_px500, t.flow.columns, t.flow.rows, t.ridges.columns, t.ridges.rows}) {
    out.u16(static_cast<std::uint16_t>(v));
  }
  out.u8(static_cast<std::uint8_t>(t.minutiae.size())).u8(0);
  for (const Minutia& m : t.minutiae) write_minutia(out, m);
  out.sized(encode_flow(t.flow)).sized(fingerprint::encode_ridges(t.ridges));
  out.u32(crc32c(out.view()));
  return out.take();
}

Result<FingerprintTemplate> decode_native(ByteView bytes) {
  WHORL_ASSIGN(Framed framed, coded(ErrorCode::kTemplateDamaged, read_fields(bytes)));
  FingerprintTemplate& t = framed.fields;
  if (!fingerprint::decode_ridges(framed.ridge_code, t.ridges)) {
    return coded(ErrorCode::kTemplateDamaged, invalid_input("the template's ridge map is damaged", "ridges"));
  }
  return std::move(t);
}

Result<PreparedTemplate> prepare_native(ByteView bytes) {
  WHORL_ASSIGN(const Framed framed, coded(ErrorCode::kTemplateDamaged, read_fields(bytes)));
  return PreparedTemplate::with_coded_ridges(framed.fields, framed.ridge_code);
}

PreparedTemplate prepare_again(fingerprint::PreparedView raw, ByteView own) {
  ByteReader in(own);
  FingerprintTemplate header;
  in.bytes(kMagic.size() + 1);
  const auto minutiae = static_cast<std::size_t>(read_header(in, header));
  in.bytes(minutiae * kMinutiaBytes);
  in.sized(kMaxNativeBytes);  // the flow map
  return PreparedTemplate::recoded(raw, in.sized(kMaxNativeBytes));
}

}  // namespace whorl::codec
