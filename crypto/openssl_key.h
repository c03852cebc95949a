// OpenSSL's keys, made of numbers. Private to this room.
//
// Thread-safe: each object belongs to one thread.
#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

#include "base/freed.h"

namespace whorl::crypto {

using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using KeyBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using KeyNumber = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using OwnedKey = std::shared_ptr<EVP_PKEY>;

inline OwnedKey owned(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

// What the builder holds as a key of the type ("EC", "RSA"); null where it is none. `selection`: EVP_PKEY_KEYPAIR or
// EVP_PKEY_PUBLIC_KEY.
OwnedKey key_of_numbers(const char* type, int selection, OSSL_PARAM_BLD* builder);

}  // namespace whorl::crypto
