// A root key that lies in a PKCS#11 token (a smart card, a hardware security module) and never leaves it.
//
// The key is an AES-256 key that the token neither shows nor exports; the token seals and opens under it (CKM_AES_GCM),
// so that the process holds gallery keys and never the root. It is named by an address of RFC 7512:
//   pkcs11:token=whorl;object=root?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/whorl/token.pin
// token, serial, manufacturer, model, slot-id, object and id choose it, and must choose one. module-path, absolute, is
// the library of who made the token; nobody else than its owner, root or this user, may write it. The PIN stands in a
// file as crypto/private_file.h takes them: that of pin-source, else root.pin of systemd's credentials. An address that
// holds the PIN itself is refused: it would be seen in lists of processes.
//
// Each use opens a session and closes it: a token that was away and is back is used again, and no PIN is kept. A wrong
// PIN is not tried when it would be the token's last. Bytes are those of make_root_key(): nonce, ciphertext, tag.
// Thread-safe; uses of tokens wait for each other. Cost: that of the token, some milliseconds at least.
//
// Built without p11-kit (WHORL_PKCS11=OFF), each function answers kUnavailable and says so.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "crypto/random.h"
#include "crypto/vault/root_key.h"

namespace whorl::crypto {

// The key at `address`, which is there and fit. `random` must outlive it. Errors: kInvalidInput (no sound address, or
// its key is no AES-256 key, or may leave the token); kUnauthorised (the PIN is wrong, the token locked, a file open to
// others); kNotFound (the token is there and has no such key); kUnavailable (no module, no token).
Result<std::unique_ptr<RootKey>> token_root_key(const std::string& address, Random& random = system_random());

// Has the token make such a key, of the label (and id) of `address`. Errors: as above; kAlreadyExists when there is
// one.
Status make_token_key(const std::string& address);

}  // namespace whorl::crypto
