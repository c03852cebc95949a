// What the editions of face records share. Private to this room.
#pragma once

#include "templates/interchange/cursor.h"
#include "templates/interchange/face_record.h"
#include "templates/interchange/picture.h"

namespace whorl::interchange {

FaceRecord read_faces_2005(ByteView file, Findings& findings);
FaceRecord read_faces_2011(ByteView file, Findings& findings);

// What a data type says the picture to be.
enum class FaceData { kJpeg, kJpeg2000, kJpeg2000Lossless, kPng, kUndefined };
// FAC-15, FAC-17 and FAC-18.
void check_face_picture(const FaceImage& face, FaceData said, std::size_t data_at, Findings& findings);

// Gender, eyes, hair, [height,] features, expression, pose and its uncertainty: FAC-08 to FAC-10.
void read_person(Cursor& in, bool with_height, Findings& findings);
// FAC-03 and GEN-02.
void check_face_end(std::uint64_t stated, std::size_t structure_end, std::size_t file_size, Findings& findings);

}  // namespace whorl::interchange
