// The files of the pages, which are part of the binary (pages/).
//
// Thread-safe: constants, made ready at the first use.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace whorl::server {

struct PageFile {
  std::string_view name;  // "page.js"; the HTML of every page is "page.html"
  std::string_view type;
  std::string bytes;
  std::string gzipped;
  std::string tag;  // strong ETag of the bytes, with its quotation marks
};

// Null where there is no such file.
const PageFile* page_file(std::string_view name);

// As they were built (server/CMakeLists.txt lists them).
struct PageSource {
  std::string_view name;
  ByteView bytes;
};
std::span<const PageSource> page_sources();

}  // namespace whorl::server
