// A gallery as it is at one moment, while others go on changing it: for whoever copies it to another gallery, or
// compares it with one that should be alike. What is read is opened, and the caller's to keep secret.
//
// It opens whatever becomes of the gallery's keys meanwhile, and while it lives the disk keeps what was erased since:
// let go of it soon. It ends by itself when the gallery's disk fails, which is opened again without waiting for
// anybody: from then on it reads nothing. The gallery must outlive it.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "index/record/kept_answer.h"
#include "index/record/kept_image.h"
#include "index/record/stored_record.h"

namespace whorl::index {

// An encounter with its images.
struct CopiedEncounter {
  EncodedRecord record;
  std::vector<KeptImage> images;  // of the record's samples, in the order in which they first name them
};
// Those that a record's samples name, each once, in the order in which they first do.
std::vector<ImageReference> images_named(const EncounterRecord& record);

// By what a gallery of one process is compared with that of another.
struct GalleryDigest {
  std::string gallery_id;
  std::uint64_t persons = 0;
  std::uint64_t encounters = 0;
  std::array<std::uint8_t, 32> digest{};  // of its encounters' records, whatever their order

  friend bool operator==(const GalleryDigest&, const GalleryDigest&) = default;
};

class Moment {
 public:
  struct Named {
    std::string person_id;
    std::string encounter_id;
    std::array<std::uint8_t, 16> digest{};  // of its record, as Gallery::put_copied compares it

    friend bool operator==(const Named&, const Named&) = default;
  };
  // Some of all, in no order of identifiers. `next`: where the rest begins; empty after the last.
  struct Names {
    std::vector<Named> encounters;
    Bytes next;
  };
  // `from`: empty for the first, else as it was given. Errors of all: kCorruption, kUnavailable (it has ended, too).
  [[nodiscard]] Result<Names> names(ByteView from, std::size_t most) const;
  // Errors: kNotFound, too.
  [[nodiscard]] Result<EncodedRecord> record(const std::string& person_id, const std::string& encounter_id) const;
  [[nodiscard]] Result<KeptImage> image(const std::string& person_id, const std::string& encounter_id,
                                        const ImageReference& named) const;
  // Answers that are kept, those of no age any more among them.
  struct Answers {
    std::vector<KeptAnswer> answers;
    Bytes next;
  };
  [[nodiscard]] Result<Answers> answers(ByteView from, std::size_t most) const;
  // Of every gallery, in order of name, inactive encounters included. Cost: reads the index, about two seconds a
  // million encounters.
  [[nodiscard]] Result<std::vector<GalleryDigest>> digests() const;
  // The gallery's disk has failed since.
  [[nodiscard]] bool ended() const;

  ~Moment();
  Moment(const Moment&) = delete;
  Moment& operator=(const Moment&) = delete;

 private:
  friend class Store;
  struct Parts;
  explicit Moment(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::index
