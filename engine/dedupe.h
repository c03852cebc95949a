// Looking through a whole gallery for people who are in it twice. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "engine/types.h"

namespace whorl::engine {

struct DedupeRequest {
  // Or "ALL".
  std::string gallery_id = "default";
  // How many pairs of different people may come out, in all of the gallery's pairs together: above 0, at most
  // 1,000,000. The threshold follows from it.
  double false_pairs = 1;
  // At least 10 dB. Replaces the threshold that follows from false_pairs.
  std::optional<double> threshold_db;
  Accuracy accuracy = Accuracy::kFast;
  // Begins from the start. False: goes on where an earlier one was ended, by its threshold; what is finished stays. As
  // the work of one task it begins once.
  bool anew = false;
  // Works no longer at a time.
  std::optional<std::chrono::milliseconds> slice;
};

// How far it is.
struct DedupeState {
  std::string gallery_id;
  double threshold_db = 0;
  double false_pairs = 0;
  Accuracy accuracy = Accuracy::kFast;
  // When it began, and ended; milliseconds since 1970; 0: it has not.
  std::uint64_t began_ms = 0;
  std::uint64_t ended_ms = 0;
  // Persons when it began; of them those who were looked for; and of those the ones with nothing to look for by.
  std::uint64_t persons = 0;
  std::uint64_t done = 0;
  std::uint64_t without_samples = 0;
  // Pairs that were found; those that were settled since (one was erased, or both are one now) are not kept.
  std::uint64_t found = 0;
  // The last who was looked for.
  std::string last_person;
  // The task that began it; empty: none.
  std::string task;

  [[nodiscard]] bool finished() const { return ended_ms != 0; }
};

// A pair for a person to look at.
struct Duplicate {
  std::string person_id;
  std::string other_person_id;
  double score_db = 0;
};

struct Duplicates {
  DedupeState state;
  std::uint64_t total = 0;       // pairs that are kept
  std::vector<Duplicate> pairs;  // a page of them, the highest score first
};

inline constexpr std::uint64_t kMostDuplicates = 200'000;

}  // namespace whorl::engine
