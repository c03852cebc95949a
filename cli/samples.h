// Fingers and a face from files, for enrol, identify and verify.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/node_options.h"
#include "engine/engine.h"

namespace CLI {
class App;
}

namespace whorl::cli {

struct SampleOptions {
  std::vector<std::string> fingers;  // POSITION=PATH or PATH
  std::optional<double> ppi;
  std::string finger_format;  // of files whose bytes do not say it: cards
  std::string face;           // path; empty: none
};

// --finger, --ppi, --finger-format, --face; for verbs that read no face themselves.
void add_sample_files(CLI::App& verb, SampleOptions& options);
// The same and what add_face_options adds.
void add_sample_options(CLI::App& verb, SampleOptions& options, engine::FaceConfig& networks);

// "left_thumb=amputated" or "left_thumb" each. Errors: kInvalidInput.
Result<std::vector<engine::MissingFinger>> missing_fingers(const std::vector<std::string>& texts);

// "right_index=a.png" -> the position and the path; a text without '=' is a path of unknown position.
// Errors: kInvalidInput naming the positions there are.
struct FingerPath {
  engine::FingerPosition position = engine::FingerPosition::kUnknown;
  std::string path;
  std::string format = {};  // of interchange::stated_formats(); empty: whatever the bytes begin as
};
Result<FingerPath> parse_finger(const std::string& text);
// Reads the file: an image or a template, whichever its bytes begin as. Errors: as read_file.
// Of a record of another system: its finger of that position, or where none is asked for its first.
Result<Sample> read_finger(const FingerPath& finger, std::optional<double> ppi);
// The same; of a record whose position is not asked for, every finger that it holds, each position once. What had to be
// left out is a note on standard error.
Result<std::vector<Sample>> read_fingers(const FingerPath& finger, std::optional<double> ppi);

// An engine's error with its field, "samples[i]...", replaced by the name of that sample; any other as it is.
Error naming_sample(Error error, const std::vector<std::string>& names);

// What the flags gave.
struct GivenSamples {
  std::vector<Sample> samples;
  std::vector<std::string> flags;  // of each sample, as it was given: "--finger right_index=a.png"

  // Whether a photograph of a face has to be read.
  [[nodiscard]] bool has_face_image() const;
  // An engine's error with its field in the words of the command line: "samples[0].bytes" is the sample's flag.
  [[nodiscard]] Error in_flags(Error error) const;
  template <class T>
  [[nodiscard]] Result<T> in_flags(Result<T> result) const {
    if (result.ok()) return result;
    return in_flags(std::move(result).error());
  }
};
// Reads all files. Errors: as read_file and parse_finger; kInvalidInput when there is neither finger nor face.
Result<GivenSamples> read_samples(const SampleOptions& options);

// The configuration for these samples: with the networks that read faces where there is an image of one. Errors: those
// of the options.
Result<engine::NodeConfig> config_for(const GivenSamples& given, const NodeOptions& options);
// Opens the engine for these samples: with the networks that read faces where there is an image of one, and else
// without. `create`: make the gallery where there is none. Errors: those of open_engine.
Result<std::unique_ptr<engine::Engine>> open_engine_for(const GivenSamples& given, const NodeOptions& options,
                                                        bool create);

}  // namespace whorl::cli
