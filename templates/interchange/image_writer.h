// Records of finger and face images, and CBEFF around records. Transactions: itl_writer.h.
//
// What is written passes interchange::check without a finding. Pure; thread-safe. Cost: a copy of the pictures.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/interchange/finger_image_record.h"

namespace whorl::interchange {

// One finger's picture. `storage` says what `data` is: uncompressed 8-bit pixels, or a whole file.
struct PictureToWrite {
  std::uint8_t position = 0;    // 0..10
  std::uint8_t impression = 0;  // in the code of what is written (impressions.h): 0 live-scan plain
  int width = 0;
  int height = 0;
  int ppi = 500;
  Storage storage = Storage::kRaw;
  ByteView data;
};

// ISO/IEC 19794-4:2005 or :2011, or INCITS 381-2004. All pictures of one resolution and storage; positions differ.
// Errors: kInvalidInput: no picture, more than 15, pictures that differ so, a position above 10, a resolution that is
// not 99 to 1000 ppi, a size beyond 65535.
Result<Bytes> write_finger_images(std::span<const PictureToWrite> pictures, FingerImageEdition edition);

// ISO/IEC 19794-5:2005 of one picture, JPEG or JPEG 2000. Errors: kInvalidInput: another picture, or one without a
// size.
Result<Bytes> write_face(ByteView picture);

// CBEFF in XML (ISO/IEC 19785-3 ed. 2) around one record each.
struct BirToWrite {
  ByteView record;      // FMR, FIR or FAC
  std::string subtype;  // "Left IndexFinger"; empty: none
  std::string created;  // xs:dateTime; empty: none
};
// Errors: kInvalidInput: nothing to write, or a record of another format.
Result<std::string> write_cbeff(std::span<const BirToWrite> records);

// "Left IndexFinger" of positions 1..10; empty of others.
std::string_view cbeff_subtype(int position);

}  // namespace whorl::interchange
