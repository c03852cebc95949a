// What extract and compare do with faces.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/node_config.h"

namespace whorl::cli {

struct ExtractFace {
  std::string image;    // or a template (.whorl)
  std::string out;      // the template to write; empty: none
  std::string overlay;  // the aligned crop to write; empty: none
  bool json = false;
};
// Prints quality, measures and feedback. Errors: those of FaceLoader::load and write_file.
Result<int> extract_face(const ExtractFace& job, const engine::FaceConfig& networks);

struct CompareFaces {
  std::string a;
  std::string b;
  bool json = false;
};
// Prints the cosine, and decibels where there is a calibration for the network. Errors: those of FaceLoader::load,
// face::compare and face_calibration.
Result<int> compare_faces(const CompareFaces& job, const engine::FaceConfig& networks);

}  // namespace whorl::cli
