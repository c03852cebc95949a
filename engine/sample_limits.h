// How large what a front end hands in may be, so that it refuses more before it reads more.
#pragma once

#include <cstddef>

#include "base/limits.h"
#include "templates/image/image.h"

namespace whorl::engine {

// An image file, before it is decoded. A node may be opened with a lower limit (EngineConfig::image_limits).
inline constexpr std::size_t kMaxImageBytes = image::ImageLimits{}.max_bytes;

}  // namespace whorl::engine
