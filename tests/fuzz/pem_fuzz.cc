// Certificates, CRLs and keys in PEM: any bytes are some of them or an error.
#include <cstddef>
#include <cstdint>

#include "base/pem.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using whorl::fuzz::require;
  const ByteView bytes(data, size);
  if (const auto certificates = pem::certificates_in(bytes); certificates.ok()) {
    require(!certificates->empty() && certificates->size() <= pem::kMostCertificates);
    for (const auto& each : *certificates) {
      for (const auto& name : pem::dns_names_of(each.get())) require(name.find('\0') == std::string::npos);
      (void)pem::time_of(X509_get0_notAfter(each.get()));
    }
  }
  if (const auto crls = pem::crls_in(bytes); crls.ok()) {
    for (const auto& each : *crls) (void)pem::time_of(X509_CRL_get0_nextUpdate(each.get()));
  }
  (void)pem::private_key_in(bytes);
  (void)pem::said();
  return 0;
}
