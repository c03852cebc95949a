// Seals a gallery of an earlier format. For a test that kills it on the way.
//
// Usage: convert_once DIRECTORY
#include <cstdio>

#include "index/gallery.h"

int main(int argc, char** argv) {
  if (argc != 2) return 3;
  whorl::index::GalleryOptions options;
  options.directory = argv[1];
  options.create_if_missing = false;
  options.seal = true;
  const auto gallery = whorl::index::Gallery::open(options);
  if (gallery.ok()) return 0;
  std::fprintf(stderr, "%s\n", gallery.error().text().c_str());
  return 1;
}
