// Bounds that hold in every room: what is beyond them is refused before anything is done.
//
// They are part of what callers, records and answers may rely on. Changing one changes docs/http.md and
// docs/gallery-format.md.
#pragma once

#include <cstddef>
#include <cstdint>

namespace whorl::limits {

// Of one encounter, of one search, of one verification.
inline constexpr std::size_t kFingers = 10;
// Finger positions are numbers from 0 (unknown) to this (left little): ISO/IEC 19794-2.
inline constexpr std::uint8_t kLastFingerPosition = 10;

// Identifiers of persons, encounters and galleries.
inline constexpr std::size_t kIdBytes = 128;
// That one encounter may belong to.
inline constexpr std::size_t kGalleriesOfEncounter = 16;

inline constexpr std::size_t kEncounterTypeBytes = 64;
inline constexpr std::size_t kMissingReasonBytes = 64;
// Opaque data that a caller keeps with an encounter.
inline constexpr std::size_t kClientDataBytes = 64 * 1024;

// Encoded templates, in any format.
inline constexpr std::size_t kFingerTemplateBytes = 1024 * 1024;
inline constexpr std::size_t kFaceTemplateBytes = 4096;

// What one search may ask for.
inline constexpr int kCandidates = 1000;

}  // namespace whorl::limits
