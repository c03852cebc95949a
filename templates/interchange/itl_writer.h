// Transactions of ANSI/NIST-ITL in the traditional encoding, in INTERPOL's profile.
//
// What is written passes interchange::check without a finding. Pure; thread-safe. Cost: a copy of the pictures.
#pragma once

#include <span>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/interchange/image_writer.h"
#include "templates/interchange/minutiae_writer.h"

namespace whorl::interchange {

enum class FingerRecords {
  kType14,  // tagged, of any resolution and number
  kType4,   // binary, of one resolution; what older systems take
};

struct TransactionToWrite {
  std::string type = "CPS";      // 1.004: of INT-I ATP, CPS, NPS, MPS, SRE, ERR
  std::string date = "";         // YYYYMMDD
  std::string destination = "";  // 1.007
  std::string originator = "";   // 1.008, and the source of the images
  std::string control = "";      // 1.009: of INT-I 14 digits and a letter
  std::string domain = "INT-I";  // 1.013
  std::string domain_version = "6.0";
  FingerRecords fingers = FingerRecords::kType14;
};

// What goes in; at least one. Borrowed.
struct TransactionContents {
  std::span<const PictureToWrite> fingers;  // a Type-14 or Type-4 each
  std::span<const ByteView> faces;          // JPEG or JPEG 2000 files; a Type-10 each
  std::span<const FingerToWrite> minutiae;  // a Type-9 each, of INCITS 378's block (9.126 to 9.137)
};

// Type-1, Type-2, then the minutiae, the faces and the fingers. Of fingers: storage kRaw, kWsq, kJpeg2000,
// kJpeg2000Lossless, kPng. Errors: kInvalidInput: nothing to write, more than 98 records, an empty text that is
// mandatory, a separator in a text, a date that is none, another storage, fingers of several resolutions as Type-4, a
// finger without minutiae, a face of another format.
Result<Bytes> write_itl(const TransactionContents& contents, const TransactionToWrite& transaction);

}  // namespace whorl::interchange
