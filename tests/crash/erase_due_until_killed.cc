// Opens a gallery and erases what is due by the machine's clock. For a test that kills it on the way.
//
// Usage: erase_due_until_killed DIRECTORY
#include <cstdio>

#include "index/gallery.h"

int main(int argc, char** argv) {
  if (argc != 2) return 3;
  whorl::index::GalleryOptions options;
  options.directory = argv[1];
  options.threads = 2;
  const auto gallery = whorl::index::Gallery::open(options);
  if (!gallery.ok()) {
    std::fprintf(stderr, "%s\n", gallery.error().text().c_str());
    return 1;
  }
  const auto done = (*gallery)->erase_due();
  if (!done.ok()) std::fprintf(stderr, "%s\n", done.error().text().c_str());
  return done.ok() ? 0 : 1;
}
