// What a comparison needs of a template, computed once: one flat run of bytes without pointers, which may lie in an
// arena, in a file, or in a PreparedTemplate.
//
// The run holds the best minutiae, their cylinders (Cappelli, Ferrara and Maltoni, TPAMI 32(12), 2010), the flow map
// and the ridge map. It is meant for this kind of machine (little-endian) and this kFlatVersion, not for exchange; the
// native format (templates/codec) is. Nothing here is synchronised; everything may be read by many threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// Bumped whenever the same template may be prepared into other bytes; snapshots of galleries belong to one version. How
// comparisons are weighed is no part of it, so that another score model costs no gallery its snapshots.
inline constexpr int kPreparedVersion = 1;

// Version of the layout of the bytes; parse() refuses every other.
inline constexpr std::uint16_t kFlatVersion = 1;

// How the ridge map lies in the flat form.
enum class RidgeForm : std::uint8_t {
  kNone = 0,   // the template has none
  kRaw = 1,    // a bit a sample: what a probe keeps
  kCoded = 2,  // as in the native format, decoded whenever a comparison asks for it: what a gallery keeps
};

// Where the flow map of the flat form comes from.
enum class FlowForm : std::uint8_t {
  kMeasured = 0,      // the image
  kFromMinutiae = 1,  // the template has none: their hull and directions (flow_from_minutiae.h)
};

// Borrows the bytes of a prepared template, which must stay as they are while it is used. Copy it freely.
class PreparedView {
 public:
  // Checks every count, offset and index, so that no later use reads outside `bytes` whatever they are. What is between
  // (a minutia's place, a coded ridge map) may be wrong and then gives a wrong score, no more. Does not decode a
  // coded ridge map. `bytes` must be 8-aligned. Cost: under a microsecond. Errors: kCorruption with the reason.
  static Result<PreparedView> parse(std::span<const std::byte> bytes);
  // The view of bytes that parse() has accepted, and that nobody has changed since. Reads nothing: for those who check
  // a million templates once and look at them in every search.
  static PreparedView of_sound(std::span<const std::byte> parsed_before) { return PreparedView(parsed_before); }

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  [[nodiscard]] RidgeForm ridge_form() const;
  // Whether the template held minutiae alone, as records of other systems do: neither flow nor ridges. Comparisons with
  // it are weighed by models of their own, and reach fewer decibels.
  [[nodiscard]] bool minutiae_alone() const;
  // Minutiae kept, at most CompareParameters::max_minutiae.
  [[nodiscard]] std::size_t size() const;
  // Those of them whose neighbourhood is rich enough to be described, at most size(). A template without any resembles
  // nothing: it scores 0 and no search finds it. Cost: reads one field.
  [[nodiscard]] std::size_t described() const;

 private:
  friend class PreparedTemplate;
  explicit PreparedView(std::span<const std::byte> sound) : bytes_(sound) {}

  std::span<const std::byte> bytes_;
};

// Owns the bytes of a prepared template. Immutable: share it freely between threads. After a move only assignment
// and destruction are allowed. Minutiae are rounded as fingerprint::quantised does.
class PreparedTemplate {
 public:
  // Takes of `source` what is sound: a flow or ridge map whose size and contents disagree is left out. Cost: about a
  // microsecond a minutia, and the coding of the ridge map for kCoded (docs/benchmarks.md).
  explicit PreparedTemplate(const FingerprintTemplate& source, const CompareParameters& parameters = {},
                            RidgeForm form = RidgeForm::kRaw);
  // A copy of what the view shows.
  explicit PreparedTemplate(PreparedView view);
  // The form kCoded from a template whose ridge map has its size but not its bits, and the code of the bits, which is
  // copied and not read.
  static PreparedTemplate with_coded_ridges(const FingerprintTemplate& source, ByteView ridge_code,
                                            const CompareParameters& parameters = {});

  // The form kCoded of a prepared template of the form kRaw, with the code of its ridge map, which is copied and not
  // read; of the form kNone the same again. Cost: a copy.
  static PreparedTemplate recoded(PreparedView raw, ByteView ridge_code);

  [[nodiscard]] std::span<const std::byte> bytes() const { return std::as_bytes(std::span(words_)); }
  [[nodiscard]] PreparedView view() const { return PreparedView(bytes()); }
  // As PreparedView::described().
  [[nodiscard]] std::size_t described() const { return view().described(); }
  operator PreparedView() const { return view(); }  // NOLINT(google-explicit-constructor)

 private:
  PreparedTemplate() = default;

  std::vector<std::uint64_t> words_;
};

}  // namespace whorl::fingerprint
