// The files of the pages, which are part of the binary (pages/).
//
// Thread-safe: constants, made ready at the first use.
#pragma once

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

// As they were built.
ByteView page_html();
ByteView page_js();
ByteView page_css();
ByteView icon_svg();

}  // namespace whorl::server
