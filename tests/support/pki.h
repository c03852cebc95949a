// A certificate authority of a test: certificates as they should be, and each wrong in one way.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace whorl::tests {

// What is said in a certificate. Times are from now.
struct CertificateWish {
  std::string name = "desk.a.test";       // the common name, which decides nothing
  std::vector<std::string> dns = {name};  // the subject alternative names
  std::string usage = "clientAuth";       // the extended key usage; empty: none
  std::chrono::seconds begins{-3600};
  std::chrono::seconds ends{3600};
  int rsa_bits = 0;  // 0: a key of P-256
  bool self_signed = false;
  bool is_ca = false;
};

// Both in PEM.
struct Issued {
  std::string certificate;
  std::string key;
};

class TestCa {
 public:
  explicit TestCa(const std::string& name);
  ~TestCa();
  TestCa(const TestCa&) = delete;
  TestCa& operator=(const TestCa&) = delete;

  [[nodiscard]] std::string certificate() const;
  Issued issue(const CertificateWish& wish);
  // Of these certificates, in PEM; `next` is when the next one comes.
  std::string revoke(const std::vector<Issued>& revoked, std::chrono::seconds next = std::chrono::hours(1));

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// The SHA-256 of a certificate in PEM, in hexadecimal digits.
std::string digest_text(const std::string& certificate);

// Writes with the mode 0600, the whole at once.
void write_private(const std::filesystem::path& file, const std::string& text);

}  // namespace whorl::tests
