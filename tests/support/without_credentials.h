// For tests of the root key that Whorl makes itself: while one lives, this process and those it starts are given none.
#pragma once

#include <stdlib.h>

#include <string>

namespace whorl::tests {

class WithoutCredentials {
 public:
  WithoutCredentials() : folder_(::getenv(kName)) { ::unsetenv(kName); }
  ~WithoutCredentials() { ::setenv(kName, folder_.c_str(), 1); }
  WithoutCredentials(const WithoutCredentials&) = delete;
  WithoutCredentials& operator=(const WithoutCredentials&) = delete;

 private:
  static constexpr const char* kName = "CREDENTIALS_DIRECTORY";  // tests/support/state_folder.cc has set it
  const std::string folder_;
};

}  // namespace whorl::tests
