#include "server/tasks/task.h"

#include <algorithm>

namespace whorl::server {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kVersionWithoutNames = 1;  // what stands in put_more() is not in it
constexpr std::size_t kMostText = std::size_t{64} << 10;
constexpr std::size_t kMostItems = 1024;

void put_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.u16(static_cast<std::uint16_t>(texts.size()));
  for (const std::string& text : texts) out.sized(text);
}

std::string text_in(ByteReader& in) { return std::string(as_text(in.sized(kMostText))); }

bool texts_in(ByteReader& in, std::vector<std::string>& out) {
  const std::size_t n = in.u16();
  if (n > kMostItems) return false;
  for (std::size_t i = 0; i < n && !in.failed(); ++i) out.push_back(text_in(in));
  return true;
}

void put_principal(ByteWriter& out, const engine::Principal& who) {
  out.sized(who.issuer).sized(who.subject).u8(static_cast<std::uint8_t>(who.by));
  put_texts(out, who.scopes);
  put_texts(out, who.roles);
  out.u8(who.galleries ? 1 : 0);
  if (who.galleries) put_texts(out, *who.galleries);
}

bool principal_in(ByteReader& in, engine::Principal& out) {
  out.issuer = text_in(in);
  out.subject = text_in(in);
  const std::uint8_t by = in.u8();
  if (by > static_cast<std::uint8_t>(engine::SignedInBy::kPassword)) return false;
  out.by = static_cast<engine::SignedInBy>(by);
  if (!texts_in(in, out.scopes) || !texts_in(in, out.roles)) return false;
  const std::uint8_t some = in.u8();
  if (some == 1 && !texts_in(in, out.galleries.emplace())) return false;
  return some <= 1;
}

bool headers_in(ByteReader& in, std::vector<std::pair<std::string, std::string>>& out) {
  const std::size_t n = in.u16();
  if (n > kMostItems) return false;
  for (std::size_t i = 0; i < n && !in.failed(); ++i) {
    std::string name = text_in(in);
    out.emplace_back(std::move(name), text_in(in));
  }
  return true;
}

void put_more(ByteWriter& out, const Task& task) {
  out.u32(task.begun).u64(task.result_bytes).u16(static_cast<std::uint16_t>(task.names.size()));
  for (const engine::TaskName& name : task.names) out.sized(name.person_id).sized(name.encounter_id);
  out.u8(task.key ? 1 : 0);
  if (task.key) out.bytes(task.key->key).bytes(task.key->request);
}

bool digest_in(ByteReader& in, Sha256& out) {
  const ByteView bytes = in.bytes(out.size());
  if (bytes.size() != out.size()) return false;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return true;
}

bool more_in(ByteReader& in, Task& out) {
  out.begun = in.u32();
  out.result_bytes = in.u64();
  const std::size_t names = in.u16();
  if (names > kMostItems) return false;
  for (std::size_t i = 0; i < names && !in.failed(); ++i) {
    std::string person = text_in(in);
    out.names.push_back({std::move(person), text_in(in)});
  }
  const std::uint8_t some = in.u8();
  if (some == 0) return true;
  engine::RequestKey& key = out.key.emplace();
  return some == 1 && digest_in(in, key.key) && digest_in(in, key.request);
}

}  // namespace

std::string_view name_of(TaskState state) {
  switch (state) {
    case TaskState::kPending: return "PENDING";
    case TaskState::kScheduled: return "RESPONSE_SCHEDULED";
    case TaskState::kRetry: return "RESPONSE_RETRY";
    case TaskState::kError: return "RESPONSE_ERROR";
    case TaskState::kCompleted: break;
  }
  return "COMPLETED";
}

Bytes encode_task(const Task& task) {
  ByteWriter out;
  out.u8(kVersion).u64(task.number).u8(static_cast<std::uint8_t>(task.state));
  out.u8(static_cast<std::uint8_t>(task.priority)).u8(static_cast<std::uint8_t>(task.service_level)).u32(task.tries);
  out.u64(task.created_ms).u64(task.done_ms).u64(task.next_ms);
  out.sized(task.callback).sized(task.transaction_id);
  put_principal(out, task.who);
  const Request& request = task.request;
  for (const std::string* text : {&request.method, &request.target, &request.content_type, &request.content_encoding,
                                  &request.accept, &request.id}) {
    out.sized(*text);
  }
  put_texts(out, request.keys);
  out.u64(task.request_bytes).u16(static_cast<std::uint16_t>(task.status)).sized(task.content_type);
  out.u16(static_cast<std::uint16_t>(task.headers.size()));
  for (const auto& [name, value] : task.headers) out.sized(name).sized(value);
  put_more(out, task);
  return out.take();
}

Result<Task> parse_task(const std::string& id, ByteView bytes) {
  ByteReader in(bytes);
  Task out;
  out.id = id;
  const std::uint8_t version = in.u8();
  out.number = in.u64();
  const std::uint8_t state = in.u8();
  out.priority = in.u8();
  out.service_level = in.u8();
  out.tries = in.u32();
  out.created_ms = in.u64();
  out.done_ms = in.u64();
  out.next_ms = in.u64();
  out.callback = text_in(in);
  out.transaction_id = text_in(in);
  bool whole = (version == kVersion || version == kVersionWithoutNames) && state >= 1 && state <= 5 &&
               out.priority <= kHighestPriority && principal_in(in, out.who);
  out.state = static_cast<TaskState>(state);
  Request& request = out.request;
  for (std::string* text : {&request.method, &request.target, &request.content_type, &request.content_encoding,
                            &request.accept, &request.id}) {
    *text = text_in(in);
  }
  whole = whole && texts_in(in, request.keys);
  out.request_bytes = in.u64();
  out.status = in.u16();
  out.content_type = text_in(in);
  whole = whole && headers_in(in, out.headers);
  whole = whole && (version == kVersionWithoutNames || more_in(in, out));
  if (!whole || !in.finished()) return corruption("a task is malformed");
  return out;
}

std::uint64_t wait_ms(std::uint32_t failed) {
  constexpr std::uint64_t kSecond = 1000;
  constexpr std::uint64_t kMost = 600 * kSecond;
  constexpr std::uint32_t kDoublings = 12;
  return std::min(kMost, kSecond << std::min(failed == 0 ? 0 : failed - 1, kDoublings));
}

}  // namespace whorl::server
