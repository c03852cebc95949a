// Certificates, CRLs and keys in PEM: any bytes are some of them or an error.
#include <cstddef>
#include <cstdint>

#include "server/tls/pem.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using whorl::fuzz::require;
  const ByteView pem(data, size);
  if (const auto certificates = server::certificates_in(pem); certificates.ok()) {
    require(!certificates->empty() && certificates->size() <= server::kMostCertificates);
    for (const auto& each : *certificates) {
      for (const auto& name : server::dns_names_of(each.get())) require(name.find('\0') == std::string::npos);
      (void)server::time_of(X509_get0_notAfter(each.get()));
    }
  }
  if (const auto crls = server::crls_in(pem); crls.ok()) {
    for (const auto& each : *crls) (void)server::time_of(X509_CRL_get0_nextUpdate(each.get()));
  }
  (void)server::private_key_in(pem);
  (void)server::said();
  return 0;
}
