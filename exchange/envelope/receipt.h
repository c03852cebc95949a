// What a receiver signs for an envelope that it has: its number, its SHA-256, the time. Not sealed: the switch passes
// it on to the sender as what it is, and cannot make one. Pure; thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sha256.h"
#include "exchange/directory/directory.h"

namespace whorl::exchange {

inline constexpr std::size_t kMostReceiptBytes = 1024;

struct Receipt {
  std::string iss;  // who has it
  std::string aud;  // who sent it
  std::string re;   // the message's number
  Sha256 envelope;
  std::chrono::sys_seconds at;
};

Result<std::string> sign_receipt(const Receipt& receipt, const crypto::PrivateKey& identity);
// Errors: envelope_malformed; envelope_refused where it is of another member; those of crypto::verify_jws.
Result<Receipt> read_receipt(std::string_view jws, const std::string& from, const Directory& partners);

}  // namespace whorl::exchange
