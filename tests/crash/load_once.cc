// Loads one file of encounters to its end. For a test that kills it on the way.
//
// Usage: load_once DIRECTORY FILE
#include <cstdio>

#include "index/load_file.h"

int main(int argc, char** argv) {
  using namespace whorl::index;
  if (argc != 3) return 3;
  GalleryOptions options;
  options.directory = argv[1];
  options.threads = 1;
  options.shard_fingers = 10;  // batches of 320 fingers
  auto gallery = Gallery::open(options);
  if (!gallery.ok()) {
    std::fprintf(stderr, "%s\n", gallery.error().text().c_str());
    return 1;
  }
  const auto report = load_file(**gallery, argv[2]);
  if (!report.ok()) {
    std::fprintf(stderr, "%s\n", report.error().text().c_str());
    return 2;
  }
  return report->refused == 0 ? 0 : 4;
}
