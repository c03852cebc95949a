// Bare pictures: WSQ and JPEG 2000.
#include <array>

#include "templates/image/decode.h"
#include "templates/image/jpeg_2000_header.h"
#include "templates/image/wsq/coefficients.h"
#include "templates/image/wsq/segments.h"
#include "templates/image/wsq/tree.h"
#include "templates/interchange/reading.h"

namespace whorl::interchange {
namespace {

constexpr std::array<std::string_view, 16> kWsqRules{"",       "WSQ-01", "WSQ-02", "WSQ-03", "WSQ-04", "WSQ-05",
                                                     "WSQ-06", "WSQ-07", "WSQ-08", "WSQ-09", "",       "WSQ-11",
                                                     "WSQ-12", "WSQ-13", "WSQ-14", "WSQ-15"};
constexpr std::array<std::string_view, 6> kJp2Rules{"", "JP2-01", "JP2-02", "JP2-03", "JP2-04", "JP2-05"};

void add(std::string_view rule, bool warning, std::size_t offset, const std::string& text, Findings& findings) {
  findings.add({rule, warning ? Severity::kWarning : Severity::kError, offset, text});
}

void keep_picture(ByteView file, const ReadOptions& options, Reading& out) {
  if (!options.wants_contents) return;
  FoundPicture picture;
  picture.bytes.assign(file.begin(), file.end());
  out.contents.pictures.push_back(std::move(picture));
}

}  // namespace

void read_wsq(ByteView file, const ReadOptions& options, Reading& out) {
  constexpr std::int64_t kMostPixels = 20'000'000;
  out.format = "WSQ";
  const image::WsqFile wsq = image::read_wsq_segments(file);
  for (const image::WsqFault& fault : wsq.faults) {
    add(kWsqRules[static_cast<std::size_t>(fault.rule)], fault.warning, fault.offset, fault.text, out.findings);
  }
  keep_picture(file, options, out);
  out.unhandled = wsq.unhandled;
  if (wsq.cut_short || !wsq.frame || !wsq.quantisation || wsq.blocks.empty()) return;
  if (std::int64_t{wsq.frame->width} * wsq.frame->height > kMostPixels) {
    out.findings.error("GEN-03", 0, "the picture has more than 20 million pixels");
    return;
  }
  const image::WsqTree tree = image::make_wsq_tree(wsq.frame->width, wsq.frame->height);
  const auto decoded = image::decode_wsq_blocks(wsq, image::coded_coefficients(tree, *wsq.quantisation));
  if (!decoded.fault) return;
  add(kWsqRules[static_cast<std::size_t>(decoded.fault->rule)], false, decoded.fault->offset, decoded.fault->text,
      out.findings);
}

void read_jpeg_2000(ByteView file, const ReadOptions& options, Reading& out) {
  const image::Jpeg2000 scanned = image::scan_jpeg_2000(file);
  out.format = scanned.boxed ? "JP2" : "J2K";
  for (const image::Jpeg2000Fault& fault : scanned.faults) {
    add(kJp2Rules[static_cast<std::size_t>(fault.rule)], fault.warning, fault.offset, fault.text, out.findings);
  }
  keep_picture(file, options, out);
  if (out.findings.errors() > 0) return;
  image::ImageLimits limits;
  limits.min_side_px = 1;
  limits.max_bytes = file.size();
  const auto decoded = image::decode_colour(file, limits);
  if (!decoded.ok())
    out.findings.error("JP2-01", scanned.codestream_at, "the codestream cannot be decoded: " + decoded.error().message);
}

}  // namespace whorl::interchange
