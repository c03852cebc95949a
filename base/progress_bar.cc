#include "base/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace whorl {
namespace {

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string clock_text(double seconds) {
  const auto s = static_cast<long long>(std::clamp(std::ceil(seconds), 0.0, 1e9));
  char text[32];
  if (s >= 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld", s / 60, s % 60);
  }
  return text;
}

}  // namespace

std::string progress_line(const std::string& label, const Progress& p) {
  constexpr std::uint64_t kCells = 30;
  const std::uint64_t total = std::max<std::uint64_t>(p.total, 1);
  const std::uint64_t done = p.total == 0 ? 1 : std::min(p.done, total);
  const auto filled = static_cast<std::size_t>(done * kCells / total);
  std::string out = label + "  [" + std::string(filled, '#') + std::string(kCells - filled, '-') + "]  " +
                    std::to_string(done * 100 / total) + " %  " + std::to_string(p.done) + "/" +
                    std::to_string(p.total);
  if (done == total) return out + "  " + clock_text(p.elapsed_s);
  return p.done == 0 ? out : out + "  " + clock_text(p.remaining_s) + " left";
}

bool wants_progress(bool asked) { return asked || ::isatty(STDERR_FILENO) == 1; }

ProgressBar::ProgressBar(std::string label, bool shown)
    : label_(std::move(label)), shown_(shown), terminal_(::isatty(STDERR_FILENO) == 1), started_s_(now_s()) {}

ProgressBar::~ProgressBar() {
  if (drawn_ && terminal_) std::fputc('\n', stderr);
}

void ProgressBar::update(const Progress& progress) {
  if (!shown_) return;
  if (terminal_) {
    std::fprintf(stderr, "\r%s\033[K", progress_line(label_, progress).c_str());
  } else {
    const auto tenth = static_cast<std::int64_t>(progress.total == 0 ? 10 : progress.done * 10 / progress.total);
    if (tenth == last_tenth_) return;
    last_tenth_ = tenth;
    std::fprintf(stderr, "%s\n", progress_line(label_, progress).c_str());
  }
  drawn_ = true;
  std::fflush(stderr);
}

void ProgressBar::update(std::uint64_t done, std::uint64_t total) {
  Progress p{done, total, now_s() - started_s_, 0};
  if (done > 0) p.remaining_s = p.elapsed_s * static_cast<double>(total - done) / static_cast<double>(done);
  update(p);
}

ProgressCallback ProgressBar::callback() {
  return [this](const Progress& p) { update(p); };
}

}  // namespace whorl
