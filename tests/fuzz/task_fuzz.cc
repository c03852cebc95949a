// parse_task on any bytes: what is accepted is within its bounds, and of this build's version written back byte for
// byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "server/tasks/task.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const ByteView bytes(data, size);
  const auto task = server::parse_task("id", bytes);
  if (!task.ok()) return 0;
  fuzz::require(task->priority <= server::kHighestPriority && task->names.size() <= 1024);
  const Bytes again = server::encode_task(*task);
  const bool earlier = bytes.front() != again.front();
  fuzz::require(earlier || (again.size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), again.begin())));
  const auto same = server::parse_task("id", again);
  fuzz::require(same.ok() && server::encode_task(*same) == again);
  return 0;
}
