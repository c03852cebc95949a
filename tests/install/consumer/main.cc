// Opens an empty gallery in the folder that is named, and says what it holds.
#include <whorl/base/version.h>
#include <whorl/engine/engine.h>

#include <iostream>

#include "base/result.h"

int main(int, char** argv) {
  const auto engine = whorl::engine::Engine::open({.directory = argv[1]});
  if (!engine.ok()) return 1;
  const auto gallery = (*engine)->galleries(whorl::engine::local_call()).front();
  std::cout << whorl::kVersion << ": " << gallery.gallery_id << " holds " << gallery.persons << " persons\n";
  return gallery.gallery_id == kFirstGallery ? 0 : 1;
}
