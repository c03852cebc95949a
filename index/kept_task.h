// Tasks as a gallery keeps them: bytes under a name, whose meaning is their owner's.
//
// Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/leaf.h"
#include "base/bytes.h"

namespace whorl::index {

inline constexpr std::size_t kMaxTaskHeadBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMaxTaskBodyBytes = std::size_t{256} << 20;

// What lies beside a task's head.
enum class TaskBody : std::uint8_t {
  kRequest = 1,  // what was asked; gone once there is a result
  kResult = 2,   // what is answered
  kEffect = 3,   // left by the effect, in its batch: there if and only if it is done
};

// In the place of an encounter, and no identifier: the person for as long as they have any. A result that is named so
// goes with the last of their encounters and not before, and its head with it.
inline constexpr std::string_view kWholePerson = "*";

// Whom a task is about: an erasure takes its bodies with it.
struct TaskName {
  std::string person_id;     // empty: it may be anybody
  std::string encounter_id;  // empty: the person as such, whichever of their encounters goes; or kWholePerson

  friend bool operator==(const TaskName&, const TaskName&) = default;
};

struct KeptTask {
  std::string id;
  Bytes head;
};

// A task's head, made where there is none, and a leaf of the audit log: in the batch of another change.
struct NotedHead {
  std::string id;
  Bytes head;
  audit::Event event;
};

struct KeptTasks {
  std::vector<KeptTask> tasks;  // in no set order
  std::size_t damaged = 0;      // left out
};

}  // namespace whorl::index
