// A file descriptor that closes itself. For those who need POSIX's calls; whole files are read and written by
// base/files.h.
#pragma once

#include <unistd.h>

namespace whorl {

class Descriptor {
 public:
  // What open() gave: below 0 where it failed, errno then says why.
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] bool open() const { return number_ >= 0; }
  [[nodiscard]] int number() const { return number_; }
  // False when what was written could not be kept (a full disk shows here on some file systems).
  bool close() {
    if (number_ < 0) return true;
    const int number = number_;
    number_ = -1;
    return ::close(number) == 0;
  }

 private:
  int number_;
};

}  // namespace whorl
