#include "relay/counters.h"

#include <algorithm>
#include <sstream>

namespace whorl::relay {
namespace {

using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr std::size_t kMostBytes = std::size_t{16} << 20;
constexpr std::string_view kFirstLine = "whorl switch quotas 1";

std::string name_of_day(sys_days day) {
  const std::chrono::year_month_day date(day);
  std::string out = std::to_string(static_cast<int>(date.year()));
  for (const unsigned part : {static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())}) {
    out += (part < 10 ? "-0" : "-") + std::to_string(part);
  }
  return out;
}

Error malformed(const std::string& file) {
  return corruption("the switch's counters in " + file + " are not as it wrote them");
}

}  // namespace

Result<Counters> Counters::open(const std::filesystem::path& folder, sys_seconds now, FileSystem& files) {
  WHORL_TRY(files.make_private_folder(folder));
  Counters out(folder, files);
  WHORL_TRY(out.read_quotas());
  WHORL_TRY(out.read_day(now));
  return out;
}

Status Counters::read_quotas() {
  WHORL_ASSIGN(const auto bytes, files_->read(folder_ / "quotas", kMostBytes));
  if (!bytes) return {};
  std::istringstream in{std::string(as_text(*bytes))};
  std::string line;
  if (!std::getline(in, line) || line != kFirstLine) return malformed("quotas");
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string from;
    std::string to;
    exchange::QuotaCount count;
    if (!(words >> from >> to >> count.day >> count.of_day >> count.year >> count.of_year)) return malformed("quotas");
    if (!exchange::is_member_name(from) || !exchange::is_member_name(to)) return malformed("quotas");
    quotas_.restore(from, to, count);
  }
  return {};
}

Status Counters::read_day(sys_seconds now) {
  const sys_days day = floor<std::chrono::days>(now);
  const std::string name = name_of_day(day);
  WHORL_ASSIGN(const auto bytes, files_->read(folder_ / name, kMostBytes));
  if (!bytes) return {};
  std::istringstream in{std::string(as_text(*bytes))};
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    Key key{};
    std::string lane;
    std::uint64_t count = 0;
    if (!(words >> key.hour >> key.from >> key.to >> lane >> count)) return malformed(name);
    const auto named = wire_lane_named(lane);
    if (!named || key.hour < 0 || key.hour > 23) return malformed(name);
    key.lane = *named;
    days_[day][key] = count;
  }
  return {};
}

void Counters::count(const std::string& from, const std::string& to, WireLane lane, sys_seconds now) {
  const sys_days day = floor<std::chrono::days>(now);
  const int hour = static_cast<int>(floor<std::chrono::hours>(now - day).count());
  ++days_[day][{hour, from, to, lane}];
  ++total_;
  changed_ = true;
}

Status Counters::write(sys_seconds now) {
  if (!changed_) return {};
  std::string quotas = std::string(kFirstLine) + "\n";
  for (const auto& [pair, count] : quotas_.counts()) {
    quotas += pair.first + " " + pair.second + " " + std::to_string(count.day) + " " + std::to_string(count.of_day) +
              " " + std::to_string(count.year) + " " + std::to_string(count.of_year) + "\n";
  }
  WHORL_TRY(files_->write_private(folder_ / "quotas", as_bytes(quotas)));
  for (const auto& [day, counts] : days_) {
    std::string text;
    for (const auto& [key, count] : counts) {
      text += std::to_string(key.hour) + " " + key.from + " " + key.to + " " + std::string(name_of(key.lane)) + " " +
              std::to_string(count) + "\n";
    }
    WHORL_TRY(files_->write_private(folder_ / name_of_day(day), as_bytes(text)));
  }
  const sys_days today = floor<std::chrono::days>(now);
  std::erase_if(days_, [&](const auto& each) { return each.first < today; });
  changed_ = false;
  return {};
}

}  // namespace whorl::relay
