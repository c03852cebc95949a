// The engine's errors in the words of the interface. Pure and thread-safe.
#pragma once

#include <utility>

#include "base/result.h"
#include "server/osia/biometric_data.h"

namespace whorl::server {

// The error with its field as the request calls it: "person_id" -> "personId", and where `biometrics` says from which
// item a sample was read, "samples[0].resolution_ppi" -> "biometricData[2].resolution".
Error in_osia_words(Error error, const Biometrics& biometrics = {});

// The same for what an operation of the service returns.
template <class T>
Result<T> in_osia_words(Result<T> result, const Biometrics& biometrics = {}) {
  if (result.ok()) return result;
  return in_osia_words(std::move(result).error(), biometrics);
}
inline Status in_osia_words(const Status& status) { return status.ok() ? Status() : in_osia_words(status.error()); }

}  // namespace whorl::server
