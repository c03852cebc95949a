// Opens a gallery and gives it new keys again and again, with an enrolment and an erasure between. For a test that
// kills it on the way.
//
// Usage: rotate_until_killed DIRECTORY FIRST_PERSON
#include <cstdio>
#include <cstdlib>

#include "index/gallery.h"
#include "tests/crash/rotated_people.h"

int main(int argc, char** argv) {
  if (argc != 3) return 3;
  whorl::index::GalleryOptions options;
  options.directory = argv[1];
  options.threads = 2;
  options.shard_fingers = whorl::index::kMaxFingers;
  const auto gallery = whorl::index::Gallery::open(options);
  if (!gallery.ok()) {
    std::fprintf(stderr, "%s\n", gallery.error().text().c_str());
    return 1;
  }
  for (int i = std::atoi(argv[2]);; ++i) {
    const auto record = whorl::crash::rotated_person(i);
    if (!(*gallery)->add(record, whorl::index::PersonRule::kNew).ok()) return 1;
    if (i % 2 == 0 && !(*gallery)->erase_person(record.person_id).ok()) return 1;
    if (const auto done = (*gallery)->rotate_keys(); !done.ok()) {
      std::fprintf(stderr, "%s\n", done.error().text().c_str());
      return 1;
    }
  }
}
