// The images that an enrolment leaves beside its record, where the gallery keeps them: named, and read again. Private
// to this room.
#pragma once

#include <vector>

#include "engine/read_sample.h"
#include "index/gallery.h"
#include "index/record/kept_image.h"

namespace whorl::engine {

// Names in the record, whose samples are those of `read`, the images among `given` that they were read from. The images
// borrow `given`.
std::vector<index::ImageToKeep> name_images(const std::vector<Sample>& given,
                                            const std::vector<const ReadSample*>& read, index::EncounterRecord& record);

// The images of a record, as the gallery gave it. Errors: those of Service::encounter_with_images.
Result<std::vector<KeptImageView>> images_of(const index::Gallery& gallery, const index::EncounterRecord& record);

// The sample that `kept` was read from, to be read again.
Sample sample_of(const index::SampleRecord& kept, index::KeptImage image);

}  // namespace whorl::engine
