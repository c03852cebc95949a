// libspng, owned. Private to this room.
#pragma once

#include <spng.h>

#include <memory>

#include "base/freed.h"

namespace whorl::image {

using PngContext = std::unique_ptr<spng_ctx, Freed<spng_ctx_free>>;

}  // namespace whorl::image
