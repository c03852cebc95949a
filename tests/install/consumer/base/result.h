// A header of the consumer's own under a name that the library has too: neither takes the other's.
#pragma once

inline constexpr const char* kFirstGallery = "default";
