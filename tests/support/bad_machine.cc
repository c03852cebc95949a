// A machine that goes wrong while a program runs on it: LD_PRELOAD=libwhorl_bad_machine.so, WHORL_BAD_MACHINE=FILE, and
// FILE holds six numbers of 64 bits. Three are changed by another process at any time: milliseconds that each sync of a
// file takes longer, whether the disk is full (not 0), and seconds by which the date is wrong. Three are counted here:
// how often that slowed, refused or moved something. Only what is written to regular files on disk is slowed or
// refused, and only the calendar's clock is moved; a wait until a date looks at that clock ten times a second. For
// scripts/cluster-chaos; sanitizers do not bear it.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

constexpr time_t kEarliestDate_s = 1'000'000'000;  // in 2001
constexpr long kSecond_ns = 1'000'000'000;
constexpr long kLook_ns = kSecond_ns / 10;

struct Faults {
  std::atomic<std::int64_t> sync_takes_ms{0};
  std::atomic<std::int64_t> disk_is_full{0};
  std::atomic<std::int64_t> date_is_wrong_by_s{0};
  std::atomic<std::int64_t> slowed{0};
  std::atomic<std::int64_t> refused{0};
  std::atomic<std::int64_t> moved{0};
};

Faults& faults() {
  static Faults none;
  static Faults* const shared = [] {
    const char* path = std::getenv("WHORL_BAD_MACHINE");
    const int file = path == nullptr ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return &none;
    void* mapped = mmap(nullptr, sizeof(Faults), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return mapped == MAP_FAILED ? &none : static_cast<Faults*>(mapped);
  }();
  return *shared;
}

/// The function of this name that would be called without this library.
template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/// Standard output and error are the log that tells what happened, and stay as they are.
bool refused(int file) {
  struct stat about {};
  const bool out =
      faults().disk_is_full != 0 && file > STDERR_FILENO && fstat(file, &about) == 0 && S_ISREG(about.st_mode);
  if (out) ++faults().refused;
  return out;
}

int true_time(clockid_t clock, timespec* out) {
  static auto* const next = real<int(clockid_t, timespec*)>("clock_gettime");
  return next(clock, out);
}

void sync_slowly() {
  const std::int64_t takes = faults().sync_takes_ms;
  if (takes <= 0) return;
  ++faults().slowed;
  const timespec pause{takes / 1000, takes % 1000 * 1'000'000};
  nanosleep(&pause, nullptr);
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
  if (!refused(file)) return next(file, bytes, size);
  errno = ENOSPC;
  return -1;
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  if (!refused(file)) return next(file, bytes, size, at);
  errno = ENOSPC;
  return -1;
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) { return pwrite(file, bytes, size, at); }

int fallocate(int file, int mode, off_t at, off_t size) {
  static auto* const next = real<int(int, int, off_t, off_t)>("fallocate");
  if (!refused(file)) return next(file, mode, at, size);
  errno = ENOSPC;
  return -1;
}

int fallocate64(int file, int mode, off64_t at, off64_t size) { return fallocate(file, mode, at, size); }

int fsync(int file) {
  static auto* const next = real<int(int)>("fsync");
  sync_slowly();
  return next(file);
}

int fdatasync(int file) {
  static auto* const next = real<int(int)>("fdatasync");
  sync_slowly();
  return next(file);
}

int clock_gettime(clockid_t clock, timespec* out) {
  const int outcome = true_time(clock, out);
  const std::int64_t wrong_by_s = faults().date_is_wrong_by_s;
  if (outcome != 0 || clock != CLOCK_REALTIME || wrong_by_s == 0) return outcome;
  out->tv_sec += wrong_by_s;
  ++faults().moved;
  return outcome;
}

int gettimeofday(timeval* out, void* zone) {
  static auto* const next = real<int(timeval*, void*)>("gettimeofday");
  const int outcome = next(out, zone);
  if (outcome == 0) out->tv_sec += faults().date_is_wrong_by_s;
  return outcome;
}

time_t time(time_t* out) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* until) {
  static auto* const next = real<int(pthread_cond_t*, pthread_mutex_t*, const timespec*)>("pthread_cond_timedwait");
  // A condition of the steady clock counts from when the machine was started, which is no date.
  if (until->tv_sec < kEarliestDate_s) return next(condition, mutex, until);
  timespec now{};
  true_time(CLOCK_REALTIME, &now);
  const std::int64_t date_s = now.tv_sec + faults().date_is_wrong_by_s;
  const timespec past{0, 0};
  const bool over = date_s > until->tv_sec || (date_s == until->tv_sec && now.tv_nsec >= until->tv_nsec);
  if (over) return next(condition, mutex, &past);
  timespec soon{now.tv_sec, now.tv_nsec + kLook_ns};
  soon.tv_sec += soon.tv_nsec / kSecond_ns;
  soon.tv_nsec %= kSecond_ns;
  // A wait that ends early is one that was woken for nothing, for which whoever waits is ready.
  const int outcome = next(condition, mutex, &soon);
  return outcome == ETIMEDOUT ? 0 : outcome;
}
}
