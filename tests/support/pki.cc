#include "tests/support/pki.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <stdexcept>

#include "base/files.h"
#include "base/freed.h"

namespace whorl::tests {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Crl = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;

void require(bool good) {
  if (!good) throw std::runtime_error("the test's certificates cannot be made");
}

Key new_key(int rsa_bits) {
  Key key(rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(rsa_bits)) : EVP_EC_gen("P-256"));
  require(key != nullptr);
  return key;
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

Certificate read(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Certificate out(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  require(out != nullptr);
  return out;
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void name(X509* certificate, const std::string& common) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* bytes = reinterpret_cast<const unsigned char*>(common.c_str());
  require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, bytes, -1, -1, 0) == 1);
}

}  // namespace

struct TestCa::Parts {
  Key key = new_key(0);
  Certificate certificate;
  long serial = 1;
  long crl_number = 1;

  // Signed by this CA, or by its own key.
  Certificate make(const CertificateWish& wish, EVP_PKEY* own) {
    Certificate out(X509_new());
    X509* issuer = certificate && !wish.self_signed ? certificate.get() : out.get();
    require(X509_set_version(out.get(), 2) == 1);
    ASN1_INTEGER_set(X509_get_serialNumber(out.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(out.get()), static_cast<long>(wish.begins.count()));
    X509_gmtime_adj(X509_getm_notAfter(out.get()), static_cast<long>(wish.ends.count()));
    name(out.get(), wish.name);
    require(X509_set_issuer_name(out.get(), X509_get_subject_name(issuer)) == 1);
    require(X509_set_pubkey(out.get(), own) == 1);
    extend(out.get(), issuer, NID_basic_constraints, wish.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(out.get(), issuer, NID_key_usage, wish.is_ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    if (!wish.usage.empty() && !wish.is_ca) extend(out.get(), issuer, NID_ext_key_usage, wish.usage);
    std::string names;
    for (const std::string& each : wish.dns) names += (names.empty() ? "DNS:" : ",DNS:") + each;
    if (!names.empty()) extend(out.get(), issuer, NID_subject_alt_name, names);
    EVP_PKEY* signer = issuer == out.get() ? own : key.get();
    require(X509_sign(out.get(), signer, EVP_sha256()) > 0);
    return out;
  }
};

TestCa::TestCa(const std::string& name) : parts_(std::make_unique<Parts>()) {
  CertificateWish wish;
  wish.name = name;
  wish.dns = {};
  wish.is_ca = true;
  parts_->certificate = parts_->make(wish, parts_->key.get());
}
TestCa::~TestCa() = default;

std::string TestCa::certificate() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), parts_->certificate.get()) == 1);
  return text_of(bio.get());
}

Issued TestCa::issue(const CertificateWish& wish) {
  const Key key = new_key(wish.rsa_bits);
  const Certificate certificate = parts_->make(wish, key.get());
  const Bio public_part(BIO_new(BIO_s_mem()));
  const Bio private_part(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(public_part.get(), certificate.get()) == 1);
  require(PEM_write_bio_PrivateKey(private_part.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return {text_of(public_part.get()), text_of(private_part.get())};
}

std::string TestCa::revoke(const std::vector<Issued>& revoked, std::chrono::seconds next) {
  const Crl crl(X509_CRL_new());
  require(X509_CRL_set_version(crl.get(), 1) == 1);
  require(X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(parts_->certificate.get())) == 1);
  ASN1_TIME* time = ASN1_TIME_new();
  X509_gmtime_adj(time, -7200);
  X509_CRL_set1_lastUpdate(crl.get(), time);
  X509_gmtime_adj(time, static_cast<long>(next.count()));
  X509_CRL_set1_nextUpdate(crl.get(), time);
  X509_gmtime_adj(time, -60);
  for (const Issued& each : revoked) {
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(read(each.certificate).get()));
    X509_REVOKED_set_revocationDate(entry, time);
    require(X509_CRL_add0_revoked(crl.get(), entry) == 1);
  }
  ASN1_TIME_free(time);
  ASN1_INTEGER* number = ASN1_INTEGER_new();
  ASN1_INTEGER_set(number, parts_->crl_number++);
  X509_CRL_add1_ext_i2d(crl.get(), NID_crl_number, number, 0, 0);
  ASN1_INTEGER_free(number);
  require(X509_CRL_sort(crl.get()) == 1 && X509_CRL_sign(crl.get(), parts_->key.get(), EVP_sha256()) > 0);
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509_CRL(bio.get(), crl.get()) == 1);
  return text_of(bio.get());
}

std::string digest_text(const std::string& certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  require(X509_digest(read(certificate).get(), EVP_sha256(), digest, &size) == 1);
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
  return out;
}

void write_private(const std::filesystem::path& file, const std::string& text) {
  const auto beside = file.string() + ".new";
  require(write_file(beside, text, NewFile::kPrivate).ok());
  std::filesystem::rename(beside, file);
}

}  // namespace whorl::tests
