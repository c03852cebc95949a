// Certificates, CRLs and keys in PEM, as OpenSSL reads them.
//
// Thread-safe. Texts are bounded by whoever reads the file; how many of them a file may hold is bounded here. Errors
// are kInvalidInput (tls_file_unusable) and hold nothing of a key.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/freed.h"
#include "base/result.h"

namespace whorl::pem {

inline constexpr std::size_t kMostCertificates = 64;  // of a file, and so of CRLs

using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Crl = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

// At least one. What stands between them is passed over, as OpenSSL does.
Result<std::vector<Certificate>> certificates_in(ByteView pem);
Result<std::vector<Crl>> crls_in(ByteView pem);
// Null where there is none, or one that is encrypted: a service has nobody to ask.
Key private_key_in(ByteView pem);

// Of the subject alternative names, in lower case. Names with a zero byte are left out.
std::vector<std::string> dns_names_of(X509* certificate);

std::optional<std::chrono::system_clock::time_point> time_of(const ASN1_TIME* time);

// Why OpenSSL refused what this thread did last, without the place in its sources; that is then forgotten.
std::string said();

}  // namespace whorl::pem
