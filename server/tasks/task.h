// A task: a request that was accepted to be answered later, how far it is, and what came of it. What lies in the
// gallery is made and read here alone; the bodies, of the request and of the result, lie beside it.
//
// Plain values; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "engine/call.h"
#include "engine/tasks.h"
#include "engine/types.h"
#include "server/http/message.h"

namespace whorl::server {

enum class TaskState : std::uint8_t {
  kPending = 1,    // accepted; waits, or is worked on
  kScheduled = 2,  // there is a result, to be sent
  kRetry = 3,      // sending failed, and is tried again
  kError = 4,      // sending failed, and is not tried again by itself
  kCompleted = 5,  // the client has it
};
// OSIA's names: "PENDING", "RESPONSE_SCHEDULED", "RESPONSE_RETRY", "RESPONSE_ERROR", "COMPLETED".
std::string_view name_of(TaskState state);

inline constexpr int kLowestPriority = 0;
inline constexpr int kHighestPriority = 9;
// Of a request that says none.
inline constexpr int kUsualPriority = 5;

// There is a result, and the client does not have it; it is sent, or waits for that.
constexpr bool is_unsent(TaskState state) { return state == TaskState::kScheduled || state == TaskState::kRetry; }

struct Task {
  std::string id;
  std::uint64_t number = 0;  // in the order of acceptance
  TaskState state = TaskState::kPending;
  int priority = kUsualPriority;
  int service_level = 0;
  std::uint32_t tries = 0;  // of the work while pending; of sending since, or since it was asked for again
  std::uint32_t begun = 0;  // runs of the work that neither came to a result nor gave it back: the process ended
  // Milliseconds since 1970.
  std::uint64_t created_ms = 0;
  std::uint64_t done_ms = 0;  // when there was a result; 0: not yet
  std::uint64_t next_ms = 0;  // not before: the next try
  std::string callback;
  std::string transaction_id;
  engine::Principal who;
  Request request;                        // without its body
  std::uint64_t request_bytes = 0;        // of that
  std::vector<engine::TaskName> names;    // whom the request is about
  std::optional<engine::RequestKey> key;  // sent again with it, it is the same task
  // Of the result, beside its body.
  std::uint64_t result_bytes = 0;
  int status = 0;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
};

Bytes encode_task(const Task& task);
// Takes any bytes. Errors: kCorruption.
Result<Task> parse_task(const std::string& id, ByteView bytes);

// How long to wait before the next try, of so many that failed: a second, then twice as long each time, ten minutes at
// most.
std::uint64_t wait_ms(std::uint32_t failed);

}  // namespace whorl::server
