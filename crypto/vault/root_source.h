// Where the root key comes from: a file of the operator's, a key in a token, a credential of systemd's, or a file that
// Whorl made itself.
//
// Read directly, not through base/file_system.h: the bytes must go into secret memory, and the file's owner and mode
// must be those of the file that is read. Errors name the path and never a byte. Thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "base/result.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"
#include "crypto/vault/root_key.h"

namespace whorl::crypto {

// Of a credential, and of the file in the state folder.
inline constexpr const char* kRootKeyName = "root.key";

// 32 bytes from a file that its owner alone can read (mode 0400 or 0600), who is this process's user or root. Errors:
// kNotFound; kUnauthorised when it is another's or others may read or write it; kInvalidInput when it is no file with
// bytes of its own or has another size; kUnavailable when reading fails.
Result<SecretBytes> read_root_key(const std::filesystem::path& file);

// Whether `where` is the address of a key in a token ("pkcs11:...", token_key.h). It is no path, and never resolved.
[[nodiscard]] bool is_token_address(const std::filesystem::path& where);
// The root key in the file, or in the token, that the operator names. Errors: as read_root_key and token_root_key.
Result<std::unique_ptr<RootKey>> root_key_at(const std::filesystem::path& where);

// root.key in the folder that systemd names in $CREDENTIALS_DIRECTORY (LoadCredentialEncrypted=root.key:...). As above,
// but the group may read it: systemd grants a service's user its credential through an access list, which shows there.
Result<SecretBytes> read_root_credential(const std::filesystem::path& credentials);

// root.key in `state`; made from `random` with mode 0400, durably, where there is none. Processes that make it at the
// same time get the same one. Whoever loses it loses what is sealed under it. Errors: as read_root_key; kUnavailable
// when it cannot be made.
Result<SecretBytes> root_key_made_once(const std::filesystem::path& state, Random& random = system_random());

// The places to look in, of this process's environment: $CREDENTIALS_DIRECTORY where it is set, and
// $XDG_STATE_HOME/whorl, else ~/.local/state/whorl. Not thread-safe against setenv.
struct RootPlaces {
  std::optional<std::filesystem::path> file = {};  // what the operator named; never of the environment
  std::optional<std::filesystem::path> credentials = {};
  std::optional<std::filesystem::path> state = {};
};
RootPlaces root_places_of_environment();

struct FoundRootKey {
  SecretBytes key;
  std::filesystem::path where;
  bool made_by_whorl = false;  // it lies on this machine's disk: the operator should be told
};

// The file where one is named; else the credential where there is one; else the key in the state folder. A key that
// is there and cannot be taken is an error, never a reason to look further. `make`: there is nothing sealed yet, so
// that a key may be made. Errors: as above; kNotFound when there is none and none may be made.
Result<FoundRootKey> find_root_key(const RootPlaces& places, bool make, Random& random = system_random());

}  // namespace whorl::crypto
