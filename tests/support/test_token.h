// A PKCS#11 token of SoftHSM's in a folder of the test's own. Programs that the test starts see it, too.
#pragma once

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/shared_data.h"

namespace whorl::tests {

class TestToken {
 public:
  static constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
  static bool installed() { return std::filesystem::exists(kModule); }

  TestToken() {
    std::filesystem::create_directory(at("tokens"));
    std::ofstream(at("softhsm2.conf")) << "directories.tokendir = " << at("tokens") << "\nobjectstore.backend = file\n"
                                       << "log.level = ERROR\n";
    ::setenv(kConfiguration, at("softhsm2.conf").c_str(), 1);
    made_ =
        std::system("softhsm2-util --init-token --free --label 'a token' --so-pin 87654321 --pin 2468 >/dev/null") == 0;
    write_pin("2468\n");
  }
  ~TestToken() { ::unsetenv(kConfiguration); }
  TestToken(const TestToken&) = delete;
  TestToken& operator=(const TestToken&) = delete;

  [[nodiscard]] bool made() const { return made_; }
  [[nodiscard]] std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  void write_pin(const std::string& pin) const {
    std::filesystem::remove(at("pin"));
    std::ofstream(at("pin")) << pin;
    std::filesystem::permissions(at("pin"), std::filesystem::perms::owner_read);
  }
  // Its parts are those of an address of RFC 7512.
  [[nodiscard]] std::string address(const std::string& key = "object=root",
                                    const std::string& token = "a%20token") const {
    return "pkcs11:token=" + token + ";" + key + "?module-path=" + kModule + "&pin-source=" + at("pin");
  }
  // As if it were pulled out, and put back.
  void take_away() const {
    std::filesystem::rename(at("tokens"), at("away")), std::filesystem::create_directory(at("tokens"));
  }
  void put_back() const { std::filesystem::remove(at("tokens")), std::filesystem::rename(at("away"), at("tokens")); }

 private:
  static constexpr const char* kConfiguration = "SOFTHSM2_CONF";
  TemporaryDirectory folder_;
  bool made_ = false;
};

}  // namespace whorl::tests
