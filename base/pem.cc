#include "base/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <utility>

#include "base/catalogue.h"

namespace whorl::pem {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;

Error unusable(std::string detail) { return failure(ErrorCode::kTlsFile, with<"detail">(std::move(detail))); }

Bio over(ByteView bytes) { return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))); }

int no_passphrase(char*, int, int, void*) { return -1; }

// Every object of one kind, up to the first that cannot be read.
template <class T, auto read>
Result<std::vector<T>> all_in(ByteView pem, const std::string& what) {
  ERR_clear_error();
  const Bio bio = over(pem);
  std::vector<T> out;
  for (;;) {
    T next(read(bio.get(), nullptr, no_passphrase, nullptr));
    if (!next) break;
    out.push_back(std::move(next));
    if (out.size() > kMostCertificates) {
      return unusable("holds more than " + std::to_string(kMostCertificates) + " of " + what);
    }
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return unusable("one of its " + what + " cannot be read: " + said());
  }
  ERR_clear_error();
  if (out.empty()) return unusable("holds no " + what + " in PEM");
  return out;
}

}  // namespace

Result<std::vector<Certificate>> certificates_in(ByteView pem) {
  return all_in<Certificate, PEM_read_bio_X509>(pem, "certificates");
}

Result<std::vector<Crl>> crls_in(ByteView pem) { return all_in<Crl, PEM_read_bio_X509_CRL>(pem, "CRLs"); }

Key private_key_in(ByteView pem) {
  const Bio bio = over(pem);
  return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
}

std::vector<std::string> dns_names_of(X509* certificate) {
  std::vector<std::string> out;
  const Names names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const auto* bytes = ASN1_STRING_get0_data(name->d.dNSName);
    std::string text(bytes, bytes + ASN1_STRING_length(name->d.dNSName));
    if (text.find('\0') != std::string::npos) continue;
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    out.push_back(std::move(text));
  }
  return out;
}

std::optional<std::chrono::system_clock::time_point> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

std::string said() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "no reason is given" : reason;
}

}  // namespace whorl::pem
