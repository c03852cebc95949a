// The oracle: what a gallery must hold, told by a file of its own that the gallery never touches.
//
// The process that is killed writes a line before each operation (the intent) and one after the gallery has
// acknowledged it, each synced to disk. After a kill at most one operation a thread has an intent and no
// acknowledgement: it may be there or not, but only whole. The checker finds out which, and writes down what
// it found, so that the file always tells the whole history.
//
// Lines: `i OPERATION` intent, `a OPERATION` acknowledged (or found done), `n OPERATION` found not done; `o`
// the gallery was opened; `k SHARDS SNAPSHOTS` how many of them the gallery's housekeeping has written since.
// A last line without its end is left out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "index/record/record.h"
#include "templates/face/template.h"

namespace whorl::crash {

struct Operation {
  enum class Kind { kAdd, kErasePerson, kEraseEncounter, kLoad };
  Kind kind = Kind::kAdd;
  std::string person;         // not of kLoad
  std::string encounter;      // of kAdd and kEraseEncounter
  std::uint64_t capture = 0;  // of kAdd
  std::uint64_t load = 0;     // of kLoad
  std::uint64_t batch = 0;    // of kLoad

  [[nodiscard]] std::string text() const;
  static Operation parse(const std::string& text);  // ends the program on anything else
};

// A bulk load is this many batches; then its mark is dropped and the next load begins.
inline constexpr std::uint64_t kBatchesOfLoad = 3;
inline constexpr const char* kMarkName = "crash test";

// The record that is enrolled under these names: a person's fingers follow from the name, a capture differs
// from every other. The same arguments give the same bytes.
index::EncounterRecord record_of(const std::string& person, const std::string& encounter, std::uint64_t capture);
// What of it is told without making fingers.
struct Place {
  std::uint64_t created_ms = 0;
  std::vector<std::string> galleries;
  std::size_t fingers = 0;
  bool face = false;
};
Place place_of(const std::string& person, std::uint64_t capture);
// The finger that record_of stores at place `f`, as it was before it was encoded.
fingerprint::FingerprintTemplate finger_of(const std::string& person, std::uint64_t capture, std::size_t f);
// The face that record_of stores, where it stores one.
face::FaceTemplate face_of(const std::string& person, std::uint64_t capture);
std::vector<Operation> encounters_of_batch(std::uint64_t load, std::uint64_t batch);  // as kAdd
// A gallery's mark after so many batches of this load.
Bytes mark_of(std::uint64_t load, std::uint64_t batches);

// What the file says there must be.
class Oracle {
 public:
  using Encounters = std::map<std::string, std::uint64_t>;  // id -> capture

  void apply(const std::string& line);
  // Reads on from where the last call stopped.
  void read(const std::filesystem::path& file);
  // Takes away what read() left: a line that the kill cut short.
  void cut_torn_line(const std::filesystem::path& file) const;

  std::map<std::string, Encounters> persons;
  std::map<std::string, Operation> pending;  // intents neither acknowledged nor looked into, by text
  std::uint64_t load = 0;                    // the load under way
  std::uint64_t batch = 0;                   // its next batch
  std::uint64_t acknowledged = 0;
  std::vector<Operation> recent;  // acknowledged since the caller last emptied it
  std::set<std::string> erased;   // persons that were there once and are not
  std::uint64_t opened = 0;       // how often
  std::uint64_t shards = 0;       // of the last `k`; 0 at each `o`
  std::uint64_t snapshots = 0;

 private:
  void perform(const Operation& operation);
  std::uintmax_t position_ = 0;
};

// Appends lines, each on disk when write() returns. Any thread may call.
class OracleWriter {
 public:
  explicit OracleWriter(const std::filesystem::path& file);
  ~OracleWriter();
  void write(const std::string& line) const;  // ends the program when the disk refuses
  // A line that may be lost.
  void note(const std::string& line) const;
  OracleWriter(const OracleWriter&) = delete;
  OracleWriter& operator=(const OracleWriter&) = delete;

 private:
  int file_;
};

}  // namespace whorl::crash
