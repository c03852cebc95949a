// What a file of any format holds for a comparison: pictures and minutiae, owned. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "templates/capture.h"
#include "templates/interchange/minutiae_record.h"
#include "templates/modality.h"

namespace whorl::interchange {

// A picture as it stands in a record.
struct FoundPicture {
  Modality modality = Modality::kFinger;
  std::uint8_t position = 0;             // of a finger: 0..10; slaps and palms keep their code
  std::optional<double> ppi;             // as the record says
  std::optional<Impression> impression;  // likewise
  std::string unusable;                  // why the picture must not be used; empty: it may be
  // Of uncompressed pixels, 1 to 16 bits each; else 0 and the bytes are a file of an image format.
  int depth = 0;
  bool packed = false;  // pixels follow each other without padding to bytes
  std::int64_t width = 0;
  std::int64_t height = 0;
  Bytes bytes;
};

struct FoundMinutiae {
  MinutiaeEdition edition{};
  double angle_unit_degrees = 0;
  MinutiaeView view;
  std::size_t malformed = 0;  // minutiae beside the view's that could not be read
  std::string unusable = {};  // why the view must not be used; empty: it may be
  std::optional<Impression> impression = {};
};

// What a file holds and nobody here reads.
struct PassedOver {
  std::optional<Modality> modality;  // of none: nothing that is compared
  std::string text;                  // "2 records of Type-7 (user-defined images)"
};

struct Contents {
  std::vector<FoundPicture> pictures;
  std::vector<FoundMinutiae> minutiae;
  std::vector<PassedOver> passed_over;
};

}  // namespace whorl::interchange
